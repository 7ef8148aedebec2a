"""The outcomes of a run's items, and errors of the suite itself."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from contracts.plugin.items import belongs, is_own_error

_ENDINGS = {"passed", "failed", "error", "skipped", "xfailed", "xpassed"}
"""Any other is a plugin's outcome for an item that it reruns."""


class Outcomes:
    """Records the outcomes of a run's items.

    Arguments:
        folder: the operation's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.seen: set[tuple[str, str]] = set()
        self.finished = 0
        self.error: str | None = None
        self._folder = folder

    def fail(self, words: str) -> None:
        """Note that asking failed, which takes precedence over earlier errors.

        Arguments:
            words: what was raised, and in which item.
        """
        self.error = words

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a collection error, which is an error of the suite."""
        if report.failed:
            self.error = self.error or f"{report.nodeid} can't be collected"
            self.seen.add((report.nodeid, "error"))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Count finished items, and note errors of the suite."""
        report = yield
        if belongs(item, self._folder):
            self.finished += report.when == "teardown"
            if call.excinfo is not None and is_own_error(report, call.excinfo):
                self.error = self.error or f"{call.excinfo.typename} in {item.name}"
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note each outcome as pytest-html shows it, so that a gate notices a missing row."""
        outcome: str = report.outcome
        if report.failed and report.when != "call":
            outcome = "error"
        elif hasattr(report, "wasxfail"):
            outcome = "xfailed" if report.skipped else "xpassed"
        elif report.passed and report.when != "call":
            return
        self.seen.add((report.nodeid, outcome if outcome in _ENDINGS else "rerun"))
