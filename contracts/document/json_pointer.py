"""JSON pointers (RFC 6901)."""

from __future__ import annotations

import re
from collections.abc import Mapping

_INDEX = re.compile(r"0|[1-9][0-9]*", re.ASCII)


def escape(name: str) -> str:
    """Escape a name as one token of a pointer (§3).

    Arguments:
        name: a member's name.
    """
    return name.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """Unescape one token of a pointer (§4).

    Arguments:
        token: the text between two slashes.
    """
    return token.replace("~1", "/").replace("~0", "~")


def resolve(value: object, pointer: str) -> object:
    """Return the value that a pointer refers to.

    Arguments:
        value: the whole document.
        pointer: a pointer; the empty one refers to the whole document.

    Raises:
        LookupError: there is none; the message is a pointer to the last value reached (§7).
    """
    if not pointer:
        return value
    first, *tokens = pointer.split("/")
    if first:
        raise LookupError("")
    trail = ""
    for token in tokens:
        name = unescape(token)
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, list) and _INDEX.fullmatch(name) and int(name) < len(value):
            value = value[int(name)]
        else:
            raise LookupError(trail)
        trail += f"/{token}"
    return value
