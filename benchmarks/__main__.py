"""`python -m benchmarks [--quick | --full] [--json FILE] [SECTION …]`: what the suite costs."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import found, hostile, judging, machine, reports, run_cost, start_up
from benchmarks.rows import Row, table
from benchmarks.sizes import FULL, QUICK, Sizes

Measured = tuple[list[Row], dict[str, Any]]


def _alone(measure: Callable[[Sizes], list[Row]]) -> Callable[[Sizes], Measured]:
    return lambda sizes: (measure(sizes), {})


SECTIONS: dict[str, Callable[[Sizes], Measured]] = {
    found.SECTION: found.measure,
    run_cost.SECTION: _alone(run_cost.measure),
    start_up.SECTION: _alone(start_up.measure),
    judging.SECTION: _alone(judging.measure),
    reports.SECTION: _alone(reports.measure),
    hostile.SECTION: _alone(hostile.measure),
}
ONLY_IF_NAMED = frozenset({hostile.SECTION})
"""Sections that take most of an hour and run only if named."""


def main(argv: Sequence[str]) -> int:
    """Measure, print one table, and write JSON if requested.

    Arguments:
        argv: the command line's arguments.

    Returns:
        The process's exit status.
    """
    options = _parser().parse_args(argv)
    sizes = _sizes(options)
    described = machine.describe()
    rows: list[Row] = []
    details: dict[str, Any] = {}
    for name in options.sections or [name for name in SECTIONS if name not in ONLY_IF_NAMED]:
        began = time.monotonic()
        print(f"{name} …", end=" ", file=sys.stderr, flush=True)
        measured, more = SECTIONS[name](sizes)
        print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
        rows += measured
        if more:
            details[name] = more
    print(table(rows))
    if options.json is not None:
        value = {
            "machine": described,
            "rounds": sizes.rounds,
            "seed": sizes.seed,
            "rows": [row.to_json() for row in rows],
            "details": details,
        }
        options.json.write_text(json.dumps(value, indent=1) + "\n", "utf-8")
    return 0


def _sizes(options: argparse.Namespace) -> Sizes:
    sizes = QUICK if options.quick else FULL if options.full else Sizes()
    given = {
        name: value
        for name in ("rounds", "faults", "schemathesis", "seed", "servers", "profile")
        if (value := getattr(options, name)) is not None
    }
    return replace(sizes, **given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure what the suite costs, beside its floors."
    )
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--quick", action="store_true", help="small samples, three rounds")
    much.add_argument("--full", action="store_true", help="every fault of the catalogue")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything there")
    parser.add_argument("--rounds", type=_positive, metavar="N", help="how often to measure (5)")
    parser.add_argument("--faults", type=_positive, metavar="N", help="sample for the suite (120)")
    parser.add_argument(
        "--schemathesis", type=_positive, metavar="N", help="sample for schemathesis run (40)"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="of samples and runs (1)")
    parser.add_argument("--servers", type=_names, metavar="A,B", help="of the hostile ones (all)")
    parser.add_argument("--profile", metavar="NAME", help="by which those are met (default)")
    parser.add_argument(
        "sections", nargs="*", type=_section, metavar="SECTION", help=f"of {', '.join(SECTIONS)}"
    )
    return parser


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _section(text: str) -> str:
    if text not in SECTIONS:
        raise argparse.ArgumentTypeError(f"expected one of {', '.join(SECTIONS)}")
    return text


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give a number of at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
