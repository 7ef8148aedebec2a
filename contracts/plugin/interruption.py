"""Interruption of a run by a signal."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import Any

import pytest


class Interruption:
    """Remembers that a run was interrupted, and has SIGTERM interrupt it as Ctrl-C does.

    People press Ctrl-C twice. The second one must not keep results from being written, so both
    signals are ignored between the interruption and pytest's end.
    """

    def __init__(self) -> None:
        self.happened = False
        self._noticed = False
        self._handlers: dict[int, Any] = {}

    def listen(self) -> None:
        """Handle both signals until pytest's end; SIGINT only if it has Python's own handler."""
        self._take(signal.SIGTERM)
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._take(signal.SIGINT)

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remember an interruption, unless pytest itself stopped after collection errors."""
        self._noticed = True
        self.happened |= not excinfo.errisinstance(pytest.Session.Interrupted)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Restore the signal handlers."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _take(self, number: int) -> None:
        self._handlers[number] = signal.signal(number, self._interrupt)

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        """Interrupt, unless an interruption is in progress; one that was swallowed is repeated."""
        self.happened = True
        if not self._noticed and not isinstance(sys.exception(), KeyboardInterrupt):
            raise KeyboardInterrupt(signal.Signals(number).name)
