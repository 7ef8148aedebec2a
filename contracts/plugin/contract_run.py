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
from contracts.document.requirements import Catalogue, Level
from contracts.plugin.collection import Collection
from contracts.plugin.items import (
    EVERYTHING_ELSE,
    FAMILY_MARK,
    InconclusiveError,
    family_of,
    requirement_of,
    warn,
)
from contracts.plugin.outcomes import Outcomes
from contracts.plugin.progress import Progress, follow
from contracts.report import github, history
from contracts.run.asking import Asker
from contracts.run.run import KEY_IS_GOOD, Run
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
        self._askers: dict[str, Asker] = {}
        self._asked: dict[str, BaseException | None] = {}
        self._interrupted = False
        self._handler: Any = None
        self._withheld: list[str] = []
        self._page_error: str | None = None
        self._remarks: list[str] = []
        self._told: set[str] = set()
        self._progress: Progress | None = None

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
        self._progress = follow(self.run, self.session, self.config)
        self._handler = signal.signal(signal.SIGTERM, _terminate)

    # --- items ----------------------------------------------------------------------------

    def asker(self, item: pytest.Item) -> Asker:
        """Give the asker of an item's family.

        Arguments:
            item: an item under a family mark.
        """
        name = family_of(item) or item.name
        if self.run is None:
            raise pytest.UsageError("contract tests need a collected contract run")
        return self._askers.setdefault(name, Asker(self.run, name))

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Ask, where the item's family was not asked yet; trouble in asking is an error."""
        family = family_of(item)
        if family is None or self.run is None or not isinstance(item, pytest.Function):
            return
        if family not in self._asked:
            self._asked[family] = None
            from contracts.run import families  # noqa: PLC0415 - when items run

            arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
            try:
                families.call(item.obj, family, self.facts.seed, **arguments)
                self.asker(item).confirm()
            except Exception as error:
                self._asked[family] = error
                self.outcomes.error = f"{type(error).__name__} in {item.name}"
                raise
            finally:
                if self._progress is not None:
                    self._progress.clear()
            if family == family_of(self.collection.items[-1]):
                self.run.finish(family)
        failed = self._asked[family]
        if failed is not None:
            raise failed
        words = self.run.trouble_of(family)
        if self.run.key_refused and requirement_of(item) == KEY_IS_GOOD:
            words = words or "the key was refused"
        if words is not None and not self._defects(item):
            raise InconclusiveError(words)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> object | None:
        """Judge one requirement by what the family's answers showed."""
        family = family_of(pyfuncitem)
        if family is None or self.run is None:
            return None
        from contracts.report.text.explain import explain, one_line  # noqa: PLC0415 - when items run

        defects = self._defects(pyfuncitem)
        waived = [d for d in defects if self.run.waiver_of(d)]
        defects = [d for d in defects if d not in waived]
        failing = [d for d in defects if self._fails(d.finding.requirement)]
        for defect in defects:
            if defect not in failing:
                warn(one_line(self.run, defect))
        if failing:
            pytest.fail(explain(self.run, failing, self._told), pytrace=False)
        if waived:
            waiver = self.run.waiver_of(waived[0])
            pytest.xfail(f"waived: {waiver.reason} ({waiver.ticket})" if waiver else "waived")
        name = requirement_of(pyfuncitem)
        if name != EVERYTHING_ELSE and not self.run.ledger.family_observed(family, name):
            pytest.skip("not observed: no answer put it to the test")
        return True

    def _defects(self, item: pytest.Item) -> list[Any]:
        """The defects that an item stands for."""
        if self.run is None:
            return []
        family, name = family_of(item) or "", requirement_of(item)
        if name != EVERYTHING_ELSE:
            return self.run.defects(family, name)
        mark = item.get_closest_marker(FAMILY_MARK)
        own = self.catalogue.named(mark.kwargs["observes"]) if mark else ()
        return [d for d in self.run.defects(family) if d.finding.requirement not in own]

    def _fails(self, requirement: str) -> bool:
        level = self.catalogue.requirements[requirement].level
        return level is Level.MUST or self.settings.fail_on_warning

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
