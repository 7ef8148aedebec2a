"""Prints the table and the differences, for a terminal of 100 columns."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from contracts.drift.compare.change import Change
from contracts.drift.compare.rules import Effect
from contracts.drift.table import Line
from contracts.report.text.printing import inline

WIDTH: Final = 100
_COLUMNS: Final = (28, 18, 16, 14, 14)
"""Width of each column; with the leading mark and two spaces between columns they add up to 100."""
_HEADINGS: Final = ("", "pinned", "published", "SDK", "observed")
_LONGEST: Final = 160
"""Most characters of a document's text that a difference shows."""
_MARKS: Final = {Effect.BREAKING: "≠", Effect.COMPATIBLE: "~", None: " "}


def table(lines: list[Line]) -> Iterator[str]:
    """Draw the table.

    Arguments:
        lines: its lines.
    """
    yield from _drawn(" ", _HEADINGS)
    yield "  " + "  ".join("─" * width for width in _COLUMNS)
    for line in lines:
        cells = (
            line.place,
            line.pinned,
            _published(line),
            _flagged(line.sdk, line.sdk_differs),
            _flagged(line.observed, line.observed_differs),
        )
        yield from _drawn(_MARKS[line.effect], cells)


def differences(changes: list[Change]) -> Iterator[str]:
    """List the differences, each with its effect on clients and the reason.

    Arguments:
        changes: the changes, in the order to list them.
    """
    for change in changes:
        name = "BREAKING  " if change.effect is Effect.BREAKING else "compatible"
        yield f"{name}  {inline(change.place)}"
        said = f"{_brief(change.pinned)} → {_brief(change.published)}"
        for words in (f"{change.keyword}: {said}", f"{change.reason}."):
            indent = " " * 12
            yield from wrap(words, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")


def _published(line: Line) -> str | None:
    if line.published != line.pinned or line.pinned is None:
        return line.published
    if not line.changed:
        return "same"
    return "reworded" if line.reworded else f"other {', '.join(line.changed)}"


def _flagged(words: str | None, differs: bool) -> str | None:
    return f"≠ {words}" if words is not None and differs else words


def _drawn(mark: str, cells: tuple[str | None, ...]) -> Iterator[str]:
    """One line of the table, as many terminal lines high as its tallest cell."""
    wrapped = [
        wrap(inline("–" if cell is None else cell), width, break_on_hyphens=False) or [""]
        for cell, width in zip(cells, _COLUMNS, strict=True)
    ]
    for index in range(max(map(len, wrapped))):
        parts = [
            f"{cell[index] if index < len(cell) else '':<{width}}"
            for cell, width in zip(wrapped, _COLUMNS, strict=True)
        ]
        yield f"{mark if index == 0 else ' '} {'  '.join(parts)}".rstrip()


def _brief(words: str) -> str:
    plain = inline(" ".join(words.split()))
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
