"""How a long run shows how far it has come."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from contracts.plugin.terminal.progress import FIRST, RENEWED, REPEATED, Progress


class Screen:
    def __init__(self, isatty: bool) -> None:
        self.isatty = isatty
        self.lines: list[str] = []

    def rewrite(self, line: str, **_: bool) -> None:
        self.lines.append(line)

    def ensure_newline(self) -> None:
        pass

    def write_line(self, line: str) -> None:
        self.lines.append(line)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def run_of(sent: int, findings: int = 0) -> SimpleNamespace:
    client = SimpleNamespace(sent=sent, pace=SimpleNamespace(interval=1 / 9))
    return SimpleNamespace(client=client, defects=lambda: [object()] * findings)


@pytest.mark.parametrize("isatty", [True, False])
def test_a_short_run_shows_nothing(isatty):
    screen, clock = Screen(isatty), Clock()
    progress = Progress(screen, run_of(10), 230, clock)
    clock.now = FIRST - 0.1
    progress()
    assert screen.lines == []


def test_the_line_says_requests_pace_findings_and_time_left():
    screen, clock = Screen(isatty=True), Clock()
    progress = Progress(screen, run_of(90, findings=1), 230, clock)
    clock.now = 10.0
    progress()
    assert screen.lines == [
        "90 of about 230 requests, 9.0 a second, 1 finding, about 16 s left",
    ]


@pytest.mark.parametrize(("isatty", "every"), [(True, RENEWED), (False, REPEATED)])
def test_it_is_renewed_on_a_terminal_and_repeated_seldom_elsewhere(isatty, every):
    screen, clock = Screen(isatty), Clock()
    progress = Progress(screen, run_of(90), 230, clock)
    clock.now = FIRST
    progress()
    clock.now = FIRST + every * 0.9
    progress()
    assert len(screen.lines) == 1
    clock.now = FIRST + every
    progress()
    assert len(screen.lines) == 2


def test_the_line_goes_when_pytest_speaks():
    screen, clock = Screen(isatty=True), Clock()
    progress = Progress(screen, run_of(90), 230, clock)
    clock.now = 10.0
    progress()
    progress.clear()
    progress.clear()
    assert screen.lines[1:] == [""]
