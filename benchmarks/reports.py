"""Memory and report size of runs with many exchanges, and the time of gate and recheck on them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.processes import Command, Cost, spend, take_turns
from benchmarks.rows import Row, compared
from benchmarks.sizes import Sizes
from contracts.rye import RYE
from contracts.sandbox.server import Sandbox

SECTION = "reports"
DEFAULT_EXAMPLES = 6
"""Examples of each kind in the default profile."""
KINDS = 2
"""Number of tests that draw that many examples: with a key and without."""
MEGABYTE = 1_000_000
GROWTH, LARGEST = "< 64 MB", "< 3 MB"
IMPORTS = {
    "gate": "import jsonschema, yaml",
    "recheck": "import jsonschema, yaml, schemathesis.openapi, httplint",
}
"""What each of the two must import: its floor is a process that does only that."""


@dataclass(frozen=True, slots=True)
class SizedRun:
    """A run that records a given number of exchanges.

    Arguments:
        wanted: the number of exchanges.
        folder: the folder for its artefacts.
        command: the process.
    """

    wanted: int
    folder: Path
    command: Command

    @property
    def page(self) -> Path:
        """Its report."""
        return self.folder / "report.html"

    @property
    def exchanges(self) -> int:
        """The number of exchanges it recorded."""
        record = json.loads((self.folder / "verdict.json").read_bytes())
        return int(record["evidence"]["exchanges"])


def measure(sizes: Sizes) -> list[Row]:
    """Make reports with many exchanges, several times, and run gate and recheck on them.

    Arguments:
        sizes: numbers of exchanges and rounds.
    """
    with tempfile.TemporaryDirectory() as place, Sandbox() as sandbox:
        folder = Path(place)
        plain = _sized_run(sandbox, folder / "plain", 0, DEFAULT_EXAMPLES)
        spend(plain.command)
        least = plain.exchanges - KINDS * DEFAULT_EXAMPLES
        runs = [
            _sized_run(sandbox, folder / str(wanted), wanted, max(1, (wanted - least) // KINDS))
            for wanted in sizes.exchanges
        ]
        commands = {str(run.wanted): run.command for run in runs}
        costs = take_turns(commands, sizes.rounds, warm_up=False)  # the plain run was the warm-up
        rows = [*_memory(runs, costs), *_sizes(runs)]
        for name in IMPORTS:
            rows += _offline(name, runs, sandbox.url, sizes)
    return rows


def _sized_run(sandbox: Sandbox, folder: Path, wanted: int, examples: int) -> SizedRun:
    pytests = ("-m", "billing", "-q", f"--target={sandbox.url}", f"--report-dir={folder}")
    argv = ("-m", "benchmarks.children.sized_run", str(examples), *pytests, "--hypothesis-seed=1")
    return SizedRun(wanted, folder, Command(argv, variables=((RYE.key_variable, sandbox.key),)))


def _memory(runs: list[SizedRun], costs: dict[str, list[Cost]]) -> Iterator[Row]:
    smallest = [cost.memory / MEGABYTE for cost in costs[str(runs[0].wanted)]]
    for run in runs:
        yield compared(
            SECTION,
            f"memory at its largest, {run.exchanges} exchanges",
            [cost.memory / MEGABYTE for cost in costs[str(run.wanted)]],
            smallest,
            unit="MB",
            beside=f"{runs[0].exchanges} exchanges",
        )
    largest = [cost.memory / MEGABYTE for cost in costs[str(runs[-1].wanted)]]
    growth = median(b - a for a, b in zip(smallest, largest, strict=True))
    what = f"memory growth, {runs[0].exchanges} to {runs[-1].exchanges} exchanges"
    yield Row(SECTION, what, growth, "MB", aim=GROWTH)


def _sizes(runs: list[SizedRun]) -> Iterator[Row]:
    smallest = runs[0].page.stat().st_size / MEGABYTE
    for run in runs:
        size = run.page.stat().st_size / MEGABYTE
        what = f"report.html, {run.exchanges} exchanges"
        beside = f"{runs[0].exchanges} exchanges"
        yield Row(SECTION, what, size, "MB", beside, smallest, size / smallest, LARGEST)


def _offline(name: str, runs: list[SizedRun], target: str, sizes: Sizes) -> Iterator[Row]:
    """Run the gate or the recheck on each report; both must find it sound."""
    asked = ("--target", target) if name == "gate" else ()
    commands = {
        str(run.wanted): Command(("-m", "contracts", name, str(run.page), *asked)) for run in runs
    }
    commands["floor"] = Command(("-c", IMPORTS[name]))
    costs = take_turns(commands, sizes.rounds, warm_up=sizes.warm_up)
    for run in runs:
        yield compared(
            SECTION,
            f"{name}, {run.exchanges} exchanges",
            [cost.wall for cost in costs[str(run.wanted)]],
            [cost.wall for cost in costs["floor"]],
            unit="s",
            beside="importing its oracles",
            aim="< 0.5 s" if name == "gate" else "",
        )
