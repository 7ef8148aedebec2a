"""Decodes the numbers, hexadecimal digits and base64 in a text, with the way back to them."""

from __future__ import annotations

import re
from binascii import a2b_base64, unhexlify
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import accumulate
from string import ascii_letters, digits

from contracts.redaction.views import Reading, Span

_Way = Callable[[int, int], Iterable[Span]]
"""Returns the pieces of a text that some octets were decoded from."""
_Line = tuple[bytes, _Way]

_SHORTEST = 12
"""Length of the shortest word that can hold 8 characters of a secret, encoded twice."""
_FEWEST = 8
"""Fewest octets that count as a secret."""
_OTHER = b"\xff"
_BETWEEN = b"\x01"

# Most speculative decoding yields no text, which can't hold a secret. The zero octets are for
# UTF-16 and UTF-32.
_TEXT = re.compile(rb"(?:[\t\n\r\x20-\x7e]\x00{0,3}){8,}")
_MAYBE_TEXT = bytes(b" t"[octet in {0, 9, 10, 13, *range(0x20, 0x7F)}] for octet in range(256))
_SAMPLES = re.compile(rb"ttttt*")


def _keeping(kept: str, renamed: Mapping[str, str] | None = None) -> bytes:
    """Make a table that keeps some characters, renames some, and turns all others into spaces."""
    table = bytearray(b" " * 256)
    for before, after in ({each: each for each in kept} | dict(renamed or {})).items():
        table[ord(before)] = ord(after)
    return bytes(table)


def _numerals(*layouts: str) -> dict[bytes, bytes]:
    return {f"{n:{layout}}".encode(): bytes([n]) for layout in layouts for n in range(128)}


_DECIMAL = _keeping(digits)
_BASE64 = _keeping(ascii_letters + digits + "+/", {"-": "+", "_": "/"})
_NUMBERS = re.compile(rb"[0-9]+")
_HEXADECIMAL = re.compile(rb"[0-7][0-9A-Fa-f]+")
"""A word that starts with another digit is not ASCII."""
_BASE64_WORDS = re.compile(rb"[A-Za-z0-9+/_-]{%d,}" % _SHORTEST)
_NUMERALS = (_numerals("d", "02d", "03d", "07b", "08b"), _numerals("o", "03o", "04o"))


@dataclass(frozen=True, slots=True)
class Decoding:
    """What the parts of a text decode to, in sequence, with a separator between them.

    Arguments:
        text: one ISO 8859-1 character per octet.
        below: the text that was decoded; None for the original text.
    """

    text: str
    below: Reading | None
    _starts: list[int]
    _ways: list[tuple[int, _Way]]

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """Return the pieces of the original text that a piece of this one was decoded from.

        Arguments:
            start: where the piece begins; no piece crosses a separator.
            end: where it ends.
        """
        part = bisect_right(self._starts, start) - 1
        first, way = self._ways[part]
        first -= self._starts[part]
        for span in way(first + start, first + end):
            if self.below is None:
                yield span
            else:
                yield from self.below.spans(*span)


def decoded(text: str, below: Reading | None = None) -> Decoding | None:
    """Decode numbers in any base, hexadecimal digits and base64 wherever they may occur.

    Anything may separate the numbers; base64 and digits may begin within a word.

    Arguments:
        text: any text.
        below: the way back from it to the original text.

    Returns:
        None if nothing decodes to text.
    """
    octets = text.encode("latin-1", "replace")
    pieces: list[bytes] = []
    starts: list[int] = []
    ways: list[tuple[int, _Way]] = []
    end = 0
    for read in (_numbers, _hexadecimal, _base64):
        for line, way in read(octets):
            for at, piece in _texts(line):
                pieces.append(piece)
                starts.append(end)
                ways.append((at, way))
                end += len(piece) + len(_BETWEEN)
    if not pieces:
        return None
    return Decoding(_BETWEEN.join(pieces).decode("latin-1"), below, starts, ways)


def _texts(line: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the pieces that are text; sampling every second octet rules out most of the rest."""
    for run in _SAMPLES.finditer(line[::2].translate(_MAYBE_TEXT)):
        first, last = run.span()
        for piece in _TEXT.finditer(line, max(2 * first - 1, 0), 2 * last):
            yield piece.start(), piece[0]


def _numbers(octets: bytes) -> Iterator[_Line]:
    """Read each number as one octet, once as decimal or binary, once as octal."""
    words = octets.translate(_DECIMAL).split()
    places = cache(lambda: [word.span() for word in _NUMBERS.finditer(octets)])
    if len(words) < _FEWEST:
        return
    for numerals in _NUMERALS:
        yield from _stepwise(b"".join([numerals.get(word, _OTHER) for word in words]), places)


def _hexadecimal(octets: bytes) -> Iterator[_Line]:
    """Read two digits as one octet: in words of even length, and at both offsets in long words."""
    words = _HEXADECIMAL.findall(octets)
    if sum(map(len, words)) < 2 * _FEWEST:
        return

    def pairs(wanted: Callable[[int], bool], skipped: int) -> list[Span]:
        words = (word.span() for word in _HEXADECIMAL.finditer(octets))
        inside = (range(at + skipped, end - 1, 2) for at, end in words if wanted(end - at))
        return [(at, at + 2) for word in inside for at in word]

    even = b"".join([word for word in words if not len(word) & 1])
    yield from _stepwise(unhexlify(even), cache(lambda: pairs(lambda length: not length & 1, 0)))
    long = [word for word in words if len(word) >= _SHORTEST]
    for skipped in (0, 1) if long else ():
        line = b"".join([word[skipped : len(word) - (len(word) - skipped) % 2] for word in long])
        places = cache(partial(pairs, _SHORTEST.__le__, skipped))
        yield unhexlify(line), _way(places, 0, 1)


def _stepwise(line: bytes, places: Callable[[], list[Span]]) -> Iterator[_Line]:
    """Yield every octet, and every second one, since some dumps print an index beside each."""
    for first, step in ((0, 1), (0, 2), (1, 2)):
        yield line[first::step], _way(places, first, step)


def _way(places: Callable[[], list[Span]], first: int, step: int) -> _Way:
    """Compute the places only on demand, as few lines hold a secret."""
    return lambda start, end: places()[first + start * step : first + end * step : step]


def _base64(octets: bytes) -> Iterator[_Line]:
    """Read four characters as three octets, starting at each of a word's first four characters."""
    words = [word for word in octets.translate(_BASE64).split() if len(word) >= _SHORTEST]
    places = cache(lambda: [word.span() for word in _BASE64_WORDS.finditer(octets)])
    for skipped in range(4) if words else ():
        fours = [word[skipped:] + b"A" * (-(len(word) - skipped) % 4) for word in words]
        ends = list(accumulate(map(len, fours)))

        def way(
            start: int, end: int, skipped: int = skipped, ends: list[int] = ends
        ) -> Iterator[Span]:
            first, last = start * 4 // 3, -(-end * 4 // 3)
            while first < last:
                word = bisect_right(ends, first)
                begun, ended = places()[word]
                begun += skipped - (ends[word - 1] if word else 0)
                stop = min(last, ends[word])
                # The padding of the last four characters has no place in the text.
                yield min(begun + first, ended - 1), min(begun + stop, ended)
                first = stop

        yield a2b_base64(b"".join(fours)), way
