"""A contract run inside pytest: asking is an item's set-up, judging is its call.

Each test function under a `family` mark becomes one item for each requirement that it observes,
and one for everything else. The first of them to run calls the function, which asks; all of
them judge what the answers showed. So trouble in asking is an error, a violation is a failure.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from contracts import report
from contracts.document.requirements import Catalogue
from contracts.plugin.asking import Asking
from contracts.plugin.collection import Collection
from contracts.plugin.items import family_of
from contracts.plugin.judging import Judging
from contracts.plugin.outcomes import Outcomes
from contracts.plugin.progress import follow
from contracts.report import github, history
from contracts.run.asking import Asker
from contracts.run.run import Run
from contracts.run.session import Session
from contracts.run.settings import Settings
from contracts.run.verdict import ExitStatus, Verdict, exit_status
from contracts.run.waivers import Waiver


class ContractRun:
    """The hooks of one contract run.

    Arguments:
        config: pytest's configuration.
        settings: what the run is started with.
        catalogue: the operation's requirements.
        folder: the operation's folder.
        seed: Hypothesis' seed.
        waivers: known deviations, of all targets.
    """

    def __init__(
        self,
        config: pytest.Config,
        settings: Settings,
        catalogue: Catalogue,
        folder: Path,
        seed: int,
        waivers: tuple[Waiver, ...] = (),
    ) -> None:
        self.config = config
        self.settings = settings
        self.catalogue = catalogue
        self.session = Session(settings, catalogue)
        self.artefacts = report.Artefacts(settings.report_dir)
        self.facts = report.RunFacts.begin(settings, catalogue, seed)
        self.collection = Collection(folder, catalogue)
        self.outcomes = Outcomes(folder)
        self.run: Run | None = None
        self._waivers = waivers
        self._asking: Asking | None = None
        self._interrupted = False
        self._handler: Any = None
        self._withheld: list[str] = []
        self._page_error: str | None = None
        self._remarks: list[str] = []

    # --- collection -----------------------------------------------------------------------

    def pytest_report_header(self) -> list[str]:
        """Say first which target is asked, and why."""
        target = self.settings.target
        where = "embedded, on loopback" if target.name == "sandbox" else target.base_url
        return [
            f"target: {target.name} ({where}), {target.why}",
            f"document: {self.catalogue.operation.document.title} "
            f"{self.catalogue.operation.document.version}, seed: {self.facts.seed}",
        ]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Start the run where there is something to ask."""
        self.collection.finish(session.items)
        if not self.collection.items or self.config.option.collectonly:
            return
        self.run = self.session.start(
            minimising=self.settings.profile.minimising,
            fail_on_warning=self.settings.fail_on_warning,
            waivers=self._waivers,
        )
        self.facts = self.facts.located(self.session.target)
        self._asking = Asking(
            self.run,
            self.facts.seed,
            family_of(self.collection.items[-1]),
            follow(self.run, self.session, self.config),
            self.outcomes.fail,
        )
        self.config.pluginmanager.register(self._asking, "contract-asking")
        self.config.pluginmanager.register(Judging(self.run), "contract-judging")
        self._handler = signal.signal(signal.SIGTERM, _terminate)

    # --- items ----------------------------------------------------------------------------

    def asker(self, item: pytest.Item) -> Asker:
        """Give the asker of an item's family.

        Arguments:
            item: an item under a family mark.
        """
        if self._asking is None:
            raise pytest.UsageError("contract tests need a collected contract run")
        return self._asking.asker(item)

    # --- the end --------------------------------------------------------------------------

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remember that somebody ended the run; pytest ends it itself after broken modules."""
        self._interrupted |= not excinfo.errisinstance(pytest.Session.Interrupted)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(
        self, session: pytest.Session, exitstatus: int
    ) -> Generator[None, object, object]:
        """Judge the run before any report is written, and publish them when all are."""
        if exitstatus == pytest.ExitCode.USAGE_ERROR:
            self.run = None  # pytest refused the command line, after collecting: nothing was asked
        if self.run is None:
            result = yield
            self.artefacts.withdraw()
            return result
        self._conclude(session, exitstatus)
        result = yield
        self._withheld = self.artefacts.publish(
            self.run, self.facts, self.session.redactor, getattr(self.settings, "sign_key", None)
        )
        words = history.append(self.artefacts.folder, self.run, self.facts)
        self._remarks = [words] if words else []
        if self._withheld and self.facts.verdict is not Verdict.FAIL:
            session.exitstatus = int(ExitStatus.ERROR)
            reason = "The suite itself failed: a report was withheld."
            self.facts = replace(self.facts, verdict=Verdict.ERROR, reason=reason)
        self.artefacts.show_places(self.config)
        return result

    def _conclude(self, session: pytest.Session, exitstatus: int) -> None:
        """Judge the run and set the exit status."""
        if self.run is None:
            return
        if not self._interrupted:
            self.run.client.finish()
        self.run.circumstances = replace(
            self.run.circumstances,
            deselected=self.collection.deselected,
            interrupted=self._interrupted or self.outcomes.finished < len(self.collection.items),
            error=self.outcomes.error is not None or exitstatus == pytest.ExitCode.INTERNAL_ERROR,
        )
        self.facts = self.facts.concluded(self.run, self.outcomes.error)
        verdict = self.facts.verdict
        status = int(exit_status(verdict))
        if self._interrupted:
            status = int(pytest.ExitCode.INTERRUPTED)
        elif verdict is Verdict.PASS and exitstatus not in {0, pytest.ExitCode.NO_TESTS_COLLECTED}:
            status = int(exitstatus)
        session.exitstatus = status
        self.facts = self.facts.ended(status)
        since = history.since_last(self.artefacts.folder, self.run, self.facts)
        self.facts = self.facts.compared(since)
        report.build(self.run, self.facts, self.outcomes.seen)

    def pytest_html_report_title(self, report: Any) -> None:
        """Name the page."""
        report.title = f"Contract report: {self.catalogue.operation.path}"

    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """Put the verdict, the evidence and the machine record above pytest-html's own table."""
        if self.run is None:
            return
        try:
            prefix.append(report.summary_html(self.run, self.facts))
        except Exception as error:
            self._page_error = f"the page could not be written ({type(error).__name__})"

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """End with the verdict in one sentence and where the report is."""
        if self.run is None:
            return
        terminalreporter.write_sep("=", f"verdict: {self.facts.verdict}")
        terminalreporter.write_line(self.facts.reason)
        for waiver, state in self.run.waiver_states():
            line = f"waiver for {waiver.about} ({waiver.ticket}, until {waiver.expires}): {state}"
            terminalreporter.write_line(line)
        for words in (*self._withheld, *self._remarks):
            terminalreporter.write_line(words)
        for line in github.publish(self.run, self.facts, os.environ):
            terminalreporter.write_line(line)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Let go of everything; a run that was cut off before its end publishes nothing."""
        if self._handler is not None:
            signal.signal(signal.SIGTERM, self._handler)
        self.session.stop()
        self.artefacts.withdraw()


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt("SIGTERM")
