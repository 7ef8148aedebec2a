"""How a long run shows how far it has come."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from contracts.common.success import READS
from contracts.plugin.terminal.progress import FIRST, RENEWED, REPEATED, Progress
from contracts.sandbox.fault import Fault
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer, render
from contracts.sandbox.server import Sandbox
from contracts.sandbox.wire import Script
from tests.support import run_warm


class Screen:
    """A terminal with pytest's writer, as far as a line that comes and goes needs them."""

    fullwidth = 80

    def __init__(self) -> None:
        self.rows = [""]
        self.row = self.column = 0
        self.written = ""

    @property
    def width_of_current_line(self) -> int:
        return len(self.written)

    def ensure_newline(self) -> None:
        pass

    def write(self, text: str) -> None:
        self.written = (self.written + text).rpartition("\n")[2]
        self.write_raw(text)

    def line(self, s: str = "") -> None:
        self.write(f"{s}\n")

    def write_raw(self, msg: str, *, flush: bool = False) -> None:
        for control, text in re.findall(r"(\x1b\[\d*[A-Z]|[\r\n])|([^\x1b\r\n]+)", msg):
            for character in text:
                if self.column == self.fullwidth:
                    self._next_row()
                row, here = self.rows[self.row], self.column
                self.rows[self.row] = row[:here].ljust(here) + character + row[here + 1 :]
                self.column += 1
            if text:
                continue
            if control == "\x1b[K":
                self.rows[self.row] = self.rows[self.row][: self.column]
            elif control == "\x1b[A":
                self.row -= 1
            elif control.endswith("C"):
                self.column = min(self.column + int(control[2:-1]), self.fullwidth - 1)
            elif control == "\n":
                self._next_row()
            else:
                self.column = 0

    def _next_row(self) -> None:
        self.row, self.column = self.row + 1, 0
        self.rows += [""] * (self.row == len(self.rows))

    @property
    def lines(self) -> list[str]:
        return [row for row in self.rows if row]


def progress_on(screen: Screen, run: SimpleNamespace, clock: Clock, renews: bool) -> Progress:
    return Progress(screen, screen, run, 230, renews=renews, clock=clock)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def run_of(sent: int, findings: int = 0) -> SimpleNamespace:
    client = SimpleNamespace(sent=sent, pace=SimpleNamespace(interval=1 / 9))
    return SimpleNamespace(client=client, defects=lambda: [object()] * findings)


@pytest.mark.parametrize("renews", [True, False])
def test_a_short_run_shows_nothing(renews):
    screen, clock = Screen(), Clock()
    progress = progress_on(screen, run_of(10), clock, renews)
    clock.now = FIRST - 0.1
    progress()
    assert screen.lines == []


def test_the_line_says_requests_pace_findings_and_time_left():
    screen, clock = Screen(), Clock()
    progress = progress_on(screen, run_of(90, findings=1), clock, renews=True)
    clock.now = 10.0
    progress()
    assert screen.lines == [
        "90 of about 230 requests, 9.0 a second, 1 finding, about 16 s left",
    ]


def test_it_is_renewed_in_its_place_on_a_terminal():
    screen, clock, run = Screen(), Clock(), run_of(90)
    progress = progress_on(screen, run, clock, renews=True)
    for clock.now, run.client.sent in ((FIRST, 9), (FIRST + 0.9 * RENEWED, 10)):
        progress()
    assert [line.split()[0] for line in screen.lines] == ["9"]
    clock.now = FIRST + RENEWED
    progress()
    assert [line.split()[0] for line in screen.lines] == ["10"]


def test_it_is_repeated_seldom_elsewhere_and_on_lines_of_its_own():
    screen, clock = Screen(), Clock()
    progress = progress_on(screen, run_of(90), clock, renews=False)
    screen.write("..F")
    for clock.now in (FIRST, FIRST + 0.9 * REPEATED, FIRST + REPEATED):
        progress()
    progress.clear()
    screen.write("..")
    assert [line[:2] for line in screen.lines] == ["..", "90", "90", ".."]


@pytest.mark.parametrize("before", ["", "..F..", "a name with -v".ljust(90, "-")])
def test_pytest_goes_on_where_it_was_writing(before):
    screen, clock = Screen(), Clock()
    progress = progress_on(screen, run_of(90), clock, renews=True)
    screen.write(before)
    for clock.now in (10.0, 11.0):
        progress()
    progress.clear()
    progress.clear()
    screen.write("...")
    assert "".join(screen.lines) == f"{before}..."
    assert screen.width_of_current_line == len(before) + 3


def test_a_line_that_is_too_long_for_the_terminal_is_cut():
    screen, clock = Screen(), Clock()
    screen.fullwidth = 40
    progress = progress_on(screen, run_of(90), clock, renews=True)
    clock.now = 10.0
    progress()
    assert [len(line) for line in screen.lines] == [39]


def _asking(*fields: str) -> SimpleNamespace:
    found = {name.lower(): ("60",) for name in fields}
    return SimpleNamespace(response=SimpleNamespace(values=lambda name: found.get(name, ())))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        (("Retry-After",), ", as the target asked (Retry-After)"),
        (("RateLimit",), ", as the target asked (RateLimit)"),
        ((), ""),
    ],
)
def test_a_long_wait_says_who_asked_for_it(fields, why):
    screen, run = Screen(), run_of(30)
    run.exchanges = {1: _asking("Retry-After", "RateLimit"), 2: _asking(*fields)}
    progress = progress_on(screen, run, Clock(), renews=False)
    progress.waits(FIRST / 2)
    assert screen.lines == []
    progress.waits(60.0)
    assert screen.lines == [f"30 requests, waits 60 s{why}"]


def _slow(answer: Answer, _context: Context) -> Script:
    return Script((0.7, render(answer)), status=answer.status)


def test_on_loopback_too_it_expects_what_the_plan_says_of_the_selected_items(tmp_path):
    slow = Fault("slow", "Answers late.", "variation", wire=_slow)
    options = ("-k", "test_a_valid_key_reads_its_balance")
    with Sandbox(fault=slow) as sandbox:
        result = run_warm(tmp_path, "--target", sandbox.url, *options, key=sandbox.key)
    assert result.status == 0, result.output
    lines = re.findall(
        r"^(\d) of about (\d+) requests, .* 0 findings, .* left$", result.output, re.M
    )
    assert len(lines) == 1
    assert lines[0][1] == str(READS + 3)
