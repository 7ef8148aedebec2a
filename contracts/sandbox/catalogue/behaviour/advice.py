"""Faults that break one SHOULD and no promise."""

from __future__ import annotations

from contracts.sandbox.catalogue.build import chain, fault, has, on, when
from contracts.sandbox.catalogue.effects import (
    before_close,
    dropping,
    field,
    having,
    money,
    page,
)
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer

_STACK = (
    "Error: Invalid or missing API key\n    at authenticate (/app/dist/auth.js:41:11)\n"
    "    at processTicksAndRejections (node:internal/process/task_queues:95:5)"
)
_PREFIX = len(b"RYE/staging-")


def _echo_in_message(answer: Answer, context: Context) -> Answer:
    credential = context.request.token.decode("latin-1")
    return answer.editing(lambda old: {**old, "message": f"No developer has the key {credential}"})


def _echo_in_field(answer: Answer, context: Context) -> Answer:
    return answer.with_field("X-Api-Key", context.request.token)


def _echo_in_cookie(answer: Answer, context: Context) -> Answer:
    secret = context.request.token.rpartition(b"-")[2]
    return answer.with_field("Set-Cookie", b"key=" + secret + b"; Path=/")


def _reflect_origin(answer: Answer, context: Context) -> Answer:
    origin = context.request.value("origin")
    if not origin:
        return answer
    allowed = answer.with_field("Access-Control-Allow-Origin", origin)
    return allowed.with_field("Access-Control-Allow-Credentials", "true")


def _near(context: Context) -> bool:
    request = context.request
    return request.scheme == b"bearer" and (
        request.token[: _PREFIX + 4] == context.key[: _PREFIX + 4]
    )


FAULTS = (
    fault(
        "401-with-stack",
        "The 401 shows a stack trace.",
        "no-stack-trace",
        on(401, having(stack=_STACK)),
    ),
    fault(
        "422-with-stack",
        "The 422 shows a stack trace.",
        "no-stack-trace",
        on(422, having(stack=_STACK)),
    ),
    fault(
        "401-repeats-key",
        "The 401's message repeats the key that was sent.",
        "no-credential-in-response",
        on(401, _echo_in_message),
    ),
    fault(
        "200-repeats-key",
        "The 200 repeats the key in a header field.",
        "no-credential-in-response",
        on(200, _echo_in_field),
    ),
    fault(
        "200-sets-key-cookie",
        "The 200 puts the key's secret into a cookie.",
        "no-credential-in-response",
        on(200, _echo_in_cookie),
    ),
    fault(
        "200-publicly-cacheable",
        "The 200 may be stored by any cache for a minute.",
        "no-shared-caching",
        on(200, field("Cache-Control", "public, max-age=60")),
    ),
    fault(
        "200-cacheable-by-proxies",
        "The 200 may be stored by shared caches.",
        "no-shared-caching",
        on(200, field("Cache-Control", "s-maxage=30")),
    ),
    fault(
        "401-without-challenge",
        "The 401 carries no challenge.",
        "challenge-on-401",
        on(401, dropping("WWW-Authenticate")),
    ),
    fault(
        "401-with-empty-challenge",
        "The 401's challenge is empty.",
        "challenge-on-401",
        on(401, field("WWW-Authenticate", "")),
    ),
    fault(
        "currency-in-lower-case",
        "The currency code is in lower case.",
        "currency-is-iso-4217",
        on(200, money(currencyCode="usd")),
    ),
    fault(
        "currency-withdrawn",
        "The currency was withdrawn long ago.",
        "currency-is-iso-4217",
        on(200, money(currencyCode="DEM")),
    ),
    fault(
        "currency-symbol",
        "The currency is given by its symbol.",
        "currency-is-iso-4217",
        on(200, money(currencyCode="US$")),
    ),
    fault(
        "origin-reflected",
        "Any origin may read answers with credentials.",
        "no-cross-origin-credentials",
        _reflect_origin,
    ),
    fault(
        "null-origin-trusted",
        "The origin null may read answers with credentials.",
        "no-cross-origin-credentials",
        chain(
            field("Access-Control-Allow-Origin", "null"),
            field("Access-Control-Allow-Credentials", "true"),
        ),
    ),
    fault(
        "near-key-told",
        "The refusal of a near key says that the key was revoked.",
        "refusals-are-alike",
        on(401, when(_near, having(message="This API key is revoked"))),
    ),
    fault(
        "trailing-blank-kept",
        "Whitespace after the key is taken as part of it, as some servers' parsers do.",
        "trailing-blank-is-trimmed",
        admits=lambda context: context.entitled and not context.request.padded,
    ),
    fault(
        "503-for-ranges",
        "A Range gets a cache's 503 each time, as Varnish's unusable ones do.",
        "range-is-no-failure",
        when(has("range"), page(503, "Backend fetch failed", {"Retry-After": "1"})),
    ),
    fault(
        "200-half-surrogate",
        "The 200 has half a surrogate pair in an extra string.",
        "strings-are-unicode",
        on(200, before_close(b',"holder":"\\ud83d"')),
    ),
    fault(
        "401-half-surrogate",
        "The 401's message was cut within a surrogate pair.",
        "strings-are-unicode",
        on(
            401,
            lambda answer, _context: answer.with_body(
                answer.body.replace(b"API key", b"API key \\ud83d")
            ),
        ),
    ),
    fault(
        "200-last-modified-malformed",
        "The 200 has a Last-Modified that is not a HTTP date.",
        "message-lint",
        on(200, field("Last-Modified", "2026-01-01T00:00:00Z")),
    ),
    fault(
        "401-age-malformed",
        "The 401 has an Age that is not a number.",
        "message-lint",
        on(401, field("Age", "unknown")),
    ),
)
