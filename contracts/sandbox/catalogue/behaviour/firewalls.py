"""A firewall in front of the API, and the API's own refusals that look like a firewall's."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from contracts.sandbox.catalogue.build import Trigger, both, fault, has, on, value_of, when
from contracts.sandbox.catalogue.effects import page
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer
from contracts.sandbox.wire import Script

_INJECTION = re.compile(rb"' ?or\b|<script|\.\./|\$\{|\{\{|%00|\x00", re.IGNORECASE)
_BLOCKED = page(403, "Forbidden by rule 949110, transaction 4f2a9c17")


def _values(context: Context) -> list[bytes]:
    query = unquote_to_bytes(context.request.query)
    return [query, *(value for _, value in context.request.fields)]


def _injected(context: Context) -> bool:
    """Requests that a firewall with common rules takes for an attack."""
    restricted = any(has(name)(context) for name in ("accept-charset", "content-range", "proxy"))
    return restricted or any(_INJECTION.search(value) for value in _values(context))


def _drop(_answer: Answer, context: Context) -> Script | None:
    return Script() if _injected(context) else None


def _key_alone(context: Context) -> bool:
    """Whether the key looks like an attack and nothing else in the request does."""
    fields = [value for name, value in context.request.fields if name.lower() != b"authorization"]
    rest = [unquote_to_bytes(context.request.query), *fields]
    return _in("authorization")(context) and not any(_INJECTION.search(value) for value in rest)


def _own_page(answer: Answer, context: Context) -> Answer:
    own = _key_alone(context)
    return (page(403, "Malformed token") if own else _BLOCKED)(answer, context)


def _in(name: str) -> Trigger:
    return value_of(name, _INJECTION.pattern)


FAULTS = (
    fault(
        "firewall-blocks-attacks",
        "A firewall gives a page to whatever looks like an attack.",
        "firewall-lets-probes-pass",
        when(_injected, _BLOCKED),
    ),
    fault(
        "firewall-drops-attacks",
        "A firewall closes the connection on whatever looks like an attack.",
        "firewall-lets-probes-pass",
        wire=_drop,
    ),
    fault(
        "403-for-injections-as-keys",
        "A bearer token that looks like an attack gets a 403 page, and nothing else does.",
        "refusal-is-401",
        on(401, when(_in("authorization"), _BLOCKED)),
    ),
    fault(
        "403-for-injections-as-keys-behind-a-firewall",
        "A bearer token that looks like an attack gets a 403 page, beside a firewall's own.",
        "refusal-is-401",
        when(_injected, _own_page),
    ),
    fault(
        "403-for-injections-in-referer",
        "A Referer that looks like an attack gets a 403 page, and no other field does.",
        "valid-key-gets-200",
        on(200, when(_in("referer"), page(403, "Forbidden"))),
    ),
    fault(
        "406-for-accept-charset",
        "An Accept-Charset gets a 406 page, and nothing that looks like an attack does.",
        "status-is-documented",
        when(both(has("accept-charset"), lambda context: context.entitled), page(406, "No")),
    ),
)
