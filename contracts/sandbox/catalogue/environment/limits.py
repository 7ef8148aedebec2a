"""Rate limits: 429 or 503 for clients that send too fast."""

from __future__ import annotations

from email.utils import formatdate
from time import time

from contracts.sandbox.catalogue.build import trouble, when
from contracts.sandbox.catalogue.effects import page
from contracts.sandbox.catalogue.environment.triggers import first, one_in
from contracts.sandbox.fault import Effect
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer, json_answer

LIMIT = 10
"""Requests per second that the rate-limiting entries allow."""

_WINDOW = 1.0


def _limited(fields: Effect | None) -> Effect:
    """At most `LIMIT` requests in any one-second window, by this server's clock."""

    def limit(answer: Answer, context: Context) -> Answer:
        arrivals = context.run.arrivals
        now = arrivals[-1]
        recent = sum(now - moment < _WINDOW for moment in arrivals)
        if recent > LIMIT:
            arrivals.pop()
            answer = _too_many()
        return answer if fields is None else fields(answer, context)

    return limit


def _too_many(retry_after: str | None = None) -> Answer:
    answer = json_answer(429, {"name": "TooManyRequests", "message": "Rate limit exceeded"})
    return answer if retry_after is None else answer.with_field("Retry-After", retry_after)


def _state_limit(answer: Answer, context: Context) -> Answer:
    """Adds the fields of draft-ietf-httpapi-ratelimit-headers-08."""
    arrivals = context.run.arrivals
    recent = [moment for moment in arrivals if arrivals[-1] - moment < _WINDOW]
    left = max(0, LIMIT - len(recent))
    stated = answer.with_field("RateLimit-Policy", f'"reads";q={LIMIT};w=1')
    if answer.status == 429:
        stated = stated.with_field("Retry-After", "1")
    return stated.with_field("RateLimit", f'"reads";r={left};t=1')


def _wait_until(seconds: int) -> Effect:
    return lambda _answer, _context: _too_many(formatdate(time() + seconds, usegmt=True))


FAULTS = (
    trouble(
        "429-always",
        "Everything is answered 429 without a word on when to come back.",
        lambda _answer, _context: _too_many(),
    ),
    trouble(
        "429-always-in-an-hour",
        "Everything is answered 429 for an hour.",
        lambda _answer, _context: _too_many("3600"),
    ),
    trouble(
        "429-at-first-for-seconds",
        "The first request is answered 429 for a second.",
        when(first(1), lambda _answer, _context: _too_many("1")),
        transient=True,
    ),
    trouble(
        "429-at-first-until-date",
        "The first request is answered 429 until a date.",
        when(first(1), _wait_until(1)),
        transient=True,
    ),
    trouble(
        "429-one-in-50",
        "Every 50th request is answered 429 at once.",
        when(one_in(50), lambda _answer, _context: _too_many("0")),
        transient=True,
    ),
    trouble(
        "limit-stated",
        "Ten requests a second are allowed, and every answer says so.",
        _limited(_state_limit),
        transient=True,
    ),
    trouble(
        "limit-unstated",
        "Ten requests a second are allowed, and no answer says so.",
        _limited(None),
        transient=True,
    ),
    trouble(
        "limit-unstated-but-retry-after",
        "Beyond ten requests a second, 429 says when.",
        _limited(
            lambda answer, _context: (
                answer.with_field("Retry-After", "1") if answer.status == 429 else answer
            )
        ),
        transient=True,
    ),
    trouble(
        "limit-answered-503",
        "Beyond ten requests a second, nginx's limiter says 503 and nothing else.",
        _limited(
            lambda answer, _context: (
                page(503, "503 Service Temporarily Unavailable")(answer, _context)
                if answer.status == 429
                else answer
            )
        ),
        transient=True,
    ),
)
