"""The corpus of request fields that servers, frameworks, proxies and agents parse."""

from __future__ import annotations

from functools import lru_cache

from contracts.http.api_profile import ApiProfile
from contracts.probes.headers.corpus import (
    applications,
    browsers,
    byte_values,
    conditionals,
    forwarding,
    injections,
    names,
    negotiations,
    shapes,
    tracings,
    trust,
    values,
)
from contracts.probes.headers.entry import Entry


@lru_cache(maxsize=8)
def corpus(api: ApiProfile, host: str, path: str) -> tuple[Entry, ...]:
    """Return every entry, the most revealing groups first.

    Arguments:
        api: the API, for fields of its own.
        host: the target's own host and port, for fields that name it.
        path: the operation's path, for fields that rewrite it.
    """
    return (
        *trust.entries(api, host, path),
        *forwarding.entries(),
        *conditionals.entries(),
        *negotiations.entries(api),
        *browsers.entries(),
        *tracings.entries(),
        *applications.entries(api),
        *shapes.entries(),
        *byte_values.entries(),
        *names.entries(),
        *values.entries(),
        *injections.entries(),
    )
