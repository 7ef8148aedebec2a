"""The corpus of request fields that servers, frameworks, proxies and agents parse."""

from __future__ import annotations

from functools import lru_cache

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
from contracts.probes.headers.permitted import OPERATION_PATH


@lru_cache(maxsize=8)
def corpus(host: str = "localhost", path: str = OPERATION_PATH) -> tuple[Entry, ...]:
    """Give every entry, most telling groups first.

    Arguments:
        host: the target's own host and port, for fields that name it.
        path: the operation's path, for fields that rewrite it.
    """
    return (
        *trust.entries(host, path),
        *forwarding.entries(),
        *conditionals.entries(),
        *negotiations.entries(),
        *browsers.entries(),
        *tracings.entries(),
        *applications.entries(),
        *shapes.entries(),
        *byte_values.entries(),
        *names.entries(),
        *values.entries(),
        *injections.entries(),
    )
