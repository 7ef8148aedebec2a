"""The one place where secrets are taken out of what is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from contracts.http.api_key import Key
from contracts.redaction.forms import derived, encodings, listings
from contracts.redaction.grams import collect, lowered
from contracts.redaction.views import Span, View, readings, views

MASK = "*"

_PIECE = 64 * 1024
"""Bytes of an artefact that are looked at together: undoing escapes takes many times as much."""
_OVERLAP = 4 * 1024
"""Bytes of the piece before that are looked at again: a secret with every octet escaped thrice."""

_SCHEMES = frozenset(
    {
        *("bearer", "basic", "digest", "token", "apikey", "negotiate", "hawk", "oauth"),
        *("aws4-hmac-sha256", "hoba", "mutual", "scram-sha-256", "gnap", "dpop", "vapid"),
    }
)
_WHOLE_TOKENS = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|.)")
_WHOLE_TOKENS_OF_OCTETS = re.compile(rf"{_WHOLE_TOKENS.pattern}|[\xc2-\xf4][\x80-\xbf]{{1,3}}")


class Redactor:
    """Masks a key, its parts of 8 characters and more, and their encodings.

    The mask has the length of what it covers, so that offsets and lengths stay right, and never
    covers part of a JSON escape or of a UTF-8 sequence, so that JSON stays JSON. Public prefixes
    (`RYE/staging-`) are shown.

    Arguments:
        key: the right key; None masks nothing of it.
        extra: other secrets, for instance a signing key.
    """

    def __init__(
        self, key: Key | None, extra: Sequence[str] = (), *, _derived: bool = False
    ) -> None:
        secrets = [("the key", key.secret if key else "")]
        secrets += [("another secret", secret) for secret in extra]
        forms = [
            replace(form, name=f"{what} {form.name}{suffix}")
            for what, secret in secrets
            for source, suffix in ((secret, ""), (secret[::-1], ", backwards"))
            for form in (*encodings(source), *listings(source))
        ]
        if key and key.secret and _derived:
            forms += [replace(form, name=f"the key {form.name}") for form in derived(key)]
        self._grams = collect(forms)

    def __repr__(self) -> str:
        return "Redactor()"

    @classmethod
    def for_key(cls, key: Key | None, extra: Sequence[str] = ()) -> Redactor:
        """Make a redactor that also masks what the credential recipes make of the key.

        Arguments:
            key: the right key; None masks nothing of it.
            extra: other secrets.
        """
        return cls(key, extra, _derived=True)

    def text(self, text: str) -> str:
        """Mask secrets in text.

        Arguments:
            text: any text, lone surrogates included.
        """
        spans = self._spans(text, _WHOLE_TOKENS)
        return _masked(text, spans) if spans else text

    def data(self, data: bytes) -> bytes:
        """Mask secrets in octets of any encoding that keeps ASCII, or in UTF-16.

        Arguments:
            data: any octets.
        """
        text = data.decode("latin-1")
        spans = self._spans(text, _WHOLE_TOKENS_OF_OCTETS)
        return _masked(text, spans).encode("latin-1") if spans else data

    def authorization(self, value: bytes) -> bytes:
        """Mask the value of an Authorization field wholly, but for a known scheme.

        Arguments:
            value: the field's value.
        """
        if not value.strip():
            return value
        scheme, blank, rest = value.lstrip().partition(b" ")
        if scheme.lower().decode("latin-1") not in _SCHEMES:
            return b"***"
        return scheme + blank + (b"***" if rest.strip() else b"")

    def leaks(self, data: bytes) -> list[str]:
        """Say in which forms secrets occur in octets, without spelling them.

        Arguments:
            data: a whole artefact.
        """
        return self.leaks_in([data])

    def leaks_in(self, pieces: Iterable[bytes]) -> list[str]:
        """Say in which forms secrets occur in octets that come in pieces, without spelling them.

        Arguments:
            pieces: an artefact's, in their order.
        """
        found: set[tuple[str, bool]] = set()
        before = b""
        for piece in pieces:
            for start in range(0, len(piece), _PIECE):
                octets = before + piece[start : start + _PIECE]
                found.update(self._forms(octets.decode("latin-1")))
                before = octets[-_OVERLAP:]
        open_ones = {name for name, is_open in found if is_open}
        escaped = {f"{name}, escaped" for name, _ in found if name not in open_ones}
        return sorted(open_ones | escaped)

    def _forms(self, text: str) -> Iterator[tuple[str, bool]]:
        """Give the name of every form found, and whether no escape had to be undone for it."""
        if not self._grams:
            return
        for depth, reading in enumerate(readings(text)):
            low = lowered(reading)
            for grams in self._grams:
                for *_, name in grams.find(low):
                    yield name, depth == 0

    def _spans(self, text: str, whole: re.Pattern[str]) -> list[Span]:
        if not any(self._forms(text)):
            return []
        places: list[tuple[View, set[int]]] = []
        for view in views(text):
            low = lowered(view.text)
            found = (hit for grams in self._grams for hit in grams.find(low))
            places.append((view, {at for start, end, _ in found for at in range(start, end)}))
        spans = _merged(view.source(at) for view, marked in places for at in marked)
        if spans:
            # Half a masked escape would make broken JSON of sound JSON.
            tokens = (match.span() for match in whole.finditer(text))
            spans = _merged([*spans, *_overlapping(tokens, spans)])
        return spans


def _overlapping(tokens: Iterator[Span], spans: list[Span]) -> Iterator[Span]:
    """Give the tokens that share a character with a span; both are in order."""
    at = 0
    for start, end in tokens:
        while at < len(spans) and spans[at][1] <= start:
            at += 1
        if at == len(spans):
            return
        if spans[at][0] < end:
            yield start, end


def _merged(spans: Iterable[Span]) -> list[Span]:
    result: list[Span] = []
    for start, end in sorted(set(spans)):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _masked(text: str, spans: list[Span]) -> str:
    pieces: list[str] = []
    last = 0
    for start, end in spans:
        pieces += (text[last:start], MASK * (end - start))
        last = end
    return "".join((*pieces, text[last:]))
