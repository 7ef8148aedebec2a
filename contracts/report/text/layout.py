"""JSON text laid out line by line, each token as the server spelled it, one place marked.

Nothing is parsed and reserialised, so `1500.0`, duplicate names and broken text stay visible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from contracts.document.json_pointer import escape, unescape
from contracts.report.text.printing import inline

_TOKEN = re.compile(r'\s+|"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)|[\[\]{}:,]|[^\s\[\]{}:,"]+', re.DOTALL)
_DEEPEST = 12
"""Most levels of indentation; deeper ones stay at this."""
_FARTHEST = 200
"""Levels whose values have pointers: texts nested deeper are rejected as a whole (json_text)."""


_NOWHERE = "\0"


@dataclass(frozen=True, slots=True)
class Line:
    """One displayed line of a message.

    Arguments:
        text: printable text without line ends.
        mark: columns of the offending part, end exclusive; None marks nothing.
        note: whether this is a note of the suite, not part of the message.
    """

    text: str
    mark: tuple[int, int] | None = None
    note: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Which part of a JSON text to mark.

    Arguments:
        pointer: JSON pointer to a value; every member of that name is marked.
        with_name: whether a member's name is marked with its value.
        missing: name of a member that the object at the pointer lacks: a line for it is added.
        offset: index of a character to mark instead of the pointer's value.
    """

    pointer: str = ""
    with_name: bool = False
    missing: str | None = None
    offset: int | None = None


@dataclass(slots=True)
class _Frame:
    """An array or object that is open."""

    is_object: bool
    pointer: str
    index: int = 0
    name: str | None = None
    name_at: tuple[int, int] = (0, 0)
    start: tuple[int, int] = (0, 0)
    empty: bool = True


@dataclass(slots=True)
class _Page:
    """Lines under construction."""

    lines: list[str] = field(default_factory=lambda: [""])
    marks: dict[int, tuple[int, int]] = field(default_factory=dict)
    notes: set[int] = field(default_factory=set)

    @property
    def here(self) -> tuple[int, int]:
        return len(self.lines) - 1, len(self.lines[-1])

    def add(self, text: str) -> tuple[int, int]:
        start = self.here
        self.lines[-1] += text
        return start

    def break_line(self, depth: int) -> None:
        self.lines.append("  " * min(depth, _DEEPEST))

    def mark(self, start: tuple[int, int], end: tuple[int, int] | None = None) -> None:
        """Mark from one place to another, or to here, on every line in between."""
        end = end or self.here
        for number in range(start[0], end[0] + 1):
            text = self.lines[number]
            first = start[1] if number == start[0] else len(text) - len(text.lstrip())
            last = end[1] if number == end[0] else len(text)
            self.marks[number] = (first, max(last, first + 1))


def lay_out(text: str, mark: Mark | None) -> list[Line]:
    """Lay out text that should be JSON; invalid text is laid out as far as possible.

    Arguments:
        text: the decoded body, or the beginning of it.
        mark: what to mark.
    """
    page = _Page()
    frames: list[_Frame] = []
    lexemes = [(m.start(), m[0]) for m in _TOKEN.finditer(text) if not m[0].isspace()]
    for position, lexeme in lexemes:
        start = _place(page, frames, lexeme, mark)
        if mark and mark.offset is not None and position <= mark.offset < position + len(lexeme):
            skip = len(inline(lexeme[: mark.offset - position]))
            end = (start[0], start[1] + len(inline(lexeme)))
            page.mark((start[0], start[1] + skip), end)
    if mark and mark.offset is not None and mark.offset >= len(text.rstrip()):
        start = page.add(" (ends here)" if lexemes else "(no content)")
        page.mark(start)
    return [
        Line(text, page.marks.get(number), number in page.notes)
        for number, text in enumerate(page.lines)
    ]


def _place(page: _Page, frames: list[_Frame], lexeme: str, mark: Mark | None) -> tuple[int, int]:
    """Add one token, and mark the value that it ends, if that is the one to mark."""
    frame = frames[-1] if frames else None
    if lexeme in {"}", "]"} and frame is not None:
        frames.pop()
        if mark and mark.missing is not None and _is(mark, frame.pointer) and frame.is_object:
            _add_missing(page, frame, mark.missing, len(frames))
        if not frame.empty:
            page.break_line(len(frames))
        start = page.add(lexeme)
        _end_value(page, frames, frame.pointer, frame.start, mark)
        return start
    if lexeme == ",":
        start = page.add(lexeme)
        if frame is not None:
            frame.index += 1
            frame.name = None
            page.break_line(len(frames))
        return start
    if lexeme == ":":
        return page.add(": ")
    if frame is not None and frame.empty:
        frame.empty = False
        page.break_line(len(frames))
    if frame is not None and frame.is_object and frame.name is None and lexeme[0] == '"':
        start = frame.name_at = page.add(inline(lexeme))
        frame.name = _name(lexeme)
        return start
    start = page.add(inline(lexeme))
    pointer = _pointer(frame) if len(frames) < _FARTHEST else _NOWHERE
    if lexeme in {"{", "["}:
        frames.append(_Frame(lexeme == "{", pointer, start=start))
    else:
        _end_value(page, frames, pointer, start, mark)
    return start


def _end_value(
    page: _Page, frames: list[_Frame], pointer: str, start: tuple[int, int], mark: Mark | None
) -> None:
    if mark is None or mark.offset is not None or mark.missing is not None:
        return
    if _is(mark, pointer):
        frame = frames[-1] if frames else None
        named = mark.with_name and frame is not None and frame.is_object
        page.mark(frame.name_at if frame is not None and named else start)


def _add_missing(page: _Page, frame: _Frame, name: str, depth: int) -> None:
    """Add a line for a missing member."""
    frame.empty = False
    page.break_line(depth + 1)
    start = page.add(f'"{inline(name)}" is missing')
    page.mark(start)
    page.notes.add(page.here[0])


def _is(mark: Mark, pointer: str) -> bool:
    return mark.offset is None and mark.pointer == pointer


def _pointer(frame: _Frame | None) -> str:
    if frame is None:
        return ""
    token = (frame.name or "") if frame.is_object else str(frame.index)
    return f"{frame.pointer}/{escape(token)}"


def _name(lexeme: str) -> str:
    """Return a member's name as in a pointer, with escapes undone if possible."""
    if "\\" not in lexeme:
        return lexeme.strip('"')
    import json  # noqa: PLC0415 - names with escapes are rare

    try:
        return str(json.loads(lexeme, strict=False))
    except ValueError:
        return lexeme.strip('"')


def last_token(pointer: str) -> str:
    """Return the name at the end of a JSON pointer.

    Arguments:
        pointer: any pointer.
    """
    return unescape(pointer.rpartition("/")[2])


def windows(lines: list[Line], *, most: int, width: int) -> Iterator[Line]:
    """Yield the first lines and those around the marks, with a note for each gap.

    Arguments:
        lines: a whole message's.
        most: the most lines, not counting notes.
        width: the most characters of a line.
    """
    marked = [number for number, line in enumerate(lines) if line.mark]
    kept = set(range(len(lines))) if len(lines) <= most else _nearest(marked, len(lines), most)
    last = -1
    for number in sorted(kept):
        if number > last + 1:
            yield _gap(number - last - 1)
        yield narrowed(lines[number], width)
        last = number
    if last < len(lines) - 1:
        yield _gap(len(lines) - 1 - last)


def _nearest(marked: list[int], count: int, most: int) -> set[int]:
    """Return the indexes of the lines nearest to the first marks, and of the first lines."""
    opening = min(4, most // 4) if marked else most
    kept = set(range(min(opening, count)))
    for distance in range(count):
        for center in marked[: max(1, most // 4)]:
            for number in (center - distance, center + distance):
                if len(kept) >= most:
                    return kept
                if 0 <= number < count:
                    kept.add(number)
        if not marked:
            break
    return kept


def _gap(count: int) -> Line:
    return Line(f"… {count:,} more line{'s' if count != 1 else ''}", note=True)


def narrowed(line: Line, width: int) -> Line:
    """Cut a line to a width, keeping the marked part visible.

    Arguments:
        line: any line.
        width: the most characters of the result.
    """
    if len(line.text) <= width:
        return line
    first, last = line.mark or (0, 0)
    begin = max(0, min(first - width // 3, len(line.text) - width))
    end = min(len(line.text), begin + width)
    before, after = "…" if begin else "", "…" if end < len(line.text) else ""
    mark = None
    if line.mark:
        shift = begin - len(before)
        mark = (first - shift, min(last, end) - shift)
    return Line(f"{before}{line.text[begin:end]}{after}", mark, line.note)
