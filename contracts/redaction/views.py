"""Views: a text as it reads when its escapes are undone, with the way back to the original."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

Span = tuple[int, int]
"""Start and end of a piece of text."""

DEPTH = 4
"""How many layers of escaping are undone: JSON in JSON in HTML is three."""

# Every alternative begins with a literal character: only then does `re` skip quickly to where one
# may begin. What has no name stands for nothing: it may lie inside a key that was only laid out.
_TOKEN = re.compile(
    r"""
      %(?P<percent>[0-9A-Fa-f]{2})
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
    | \x00                                           # half of a UTF-16 code unit
    | \x1b\[[0-9;]*[A-Za-z]                          # a terminal's colour
    | \u00ad | \u200b | \u2060 | \ufeff | \xe2\x80\x8b
    """,
    re.VERBOSE,
)
_HEXADECIMAL = frozenset({"percent", "unicode", "braced", "hexadecimal", "entity"})
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


@dataclass(slots=True, eq=False)
class View:
    """A reading of a text.

    Arguments:
        text: what is read.
        below: the view that this one was made from; None for the original text.
    """

    text: str
    below: View | None = None
    _starts: list[int] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)
    _sources: list[Span] = field(default_factory=list)

    def source(self, position: int) -> Span:
        """Tell which piece of the original text stands for one character of this view.

        Arguments:
            position: of the character in this view.
        """
        if self.below is None:
            return position, position + 1
        at = bisect_right(self._starts, position) - 1
        if at < 0:
            return self.below.source(position)
        start, end = self._sources[at]
        if position >= self._ends[at]:
            return self.below.source(end + position - self._ends[at])
        return self.below.source(start)[0], self.below.source(end - 1)[1]

    def unescaped(self) -> View | None:
        """Undo one layer of escapes; None if there are none."""
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


def views(text: str) -> Iterator[View]:
    """Give a text as it is, then with one, two, … layers of escapes undone.

    Arguments:
        text: the original text.
    """
    view: View | None = View(text)
    for _ in range(DEPTH + 1):
        if view is None:
            return
        yield view
        view = view.unescaped()


def readings(text: str) -> Iterator[str]:
    """Give the texts of a text's views, which costs a fraction of what the views cost.

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
    """Undo one escape: a text holds few different ones, each of them often."""
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
