"""Kinds of refused credentials, as triggers for faults in their refusal."""

from __future__ import annotations

import re

from contracts.sandbox.catalogue.build import Trigger, both
from contracts.sandbox.history import Context

_PREFIX = len(b"RYE/staging-")


def bare(context: Context) -> bool:
    """A request without an Authorization field."""
    return context.bare


def empty(context: Context) -> bool:
    """A request with an empty Authorization field."""
    return context.request.values("authorization") == [b""]


def scheme_only(context: Context) -> bool:
    """A request with a bearer scheme and no token."""
    return context.request.scheme == b"bearer" and not context.request.token


def bearer(context: Context) -> bool:
    """A request with a bearer token."""
    return context.request.scheme == b"bearer" and bool(context.request.token)


def basic(context: Context) -> bool:
    """A request with Basic credentials."""
    return context.request.scheme == b"basic"


def strange_scheme(context: Context) -> bool:
    """A request with credentials of an unknown scheme."""
    return context.request.scheme not in {b"", b"bearer", b"basic"}


def twice(context: Context) -> bool:
    """A request with two Authorization fields."""
    return len(context.request.values("authorization")) > 1


def near(context: Context) -> bool:
    """A bearer token that begins like the key."""
    return context.request.token[: _PREFIX + 4] == context.key[: _PREFIX + 4]


def far(context: Context) -> bool:
    """A bearer token without the public prefix."""
    return bearer(context) and not context.request.token.startswith(b"RYE/")


def long(context: Context) -> bool:
    """A token of more than 512 bytes."""
    return len(context.request.token) > 512


def wrong_length(context: Context) -> bool:
    """A bearer token that is not as long as the key."""
    return bearer(context) and len(context.request.token) != len(context.key)


def token_with(pattern: bytes) -> Trigger:
    """A bearer token that contains the pattern."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return both(bearer, lambda context: compiled.search(context.request.token) is not None)
