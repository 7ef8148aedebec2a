"""The one place that removes secrets from what is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import chain

from contracts.http.api_key import Key
from contracts.http.kept.parts import halves, pieces
from contracts.redaction.forms import WINDOW, derived, encodings
from contracts.redaction.masks import MASK, mask
from contracts.redaction.own_text import OwnText, window_of
from contracts.redaction.search import HOW, Search, Whole
from contracts.redaction.views import Span

_PIECE = 64 * 1024
"""Bytes of an artefact that are searched at once: undoing escapes takes many times the memory."""
_OVERLAP = 4 * 1024
"""Bytes of the previous piece that are searched again: a secret with each octet escaped thrice."""

_MOST_CLEAN = 20_000
"""Most pieces that are remembered as free of secrets."""

_MOST_PLACES = 200
"""Most places of a message that are masked one by one. After the piece that contains the last of
them, any piece with a secret is masked completely: finding each place takes a second a piece, and
a body can hold a hundred thousand."""
_COVERED = bytes(
    octet if octet <= 0x20 or octet == 0x7F or octet in b'"{}[]:,' else ord(MASK)
    for octet in range(256)
)

_SCHEMES = frozenset(
    {
        *("bearer", "basic", "digest", "token", "apikey", "negotiate", "hawk", "oauth"),
        *("aws4-hmac-sha256", "hoba", "mutual", "scram-sha-256", "gnap", "dpop", "vapid"),
    }
)
_WHOLE_TOKENS = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|.)")
_WHOLE_TOKENS_OF_OCTETS = re.compile(rf"{_WHOLE_TOKENS.pattern}|[\xc2-\xf4][\x80-\xbf]{{1,3}}")


class Redactor:
    """Masks a key, its parts of 8 or more characters, and their encodings.

    A mask has the length of what it covers, so offsets and lengths stay right, and never covers
    only part of a JSON escape or UTF-8 sequence. Public prefixes (`RYE/staging-`) stay visible.

    Arguments:
        key: the right key; None if there is none to mask.
        extra: other secrets, for example a signing key.
        own: the suite's own text; None treats all text as a server's.

    Attributes:
        hidden: names of secrets that can't be told from ordinary text and are only masked whole.
    """

    def __init__(
        self,
        key: Key | None,
        extra: Sequence[str] = (),
        own: OwnText | None = None,
        *,
        _derived: bool = False,
    ) -> None:
        secrets = [("the key", key.secret if key else "")]
        secrets += [("another secret", secret) for secret in extra]
        windows = {secret: window_of(secret, own) for _, secret in secrets if secret}
        self.hidden = tuple(what for what, s in secrets if s and windows[s] is None)
        ways = [
            (source, what, suffix, windows[secret] == WINDOW)
            for what, secret in secrets
            if secret
            for source, suffix in ((secret, ""), (secret[::-1], ", backwards"))
        ]
        forms = [
            replace(form, name=f"{what} {form.name}{suffix}")
            for source, what, suffix, _ in ways
            for form in encodings(source)
        ]
        if key and key.secret and _derived:
            forms += [replace(form, name=f"the key {form.name}") for form in derived(key)]
        whole = [Whole(text, f"{what} as it is{suffix}", told) for text, what, suffix, told in ways]
        self._search = Search(forms, whole, own)
        self._clean: set[bytes] = set()

    def __repr__(self) -> str:
        return "Redactor()"

    @classmethod
    def for_key(
        cls, key: Key | None, extra: Sequence[str] = (), own: OwnText | None = None
    ) -> Redactor:
        """Make a redactor that also masks what the credential recipes derive from the key.

        Arguments:
            key: the right key; None if there is none to mask.
            extra: other secrets.
            own: the suite's own text; None treats all text as a server's.
        """
        return cls(key, extra, own, _derived=True)

    def text(self, text: str) -> str:
        """Mask secrets in text.

        Arguments:
            text: any text, lone surrogates included.
        """
        spans = self._spans(text, _WHOLE_TOKENS)
        masks = (MASK * (end - start) for start, end in spans)
        return _masked(text, spans, masks) if spans else text

    def data(self, data: bytes, *, exact: bool = False) -> bytes:
        """Mask secrets in octets of any ASCII-compatible encoding, or UTF-16.

        Masked octets can still be judged (see `masks`).

        Arguments:
            data: any octets.
            exact: whether to keep which octets are letters of which case, digits or signs.
        """
        if len(data) > _PIECE:
            return data if self._is_known_clean(data) else self._masked_large(data, exact=exact)
        text = data.decode("latin-1")
        spans = self._spans(text, _WHOLE_TOKENS_OF_OCTETS)
        masks = (mask(text, *span, exact=exact) for span in spans)
        return _masked(text, spans, masks).encode("latin-1") if spans else data

    def authorization(self, value: bytes) -> bytes:
        """Mask the whole value of an Authorization field, except for a known scheme.

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
        """List the forms in which secrets occur in octets, without revealing them.

        Arguments:
            data: any octets.
        """
        return self.leaks_in([data])

    def leaks_in(self, pieces: Iterable[bytes], *, joined: bool = False) -> list[str]:
        """List the forms in which secrets occur in octets given in pieces, without revealing them.

        Arguments:
            pieces: the octets, in order.
            joined: whether the suite wrote them: then its own words, joined to make ids, reveal
                nothing unless they form a whole secret.
        """
        found: set[tuple[str, str]] = set()
        before = b""
        for piece in pieces:
            for start in range(0, len(piece), _PIECE):
                octets = before + piece[start : start + _PIECE]
                if sha256(octets).digest() not in self._clean:
                    found.update(self._search.names(octets.decode("latin-1"), joined=joined))
                before = octets[-_OVERLAP:]
        plainest = dict(sorted(found, key=lambda each: HOW.index(each[1]), reverse=True))
        return sorted(name + how for name, how in plainest.items())

    def _masked_large(self, data: bytes, *, exact: bool) -> bytes:
        """Mask a large message piece by piece, each with the end of the previous one."""
        text = data.decode("latin-1")
        spans: list[Span] = []
        covered: list[Span] = []
        for start in range(0, len(data), _PIECE):
            first, last = max(0, start - _OVERLAP), start + _PIECE
            piece = text[first:last]
            if len(spans) < _MOST_PLACES:
                found = self._spans(piece, _WHOLE_TOKENS_OF_OCTETS)
                spans = _merged([*spans, *((first + at, first + end) for at, end in found)])
            elif any(self._search.names(piece)):
                covered.append((first, min(last, len(data))))
        masks = (mask(text, *span, exact=exact) for span in spans)
        result = bytearray(_masked(text, spans, masks).encode("latin-1"))
        for first, last in covered:
            result[first:last] = result[first:last].translate(_COVERED)
        masked = bytes(result)
        self._is_known_clean(masked)  # now, rather than at the end of the run
        return masked

    def _is_known_clean(self, data: bytes) -> bool:
        """Whether no piece of a large message holds a secret; each piece is searched only once.

        Pieces are the stored ones (see `parts`), each with the end of the previous one: the final
        search of what is published finds the same ones. The header section differs in its date.
        """
        head, content = halves(data)
        each = map(_with_ends_before, (pieces(head + content[:_OVERLAP]), pieces(content)))
        for octets in chain.from_iterable(each):
            digest = sha256(octets).digest()
            if digest in self._clean:
                continue
            if any(self._search.names(octets.decode("latin-1"))):
                return False
            if len(self._clean) >= _MOST_CLEAN:
                self._clean.clear()
            self._clean.add(digest)
        return True

    def _spans(self, text: str, whole: re.Pattern[str]) -> list[Span]:
        if not any(self._search.names(text)):
            return []
        spans = _merged(self._search.places(text))
        if spans:
            # Masking half of an escape would make valid JSON invalid.
            tokens = (match.span() for match in whole.finditer(text))
            spans = _merged([*spans, *_overlapping(tokens, spans)])
        return spans


def _with_ends_before(pieces: Iterable[bytes]) -> Iterator[bytes]:
    before = b""
    for piece in pieces:
        yield before + piece
        before = piece[-_OVERLAP:]


def _overlapping(tokens: Iterator[Span], spans: list[Span]) -> Iterator[Span]:
    """Yield the tokens that overlap a span; both are in order."""
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


def _masked(text: str, spans: list[Span], masks: Iterable[str]) -> str:
    pieces: list[str] = []
    last = 0
    for (start, end), standing in zip(spans, masks, strict=True):
        pieces += (text[last:start], standing)
        last = end
    return "".join((*pieces, text[last:]))
