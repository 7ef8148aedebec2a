"""Searching a text for secrets, in whatever layers of escapes and codings they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.redaction.decodings import decoded
from contracts.redaction.forms import Form
from contracts.redaction.grams import collect, lowered
from contracts.redaction.own_text import OwnText, tells
from contracts.redaction.views import Reading, Span, readings, views

LAYERS = 2
"""How many layers of codings are undone. The forms are one more: base64 twice and hexadecimal."""

HOW = ("", ", escaped", ", encoded")
"""What is said of what had to be undone, the plainest first."""


class Search:
    """Looks for the forms of secrets.

    Codings are undone in a text as it is and with all its escapes undone, not in between.

    What tells nothing of a secret (see own_text) counts only beside what does: a key's public
    words are found where it is repeated, and nowhere else.

    Arguments:
        forms: the secrets in all their forms.
        own: what the suite itself writes.
        whole: secrets that count as a whole alone.
    """

    def __init__(self, forms: Iterable[Form], own: OwnText | None, whole: Iterable[str]) -> None:
        self._grams = collect(forms)
        self._own = own
        self._told: dict[str, bool] = {}
        self._whole = frozenset(map(lowered, whole))

    def __repr__(self) -> str:
        return "Search()"

    def names(self, text: str, layers: int = LAYERS) -> Iterator[tuple[str, str]]:
        """Give the name of every form found, and what had to be undone for it.

        Arguments:
            text: any text.
            layers: of codings that are undone.
        """
        if not self._grams:
            return
        reading = text
        for depth, reading in enumerate(readings(text)):
            low = lowered(reading)
            for start, end, name in self._find(low):
                if self._tells(low[start:end], layers):
                    yield name, HOW[2 if layers < LAYERS else 1 if depth else 0]
        for read in {text, reading} if layers else ():
            decoding = decoded(read)
            if decoding is not None:
                yield from self.names(decoding.text, layers - 1)

    def places(
        self, text: str, below: Reading | None = None, layers: int = LAYERS
    ) -> Iterator[Span]:
        """Give the pieces of a text in which secrets are.

        Arguments:
            text: the text, or what was decoded from it.
            below: the way back to the text, where it was decoded.
            layers: of codings that are undone.
        """
        layered = list(views(text, below))
        for view in layered:
            low = lowered(view.text)
            for start, end in self._runs(low, layers):
                yield from view.spans(start, end)
        for view in {layered[0], layered[-1]} if layers else ():
            decoding = decoded(view.text, view)
            if decoding is not None:
                yield from self.places(decoding.text, decoding, layers - 1)

    def _find(self, low: str) -> Iterator[tuple[int, int, str]]:
        for grams in self._grams:
            yield from grams.find(low)
        for whole in self._whole:
            at = low.find(whole)
            while at >= 0:
                yield at, at + len(whole), "the key as it is"
                at = low.find(whole, at + 1)

    def _runs(self, low: str, layers: int) -> Iterator[Span]:
        """Give what is found without a gap, where some of it tells something."""
        first, last, told = 0, 0, False
        for start, end, _ in sorted(self._find(low)):
            if start >= last:
                if told:
                    yield first, last
                first, told = start, False
            last = max(last, end)
            told = told or self._tells(low[start:end], layers)
        if told:
            yield first, last

    def _tells(self, piece: str, layers: int) -> bool:
        if piece in self._whole:
            return layers == LAYERS  # counts and indexes are runs of numbers
        known = self._told.get(piece)
        if known is None:
            known = self._told[piece] = tells(piece, self._own)
        return known
