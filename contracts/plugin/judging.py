"""Judging is an item's call: one requirement, by what the answers to its family showed."""

from __future__ import annotations

import pytest

from contracts.document.requirements import Level
from contracts.plugin.items import EVERYTHING_ELSE, defects_of, family_of, requirement_of, warn
from contracts.run.run import Run


class Judging:
    """Says of each item whether its requirement was kept.

    Arguments:
        run: the run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._told: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Judge one requirement by what the family's answers showed; pytest calls other tests."""
        family = family_of(pyfuncitem)
        if family is None:
            return None
        from contracts.report.text.explain import explain, one_line  # noqa: PLC0415 - when items run

        defects = defects_of(pyfuncitem, self._run)
        waivers = [waiver for d in defects if (waiver := self._run.waiver_of(d))]
        defects = [d for d in defects if self._run.waiver_of(d) is None]
        failing = [d for d in defects if self._fails(d.finding.requirement)]
        for defect in defects:
            if defect not in failing:
                warn(one_line(self._run, defect))
        if failing:
            pytest.fail(explain(self._run, failing, self._told), pytrace=False)
        if waivers:
            pytest.xfail(f"waived: {waivers[0].reason} ({waivers[0].ticket})")
        name = requirement_of(pyfuncitem)
        if name != EVERYTHING_ELSE and not self._run.ledger.family_observed(family, name):
            pytest.skip("not observed: no answer put it to the test")
        return True

    def _fails(self, requirement: str) -> bool:
        return self._run.level(requirement) is Level.MUST or self._run.fail_on_warning
