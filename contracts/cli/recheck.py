"""`python -m contracts recheck REPORT.html`: judge the recorded exchanges again and compare."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.cli.operations import catalogue_of
from contracts.cli.parser import Parser, refuse
from contracts.rye import RYE

if TYPE_CHECKING:
    from contracts.document.catalogue import Catalogue
    from contracts.gate.recheck import Comparison, Count


def main(argv: Sequence[str]) -> int:
    """Judge a report's exchanges again and print the old and the new result side by side.

    Arguments:
        argv: the arguments after `recheck`.

    Returns:
        0 if they agree, 1 if they differ, 4 if the report can't be read.
    """
    parser = Parser(
        prog="python -m contracts recheck",
        description="Discard a report's findings, judge its recorded exchanges again with all "
        "checks, and compare: exit 0 same, 1 different, 4 unreadable.",
    )
    parser.add_argument("report", metavar="REPORT.html", help="the report of a run")
    parser.add_argument("--json", action="store_true", help="print the comparison as JSON")
    parser.add_argument("--operation", metavar="NAME", help="the operation (the report's)")
    options = parser.parse_args(argv)
    from contracts.gate.combined import reports_of  # noqa: PLC0415 - not for --help
    from contracts.gate.recheck import recheck  # noqa: PLC0415 - both oracles cost 0.5 s

    def load(told: str) -> Catalogue:
        return catalogue_of(options.operation or told)

    file, found = Path(options.report), {}
    try:
        for file in reports_of(Path(options.report), options.operation):
            found[file] = recheck(file, load, RYE)
    except ValueError as error:
        refuse("recheck", f"{file}: {error}")
    if options.json:
        told = {file.parent.name: each.to_json() for file, each in found.items()}
        print(json.dumps(told if len(told) > 1 else next(iter(told.values())), indent=1))
    else:
        for file, comparison in found.items():
            print("\n".join([*([f"{file}:"] if len(found) > 1 else []), *_lines(comparison)]))
    return 0 if all(each.same for each in found.values()) else 1


def _lines(comparison: Comparison) -> Iterator[str]:
    width = max((len(row.id) for row in comparison.rows), default=0)
    yield f"  {'':<{width}}  {'the report states':<34}its exchanges show"
    for row in comparison.rows:
        mark = " " if row.same else "≠"
        yield f"{mark} {row.id:<{width}}  {_told(row.stated):<34}{_told(row.found)}"
    for name in comparison.gone:
        yield f"≠ stated, not shown: {name}"
    for name in comparison.new:
        yield f"≠ shown, not stated: {name}"
    for remark in comparison.remarks:
        yield f"≠ {remark}"
    verdicts = f"{comparison.stated}, and its exchanges show {comparison.found}"
    outcome = "the same" if comparison.same else "different"
    yield f"{outcome}: the report's verdict is {verdicts}"


def _told(count: Count | None) -> str:
    if count is None:
        return "nothing"
    verdict = f"{count.verdict}, " if count.verdict else ""
    return f"{verdict}observed {count.observed}, violated {count.violated}"
