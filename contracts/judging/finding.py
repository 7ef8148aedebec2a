"""A finding: one violation of one requirement, seen in one exchange."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

STATUS = "status"
"""The place of a finding about the status code."""

ASSERTED = "an assertion of the suite"
"""The cause of a finding from an `assert`, which no recorded exchange shows by itself."""

_IN_A_MAP = "/additionalProperties/"
_VARYING = re.compile(r"\d+|0x[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation.

    Arguments:
        requirement: id of the broken requirement.
        exchange: number of the exchange that shows it.
        where: JSON pointer into the body, or field name, or part of the message.
        expected: what should be there.
        found: what is there.
        clause: id of the document's clause that is broken, if there is one.
        cause: what the requests that show it have in common (see causes); empty if no single
            request shows it.
    """

    requirement: str
    exchange: int
    where: str
    expected: str
    found: str
    clause: str | None = None
    cause: str = ""

    @property
    def signature(self) -> tuple[str, str, str]:
        """What two sightings of one violation have in common; numbers may differ."""
        if self.where == STATUS:  # the expected statuses depend on the request's oddities
            return self.requirement, self.where, self.found
        in_map = _IN_A_MAP in (self.clause or "")  # its member names vary with the request
        where = str(self.clause) if in_map else _VARYING.sub("#", self.where)
        return self.requirement, where, _VARYING.sub("#", self.expected)

    @property
    def slug(self) -> str:
        """An id that is stable between runs: the requirement, and a hash of the rest."""
        return self._named(*self.signature, self.cause)

    @property
    def former_slug(self) -> str:
        """The id before causes were distinguished, which older waivers use."""
        return self._named(*self.signature)

    def _named(self, *parts: str) -> str:
        digest = sha256("\0".join(parts).encode("utf-8", "backslashreplace"))
        return f"{self.requirement}-{digest.hexdigest()[:8]}"
