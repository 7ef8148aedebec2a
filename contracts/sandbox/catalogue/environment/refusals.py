"""Refusal of every request: an expired key, or a firewall that bans the sender."""

from __future__ import annotations

from contracts.sandbox.catalogue.build import chain, on, trouble, when
from contracts.sandbox.catalogue.effects import error, page
from contracts.sandbox.catalogue.environment.triggers import after
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer
from contracts.sandbox.reference import unauthorized


def _thirty_bad_keys(context: Context) -> bool:
    return sum(not visit.entitled for visit in context.run.visits) >= 30


def _injected_before(context: Context) -> bool:
    values = (value for one in context.run.log[:-1] for _, value in one.fields)
    return any(b"' OR" in value or b"'OR" in value for value in values)


def _refuse(_answer: Answer, _context: Context) -> Answer:
    return unauthorized()


_refused = chain(on(200, _refuse), on(422, _refuse))


_KEYS = (
    trouble(
        "key-refused",
        "The configured key is refused like any other.",
        _refused,
    ),
    trouble(
        "key-ends-after-100",
        "After 100 requests the configured key is refused like any other.",
        when(after(100), _refused),
    ),
    trouble(
        "key-locked-after-thirty-bad-keys",
        "After thirty bad keys the configured one is locked for good.",
        when(_thirty_bad_keys, _refused),
    ),
)

_BANS = (
    trouble(
        "banned-after-100",
        "After 100 requests a firewall refuses everything.",
        when(after(100), page(403, "403 Forbidden")),
    ),
    trouble(
        "banned-after-100-in-json",
        "After 100 requests a gateway refuses everything, in JSON.",
        when(after(100), error(403, "Forbidden", "Forbidden")),
    ),
    trouble(
        "banned-after-an-injection",
        "An injection's sender gets HAProxy's 403 from the next request on.",
        when(_injected_before, page(403, "403 Forbidden")),
    ),
)

FAULTS = (*_KEYS, *_BANS)
