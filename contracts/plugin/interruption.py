"""Whether a run was interrupted."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import Any

import pytest


class Interruption:
    """Remembers that a run was interrupted, and lets SIGTERM interrupt it as Ctrl-C does.

    People press Ctrl-C twice. The second must not keep what was seen from being written: from
    the interruption on, and until pytest's end, both signals change nothing.
    """

    def __init__(self) -> None:
        self.happened = False
        self._noticed = False
        self._handlers: dict[int, Any] = {}

    def listen(self) -> None:
        """Take both signals from now on, until pytest's end; SIGINT only where it interrupts."""
        self._take(signal.SIGTERM)
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._take(signal.SIGINT)

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remember that the run was interrupted; pytest ends it itself after broken modules."""
        self._noticed = True
        self.happened |= not excinfo.errisinstance(pytest.Session.Interrupted)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Give the signals back."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _take(self, number: int) -> None:
        self._handlers[number] = signal.signal(number, self._interrupt)

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        """Interrupt, unless an interruption is on its way; one that got lost is said again."""
        self.happened = True
        if not self._noticed and not isinstance(sys.exception(), KeyboardInterrupt):
            raise KeyboardInterrupt(signal.Signals(number).name)
