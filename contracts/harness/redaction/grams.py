"""Finding any 8 consecutive characters of many forms in a text, in one sparse pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from contracts.harness.redaction.forms import WINDOW, WINDOW_OF_DIGITS, Form

_DIGITS = re.compile(r"[0-9a-f]*")


def lowered(text: str) -> str:
    """Lower a text character by character: positions stay.

    Arguments:
        text: any text.
    """
    # U+0130 is the one character whose lower case is longer than itself.
    return text.replace("\u0130", "i").lower()


def _is_ordinary(window: str) -> bool:
    steps = [ord(after) - ord(before) for before, after in pairwise(window)]
    return len(set(window)) < 3 or all(step >= 0 for step in steps) or steps.count(1) > 4


class Grams:
    """All windows of one length over some forms, ready to be searched for.

    Every window that a text shares with a form holds one of the text's pieces at the positions
    0, stride, 2 * stride, …: only those are looked up, and only hits are looked at closely. With
    windows of 8, that is one look-up of 4 characters for every 5 characters of text.

    A doubtful window counts only as part of a longer one.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._piece = max(size // 2, 1)
        self._stride = size - self._piece + 1
        self._windows: dict[str, str] = {}
        self._pieces: set[str] = set()
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
                continue  # as most windows of what recipes make of a key: they are the key's own
            if form.telling and not known and _is_ordinary(window):
                continue
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
            self._pieces.update(
                text[at : at + self._piece] for at in range(len(text) - self._piece + 1)
            )

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Find every window.

        Arguments:
            text: lowered text.

        Yields:
            Start and end of a window and the name of its form.
        """
        piece, size, pieces, windows = self._piece, self._size, self._pieces, self._windows
        for at in [
            at
            for at in range(0, len(text) - piece + 1, self._stride)
            if text[at : at + piece] in pieces
        ]:
            for start in range(max(at - size + piece, 0), at + 1):
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


def collect(forms: Iterable[Form]) -> list[Grams]:
    """Sort forms by the length of their windows: 8, or all of a shorter form.

    Arguments:
        forms: of any secrets.
    """
    groups: dict[int, Grams] = {}
    for form in forms:
        # A character beyond ASCII may be read as three octets.
        size = min(WINDOW if form.text.isascii() else 3 * WINDOW, len(form.text))
        if size:
            groups.setdefault(size, Grams(size)).add(form)
    return list(groups.values())
