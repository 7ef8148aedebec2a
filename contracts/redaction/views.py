"""Views: a text with its escapes undone, and the way back to the original."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

Span = tuple[int, int]
"""Start and end of a piece of text."""

DEPTH = 4
"""Layers of escaping that are undone: JSON in JSON in HTML is three."""

# Every alternative begins with a literal character, so that `re` can skip quickly to the next
# candidate. Unnamed alternatives stand for nothing: they may lie inside a key that was wrapped.
_TOKEN = re.compile(
    r"""
      %(?P<percent>[0-9A-Fa-f]{2})
    | %u(?P<units>[0-9A-Fa-f]{4})
    | \\u(?P<unicode>[0-9A-Fa-f]{4})
    | \\u\{(?P<braced>[0-9A-Fa-f]{1,6})\}
    | \\x(?P<hexadecimal>[0-9A-Fa-f]{2})
    | \\(?P<octal>[0-3][0-7]{2})
    | \\(?P<other>[\x20-\x7e])
    | &\#[xX](?P<entity>[0-9A-Fa-f]{1,6});?
    | &\#(?P<decimal>[0-9]{1,7});?
    | &(?P<named>[A-Za-z]{2,24});
    | '[ \t]*\r?\n[ \t]*b?' | "[ \t]*\r?\n[ \t]*b?"  # a literal that goes on in the next line
    | \n[ \t]* | \r\n[ \t]* | \\\r?\n[ \t]*          # a folded, wrapped or continued line
    | =(?P<quoted>3D) | =\r?\n                        # quoted-printable
    | \x00                                           # half of a UTF-16 code unit
    | \x1b\[[0-9;]*[A-Za-z]                          # a terminal's colour
    | \u00ad | \u200b | \u2060 | \ufeff | \xe2\x80\x8b
    """,
    re.VERBOSE,
)
_HEXADECIMAL = frozenset(
    {"percent", "units", "unicode", "braced", "hexadecimal", "entity", "quoted"}
)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class Reading(Protocol):
    """A text, and the way back to the text it was made from."""

    @property
    def text(self) -> str:
        """The text."""

    def spans(self, start: int, end: int, /) -> Iterator[Span]:
        """Return the pieces of the original text that a piece of this one stands for."""


@dataclass(slots=True, eq=False)
class View:
    """A text with some layers of escapes undone.

    Arguments:
        text: the text.
        below: what it was made from; None for the original text.
    """

    text: str
    below: Reading | None = None
    _starts: list[int] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)
    _sources: list[Span] = field(default_factory=list)

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """Return the pieces of the original text that a piece of this one stands for.

        Escapes that stand for nothing are left out.

        Arguments:
            start: where the piece begins.
            end: where it ends.
        """
        if self.below is None:
            yield start, end
            return
        at = bisect_right(self._starts, start) - 1
        while start < end:
            ended, after = (self._ends[at], self._sources[at][1]) if at >= 0 else (0, 0)
            if start < ended:
                yield from self.below.spans(*self._sources[at])
                start = ended
            at += 1
            stop = min(end, self._starts[at]) if at < len(self._starts) else end
            if start < stop:
                yield from self.below.spans(after + start - ended, after + stop - ended)
                start = stop

    def unescaped(self) -> View | None:
        """Undo one layer of escapes; None if there is none."""
        pieces: list[str] = []
        view = View("", self)
        last = length = 0
        for token in _TOKEN.finditer(self.text):
            start, end = token.span()
            meaning = _meaning(token)
            pieces += (self.text[last:start], meaning)
            length += start - last
            view._starts.append(length)
            length += len(meaning)
            view._ends.append(length)
            view._sources.append((start, end))
            last = end
        if not pieces:
            return None
        pieces.append(self.text[last:])
        view.text = "".join(pieces)
        return view


def views(text: str, below: Reading | None = None) -> Iterator[View]:
    """Yield a text as it is, then with one, two, … layers of escapes undone.

    Arguments:
        text: the original text, or one decoded from another.
        below: the way back to that other text.
    """
    view: View | None = View(text, below)
    for _ in range(DEPTH + 1):
        if view is None:
            return
        yield view
        view = view.unescaped()


def readings(text: str) -> Iterator[str]:
    """Yield only the texts of a text's views, which costs a fraction of the views themselves.

    Arguments:
        text: the original text.
    """
    for _ in range(DEPTH + 1):
        yield text
        text, count = _TOKEN.subn(lambda token: _meaning_of(token[0]), text)
        if not count:
            return


@lru_cache(maxsize=4096)
def _meaning_of(token: str) -> str:
    """Undo one escape; a text has few different ones, each many times."""
    match = _TOKEN.match(token)
    return _meaning(match) if match else token


def _meaning(token: re.Match[str]) -> str:
    kind = token.lastgroup
    if kind is None:
        return ""
    word = token[kind]
    if kind == "other":
        return _CONTROLS.get(word, word)
    if kind == "named":
        import html  # noqa: PLC0415 - 2,231 names, seldom needed

        meaning = html.unescape(token[0])
        return meaning if meaning != token[0] else "\ufffd"
    base = 16 if kind in _HEXADECIMAL else 8 if kind == "octal" else 10
    number = int(word, base)
    return chr(number) if number <= 0x10FFFF else "\ufffd"
