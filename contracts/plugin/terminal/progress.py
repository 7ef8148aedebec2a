"""Shows how far a long run has come: one line that renews itself, or a plain line now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import pytest

from contracts.run.run import Run
from contracts.run.session import Session

FIRST = 3.0
"""Seconds after which a run counts as long."""
RENEWED, REPEATED = 0.5, 15.0
"""Seconds between two states of the line on a terminal, and between two plain lines elsewhere."""


class Terminal(Protocol):
    """What pytest's terminal reporter offers for this."""

    @property
    def isatty(self) -> bool: ...  # noqa: D102 - pytest's own
    def rewrite(self, line: str, **markup: bool) -> None: ...  # noqa: D102
    def ensure_newline(self) -> None: ...  # noqa: D102
    def write_line(self, line: str) -> None: ...  # noqa: D102


class Progress:
    """Says after each request how far the run has come, where that is worth a line.

    Arguments:
        terminal: pytest's terminal reporter.
        run: the run.
        planned: how many requests the run will send if all goes well.
        clock: monotonic seconds.
        uncaptured: context in which writing reaches the terminal: pytest captures what items write.
    """

    def __init__(
        self,
        terminal: Terminal,
        run: Run,
        planned: int,
        clock: Callable[[], float] = time.monotonic,
        uncaptured: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._terminal = terminal
        self._run = run
        self._planned = planned
        self._clock = clock
        self._uncaptured = uncaptured
        self._every = RENEWED if terminal.isatty else REPEATED
        self._began = clock()
        self._shown = self._began + FIRST - self._every
        self._open = False

    def __call__(self) -> None:
        """Take notice of a request that was answered, or was not."""
        now = self._clock()
        if now - self._shown < self._every:
            return
        self._shown = now
        with self._uncaptured():
            self._write(self.line())

    def _write(self, line: str) -> None:
        if not self._open:
            self._terminal.ensure_newline()
        if self._terminal.isatty:
            self._open = True
            self._terminal.rewrite(line, erase=True)
        else:
            self._terminal.write_line(line)

    def line(self) -> str:
        """Say requests sent of planned, pace, findings so far, and time left."""
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
        """Take the line away, for what pytest has to say."""
        if self._open:
            with self._uncaptured():
                self._terminal.rewrite("", erase=True)
            self._open = False


def follow(run: Run, session: Session, config: pytest.Config) -> Progress | None:
    """Have a run show its progress; None where pytest reports to no terminal.

    Arguments:
        run: the run, before its first request.
        session: what it was started with.
        config: pytest's configuration.
    """
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None:
        return None
    capture = config.pluginmanager.get_plugin("capturemanager")
    uncaptured = capture.global_and_fixture_disabled if capture else nullcontext
    progress = Progress(terminal, run, _planned(session), uncaptured=uncaptured)
    run.on_exchange = progress
    return progress


def _planned(session: Session) -> int:
    """Count the requests of a run that will take its time; on loopback it hardly shows a line."""
    if session.target.loopback:
        return session.settings.allowance.requests
    from contracts.run.planning import plan  # noqa: PLC0415 - only long runs are planned

    return len(plan(session.settings, session.catalogue))
