"""Whether a piece of a secret reveals it: not if every report contains that piece anyway."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from http import HTTPStatus
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from contracts.redaction.forms import WINDOW
from contracts.redaction.grams import lowered

_PACKAGES = {"contracts": "**/*", "pytest_html": "**/*", "_pytest": "junitxml.py"}
"""The packages whose text reports contain, and their relevant files."""
_KINDS = frozenset({".py", ".toml", ".json", ".js", ".css", ".html", ".jinja2", ".yaml"})
_APART = frozenset({"sandbox", "__pycache__"})
"""Folders whose text reports do not contain."""

_MOMENT = "dddd-dd-ddtdd:dd:dd.dddddd+dd:dd"
"""The shape of a timestamp (RFC 3339 §5.6), in lower case."""
_DIGIT = re.compile(r"[0-9]")
_WORDS = re.compile(r"[^0-9a-z]+")


class OwnText:
    """The text in reports that comes from the suite rather than a server.

    Arguments:
        folder: an operation's, whose files count too, besides the suite's and pytest-html's.
        words: further text.
    """

    def __init__(self, folder: Path | None = None, words: Iterable[str] = ()) -> None:
        self._folder = folder
        self._words = tuple(words)

    def __contains__(self, piece: str) -> bool:
        """Whether it contains a piece of text, ignoring letter case."""
        return lowered(piece) in self._text

    @cached_property
    def _text(self) -> str:
        own = _read(self._folder.glob("*"), self._folder.parent) if self._folder else ()
        words = [*self._words, *(status.phrase for status in HTTPStatus), *own]
        return "\n".join((lowered("\n".join(words)), _packages()))


@cache
def _packages() -> str:
    """The packages' text in lower case, read once: it takes a tenth of a second."""
    pieces: list[str] = []
    for name, pattern in _PACKAGES.items():
        package = find_spec(name)
        for place in (package and package.submodule_search_locations) or ():
            pieces += _read(Path(place).glob(pattern), Path(place).parent)
    return lowered("\n".join(pieces))


def _read(paths: Iterable[Path], parent: Path) -> Iterator[str]:
    """Yield the names of files, as pytest and junit.xml write them, and what they contain.

    Arguments:
        paths: the files, and others that don't count.
        parent: the folder that contains their package.
    """
    for path in paths:
        place = path.relative_to(parent)
        if path.suffix in _KINDS and _APART.isdisjoint(place.parts) and path.is_file():
            yield place.as_posix()
            yield ".".join(place.with_suffix("").parts)
            yield path.read_text("utf-8", "replace")


def tells(piece: str, own: OwnText | None) -> bool:
    """Whether a piece of a secret reveals something of it.

    Runs and repetitions (`abcdefgh`, `00000000`), parts of timestamps and the suite's own text
    don't: a report contains all of them by chance or always.

    Arguments:
        piece: 8 characters or more, in lower case.
        own: what the suite itself writes.
    """
    steps = [ord(after) - ord(before) for before, after in pairwise(piece)]
    if len(set(piece)) < 3 or all(step >= 0 for step in steps) or steps.count(1) > 4:
        return False
    if _is_of_a_time(piece):
        return False
    return own is None or piece not in own


def tells_joined(piece: str, own: OwnText | None) -> bool:
    """Whether a piece reveals something although the suite may have joined it from its own words.

    An artefact has ids and paths that no file contains: `requirement-balance`, `x-pad-17`.

    Arguments:
        piece: 8 characters or more, in lower case, that reveal something.
        own: what the suite itself writes.
    """
    words = _WORDS.split(piece)
    if own is None or len(words) == 1:
        return True
    return not all(len(w) < 4 if w.isdigit() else w.isalpha() and w in own for w in words if w)


def window_of(secret: str, own: OwnText | None) -> int | None:
    """Return how many consecutive characters of a secret count as the secret.

    Arguments:
        secret: what must not be seen.
        own: what the suite itself writes.

    Returns:
        8, if any 8 reveal something; all of them, if only the whole secret does; None if even that
        can't be told from ordinary text.
    """
    text = lowered(secret)
    pieces = (text[at : at + WINDOW] for at in range(len(text) - WINDOW + 1))
    if any(tells(piece, own) for piece in pieces):
        return WINDOW
    if len(set(text)) == 1 or _is_of_a_time(text) or (own is not None and text in own):
        return None
    return len(text)


def _is_of_a_time(piece: str) -> bool:
    return _DIGIT.sub("d", piece).replace(" ", "t") in _MOMENT
