"""Keeps secrets out of what pytest prints of the suite's own failures."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from contracts.run.session import Session


class Discretion:
    """Masks what pytest says of modules that can't be collected and of hooks that fail.

    Arguments:
        session: knows the secrets.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(
        self,
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Mask the traceback of a module that can't be collected."""
        report = yield
        if report.failed:
            report.longrepr = self._session.redactor.text(str(report.longrepr))
        report.sections = [
            (title, self._session.redactor.text(text)) for title, text in report.sections
        ]
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any) -> None:
        """Mask the traceback of an internal error, for whichever reporter prints it."""
        words = self._session.redactor.text(str(excrepr))
        excrepr.toterminal = lambda writer: writer.line(words)
