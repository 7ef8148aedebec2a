"""A contract run inside pytest: an item's setup sends the probes, its call judges the answers.

Each test function with a `family` mark becomes one item for each requirement that it observes,
and one for everything else. The first item to run calls all the functions, which send the
probes; each item then judges what the answers showed. So trouble in asking is an error, a
violation is a failure, and only the first item that sees a cause reports it.

The steps are collection, asking, judging, conclusion and publication, each in its own module.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from contracts import report
from contracts.document.catalogue import Catalogue
from contracts.http.probe import Probe
from contracts.http.target import SettingsError
from contracts.plugin.asking import Asking
from contracts.plugin.collection import Collection
from contracts.plugin.combined.part import Part
from contracts.plugin.conclusion import Ending, conclude
from contracts.plugin.discretion import Discretion
from contracts.plugin.interruption import Interruption
from contracts.plugin.items import families_of
from contracts.plugin.judging import Judging
from contracts.plugin.neighbours.refusals import OneThread, refuse_items
from contracts.plugin.outcomes import Outcomes
from contracts.plugin.publication import Publication
from contracts.plugin.reported import Reported
from contracts.plugin.terminal.progress import follow
from contracts.plugin.terminal.summary import write_summary
from contracts.probes.coverage import unasked
from contracts.report.text.printing import inline
from contracts.run.asking import Asker
from contracts.run.run import Run
from contracts.run.session import Session
from contracts.run.settings import NOTHING_ODD, Settings
from contracts.run.verdict import ExitStatus, Verdict
from contracts.run.waivers import Waiver


class ContractRun:
    """One contract run, from its first line to its last.

    Arguments:
        config: pytest's configuration.
        settings: the run's settings.
        catalogue: the operation's requirements.
        folder: the operation's folder.
        seed: Hypothesis's seed.
        waivers: known deviations, of all targets.
        part: the run's part of a combined run; None if it is no combined run's.
    """

    def __init__(
        self,
        config: pytest.Config,
        settings: Settings,
        catalogue: Catalogue,
        folder: Path,
        seed: int,
        waivers: tuple[Waiver, ...] = (),
        part: Part | None = None,
    ) -> None:
        self.settings = settings
        self.artefacts = report.Artefacts(settings.report_dir)
        self._config = config
        self._catalogue = catalogue
        self._waivers = waivers
        self._part = part
        self._sample = part.sample if part is not None else None
        if catalogue.effects:
            self._sample = NOTHING_ODD
        self._session = Session(settings, catalogue, part.pace if part is not None else None)
        self._facts = report.RunFacts.begin(settings, catalogue, seed)
        self._collection = Collection(folder, catalogue)
        self._outcomes = Outcomes(folder)
        self._interruption = Interruption()
        self._publication = Publication(self.artefacts, settings.sign_key)
        self._run: Run | None = None
        self._failed: str | None = None
        self._titled: Any = None
        self._asking: Asking | None = None
        self._reported: Reported | None = None
        self._plan: list[Probe] = []

    def register(self) -> None:
        """Register the run's hooks, and those that are needed from the session's start."""
        register = self._config.pluginmanager.register
        register(self._collection, "contract-collection")
        register(self._outcomes, "contract-outcomes")
        register(Discretion(self._session), "contract-discretion")
        register(self._interruption, "contract-interruption")
        register(self, "contract-run")

    def pytest_report_header(self) -> list[str]:
        """Return header lines: the target and why it was chosen, the operation, the document."""
        target, operation = self.settings.target, self._catalogue.operation
        document = operation.document
        return [
            f"target: {target.title}, {target.why}",
            f"operation: {self._catalogue.name}, {operation.method.upper()} {operation.path}",
            f"document: {document.title} {document.version}, seed: {self._facts.seed}",
        ]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Determine the items to run, while pytest can still reject the command line."""
        self._collection.finish(session.items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Start the run if there are items of the operation."""
        if self._collection.items and not self._config.option.collectonly:
            try:
                refuse_items(self._collection.items)
                if self._part is not None:
                    self._part.begin()
                self.artefacts.begin(self._facts.started)
            except SettingsError as error:
                raise pytest.UsageError(str(error)) from error
            self._start(self._collection.items)
            terminal = self._config.pluginmanager.get_plugin("terminalreporter")
            if terminal is not None and len(self._collection.items) == len(session.items):
                terminal.showfspath = False  # items are ordered by family, not by file

    def _start(self, items: list[pytest.Item]) -> None:
        """Start the session and register the hooks that ask and judge."""
        run = self._run = self._session.start(
            minimising=self.settings.profile.minimising,
            fail_on_warning=self.settings.fail_on_warning,
            waivers=self._waivers,
        )
        self._facts = self._facts.located(self._session.target)
        self._plan = self._planned(items)
        progress = follow(run, len(self._plan) or self.settings.allowance.requests, self._config)
        reported = self._reported = Reported(run)
        self._asking = Asking(
            run,
            reported,
            items,
            self.settings.profile,
            self._facts.seed,
            self._config.option.maxfail or 0,
            progress,
            self._outcomes.fail,
            self._sample,
        )
        register = self._config.pluginmanager.register
        register(OneThread(), "contract-thread")
        register(self._asking, "contract-asking")
        register(Judging(run, reported), "contract-judging")
        self._interruption.listen()

    def _planned(self, items: list[pytest.Item]) -> list[Probe]:
        """List the probes that a run of these items would send if every answer is right."""
        from contracts.run.planning import plan  # noqa: PLC0415 - when items run

        settings = replace(self.settings, target=self._session.target)
        try:
            # Whatever a suite prints is captured and masked in the real run.
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
                return plan(
                    settings, self._catalogue, families_of(items), self._facts.seed, self._sample
                )
        except Exception:  # a broken family fails in its own item too, which reports it
            return []

    def asker(self, item: pytest.Item) -> Asker:
        """Return the asker of an item's family.

        Arguments:
            item: any item.

        Raises:
            pytest.UsageError: there is no run, since no family was collected.
        """
        if self._asking is None:
            raise pytest.UsageError("contract tests need a collected contract run")
        return self._asking.asker(item)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(
        self, session: pytest.Session, exitstatus: int
    ) -> Generator[None, object, object]:
        """Judge the run before any report is written, and publish the reports afterwards."""
        if self._run is None:
            result = yield
            if not self._config.option.collectonly:
                self.artefacts.show_places(self._config)
            self.artefacts.withdraw()
            return result
        self._facts = conclude(self._run, self._facts, self._ending(exitstatus))
        session.exitstatus = self._facts.exit_status
        self._facts = self._publication.build(self._run, self._facts, self._outcomes.seen)
        result = None
        try:
            result = yield
        except Exception as error:
            self._failed = f"pytest or a plugin at the end of the session ({self._told(error)})"
        published = self._publication.publish(
            self._run, self._facts, self._session.redactor, self._failed
        )
        if not published and self._facts.verdict is not Verdict.FAIL:
            reason = f"The suite itself failed: {self._failed or 'a report was withheld'}."
            self._facts = replace(
                self._facts,
                verdict=Verdict.ERROR,
                reason=reason,
                exit_status=int(ExitStatus.ERROR),
            )
        session.exitstatus = self._facts.exit_status  # another plugin may have changed it
        if self._part is not None:
            record = report.build(self._run, self._facts)
            self._part.end(record, self._session.pace, session.testsfailed)
        self.artefacts.show_places(self._config)
        return result

    def broken_off(self, error: Exception) -> int:
        """Report that pytest failed in its last steps; returns the exit status.

        Arguments:
            error: what was raised.
        """
        with suppress(OSError):  # stderr may be closed
            print(f"The suite itself failed at pytest's end: {self._told(error)}", file=sys.stderr)
        fails = self._run is not None and self._facts.verdict is Verdict.FAIL
        return int(ExitStatus.FAIL if fails else ExitStatus.ERROR)

    def _told(self, error: Exception) -> str:
        words = self._session.redactor.text(str(error))
        return inline(f"{type(error).__name__}: {words}" if words else type(error).__name__)

    def _ending(self, exitstatus: int) -> Ending:
        return Ending(
            status=exitstatus,
            error=self._outcomes.error,
            deselected=self._collection.deselected,
            left_out=self._is_left_out(),
            sampled=self._sample is not None,
            interrupted=self._interruption.happened,
            finished=self._outcomes.finished >= len(self._collection.items),
        )

    def _is_left_out(self) -> bool:
        """Whether a plugin kept a planned request from being sent, or an item from being judged."""
        if self._run is None or self._reported is None:
            return True
        if any(item.nodeid not in self._reported.reached for item in self._collection.items):
            return True
        return next(unasked(self._plan, self._run.exchanges.values()), None) is not None

    def pytest_html_report_title(self, report: Any) -> None:
        """Keep the report object, to set its title once the verdict is known."""
        self._titled = report

    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """Put the verdict, the evidence and the machine record above pytest-html's table."""
        if self._run is not None:
            try:
                prefix.append(report.summary_html(self._run, self._facts))
                self._titled.title = report.title_of(self._run, self._facts)
            except Exception as error:  # pytest-html would end without a page
                self._failed = f"the page has no verdict ({self._told(error)})"

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> Generator[None, object, object]:
        """Write the verdict last, below the summaries of pytest and its plugins."""
        result = yield
        if self._run is not None and self._reported is not None:
            remarks = self._publication.remarks(self._run, self._facts)
            write_summary(terminalreporter, self._run, self._facts, self._reported, remarks)
        return result

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Release all resources; a run that was cut off publishes nothing."""
        self._session.stop()
        self.artefacts.withdraw()
