"""Run the suite once against each fault named on standard input, printing a JSON line each.

python -m benchmarks.children.suite_faults SEED < NAMES
"""

from __future__ import annotations

import json
import sys
from typing import Any

from contracts.sandbox.catalogue import CATALOGUE
from tests.proof.driver import run_fault

DEADLINE = "1.5"
"""Seconds allowed per exchange: on loopback only a server that never answers takes longer."""


def first_sight(record: dict[str, Any], requirement: str) -> int | None:
    """Return the number of the first request whose answer shows the fault; None if none does.

    A broken MUST fails the run under any name; a SHOULD has to be the fault's own.

    Arguments:
        record: the contents of verdict.json.
        requirement: id of the requirement that the fault breaks.
    """
    levels = {row["id"]: row["level"] for row in record["requirements"]}
    numbers = [
        number
        for finding in record["findings"]
        if finding["requirement"] == requirement
        or (levels[requirement] == "MUST" and finding["level"] == "MUST")
        for number in finding["exchanges"]
    ]
    return min(numbers, default=None)


def main(seed: str) -> None:
    """Run the suite against each fault.

    Arguments:
        seed: the seed for Hypothesis.
    """
    answers = sys.stdout
    for name in sys.stdin.read().split():
        result = run_fault(name, seed, "--timeout", DEADLINE)
        record, requirement = result["record"], CATALOGUE[name].requirement
        first = first_sight(record, requirement) if record and requirement else None
        line = {"fault": name, "requests": result["received"], "first": first}
        print(json.dumps(line), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
