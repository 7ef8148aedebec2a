"""The shelf: what a run keeps of large answers, each distinct part once, compressed, to a limit."""

from __future__ import annotations

import zlib

from contracts.http.kept.large import Message
from contracts.http.kept.parts import Kept, Part

MOST_PACKED = 8 * 1024 * 1024
"""Octets that all large parts of a run may take, compressed."""
MOST_OCTETS = 256 * 1024 * 1024
"""Octets of all distinct large contents: judging a report again reads them all."""

_DOUBT = 4
"""A message whose first part says that it takes so many times the room that is left won't fit."""


class Shelf:
    """Decides which large answers are kept whole.

    What has been judged is cut where there is no room for it: the run knows what it showed, and
    the report says that it is not there.
    """

    def __init__(self) -> None:
        self._halves: set[Kept] = set()
        self._parts: set[Part] = set()
        self._packed = 0
        self._octets = 0

    def put(self, large: Message) -> bool:
        """Take a message, or say that there is no room for it.

        Arguments:
            large: what was received, and has been judged.
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
        """Whether it is worth the time to compress them all."""
        if not parts:
            return True
        share = len(zlib.compress(parts[0].octets, 1)) / parts[0].size
        left = MOST_PACKED - self._packed
        return share * sum(part.size for part in parts) <= _DOUBT * left
