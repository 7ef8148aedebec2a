"""Faults that show only after an earlier request."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.sandbox.catalogue.build import Trigger, also, fault, on, when
from contracts.sandbox.catalogue.effects import (
    crash,
    empty_body,
    error,
    having,
    html_body,
    lacking,
    leak,
    page,
    text,
    value,
)
from contracts.sandbox.fault import Effect
from contracts.sandbox.history import Context, Visit
from contracts.sandbox.message import Answer
from contracts.sandbox.reference import unauthorized

_APART = "authentication-per-request"
_LOCKED_AFTER = 10
_TRUSTED_AFTER = 5
_CACHED_FOR = 3
_POISONED_FOR = 12


def _last(visits: Sequence[Visit]) -> Visit | None:
    return visits[-1] if visits else None


def _after(status: int) -> Trigger:
    """Requests after one that should get that status, from any sender."""
    return lambda context: (
        (last := _last(context.run.visits)) is not None and (last.status == status)
    )


def _after_content(context: Context) -> bool:
    last = _last(context.connection.visits)
    return last is not None and last.content


def _valid_on_connection(context: Context) -> bool:
    return any(visit.entitled for visit in context.connection.visits)


def _valid_before(context: Context) -> bool:
    last = _last(context.run.visits)
    return last is not None and last.entitled


def _valid_ever(context: Context) -> bool:
    return sum(visit.entitled for visit in context.run.visits) >= _TRUSTED_AFTER


def _streak_of_bad(context: Context) -> bool:
    recent = context.run.visits[-_LOCKED_AFTER:]
    return len(recent) == _LOCKED_AFTER and not any(visit.entitled for visit in recent)


def _bad_on_connection(context: Context) -> bool:
    return any(not visit.entitled for visit in context.connection.visits)


def _refuse(_answer: Answer, _context: object) -> Answer:
    return unauthorized()


def _keyless_after_valid(context: Context) -> bool:
    return context.bare and _valid_before(context)


def _query_asked(context: Context) -> bool:
    """A query recently sent with the valid key, which a cache would still have."""
    query = context.request.query
    recent = context.run.visits[-_CACHED_FOR:]
    return bool(query) and any(visit.query == query and visit.entitled for visit in recent)


def _poisoned(context: Context) -> bool:
    """A URL recently requested with X-Forwarded-Host, which a cache would still have."""
    target = context.run.log[-1].target
    recent = (one for one in context.run.log[-_POISONED_FOR:] if one.target == target)
    return any(name.lower() == b"x-forwarded-host" for one in recent for name, _ in one.fields)


def _caching(for_whom: Trigger) -> Effect:
    """Ignores unknown parameters, and caches what is served to them by URL."""

    def effect(answer: Answer, context: Context) -> Answer:
        served = answer.status == 422 or (_query_asked(context) and for_whom(context))
        return leak(answer, context) if served else answer

    return effect


FAULTS = (
    fault(
        "connection-stays-authenticated",
        "A valid key opens its connection to all that follows.",
        _APART,
        admits=also(_valid_on_connection),
    ),
    fault(
        "connection-lets-keyless-in",
        "After a valid key, its connection needs no key any more.",
        _APART,
        admits=also(lambda ctx: ctx.bare and _valid_on_connection(ctx)),
    ),
    fault(
        "address-stays-authenticated",
        "After five valid reads, the client's address is trusted.",
        _APART,
        admits=also(_valid_ever),
    ),
    fault(
        "cached-for-keyless",
        "A request without a key gets the answer before it from a cache.",
        _APART,
        on(401, when(_keyless_after_valid, leak)),
    ),
    fault(
        "cached-for-anyone",
        "A bad key gets the valid answer before it from a cache.",
        _APART,
        admits=also(_valid_before),
    ),
    fault(
        "query-cached-for-keyless",
        "A cache keeps what is served to a query, for those too who send no key.",
        "bad-key-is-refused",
        _caching(lambda context: context.bare),
    ),
    fault(
        "query-cached-for-anyone",
        "A cache keeps what is served to a query by its URL alone.",
        "bad-key-is-refused",
        _caching(lambda context: not context.entitled),
    ),
    fault(
        "refused-after-bad-key",
        "A valid key right after a bad one is refused.",
        _APART,
        on(200, when(_after(401), _refuse)),
    ),
    fault(
        "refused-after-ten-bad-keys",
        "After ten bad keys in a row the valid key is refused.",
        _APART,
        on(200, when(_streak_of_bad, _refuse)),
    ),
    fault(
        "connection-stays-refused",
        "A bad key spoils its connection for the valid one.",
        _APART,
        on(200, when(_bad_on_connection, _refuse)),
    ),
    fault(
        "forbidden-after-bad-key",
        "A valid key right after a bad one gets 403.",
        "valid-key-gets-200",
        on(200, when(_after(401), error(403, "Forbidden", "Too many failures"))),
    ),
    fault(
        "broken-after-401",
        "The balance right after a refusal lacks its flag.",
        "balance-response-schema",
        on(200, when(_after(401), lacking("drawdownEnabled"))),
    ),
    fault(
        "broken-after-422",
        "The balance right after a 422 repeats the 422's fields only.",
        "balance-response-schema",
        on(200, when(_after(422), value(lambda _old: {"fields": {}}))),
    ),
    fault(
        "fails-after-422",
        "The request right after a 422 fails with 500.",
        "no-server-error",
        when(_after(422), crash()),
    ),
    fault(
        "broken-after-200",
        "The refusal right after a balance has a balance member.",
        "authentication-error-schema",
        on(401, when(_after(200), having(balance=None))),
    ),
    fault(
        "refusal-broken-after-422",
        "The refusal right after a 422 keeps its fields.",
        "authentication-error-schema",
        on(401, when(_after(422), having(fields={}))),
    ),
    fault(
        "same-again-after-401",
        "The second refusal in a row is an HTML page.",
        "content-type-is-json",
        on(401, when(_after(401), html_body)),
    ),
    fault(
        "same-again-after-200",
        "The second balance in a row is empty.",
        "body-is-json",
        on(200, when(_after(200), empty_body)),
    ),
    fault(
        "garbled-after-content",
        "The answer after content begins with that content's rest.",
        "body-is-json",
        when(_after_content, text(lambda body: b"}" + body)),
    ),
    fault(
        "refusal-is-stored",
        "A cache gives everybody the 400 that a foreign X-Forwarded-Host got.",
        "valid-key-gets-200",
        when(_poisoned, page(400, "Bad Request")),
    ),
    fault(
        "fails-after-304",
        "The balance right after a 304 fails with 500.",
        "no-server-error",
        on(200, when(_after(304), crash())),
    ),
)
