"""Requests per found fault, and the share of the catalogue found within a number of requests."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

from benchmarks.children.schemathesis_faults import CONFORMING
from benchmarks.processes import ROOT, ProcessFailedError, environment
from benchmarks.rows import Row
from benchmarks.sizes import Sizes
from contracts.sandbox.catalogue import CATALOGUE

SECTION = "found"
BUDGETS = (50, 100, 150, 200, 300)
"""Numbers of requests after which to report the share of faults found."""
SUITE, SCHEMATHESIS = "suite_faults", "schemathesis_faults"
AIMS = {150: ">= 95 %", 300: "100 %"}


@dataclass(frozen=True, slots=True)
class Sight:
    """One run against one fault.

    Arguments:
        fault: the fault's name in the sandbox's catalogue.
        requests: number of requests that the server received.
        first: number of the request whose answer first showed the fault; None if none did.
    """

    fault: str
    requests: int
    first: int | None


def measure(sizes: Sizes) -> tuple[list[Row], dict[str, Any]]:
    """Run the suite and `schemathesis run` against faults of the catalogue.

    Arguments:
        sizes: the number of faults, and the seed.

    Returns:
        The table's rows, and every run for the JSON file.

    Raises:
        ProcessFailedError: a process failed, or schemathesis complains about the conforming server.
    """
    names = sample(sizes.faults, sizes.seed)
    few = sample(sizes.schemathesis, sizes.seed)
    suite = list(_against(SUITE, names, sizes.seed))
    usual = list(_against(SCHEMATHESIS, [CONFORMING, *few], sizes.seed))
    false_alarms = [sight for sight in usual if sight.fault == CONFORMING and sight.first]
    if false_alarms:
        raise ProcessFailedError("schemathesis finds faults where there are none")
    usual = [sight for sight in usual if sight.fault != CONFORMING]
    rows = list(_rows(suite, usual))
    runs = {
        name: [[sight.fault, sight.requests, sight.first] for sight in sights]
        for name, sights in (("suite", suite), ("schemathesis", usual))
    }
    return rows, {"runs": runs, "late": _late(suite)}


def sample(size: int | None, seed: int) -> list[str]:
    """Draw faults from the catalogue; a smaller sample is a subset of a larger one.

    Arguments:
        size: how many; None for all.
        seed: seed of the draw.
    """
    names = sorted(name for name, fault in CATALOGUE.items() if fault.kind == "fault")
    random.Random(seed).shuffle(names)  # noqa: S311 - a sample, not a secret
    return names[:size]


def share(sights: Sequence[Sight], budget: int) -> float:
    """Return the percentage of faults found within a number of requests.

    Arguments:
        sights: one per fault.
        budget: the number of requests.
    """
    found = sum(sight.first is not None and sight.first <= budget for sight in sights)
    return 100 * found / len(sights)


def _rows(suite: Sequence[Sight], usual: Sequence[Sight]) -> Iterator[Row]:
    beside = f"schemathesis run, {len(usual)} faults"
    for budget in BUDGETS:
        mine, other = share(suite, budget), share(usual, budget)
        yield Row(
            SECTION,
            f"{len(suite)} faults, found by {budget} requests",
            mine,
            "%",
            beside,
            other,
            mine / other if other else None,
            AIMS.get(budget, ""),
        )
    for words, of in (("median", median), ("mean", mean)):
        firsts = [[s.first for s in sights if s.first] for sights in (suite, usual)]
        mine, other = (float(of(numbers)) if numbers else 0.0 for numbers in firsts)
        what = f"requests until a fault is seen, {words} of those found"
        yield Row(SECTION, what, mine, "", beside, other, mine / other if other else None)
    # A missed fault yields no finding, but its requests were spent all the same.
    mine, other = (_spent_per_fault(sights) for sights in (suite, usual))
    what = "requests per found fault, stopping at the first finding"
    yield Row(SECTION, what, mine, "", beside, other, mine / other if other else None)


def _spent_per_fault(sights: Sequence[Sight]) -> float:
    spent = sum(sight.first or sight.requests for sight in sights)
    return spent / max(1, sum(sight.first is not None for sight in sights))


def _late(sights: Sequence[Sight]) -> list[list[object]]:
    """The faults that 150 requests do not find, latest first."""
    late = [sight for sight in sights if sight.first is None or sight.first > 150]
    late.sort(key=lambda sight: sight.first or 10**6, reverse=True)
    return [[sight.fault, sight.first] for sight in late]


def _against(child: str, names: Sequence[str], seed: int) -> Iterator[Sight]:
    """Split the names among as many processes as there are processors."""
    workers = min(os.cpu_count() or 1, 8, len(names))
    processes = []
    for number in range(workers):
        process = subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.children.{child}", str(seed)],
            cwd=ROOT,
            env=environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        if process.stdin is not None:
            process.stdin.write("\n".join(names[number::workers]))
            process.stdin.close()
            process.stdin = None
        processes.append(process)
    for process in processes:
        output, errors = process.communicate()
        if process.returncode:
            raise ProcessFailedError(f"{child} ended with {process.returncode}:\n{errors[-2000:]}")
        for line in output.splitlines():
            value = json.loads(line)
            yield Sight(value["fault"], value["requests"], value["first"])
