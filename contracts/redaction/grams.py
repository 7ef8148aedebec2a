"""Finds any 8 consecutive characters of many forms in a text, in one sparse pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from contracts.redaction.forms import WINDOW, WINDOW_OF_DIGITS, Form

_NUMBERS: dict[int, Literal["Q", "I", "H", "B"]] = {8: "Q", 4: "I", 2: "H", 1: "B"}
"""Sizes of pieces in octets, with the `struct` format of a number of that size."""
_BLOCK = 64

_DIGITS = re.compile(r"[0-9a-f]*")


def lowered(text: str) -> str:
    """Lower-case a text character by character, keeping positions.

    Arguments:
        text: any text.
    """
    # U+0130 is the one character whose lower case has more characters.
    return text.replace("\u0130", "i").lower()


class Grams:
    """All windows of one length over some forms, prepared for searching.

    Divide a text into pieces of half a window's length: every window that it shares with a form
    contains one of them completely. Pieces are looked up as numbers, a block at a time, and only
    hits are examined.

    A doubtful window counts only as part of a longer match.

    Arguments:
        size: characters per window.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._piece, self._number = next(
            (piece, number) for piece, number in _NUMBERS.items() if size >= 2 * piece - 1
        )
        self._windows: dict[str, str] = {}
        self._pieces: set[int] = set()
        self._doubtful: set[str] = set()
        self._longer: dict[int, set[str]] = {}

    def __repr__(self) -> str:
        return f"Grams({self._size})"

    def add(self, form: Form) -> None:
        """Add the windows of a form.

        Arguments:
            form: a form of a secret.
        """
        text = lowered(form.text)
        added = False
        for at in range(len(text) - self._size + 1):
            window = text[at : at + self._size]
            known = window in self._windows
            if known and window not in self._doubtful:
                continue  # most windows of what recipes derive from a key are the key's own
            needed = max(form.window, WINDOW_OF_DIGITS if _DIGITS.fullmatch(window) else 0)
            longer = min(needed, len(text))
            if longer > self._size:
                starts = range(max(0, at + self._size - longer), min(at, len(text) - longer) + 1)
                around = self._longer.setdefault(longer, set())
                around.update(text[start : start + longer] for start in starts)
                if not known:
                    self._doubtful.add(window)
            else:
                self._doubtful.discard(window)
            if not known:
                self._windows[window] = form.name
                added = True
        if added:
            octets = _octets(text)
            for at in range(self._piece):
                self._pieces.update(self._numbers(octets[at:]))

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Find every window.

        Arguments:
            text: lowered text.

        Yields:
            Start and end of a window and the name of its form.
        """
        size, windows = self._size, self._windows
        for at in self._hits(_octets(text)):
            for start in range(max(at - size + self._piece, 0), at + 1):
                window = text[start : start + size]
                name = windows.get(window)
                if name is None:
                    continue
                if window not in self._doubtful:
                    yield start, start + size, name
                    continue
                for longer, around in self._longer.items():
                    for first in range(max(0, start + size - longer), start + 1):
                        if text[first : first + longer] in around:
                            yield first, first + longer, name

    def _hits(self, octets: bytes) -> Iterator[int]:
        """Yield the positions of pieces that also occur in a form."""
        numbers, pieces = self._numbers(octets), self._pieces
        for start in range(0, len(numbers), _BLOCK):
            block = numbers[start : start + _BLOCK]
            if not pieces.isdisjoint(block):
                for at, number in enumerate(block, start):
                    if number in pieces:
                        yield at * self._piece

    def _numbers(self, octets: bytes) -> memoryview[int]:
        whole = len(octets) - len(octets) % self._piece
        return memoryview(octets)[:whole].cast(self._number)


def _octets(text: str) -> bytes:
    """Return one octet per character; all characters beyond ISO 8859-1 become the same octet."""
    return text.encode("latin-1", "replace")


def collect(forms: Iterable[Form]) -> list[Grams]:
    """Group forms by the length of their windows: 8, or the whole form if it is shorter.

    Arguments:
        forms: forms of any secrets.
    """
    groups: dict[int, Grams] = {}
    for form in forms:
        # A non-ASCII character may be read as three octets.
        size = min(WINDOW if form.text.isascii() else 3 * WINDOW, len(form.text))
        if size:
            groups.setdefault(size, Grams(size)).add(form)
    return list(groups.values())
