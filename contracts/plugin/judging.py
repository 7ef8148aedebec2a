"""Judging: an item's call judges one requirement by the answers to its family."""

from __future__ import annotations

import pytest

from contracts.judging.defects import Defect
from contracts.plugin.items import EVERYTHING_ELSE, defects_of, family_of, requirement_of
from contracts.plugin.reported import Reported, note, notes_of
from contracts.run.run import Run

MOST_TOLD = 8
"""Most defects that a run's items show in full; the others get one line each."""


class Judging:
    """Decides for each item whether its requirement holds.

    Arguments:
        run: the run.
        reported: which item reported which cause.
    """

    def __init__(self, run: Run, reported: Reported) -> None:
        self._run = run
        self._reported = reported
        self._told = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Judge one requirement by its family's answers; leave other tests to pytest."""
        family = family_of(pyfuncitem)
        if family is None:
            return None
        self._reported.reached.add(pyfuncitem.nodeid)
        from contracts.report.text.explain import explain  # noqa: PLC0415 - when items run

        defects = defects_of(pyfuncitem, self._run)
        new = self._reported.unreported(defects, pyfuncitem)
        for defect in defects:
            if defect not in new:
                note(pyfuncitem, self._seen_before(defect))
        failing = [each for each in new if self._reported.fails(each)]
        if failing:
            self._reported.report(failing, pyfuncitem)
            words = explain(self._run, failing, max(0, MOST_TOLD - self._told))
            self._told += len(failing)
            pytest.fail(words, pytrace=False)
        self._pass_over(pyfuncitem, new)
        name = requirement_of(pyfuncitem)
        if name != EVERYTHING_ELSE and not self._run.ledger.family_observed(family, name):
            if self._reported.is_gap(pyfuncitem):
                pytest.skip("not observed: no answer put it to the test")
            note(pyfuncitem, "not observed: none of this family's answers put it to the test")
        return True

    def _pass_over(self, item: pytest.Function, defects: list[Defect]) -> None:
        """Note new defects that don't fail the item; a waived one is an expected failure."""
        waived = [each for each in defects if self._run.waiver_of(each)]
        for defect in defects:
            if defect not in waived:
                note(item, f"warning: breaks a SHOULD, {defect.finding.slug}")
        self._reported.report(defects, item)
        for defect in waived:
            waiver = self._run.waiver_of(defect)
            if waiver is not None:
                pytest.xfail(f"waived: {waiver.reason} ({waiver.ticket})")

    def _seen_before(self, defect: Defect) -> str:
        speaker = self._reported.speaker(defect)
        if self._reported.fails(defect):
            return f"known: {defect.finding.slug}, for which {speaker} failed"
        kind = "waived" if self._run.waiver_of(defect) else "warning"
        return f"{kind}: {defect.finding.slug}, as {speaker} saw"

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(
        self, report: pytest.CollectReport | pytest.TestReport
    ) -> tuple[str, str, str] | None:
        """Show a passing item's notes with -v."""
        if not isinstance(report, pytest.TestReport) or report.when != "call":
            return None
        notes = notes_of(report)
        return ("passed", ".", f"PASSED ({'; '.join(notes)})") if notes and report.passed else None
