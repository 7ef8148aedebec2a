"""Trouble that is not the API's word: networks, proxies, limits and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from time import time

from contracts.sandbox.catalogue.build import Trigger, on, trouble, when
from contracts.sandbox.catalogue.effects import error, page
from contracts.sandbox.fault import Effect, Fault, Rendering
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer, head, json_answer, render, status_line
from contracts.sandbox.reference import PATH, unauthorized
from contracts.sandbox.wire import End, Script

LIMIT = 10
"""Reads a second that the limiting entries allow."""

_WINDOW = 1.0
_DRIP_BYTES = 600
_HUGE = 8 << 20


def _always(_context: object) -> bool:
    return True


def _one_in(times: int) -> Trigger:
    return lambda context: len(context.run.arrivals) % times == 0


def _first(times: int) -> Trigger:
    return lambda context: len(context.run.arrivals) <= times


def _after(times: int) -> Trigger:
    return lambda context: len(context.run.arrivals) > times


def _thirty_bad_keys(context: Context) -> bool:
    return sum(not visit.entitled for visit in context.run.visits) >= 30


def _injected_before(context: Context) -> bool:
    values = (value for one in context.run.log[:-1] for _, value in one.fields)
    return any(b"' OR" in value or b"'OR" in value for value in values)


def _wire(trigger: Trigger, write: Callable[[Answer], Script]) -> Rendering:
    return lambda answer, context: write(answer) if trigger(context) else None


def _reset(_answer: Answer) -> Script:
    return Script(end=End.RESET)


def _silence(_answer: Answer) -> Script:
    return Script(end=End.HOLD)


def _close(_answer: Answer) -> Script:
    return Script()


def _cut(answer: Answer) -> Script:
    return Script((render(answer)[:-20],), status=answer.status)


def _cut_head(answer: Answer) -> Script:
    return Script((render(answer)[:30],), status=answer.status)


def _reset_amid(answer: Answer) -> Script:
    return Script((render(answer)[:-20], 0.01), End.RESET, answer.status)


def _stall(answer: Answer) -> Script:
    return Script((render(answer)[:-20],), End.HOLD, answer.status)


def _drip(answer: Answer) -> Script:
    """One blank after the JSON each fifth of a second, for two minutes."""
    start = head(
        (
            *replace(answer, sized=False).framed(),
            (b"Content-Length", b"%d" % (len(answer.body) + _DRIP_BYTES)),
        ),
        status_line(answer.status),
    )
    return Script((start + answer.body, *(0.2, b" ") * _DRIP_BYTES), status=answer.status)


def _huge(answer: Answer) -> Script:
    return Script((render(answer.with_body(answer.body + b" " * _HUGE)),), status=answer.status)


def _limited(fields: Effect | None) -> Effect:
    """At most `LIMIT` requests in any window of a second, on this server's clock."""

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
    """The fields of draft-ietf-httpapi-ratelimit-headers-08."""
    arrivals = context.run.arrivals
    recent = [moment for moment in arrivals if arrivals[-1] - moment < _WINDOW]
    left = max(0, LIMIT - len(recent))
    stated = answer.with_field("RateLimit-Policy", f'"reads";q={LIMIT};w=1')
    if answer.status == 429:
        stated = stated.with_field("Retry-After", "1")
    return stated.with_field("RateLimit", f'"reads";r={left};t=1')


def _wait_until(seconds: int) -> Effect:
    return lambda _answer, _context: _too_many(formatdate(time() + seconds, usegmt=True))


def _gateway(code: int, words: str) -> Effect:
    return page(code, f"{code} {words}")


def _page_fault(code: int, words: str) -> Fault:
    return trouble(
        f"{code}-always", f"Everything is answered {code} by a proxy's page.", _gateway(code, words)
    )


_refused = on(200, lambda _answer, _context: unauthorized())


_CONNECTIONS = (
    trouble(
        "refuses-after-20",
        "After 20 requests the server takes no more connections.",
        wire=_wire(_after(20), lambda _answer: Script(end=End.REFUSE)),
    ),
    trouble("resets-always", "Every connection is reset.", wire=_wire(_always, _reset)),
    trouble(
        "resets-one-in-50",
        "Every 50th request is reset.",
        wire=_wire(_one_in(50), _reset),
        transient=True,
    ),
    trouble(
        "resets-amid-answer", "Every answer is cut by a reset.", wire=_wire(_always, _reset_amid)
    ),
    trouble(
        "closes-without-answer",
        "Every connection is closed without an answer.",
        wire=_wire(_always, _close),
    ),
    trouble(
        "closes-without-answer-one-in-20",
        "Every 20th connection is closed without an answer.",
        wire=_wire(_one_in(20), _close),
        transient=True,
    ),
    trouble(
        "closes-amid-answer", "Every answer is cut within its body.", wire=_wire(_always, _cut)
    ),
    trouble(
        "closes-amid-header",
        "Every answer is cut within its header section.",
        wire=_wire(_always, _cut_head),
    ),
    trouble(
        "closes-amid-answer-one-in-20",
        "Every 20th answer is cut within its body.",
        wire=_wire(_one_in(20), _cut),
        transient=True,
    ),
    trouble("never-answers", "No request is ever answered.", wire=_wire(_always, _silence)),
    trouble(
        "never-answers-after-30",
        "After 30 requests none is answered any more.",
        wire=_wire(_after(30), _silence),
    ),
    trouble(
        "stalls-amid-answer",
        "Every answer stops within its body and stays open.",
        wire=_wire(_always, _stall),
    ),
    trouble(
        "drips", "Every body comes one byte at a time for two minutes.", wire=_wire(_always, _drip)
    ),
    trouble(
        "body-of-8-megabytes",
        "Every body is followed by 8 MB of blanks that belong to it.",
        wire=_wire(_always, _huge),
    ),
)

_PROXIES = (
    _page_fault(502, "Bad Gateway"),
    _page_fault(503, "Service Temporarily Unavailable"),
    _page_fault(504, "Gateway Time-out"),
    _page_fault(520, "Web server is returning an unknown error"),
    _page_fault(522, "Connection timed out"),
    _page_fault(511, "Network Authentication Required"),
    _page_fault(407, "Proxy Authentication Required"),
    _page_fault(408, "Request Time-out"),
    trouble(
        "503-one-in-50",
        "Every 50th request is answered 503 by a proxy's page.",
        when(_one_in(50), _gateway(503, "Service Temporarily Unavailable")),
        transient=True,
    ),
    trouble(
        "502-at-first",
        "The first two requests are answered 502 by a proxy's page.",
        when(_first(2), _gateway(502, "Bad Gateway")),
        transient=True,
    ),
    trouble(
        "503-in-json",
        "Everything is answered 503 in the API's own words.",
        error(503, "ServiceUnavailable", "Maintenance"),
    ),
    trouble(
        "504-after-30",
        "After 30 requests everything is answered 504.",
        when(_after(30), _gateway(504, "Gateway Time-out")),
    ),
)

_LIMITS = (
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
        when(_first(1), lambda _answer, _context: _too_many("1")),
        transient=True,
    ),
    trouble(
        "429-at-first-until-date",
        "The first request is answered 429 until a date.",
        when(_first(1), _wait_until(1)),
        transient=True,
    ),
    trouble(
        "429-one-in-50",
        "Every 50th request is answered 429 at once.",
        when(_one_in(50), lambda _answer, _context: _too_many("0")),
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
)


def _elsewhere(_answer: Answer, _context: object) -> Answer:
    return Answer(301, ((b"Location", b"https://api.example" + PATH.encode()),))


_EVERYBODY = (
    trouble(
        "challenge-always",
        "A bot challenge answers everything.",
        page(403, "Just a moment...", {"CF-Mitigated": "challenge"}),
    ),
    trouble(
        "challenge-after-100",
        "After 100 requests a bot challenge answers everything.",
        when(_after(100), page(202, "Challenge", {"X-Amzn-Waf-Action": "challenge"})),
    ),
    trouble("redirected-always", "Everything is redirected to another host.", _elsewhere),
)

_SPORADIC = (
    trouble(
        "502-one-in-10",
        "A load balancer sends every tenth request to a replica that is gone.",
        when(_one_in(10), _gateway(502, "Bad Gateway")),
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

_KEYS = (
    trouble(
        "key-refused",
        "The configured key is refused like any other.",
        _refused,
    ),
    trouble(
        "key-ends-after-100",
        "After 100 requests the configured key is refused like any other.",
        when(_after(100), _refused),
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
        when(_after(100), page(403, "403 Forbidden")),
    ),
    trouble(
        "banned-after-100-in-json",
        "After 100 requests a gateway refuses everything, in JSON.",
        when(_after(100), error(403, "Forbidden", "Forbidden")),
    ),
    trouble(
        "banned-after-an-injection",
        "An injection's sender gets HAProxy's 403 from the next request on.",
        when(_injected_before, page(403, "403 Forbidden")),
    ),
)

FAULTS = (*_CONNECTIONS, *_PROXIES, *_LIMITS, *_EVERYBODY, *_SPORADIC, *_KEYS, *_BANS)
