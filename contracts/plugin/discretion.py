"""Keeps secrets, and useless tracebacks, out of what pytest reports."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
from pytest_metadata.plugin import metadata_key

from contracts.plugin.items import InconclusiveError, is_own_error
from contracts.run.session import Session


class Discretion:
    """Masks pytest's reports of collection errors, of items, and of internal errors.

    Arguments:
        session: provides the redactor.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Mask CI metadata, such as a branch name, before a plugin shows it.

        Arguments:
            session: pytest's, with what pytest-metadata found.
        """
        found: dict[str, Any] = session.config.stash.get(metadata_key, {})
        found.update({name: self._masked(value) for name, value in found.items()})

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(
        self,
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Mask the traceback of a module that can't be collected."""
        report = yield
        if report.failed:
            report.longrepr = self._session.redactor.text(str(report.longrepr))
        self._mask_sections(report)
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Mask secrets in a traceback, and replace the traceback of trouble by one sentence."""
        report = yield
        if call.excinfo is not None and call.excinfo.errisinstance(InconclusiveError):
            report.longrepr = f"inconclusive: {call.excinfo.value}"
        elif isinstance(report.longrepr, str) or (
            call.excinfo is not None and is_own_error(report, call.excinfo)
        ):
            report.longrepr = self._session.redactor.text(str(report.longrepr))
        self._mask_sections(report)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any) -> None:
        """Mask the traceback of an internal error, whichever reporter prints it."""
        words = self._session.redactor.text(str(excrepr))
        excrepr.toterminal = lambda writer: writer.line(words)

    def _mask_sections(self, report: pytest.CollectReport | pytest.TestReport) -> None:
        """Mask captured standard output, standard error and logging."""
        report.sections = [
            (title, self._session.redactor.text(text)) for title, text in report.sections
        ]

    def _masked(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._session.redactor.text(value)
        if isinstance(value, dict):
            return {name: self._masked(each) for name, each in value.items()}
        return value
