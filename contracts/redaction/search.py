"""Searches a text for secrets under any layers of escapes and encodings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.redaction.decodings import decoded
from contracts.redaction.forms import Form
from contracts.redaction.grams import collect, lowered
from contracts.redaction.own_text import OwnText, tells, tells_joined
from contracts.redaction.views import Reading, Span, readings, views

LAYERS = 2
"""Layers of encodings that are undone. The forms add one more: base64 twice and hexadecimal."""

HOW = ("", ", escaped", ", encoded")
"""Descriptions of what had to be undone, the simplest first."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole secret.

    Arguments:
        text: the secret.
        name: its name in messages.
        parted: whether parts of it reveal something too.
    """

    text: str
    name: str
    parted: bool


class Search:
    """Searches for the forms of secrets.

    Encodings are undone in the text as it is and with all its escapes undone, not in between.

    Parts of a secret that reveal nothing (see `own_text`) count only next to parts that do: a key's
    common words are found inside the key, and nowhere else.

    Arguments:
        forms: the secrets in all their forms.
        whole: the secrets as such.
        own: the suite's own text.
    """

    def __init__(
        self, forms: Iterable[Form], whole: Iterable[Whole], own: OwnText | None = None
    ) -> None:
        self._grams = collect(forms)
        self._own = own
        self._told: dict[str, bool] = {}
        self._whole = {lowered(each.text): each for each in whole}

    def __repr__(self) -> str:
        return "Search()"

    def names(
        self, text: str, layers: int = LAYERS, *, joined: bool = False
    ) -> Iterator[tuple[str, str]]:
        """Yield the name of every form found, and what had to be undone for it.

        Arguments:
            text: any text.
            layers: how many layers of encodings to undo.
            joined: whether the suite may have joined its own words in the text.
        """
        if not self._grams:
            return
        reading = text
        for depth, reading in enumerate(readings(text)):
            low = lowered(reading)
            for start, end, name in self._find(low):
                piece = low[start:end]
                if self._tells(piece, layers) and not (joined and self._is_joined(piece)):
                    yield name, HOW[2 if layers < LAYERS else 1 if depth else 0]
        for read in {text, reading} if layers else ():
            decoding = decoded(read)
            if decoding is not None:
                yield from self.names(decoding.text, layers - 1, joined=joined)

    def places(
        self, text: str, below: Reading | None = None, layers: int = LAYERS
    ) -> Iterator[Span]:
        """Yield the pieces of a text that contain secrets.

        Arguments:
            text: the text, or what it was decoded to.
            below: the way back to the text if it was decoded.
            layers: how many layers of encodings to undo.
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
        for text, whole in self._whole.items():
            at = low.find(text)
            while at >= 0:
                yield at, at + len(text), whole.name
                at = low.find(text, at + len(text))

    def _runs(self, low: str, layers: int) -> Iterator[Span]:
        """Yield contiguous matches of which some part reveals something."""
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
            # Counts and indexes are runs of numbers, and may decode to a run of letters.
            return self._whole[piece].parted or layers == LAYERS
        known = self._told.get(piece)
        if known is None:
            known = self._told[piece] = tells(piece, self._own)
        return known

    def _is_joined(self, piece: str) -> bool:
        return piece not in self._whole and not tells_joined(piece, self._own)
