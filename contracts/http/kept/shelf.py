"""The shelf: the large responses that a run keeps, distinct parts once, compressed and limited."""

from __future__ import annotations

import zlib

from contracts.http.kept.large import Message
from contracts.http.kept.parts import Kept, Part

MOST_PACKED = 8 * 1024 * 1024
"""Compressed octets that all large parts of a run may take."""
MOST_OCTETS = 256 * 1024 * 1024
"""Octets of all distinct large contents: judging a report again reads them all."""

_DOUBT = 4
"""A message is not tried if its first part predicts more than this many times the room left."""


class Shelf:
    """Decides which large responses are kept whole.

    What has been judged is cut if there is no room for it: the run has its findings, and the
    report says that the rest is missing.
    """

    def __init__(self) -> None:
        self._halves: set[Kept] = set()
        self._parts: set[Part] = set()
        self._packed = 0
        self._octets = 0

    def put(self, large: Message) -> bool:
        """Take a message, and return whether there was room for it.

        Arguments:
            large: a received message that has been judged.
        """
        if large.is_cut:
            return True
        new = [h for h in large.halves if not isinstance(h, bytes) and h not in self._halves]
        parts = {part: None for half in new for part in half if part not in self._parts}
        octets = self._octets + sum(part.size for half in new for part in half)
        if octets > MOST_OCTETS or not self._may_fit(list(parts)):
            return False
        packed = self._packed + sum(len(part.packed) for part in parts)
        if packed > MOST_PACKED:
            return False
        self._halves.update(new)
        self._parts.update(parts)
        self._packed, self._octets = packed, octets
        return True

    def _may_fit(self, parts: list[Part]) -> bool:
        """Whether compressing them all is worth the time."""
        if not parts:
            return True
        share = len(zlib.compress(parts[0].octets, 1)) / parts[0].size
        left = MOST_PACKED - self._packed
        return share * sum(part.size for part in parts) <= _DOUBT * left
