"""The table of measurements, each next to its floor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement.

    Arguments:
        section: the benchmark that took it.
        what: what was measured, in words.
        value: the result.
        unit: its unit; empty for a bare number.
        beside: what it is compared with, in words; empty for nothing.
        floor: the result of that, in the same unit; None if there is nothing to compare with.
        ratio: value over floor, as the median of the rounds' ratios; None without a floor.
        aim: the target for the value or the ratio, in words; empty for none.
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
        """The row as JSON."""
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
    """Make a row from values and floors measured in the same rounds.

    The ratio is the median of the rounds' ratios: what slows both in a round cancels out.

    Arguments:
        section: the benchmark.
        what: what was measured.
        values: one per round.
        floors: one per round.
        unit: the unit of both.
        beside: what the floors are.
        aim: the target for the ratio.
    """
    ratios = [value / floor for value, floor in zip(values, floors, strict=True)]
    return Row(section, what, median(values), unit, beside, median(floors), median(ratios), aim)


def table(rows: Iterable[Row]) -> str:
    """Format rows as a table.

    Arguments:
        rows: the rows in display order.
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
