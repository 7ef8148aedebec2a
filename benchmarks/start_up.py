"""The cost of starting: collecting the suite, compared with pytest on an empty test."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.processes import Command, take_turns
from benchmarks.rows import Row, compared
from benchmarks.run_cost import empty_command
from benchmarks.sizes import Sizes

SECTION = "start-up"
BESIDE = "pytest, no plugins, empty test"


def measure(sizes: Sizes) -> list[Row]:
    """Collect the suite, and run an empty test with and without the installed plugins, in turn.

    Arguments:
        sizes: the number of rounds.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        costs = take_turns(
            {
                "collect": Command(("-m", "pytest", "-m", "billing", "--collect-only", "-q")),
                "plugins": empty_command(folder / "with"),
                "none": empty_command(folder / "without", plugins=False),
            },
            sizes.rounds,
            warm_up=sizes.warm_up,
        )
    rows = []
    for name, what in (
        ("collect", "pytest -m billing --collect-only"),
        ("plugins", "pytest with the installed plugins, empty test"),
    ):
        for words, at in (("wall", "wall"), ("CPU", "cpu")):
            rows.append(
                compared(
                    SECTION,
                    f"{words} time of {what}",
                    [getattr(cost, at) for cost in costs[name]],
                    [getattr(cost, at) for cost in costs["none"]],
                    unit="s",
                    beside=BESIDE,
                )
            )
    return rows
