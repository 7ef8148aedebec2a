"""The cost of the default run, compared with pytest alone and a bare loop of as many requests."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import Command, Cost, spend, take_turns
from benchmarks.rows import Row, compared
from benchmarks.sizes import Sizes
from contracts.rye import RYE
from contracts.sandbox.server import Sandbox

SECTION = "run"
AIM = "<= 1.5"
EMPTY_TEST = "def test_nothing():\n    pass\n"
PATH = "/api/v1/billing/balance"
FLOOR = "pytest, same plugins, empty test + bare httpx loop"


def measure(sizes: Sizes) -> list[Row]:
    """Run the suite, pytest with an empty test, and a loop of bare requests in turn.

    All use the same server, outside the measured processes, except for the run with the embedded
    sandbox.

    Arguments:
        sizes: the number of rounds.
    """
    with tempfile.TemporaryDirectory() as place, Sandbox() as sandbox:
        folder = Path(place)
        suite = suite_command(sandbox.url, sandbox.key, folder / "suite")
        spend(suite)
        sent = json.loads((folder / "suite" / "verdict.json").read_bytes())["requests"]
        loop = (sandbox.url + PATH, sandbox.key, str(sent))
        costs = take_turns(
            {
                "suite": suite,
                "embedded": suite_command("sandbox", None, folder / "embedded"),
                "pytest": empty_command(folder / "empty"),
                "loop": Command(("-m", "benchmarks.children.httpx_loop", *loop)),
            },
            sizes.rounds,
            warm_up=sizes.warm_up,
        )
    return list(_rows(costs, sent))


def suite_command(target: str, key: str | None, reports: Path) -> Command:
    """The default run, as users start it.

    Arguments:
        target: the value for `--target`.
        key: the valid key; None if the target has its own.
        reports: the folder for its artefacts.
    """
    argv = ("-m", "pytest", "-m", "billing", f"--target={target}", f"--report-dir={reports}")
    return Command(argv, variables=((RYE.key_variable, key),) if key else ())


def empty_command(folder: Path, *options: str, plugins: bool = True) -> Command:
    """Return the command for pytest with one empty test.

    Arguments:
        folder: where to write the test, outside the project.
        options: pytest options.
        plugins: whether to load installed plugins, as for the suite.
    """
    folder.mkdir(exist_ok=True)
    (folder / "test_nothing.py").write_text(EMPTY_TEST, "utf-8")
    alone = () if plugins else (("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1"),)
    argv = ("-m", "pytest", f"--rootdir={folder}", *options)
    return Command(argv, folder, alone)


def _rows(costs: dict[str, list[Cost]], sent: int) -> Iterator[Row]:
    floors = [sum(pair, Cost(0, 0, 0)) for pair in zip(costs["pytest"], costs["loop"], strict=True)]
    for words, of in (("wall", _wall), ("CPU", _cpu)):
        yield compared(
            SECTION,
            f"{words} time of the default run, {sent} requests",
            [of(cost) for cost in costs["suite"]],
            [of(cost) for cost in floors],
            unit="s",
            beside=FLOOR,
            aim=AIM,
        )
    for name, what in (
        ("embedded", "CPU time with the embedded sandbox"),
        ("pytest", "CPU time of pytest alone"),
        ("loop", f"CPU time of {sent} bare requests"),
    ):
        yield compared(
            SECTION,
            what,
            [cost.cpu for cost in costs[name]],
            [cost.cpu for cost in floors],
            unit="s",
            beside="the same floor",
        )


def _wall(cost: Cost) -> float:
    return cost.wall


def _cpu(cost: Cost) -> float:
    return cost.cpu
