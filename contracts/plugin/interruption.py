"""Whether somebody ended a run before its end."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

import pytest


class Interruption:
    """Lets SIGTERM end a run as Ctrl-C does, and remembers either."""

    def __init__(self) -> None:
        self.happened = False
        self._handler: Any = None

    def listen(self) -> None:
        """Take SIGTERM from now on, until pytest's end."""
        self._handler = signal.signal(signal.SIGTERM, _terminate)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remember that somebody ended the run; pytest ends it itself after broken modules."""
        self.happened |= not excinfo.errisinstance(pytest.Session.Interrupted)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Give SIGTERM back."""
        if self._handler is not None:
            signal.signal(signal.SIGTERM, self._handler)


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt("SIGTERM")
