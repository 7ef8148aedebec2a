"""The seal of a page and its signature, which reveal any later change.

The machine record's element begins with two slots. The seal is the SHA-256 of the page with both
slots blank: it reveals accidental changes and simple edits by hand. The signature is the
HMAC-SHA256 (RFC 2104) of the same octets with a key that only the run and the gate know. Both
cover what people read as well as what programs read.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

ELEMENT = '<script type="application/json" id="contract-record">'
"""The start tag of the one element that holds the machine record."""

BLANK = "0" * 64
SLOTS = f'{{"seal":"{BLANK}",'
"""The beginning of the element's JSON text before its page is sealed."""

_SLOTS = re.compile(
    re.escape(ELEMENT.encode())
    + rb'\{"seal":"([0-9a-f]{64})"(?:,"signature":"([0-9a-f]{64})")?(?=,")'
)


@dataclass(frozen=True, slots=True)
class Seal:
    """The contents of a page's slots, and the octets that they cover.

    Arguments:
        seal: the seal, in hexadecimal.
        signature: the signature, in hexadecimal, or None.
        octets: the page with blank slots.
    """

    seal: str
    signature: str | None
    octets: bytes

    @property
    def unbroken(self) -> bool:
        """Whether the page is unchanged since it was sealed."""
        return hmac.compare_digest(self.seal, sha256(self.octets).hexdigest())

    def signed_with(self, key: str) -> bool:
        """Whether the signature is that of exactly these octets with a key.

        Arguments:
            key: the signing key.
        """
        expected = _signature(self.octets, key)
        return self.signature is not None and hmac.compare_digest(self.signature, expected)


def read_seal(page: bytes) -> Seal | None:
    """Read the slots of a page; None if it does not have exactly one pair.

    Arguments:
        page: the whole page.
    """
    found = _SLOTS.search(page)
    if found is None or _SLOTS.search(page, found.end()):
        return None
    blank = b"".join((page[: found.start(1)], BLANK.encode(), b'"', page[found.end() :]))
    signature = found[2].decode("ascii") if found[2] else None
    return Seal(found[1].decode("ascii"), signature, blank)


def sealed(page: bytes, key: str | None = None) -> bytes:
    """Seal a page, and sign it if there is a key.

    Arguments:
        page: a page with the slots that `SLOTS` describes, blank or not.
        key: the signing key, or None.

    Raises:
        ValueError: the page has no slots.
    """
    slots = read_seal(page)
    if slots is None:
        raise ValueError("the page carries no machine record to seal")
    filling = f'{{"seal":"{sha256(slots.octets).hexdigest()}"'
    if key is not None:
        filling += f',"signature":"{_signature(slots.octets, key)}"'
    blank = (ELEMENT + SLOTS.removesuffix(",")).encode()
    return slots.octets.replace(blank, (ELEMENT + filling).encode(), 1)


def _signature(octets: bytes, key: str) -> str:
    return hmac.new(key.encode("utf-8", "surrogateescape"), octets, sha256).hexdigest()
