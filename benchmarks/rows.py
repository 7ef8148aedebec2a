"""The table: what was measured, beside its floor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One measure.

    Arguments:
        section: the benchmark that took it.
        what: what was measured, in words.
        value: how much.
        unit: of what; empty for a bare number.
        beside: what it is compared with, in words; empty for nothing.
        floor: how much that is, in the same unit; None where there is nothing to compare with.
        ratio: value over floor, the median of the rounds' own ratios; None without a floor.
        aim: what the value or the ratio is meant to be, in words; empty for nothing.
    """

    section: str
    what: str
    value: float
    unit: str = ""
    beside: str = ""
    floor: float | None = None
    ratio: float | None = None
    aim: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give the row for a program."""
        return asdict(self)


def compared(
    section: str,
    what: str,
    values: Sequence[float],
    floors: Sequence[float],
    *,
    unit: str,
    beside: str,
    aim: str = "",
) -> Row:
    """Make a row of values and floors that were taken in the same rounds.

    The ratio is the median of the rounds' ratios: what slowed both in a round cancels out.

    Arguments:
        section: the benchmark.
        what: what was measured.
        values: one for each round.
        floors: one for each round.
        unit: of both.
        beside: what the floors are.
        aim: what the ratio is meant to be.
    """
    ratios = [value / floor for value, floor in zip(values, floors, strict=True)]
    return Row(section, what, median(values), unit, beside, median(floors), median(ratios), aim)


def table(rows: Iterable[Row]) -> str:
    """Write rows as a table for people.

    Arguments:
        rows: in the order in which they are shown.
    """
    head = ("section", "what", "value", "floor", "ratio", "floor is", "aim")
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    right = {2, 3, 4}
    written = [
        "  ".join(
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    written.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(written)


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    floor = "" if row.floor is None else _amount(row.floor, row.unit)
    value = _amount(row.value, row.unit)
    return row.section, row.what, value, floor, ratio, row.beside, row.aim


def _amount(value: float, unit: str) -> str:
    if unit == "%":
        return f"{value:.1f} %"
    digits = 0 if abs(value) >= 100 or value == int(value) else 3 if abs(value) < 1 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()
