"""The oddities of a request, and the statuses that HTTP allows for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Oddity(StrEnum):
    """A difference from the plain request for which HTTP defines responses of its own.

    What is merely unusual (an unknown field, an unknown parameter) is no oddity: only the
    document's statuses may answer it.
    """

    PRECONDITION = "precondition"
    """A conditional request (RFC 9110 §13): 304 or 412."""
    RANGE = "range"
    """A range request (RFC 9110 §14.2): 206 or 416."""
    NEGOTIATION = "negotiation"
    """Preferences that leave no acceptable representation (RFC 9110 §15.5.7): 406."""
    EXPECT = "expectation"
    """An expectation other than 100-continue (RFC 9110 §10.1.1): 417."""
    CONTENT = "content"
    """Content in a request that defines none, which "some implementations … reject and close the
    connection because of" (RFC 9110 §9.3.1); fields about content alone do not count."""
    CONTENT_KIND = "kind of content"
    """A Content-Type or Content-Encoding, with content or without (RFC 9110 §15.5.16): 415."""
    EMPTY_CONTENT = "kind of content that can't be empty"
    """A Content-Type for which empty content is malformed: a multipart has a part (RFC 2046
    §5.1.1), an XML document an element (XML 1.0 §2.1): 400."""
    OVERSIZED = "oversized"
    """More or longer fields, or longer names, than servers accept (RFC 9110 §5.4, RFC 6585 §5)."""
    PADDING = "padding"
    """Only fields that no API reads, sent to measure how much a server accepts: a refusal is
    about size (RFC 9110 §5.4, RFC 6585 §5)."""
    LONG_TARGET = "long target"
    """A longer target than servers accept (RFC 9110 §15.5.15)."""
    MALFORMED = "malformed field"
    """A field whose value breaks its own grammar (RFC 9110 §2.2)."""
    MALFORMED_QUERY = "malformed query"
    """A query that violates the URI grammar, or that decodes to something other than text: control
    characters, or octets that are not UTF-8 (RFC 3986 §3.4, §7.3)."""
    REPEATED = "repeated field"
    """A repeated field that is not defined as a list (RFC 9110 §5.3), or that servers read as a
    single value, as nginx does If-Match and If-None-Match."""
    LAST_HOP = "no more forwarding"
    """`Max-Forwards: 0`, which forbids forwarding the request (RFC 9110 §7.6.2)."""
    LARGE_NUMBER = "large number"
    """A number of more than ten digits, which overflows many an integer (RFC 9110 §17.5)."""
    NON_ASCII = "non-ASCII field"
    """Bytes 0x80-0xFF in a field, which "ought" not to be generated (RFC 9110 §5.5)."""
    ONLY_IF_CACHED = "only-if-cached"
    """A demand for a stored response (RFC 9111 §5.2.1.7): 504."""
    PREFER = "preference"
    """A preference, for instance respond-async (RFC 7240 §4.1): 202."""
    EARLY_DATA = "early data"
    """A request marked as received in TLS early data (RFC 8470 §5.2): 425."""
    FORWARDED = "forwarded scheme or host"
    """Another scheme, host or port than the connection's, which may be redirected (RFC 7239 §5)."""


_REFUSED = frozenset({400, 413, 431})
_ANY_CLIENT_ERROR = frozenset(range(400, 500)) - {401, 407, 408, 422, 429}
"""Client errors that neither the document nor the environment accounts for."""

ALTERNATIVES: Mapping[Oddity, frozenset[int]] = MappingProxyType(
    {
        Oddity.PRECONDITION: frozenset({304, 412}),
        Oddity.RANGE: frozenset({206, 416}),
        Oddity.NEGOTIATION: frozenset({406}),
        Oddity.EXPECT: frozenset({417}),
        Oddity.CONTENT: _ANY_CLIENT_ERROR,
        Oddity.CONTENT_KIND: frozenset({415}),
        Oddity.EMPTY_CONTENT: frozenset({400}),
        Oddity.OVERSIZED: _REFUSED,
        Oddity.PADDING: _REFUSED,
        Oddity.LONG_TARGET: frozenset({400, 414}),
        Oddity.MALFORMED: _REFUSED,
        Oddity.MALFORMED_QUERY: frozenset({400}),
        Oddity.REPEATED: _REFUSED,
        Oddity.LAST_HOP: _ANY_CLIENT_ERROR,
        Oddity.LARGE_NUMBER: _REFUSED,
        Oddity.NON_ASCII: frozenset({400, 431}),
        Oddity.ONLY_IF_CACHED: frozenset({504}),
        Oddity.PREFER: frozenset({202}),
        Oddity.EARLY_DATA: frozenset({425}),
        # 400: for schemes that contradict each other, and for hosts that are not the server's own.
        Oddity.FORWARDED: frozenset({301, 302, 303, 307, 308, 400}),
    }
)
"""The statuses allowed instead of a documented one, for each oddity."""

EXCUSES = frozenset[int]().union(*ALTERNATIVES.values())
"""Every status that HTTP allows for some oddity."""
