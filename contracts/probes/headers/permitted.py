"""What a probe may carry: legal fields that neither client nor key owns, and harmless queries."""

from __future__ import annotations

import re

from contracts.http.envelope import (
    FRAMING_FIELDS,
    OVERRIDE_FIELDS,
    SAFE_METHODS,
    EnvelopeError,
    check_query,
)
from contracts.http.probe import Field

NEVER_FUZZED = FRAMING_FIELDS | {b"authorization"}
"""Framing belongs to the client, Authorization to the lattice of bad keys (lower case)."""

METHOD_OVERRIDES = OVERRIDE_FIELDS | {b"x-forwarded-method"}
"""Fields (lower case) from which frameworks and gateways take another method."""

PATH_REWRITES = frozenset(
    {
        b"x-accel-redirect",
        b"x-forwarded-path",
        b"x-forwarded-uri",
        b"x-original-uri",
        b"x-original-url",
        b"x-override-url",
        b"x-rewrite-url",
        b"x-sendfile",
    }
)
"""Fields (lower case) from which frameworks and gateways take another path."""

NO_SUCH_PATH = "/no-such-path"
"""The one other path that such a field may name: a service that goes there finds nothing."""

_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(rb"(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?")


def is_legal(field: Field) -> bool:
    """Whether a field is one that HTTP lets a client send (RFC 9110 §5.1, §5.5).

    Arguments:
        field: name and value; blanks around the value are the message's, not its own.
    """
    name, value = field
    return _NAME.fullmatch(name) is not None and _VALUE.fullmatch(value) is not None


def may_be_fuzzed(field: Field, path: str | None = None) -> bool:
    """Whether a probe may carry a field.

    Names are compared as CGI and WSGI do, where `Content_Length` is `Content-Length`. Methods
    may only be overridden with safe ones, paths only with the operation's own or none.

    Arguments:
        field: name and value.
        path: the operation's path; None permits no field that takes another.
    """
    name, value = field[0].lower().replace(b"_", b"-"), field[1]
    if not is_legal(field) or name in NEVER_FUZZED:
        return False
    if name == b"expect":
        return b"100-continue" not in value.lower()
    if name in METHOD_OVERRIDES:
        return value.upper() in SAFE_METHODS
    if name in PATH_REWRITES:
        return path is not None and value.decode("latin-1") in {path, NO_SUCH_PATH}
    return True


def may_be_queried(query: bytes) -> bool:
    """Whether a probe may carry a query: one that overrides no method but with a safe one.

    Arguments:
        query: the component without its question mark.
    """
    try:
        check_query(query)
    except EnvelopeError:
        return False
    return True
