"""A run's output: its artefacts, its line in the history, and remarks on them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace

from contracts import report
from contracts.redaction import Redactor
from contracts.report import github, history
from contracts.report.facts import RunFacts
from contracts.report.waived import account
from contracts.run.run import Run
from contracts.run.verdict import Verdict


class Publication:
    """Publishes a run.

    Arguments:
        artefacts: the run's files.
        sign_key: key of the page's signature; None leaves it unsigned.
    """

    def __init__(self, artefacts: report.Artefacts, sign_key: str | None) -> None:
        self._artefacts = artefacts
        self._sign_key = sign_key
        self._remarks: list[str] = []

    def build(self, run: Run, facts: RunFacts, tests: Iterable[tuple[str, str]]) -> RunFacts:
        """Build the record, which pytest-html's page contains too.

        Arguments:
            run: the finished run.
            facts: the run's facts.
            tests: node id and outcome of each test.

        Returns:
            The facts, with what changed since earlier runs.
        """
        facts = facts.compared(history.since_last(self._artefacts.folder, run, facts))
        report.build(run, facts, tests)
        return facts

    def publish(
        self, run: Run, facts: RunFacts, redactor: Redactor, failed: str | None = None
    ) -> bool:
        """Publish the artefacts and add the run to the history; returns whether none was withheld.

        Arguments:
            run: the finished run.
            facts: the run's facts.
            redactor: checks for secrets once more.
            failed: an error of the suite so far, or None.
        """
        withheld = self._artefacts.publish(run, facts, redactor, self._sign_key, failed)
        if withheld and facts.verdict is not Verdict.FAIL:
            facts = replace(facts, verdict=Verdict.ERROR)
        unwritten = history.append(self._artefacts.folder, run, facts)
        self._remarks = [*withheld, *self._artefacts.remarks, *([unwritten] if unwritten else [])]
        return not withheld

    def remarks(self, run: Run, facts: RunFacts) -> Iterator[str]:
        """Yield remarks to show with the verdict, and write GitHub's output.

        Arguments:
            run: the finished run.
            facts: the run's facts.
        """
        yield from github.publish(run, facts, os.environ)
        findings = [defect.finding for defect in run.defects()]
        for waiver, state in run.waiver_states():
            yield account(waiver, state, findings)
        yield from self._remarks
