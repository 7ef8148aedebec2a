"""Parts of large messages, each stored once and compressed.

Large halves of messages are split at places determined by their own octets: bodies that differ in
a balance or a date share all parts but one.
"""

from __future__ import annotations

import re
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from hashlib import sha256
from weakref import WeakValueDictionary

from contracts.http.header_section import find_end

SMALL = 4 * 1024
"""Size in octets up to which a message is stored as it is."""
MOST_WARM = 128
"""Number of unpacked parts, of 64 kB at most, that are cached."""

_LEAST, _MOST = 4 * 1024, 64 * 1024
_MAY_END = re.compile(rb"[,}\n>;](?=[^,}\n>;]{8})")
_SHARE = 256
"""One in so many places where a part may end is chosen: parts of some 10 kB of JSON."""

_MOST_INTERIM = 20


class Part:
    """Octets that are stored once, however often they were received.

    Arguments:
        octets: the octets; None if only the compressed form is known.
        packed: the same as a zlib stream (RFC 1950); None to compress on demand.
        size: how many octets it unpacks to.

    Raises:
        ValueError: it unpacks to anything else; raised when the octets are accessed.
    """

    __slots__ = ("__weakref__", "_octets", "_packed", "size")

    def __init__(self, octets: bytes | None, packed: bytes | None, size: int) -> None:
        self._octets = octets
        self._packed = packed
        self.size = size

    @classmethod
    def of(cls, octets: bytes) -> Part:
        """Return the part that holds some octets.

        Arguments:
            octets: what was received.
        """
        digest = sha256(octets).digest()
        part = _KNOWN.get(digest)
        if part is None:
            part = _KNOWN[digest] = cls(octets, None, len(octets))
        return part

    @property
    def packed(self) -> bytes:
        """The octets as a zlib stream, which then replaces them in memory."""
        if self._packed is None:
            octets = self._octets or b""
            self._packed = zlib.compress(octets, 6)
            self._octets = None
        return self._packed

    @property
    def octets(self) -> bytes:
        """The octets."""
        if self._octets is not None:
            return self._octets
        known = _WARM.get(self)
        if known is None:
            inflater = zlib.decompressobj()
            try:
                known = inflater.decompress(self._packed or b"", self.size + 1)
            except zlib.error as error:
                raise ValueError("a part is not compressed") from error
            if len(known) != self.size or not inflater.eof or inflater.unused_data:
                raise ValueError("a part does not unpack to what it says")
        _warm(self, known)
        return known


Kept = bytes | tuple[Part, ...]
"""Half of a message: small ones as they are, large ones in parts."""

_KNOWN: WeakValueDictionary[bytes, Part] = WeakValueDictionary()
_WARM: OrderedDict[Part, bytes] = OrderedDict()


def _warm(part: Part, octets: bytes) -> None:
    _WARM[part] = octets
    _WARM.move_to_end(part)
    while len(_WARM) > MOST_WARM:
        _WARM.popitem(last=False)


def halves(message: bytes) -> tuple[bytes, bytes]:
    """Split a message after its header section: header and content recur independently.

    Arguments:
        message: a request, or a response with any interim ones before it.
    """
    start = 0
    for _ in range(_MOST_INTERIM):
        end, size = find_end(message, start)
        if end < 0:
            break
        interim = message.startswith(b"HTTP/1.1 1", start)
        start = end + size
        if not interim:
            break
    end = start or len(message)
    return message[:end], message[end:]


def divide(octets: bytes) -> Kept:
    """Split half of a message into parts, at places that do not depend on what precedes them.

    Arguments:
        octets: a header section or a content.
    """
    if len(octets) <= SMALL:
        return octets
    return tuple(map(Part.of, pieces(octets)))


def pieces(octets: bytes) -> Iterator[bytes]:
    """Yield octets in the pieces that `divide` makes.

    Arguments:
        octets: a header section or a content.
    """
    start = 0
    while start < len(octets):
        end = min(start + _MOST, len(octets))
        for place in _MAY_END.finditer(octets, start + _LEAST, end):
            at = place.end()
            if zlib.crc32(octets[at - 8 : at + 8]) % _SHARE == 0:
                end = at
                break
        yield octets[start:end]
        start = end


def joined(kept: Kept) -> bytes:
    """Reassemble half of a message.

    Arguments:
        kept: what `divide` made.
    """
    return kept if isinstance(kept, bytes) else b"".join(part.octets for part in kept)
