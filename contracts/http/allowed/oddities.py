"""Determine a request's oddities from its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote_to_bytes

from contracts.http.allowed.field_grammars import GRAMMARS, SINGLETONS
from contracts.http.allowed.grammar import elements
from contracts.http.allowed.negotiation import NEGOTIATED
from contracts.http.allowed.statuses import ALTERNATIVES, Oddity
from contracts.http.probe import Field

OVERSIZED_LINE_BYTES = 1000
"""Bytes of one field line that servers need not accept.

A server may refuse whatever is "larger than it wishes to process" (RFC 9110 §5.4), which sets no
limit; strictly configured proxies accept a kilobyte per line.
"""

OVERSIZED_NAME_BYTES = 256
"""Bytes of one field name that servers need not accept: HAProxy accepts 255."""

OVERSIZED_BYTES = 4000
"""Bytes of the request line and all fields together that servers need not accept.

Common limits are 8 KiB and more, but RFC 9110 §5.4 sets none, and servers configured for 4 KiB in
all are not rare. A server error is a defect at any size.
"""

MOST_FIELDS = 45
"""Field lines that servers must accept: strict proxies accept few more, Apache 100."""

LONG_TARGET_BYTES = 2000
"""Bytes of a query that servers need not accept.

RFC 9110 §4.1 recommends 8,000 but does not require it; proxies configured for 2 kB exist.
"""

PADDING_PREFIX = b"X-Pad-"
"""Prefix of the names of fields that only measure how much a server accepts."""

_OF_THE_CLIENT = frozenset({b"host", b"accept", b"user-agent", b"authorization"})
"""Fields (lower case) of the plain request."""

_REQUEST_LINE_BYTES = 64
"""Size of a request line without its query: method, path, version."""

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_CONTROL_IN_QUERY = re.compile(rb"[\x00-\x1f\x7f]")
_OBS_TEXT = re.compile(rb"[\x80-\xff]")
_LARGE_NUMBER = re.compile(r"[1-9][0-9]{10}")
_NEVER_EMPTY = re.compile(r"multipart/|[\w.+-]+/([\w.-]+\+)?xml\b", re.IGNORECASE)
_QUERY = re.compile(rb"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*+")

_OF_NUMBERS = frozenset({b"content-range", b"max-forwards", b"range"})
"""Fields (lower case) of decimal numbers without a limit. That of a Cache-Control directive is no
such number: recipients read it as the greatest that they know (RFC 9111 §1.2.2)."""

PRECONDITIONS = frozenset(
    {b"if", b"if-match", b"if-modified-since", b"if-none-match", b"if-unmodified-since"}
)
"""Fields (lower case) that make a request conditional."""
READ_AS_ONE = SINGLETONS | {b"if-match", b"if-none-match"}
"""Fields (lower case) whose repetition servers may refuse: not lists, or not read as lists."""
_ELSEWHERE = frozenset(
    {
        b"cf-visitor",
        b"cloudfront-forwarded-proto",
        b"forwarded",
        b"front-end-https",
        b"upgrade-insecure-requests",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"x-forwarded-proto",
        b"x-forwarded-protocol",
        b"x-forwarded-scheme",
        b"x-forwarded-ssl",
        b"x-original-host",
        b"x-url-scheme",
    }
)

_OF_A_NAME = {
    **dict.fromkeys(PRECONDITIONS, Oddity.PRECONDITION),
    **dict.fromkeys(_ELSEWHERE, Oddity.FORWARDED),
    b"range": Oddity.RANGE,
    b"content-type": Oddity.CONTENT_KIND,
    b"content-encoding": Oddity.CONTENT_KIND,
    b"prefer": Oddity.PREFER,
    b"early-data": Oddity.EARLY_DATA,
}
"""Oddities that a field (lower case) causes whatever its value."""


def oddities(
    fields: Sequence[Field], query: bytes | None = None, body: bytes | None = None
) -> frozenset[Oddity]:
    """Name every oddity of a request; a plain one has none.

    Arguments:
        fields: all fields as sent, the client's own among them.
        query: the query component without its question mark; None if there was none.
        body: the content; None if there was none.
    """
    lowered = [(name.lower(), value) for name, value in fields]
    found = set(_of_the_query(query))
    found.update(_of_the_whole(lowered, query, body))
    for name, value in lowered:
        found.update(_of_one_field(name, value))
    return frozenset(found)


def alternatives(
    fields: Sequence[Field], query: bytes | None = None, body: bytes | None = None
) -> frozenset[int]:
    """Return the undocumented statuses that HTTP allows for a request's oddities.

    Arguments:
        fields: all fields as sent, the client's own among them.
        query: the query component without its question mark; None if there was none.
        body: the content; None if there was none.
    """
    return frozenset().union(*(ALTERNATIVES[oddity] for oddity in oddities(fields, query, body)))


def _of_the_query(query: bytes | None) -> Iterator[Oddity]:
    if query is None:
        return
    if len(query) >= LONG_TARGET_BYTES:
        yield Oddity.LONG_TARGET
    if not _QUERY.fullmatch(query):
        yield Oddity.MALFORMED_QUERY
        return
    octets = unquote_to_bytes(query)
    # RFC 3986 §7.3 wants NUL refused, and lighttpd refuses every control character; most
    # frameworks refuse octets that are not UTF-8.
    if _CONTROL_IN_QUERY.search(octets) or octets.decode("utf-8", "ignore").encode() != octets:
        yield Oddity.MALFORMED_QUERY


def _of_the_whole(
    fields: Sequence[Field], query: bytes | None, body: bytes | None
) -> Iterator[Oddity]:
    names = [name for name, _ in fields]
    size = _REQUEST_LINE_BYTES + len(query or b"")
    size += sum(len(name) + len(value) + 4 for name, value in fields)
    longest = max((len(name) + len(value) + 4 for name, value in fields), default=0)
    longest_name = max(map(len, names), default=0)
    if (
        len(fields) > MOST_FIELDS
        or size >= OVERSIZED_BYTES
        or longest > OVERSIZED_LINE_BYTES
        or longest_name >= OVERSIZED_NAME_BYTES
    ):
        yield Oddity.OVERSIZED
    pads = [name for name in names if name.startswith(PADDING_PREFIX.lower())]
    if pads and not body and not query and _OF_THE_CLIENT.issuperset(set(names).difference(pads)):
        yield Oddity.PADDING
    if body:
        yield Oddity.CONTENT
    if any(names.count(name) > 1 for name in READ_AS_ONE.intersection(names)):
        yield Oddity.REPEATED
    for name, leaves_something in NEGOTIATED.items():
        values = [value for found, value in fields if found == name]
        if values and not leaves_something(b", ".join(values).decode("latin-1")):
            yield Oddity.NEGOTIATION


def _of_one_field(name: bytes, value: bytes) -> Iterator[Oddity]:
    if _OBS_TEXT.search(value):
        yield Oddity.NON_ASCII
    if _CONTROL.search(value) or not _TOKEN.fullmatch(name):
        yield Oddity.MALFORMED
    text = value.strip(b" \t").decode("latin-1")
    grammar = GRAMMARS.get(name)
    if grammar is not None and not grammar(text):
        yield Oddity.MALFORMED
    if name in _OF_NUMBERS and _LARGE_NUMBER.search(text):
        yield Oddity.LARGE_NUMBER
    if name in _OF_A_NAME:
        yield _OF_A_NAME[name]
    match name:
        case b"content-type" if _NEVER_EMPTY.match(text):
            yield Oddity.EMPTY_CONTENT
        case b"max-forwards" if text.strip("0") == "" and text:
            yield Oddity.LAST_HOP
        case b"expect" if text.lower() != "100-continue":
            yield Oddity.EXPECT
        case b"cache-control" if _only_if_cached(text):
            yield Oddity.ONLY_IF_CACHED


def _only_if_cached(value: str) -> bool:
    # A value with an unterminated quoted string is not a list: servers that split at every comma
    # still see the directive.
    directives = elements(value)
    if directives is None:
        directives = [part.strip() for part in value.split(",")]
    return any(directive.lower() == "only-if-cached" for directive in directives)
