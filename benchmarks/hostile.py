"""The cost of hostile servers: time and memory of a run against each, and of the gate after it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import ROOT, Command, Cost, environment, spend
from benchmarks.rows import Row
from benchmarks.sizes import Sizes
from contracts.rye import RYE

SECTION = "hostile"
MEGABYTE = 1_000_000
MEMORY, BEYOND = "< 400 MB", "< 120 s"
ENDINGS = (0, 1, 75)
"""Exit statuses of a run or gate that finished."""


@dataclass(frozen=True, slots=True)
class Met:
    """What one server cost.

    Arguments:
        name: the server's name.
        run: cost of the run against the server.
        gate: cost of the gate's decision on the run's report.
        page: size of the report in octets.
    """

    name: str
    run: Cost
    gate: Cost
    page: int


def measure(sizes: Sizes) -> list[Row]:
    """Run the suite against hostile servers, and the gate on each report.

    Arguments:
        sizes: which servers, and the profile.
    """
    met = [meet(name, "--hypothesis-profile", sizes.profile) for name in sizes.servers or _names()]
    met.sort(key=lambda each: -each.run.memory)
    return [row for each in met for row in _rows(each)]


def meet(name: str, *options: str) -> Met:
    """Run the suite once against a hostile server, and the gate on its report.

    Arguments:
        name: the server's name.
        options: pytest options, in addition to those of every run.
    """
    with tempfile.TemporaryDirectory() as folder, _served(name) as (url, key):
        argv = ("-m", "pytest", "-m", "billing", "-q", "-p", "no:cacheprovider")
        asked = (f"--target={url}", f"--report-dir={folder}", "--hypothesis-seed=1", *options)
        run = spend(Command((*argv, *asked), ROOT, ((RYE.key_variable, key),), ENDINGS))
        page = Path(folder) / "report.html"
        decide = ("-m", "contracts", "gate", str(page), "--target", url)
        return Met(name, run, spend(Command(decide, statuses=ENDINGS)), page.stat().st_size)


def _names() -> tuple[str, ...]:
    """Name all servers, in a separate process so that no other process inherits them.

    A process's memory counts towards the peak of every process that it starts.
    """
    words = "from benchmarks.hostile_servers import SERVERS; print(*SERVERS)"
    command = [sys.executable, "-c", words]
    return tuple(subprocess.check_output(command, cwd=ROOT, text=True).split())


@contextmanager
def _served(name: str) -> Iterator[tuple[str, str]]:
    """Serve it in a separate process; yields URL and key."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.children.hostile_server", name],
        cwd=ROOT,
        env=environment({}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        url, key = process.stdout.readline().split() if process.stdout else ("", "")
        try:
            yield url, key
        finally:
            process.communicate()


def _rows(met: Met) -> Iterator[Row]:
    for who, cost, aims in (("run", met.run, (MEMORY, BEYOND)), ("gate", met.gate, ("", ""))):
        memory, wall = cost.memory / MEGABYTE, cost.wall
        yield Row(SECTION, f"{met.name}: memory of the {who}", memory, "MB", aim=aims[0])
        yield Row(SECTION, f"{met.name}: wall time of the {who}", wall, "s", aim=aims[1])
        yield Row(SECTION, f"{met.name}: processor time of the {who}", cost.cpu, "s")
    yield Row(SECTION, f"{met.name}: report", met.page / MEGABYTE, "MB")
