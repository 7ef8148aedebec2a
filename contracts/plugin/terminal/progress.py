"""Progress of a long run: one line that is updated in place, or a plain line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import pytest

from contracts.run.run import Run

FIRST = 3.0
"""Seconds after which a run counts as long."""
WAITS = ("Retry-After", "RateLimit")
"""Fields by which a target asks to wait."""
RENEWED, REPEATED = 0.5, 15.0
"""Seconds between updates of the line on a terminal, and between plain lines elsewhere."""

_TO_START, _ERASE, _UP, _RIGHT = "\r", "\x1b[K", "\x1b[A", "\x1b[%dC"


class Terminal(Protocol):
    """What pytest's terminal reporter offers for this."""

    def ensure_newline(self) -> None: ...  # noqa: D102 - pytest's own


class Writer(Protocol):
    """What pytest's terminal writer offers for this."""

    @property
    def fullwidth(self) -> int: ...  # noqa: D102 - pytest's own
    @property
    def width_of_current_line(self) -> int: ...  # noqa: D102
    def line(self, s: str = "") -> None: ...  # noqa: D102
    def write_raw(self, msg: str, *, flush: bool = False) -> None: ...  # noqa: D102


class Progress:
    """Shows the run's progress after a request, if an update is due.

    On a terminal, the line appears below the one that pytest is writing and is erased afterwards,
    without affecting the column that pytest keeps track of.

    Arguments:
        terminal: pytest's terminal reporter.
        writer: pytest's terminal writer.
        run: the run.
        planned: how many requests the run will send if every answer is right.
        renews: whether a line can be overwritten.
        clock: returns monotonic seconds.
        uncaptured: context that suspends pytest's capturing, so that output reaches the terminal.
    """

    def __init__(
        self,
        terminal: Terminal,
        writer: Writer,
        run: Run,
        planned: int,
        *,
        renews: bool,
        clock: Callable[[], float] = time.monotonic,
        uncaptured: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._terminal = terminal
        self._writer = writer
        self._run = run
        self._planned = planned
        self._renews = renews
        self._clock = clock
        self._uncaptured = uncaptured
        self._every = RENEWED if renews else REPEATED
        self._began = clock()
        self._shown = self._began + FIRST - self._every
        self._open = False

    def __call__(self) -> None:
        """Update the display after a request, answered or not."""
        now = self._clock()
        if now - self._shown < self._every:
            return
        self._shown = now
        with self._uncaptured():
            self._write(self.line())

    def waits(self, seconds: float) -> None:
        """Announce a long wait, and why.

        Arguments:
            seconds: how long nothing will be sent.
        """
        if seconds < FIRST:
            return
        self._shown = self._clock()
        last = next(reversed(self._run.exchanges.values()), None)
        fields = [name for name in WAITS if last and last.response.values(name.lower())]
        why = f", as the target asked ({fields[0]})" if fields else ""
        with self._uncaptured():
            self._write(f"{self._run.client.sent} requests, waits {seconds:.0f} s{why}")

    def _write(self, line: str) -> None:
        if self._renews:
            start = _TO_START if self._open else "\n"
            self._open = True
            line = line[: self._writer.fullwidth - 1]  # a wrapped line could not be erased
            self._writer.write_raw(f"{start}{line}{_ERASE}", flush=True)
        else:
            self._terminal.ensure_newline()
            if self._writer.width_of_current_line:  # dots without a file name
                self._writer.line()
            self._writer.line(line)

    def line(self) -> str:
        """Return the line: requests sent and planned, pace, findings so far, and time left."""
        elapsed = max(self._clock() - self._began, 0.001)
        sent = self._run.client.sent
        planned = max(self._planned, sent)
        each = max(elapsed / max(sent, 1), self._run.client.pace.interval)
        found = len(self._run.defects())
        return (
            f"{sent} of about {planned} requests, {1 / each:.1f} a second, "
            f"{found} finding{'' if found == 1 else 's'}, "
            f"about {(planned - sent) * each:.0f} s left"
        )

    def clear(self) -> None:
        """Erase the line, and move the cursor back to where pytest was writing."""
        if self._open:
            column = self._writer.width_of_current_line % self._writer.fullwidth
            back = _UP + (_RIGHT % column if column else "")
            with self._uncaptured():
                self._writer.write_raw(f"{_TO_START}{_ERASE}{back}", flush=True)
            self._open = False


def follow(run: Run, planned: int, config: pytest.Config) -> Progress | None:
    """Have a run show its progress; returns None if pytest has no terminal reporter.

    Arguments:
        run: the run, before its first request.
        planned: how many requests it will send if every answer is right.
        config: pytest's configuration.
    """
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None:
        return None
    writer = config.get_terminal_writer()
    capture = config.pluginmanager.get_plugin("capturemanager")
    uncaptured = capture.global_and_fixture_disabled if capture else nullcontext
    renews = sys.stdout.isatty() and writer.hasmarkup
    progress = Progress(terminal, writer, run, planned, renews=renews, uncaptured=uncaptured)
    run.on_exchange = progress
    run.client.on_wait = progress.waits
    return progress
