"""What a probe may carry: legal fields that belong to neither client nor key, harmless queries."""

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
"""Fields (lower case) of the client (framing) and of the lattice of bad keys (Authorization)."""

METHOD_OVERRIDES = OVERRIDE_FIELDS | {b"x-forwarded-method"}
"""Fields (lower case) by which frameworks and gateways override the method."""

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
"""Fields (lower case) by which frameworks and gateways rewrite the path."""

NO_SUCH_PATH = "/no-such-path"
"""The only other path that such a field may name: a service that follows it finds nothing."""

_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(rb"(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?")


def is_legal(field: Field) -> bool:
    """Whether HTTP lets a client send a field (RFC 9110 §5.1, §5.5).

    Arguments:
        field: name and value; blanks around the value are not part of it.
    """
    name, value = field
    return _NAME.fullmatch(name) is not None and _VALUE.fullmatch(value) is not None


def may_be_fuzzed(field: Field, path: str | None = None) -> bool:
    """Whether a probe may carry a field.

    Names are compared as in CGI and WSGI, where `Content_Length` is `Content-Length`. Methods may
    only be overridden with safe ones, paths only with the operation's own or a nonexistent one.

    Arguments:
        field: name and value.
        path: the operation's path; None permits no field that rewrites it.
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
    """Whether a probe may carry a query: one that overrides the method only with a safe one.

    Arguments:
        query: the component without its question mark.
    """
    try:
        check_query(query)
    except EnvelopeError:
        return False
    return True
