"""Conforming variations in the statuses: what HTTP and the document leave to the server."""

from __future__ import annotations

import re
from dataclasses import replace

from contracts.sandbox.catalogue.build import (
    Trigger,
    also,
    any_of,
    extras,
    has,
    on,
    some_value,
    value_not,
    value_of,
    variation,
    when,
)
from contracts.sandbox.catalogue.effects import bodiless, dropping, error, field, page
from contracts.sandbox.fault import Effect, Fault
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer
from contracts.sandbox.reference import (
    PATH,
    balance,
    entitles,
    field_errors,
    unauthorized,
    validation_error,
)

_SINGLETONS = (
    "content-type",
    "from",
    "if-modified-since",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "origin",
    "proxy-authorization",
    "range",
    "referer",
    "user-agent",
)
_RANGE = re.compile(rb"bytes=(\d*)-(\d*)")
_NO_JSON = value_not("accept", rb"(?i)\s*|.*(\*/\*|application/(json|\*)).*")
_LARGE = some_value(rb"(?s).{4097}")
_DATE = rb"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"


def _under(*schemes: bytes) -> Trigger:
    """The right key under another authentication scheme."""
    return lambda context: (
        context.request.scheme in schemes and context.request.token == context.key
    )


def _raw(context: Context) -> bool:
    return context.request.values("authorization") == [context.key]


def _either(place: int) -> Trigger:
    """Two Authorization fields of which the one in that place is right."""

    def right(context: Context) -> bool:
        values = context.request.values("authorization")
        if len(values) < 2:
            return False
        alone = replace(context.request, fields=((b"Authorization", values[place]),))
        return entitles(alone, context.key)

    return right


def _strict_scheme(context: Context) -> bool:
    return context.entitled and context.request.value("authorization").startswith(b"Bearer ")


def _single_blank(context: Context) -> bool:
    return context.request.values("authorization") == [b"Bearer " + context.key]


def _twice(context: Context) -> bool:
    return len(context.request.values("authorization")) > 1


def _repeated_singleton(context: Context) -> bool:
    return any(len(context.request.values(name)) > 1 for name in _SINGLETONS)


def _content(context: Context) -> bool:
    return bool(context.request.body)


def _ignoring(answer: Answer, context: Context) -> Answer:
    return balance(context.run.account) if context.entitled else answer


def _ignoring_content(_answer: Answer, context: Context) -> Answer:
    errors = field_errors(replace(context.request, body=b""))
    return validation_error(errors) if errors else balance(context.run.account)


def _validating_first(answer: Answer, context: Context) -> Answer:
    errors = field_errors(context.request)
    return validation_error(errors) if errors and answer.status == 401 else answer


def _unconditional(_answer: Answer, context: Context) -> Answer:
    return balance(context.run.account)


def _not_modified(answer: Answer, _context: object) -> Answer:
    return Answer(304, answer.without("Content-Type").fields)


def _partial(answer: Answer, context: Context) -> Answer:
    """Serve one range of bytes as RFC 9110 §14 has it; several, or nonsense, are ignored."""
    match = _RANGE.fullmatch(context.request.value("range"))
    size = len(answer.body)
    if match is None or not (match[1] or match[2]) or context.request.values("if-range"):
        return answer
    if not match[1]:
        start, end = max(0, size - int(match[2][:9])), size - 1
    else:
        start, end = int(match[1][:9]), min(int(match[2][:9] or size), size - 1)
        if match[2] and int(match[2][:9]) < start:
            return answer
    if start >= size:
        return Answer(416, ((b"Content-Range", b"bytes */%d" % size),))
    part = replace(answer, status=206, body=answer.body[start : end + 1])
    return part.with_field("Content-Range", b"bytes %d-%d/%d" % (start, end, size))


def _elsewhere(status: int, name: str) -> Effect:
    def redirect(answer: Answer, context: Context) -> Answer:
        if not context.request.values(name):
            return answer
        location = f"https://staging.api.rye.com{PATH}"
        moved = f'<html><body><a href="{location}">Moved</a></body></html>\n'.encode()
        fields = ((b"Location", location.encode()), (b"Content-Type", b"text/html"))
        return Answer(status, fields, moved)

    return redirect


def _answers(name: str, sentence: str, trigger: Trigger, effect: Effect) -> Fault:
    return variation(name, sentence, when(trigger, effect))


_CREDENTIALS = (
    variation(
        "401-unchallenged", "Refusals carry no challenge.", on(401, dropping("WWW-Authenticate"))
    ),
    variation(
        "401-challenged-at-length",
        "Refusals carry several challenges with parameters.",
        on(
            401,
            field(
                "WWW-Authenticate", 'Bearer realm="rye", error="invalid_token", Basic realm="rye"'
            ),
        ),
    ),
    variation("key-taken-raw", "The key is taken without a scheme.", admits=also(_raw)),
    variation(
        "key-taken-under-basic",
        "The key is taken under Basic, as the docs show it.",
        admits=also(_under(b"basic")),
    ),
    variation(
        "key-taken-under-token",
        "The key is taken under Token and ApiKey.",
        admits=also(_under(b"token", b"apikey", b"api-key", b"key")),
    ),
    variation(
        "scheme-in-small-letters-refused",
        "The scheme must be spelled Bearer.",
        admits=_strict_scheme,
    ),
    variation(
        "second-blank-refused", "Exactly one blank may follow the scheme.", admits=_single_blank
    ),
    variation(
        "first-of-two-counts",
        "Of two Authorization fields the first counts.",
        admits=also(_either(0)),
    ),
    variation(
        "last-of-two-counts",
        "Of two Authorization fields the last counts.",
        admits=also(_either(-1)),
    ),
    _answers(
        "two-fields-get-400",
        "Two Authorization fields get a proxy's 400 in HTML.",
        _twice,
        page(400, "400 Bad Request"),
    ),
)

_VALIDATION = (
    variation("422-never", "Unknown queries and content are ignored.", on(422, _ignoring)),
    variation(
        "422-for-queries-alone",
        "Content of a GET is ignored, queries are not.",
        on(422, _ignoring_content),
    ),
    variation(
        "422-before-401", "Requests are validated before the key is looked at.", _validating_first
    ),
    _answers(
        "content-gets-400",
        "Content on a GET gets a proxy's 400 in HTML.",
        _content,
        page(400, "400 Bad Request"),
    ),
    _answers("content-gets-413", "Content on a GET gets 413.", _content, bodiless(413)),
    _answers(
        "content-gets-415",
        "Content on a GET gets 415.",
        _content,
        error(415, "UnsupportedMediaType", "No content, please"),
    ),
)

_NEGOTIATION = (
    _answers(
        "406-in-json",
        "An Accept that leaves no JSON gets 406.",
        _NO_JSON,
        error(406, "NotAcceptable", "application/json"),
    ),
    _answers(
        "406-in-html",
        "An Accept that leaves no JSON gets 406 in HTML.",
        _NO_JSON,
        page(406, "Not Acceptable"),
    ),
    _answers(
        "406-for-charset",
        "An Accept-Charset without UTF-8 gets 406.",
        value_not("accept-charset", rb"(?i).*(utf-8|\*).*"),
        page(406, "Not Acceptable"),
    ),
    _answers(
        "406-for-coding",
        "An Accept-Encoding that leaves no coding gets 406.",
        value_of("accept-encoding", rb"(identity|\*)\s*;\s*q=0(\.0*)?\s*(,|\Z)"),
        bodiless(406),
    ),
    _answers(
        "406-for-language",
        "An Accept-Language without English gets 406.",
        value_not("accept-language", rb"(?i).*(en|\*).*"),
        page(406, "Not Acceptable"),
    ),
)

_CONDITIONS = (
    variation(
        "304-for-any-tag",
        "Every If-None-Match of those who may read gets 304.",
        on(200, when(has("if-none-match"), _not_modified)),
    ),
    variation(
        "304-for-any-date",
        "Every If-Modified-Since of those who may read gets 304.",
        on(200, when(has("if-modified-since"), _not_modified)),
    ),
    variation("304-never", "Preconditions are ignored.", on(304, _unconditional)),
    variation(
        "412-for-if-match",
        "An If-Match that does not match gets 412.",
        on(200, when(value_not("if-match", rb"\*"), bodiless(412))),
    ),
    variation(
        "412-for-if-unmodified-since",
        "An If-Unmodified-Since gets 412 in HTML.",
        on(200, when(has("if-unmodified-since"), page(412, "Precondition Failed"))),
    ),
    variation(
        "206-exact",
        "One range of bytes is served as HTTP has it.",
        on(200, when(has("range"), _partial)),
    ),
    variation(
        "416-for-range",
        "Every Range gets 416.",
        on(200, when(has("range"), bodiless(416, {"Content-Range": "bytes */81"}))),
    ),
    variation(
        "417-never",
        "An unknown Expect is ignored.",
        on(
            417, lambda answer, ctx: _unconditional(answer, ctx) if ctx.entitled else unauthorized()
        ),
    ),
    variation(
        "417-in-html",
        "An unknown Expect gets 417 in HTML.",
        on(417, page(417, "Expectation Failed")),
    ),
    _answers(
        "504-for-only-if-cached",
        "An only-if-cached gets a cache's 504.",
        value_of("cache-control", rb"only-if-cached"),
        page(504, "Gateway Timeout"),
    ),
    variation(
        "202-for-prefer",
        "A Prefer for an asynchronous answer gets 202.",
        on(
            200,
            when(
                value_of("prefer", rb"respond-async"),
                bodiless(202, {"Location": "/status/1", "Preference-Applied": "respond-async"}),
            ),
        ),
    ),
)

_LIMITS = (
    _answers(
        "431-for-long-values",
        "A header value beyond 4 kB gets 431 without a body.",
        _LARGE,
        bodiless(431),
    ),
    _answers(
        "400-for-long-values",
        "A header value beyond 4 kB gets a proxy's 400 in HTML.",
        _LARGE,
        page(400, "400 Request Header Or Cookie Too Large"),
    ),
    _answers("413-for-long-values", "A header value beyond 4 kB gets 413.", _LARGE, bodiless(413)),
    _answers(
        "431-for-many-fields",
        "More than 100 header fields get 431.",
        lambda context: len(context.request.fields) > 100,
        page(431, "Too many headers"),
    ),
    _answers(
        "400-for-repeated-singletons",
        "A field that may come once and comes twice gets 400.",
        _repeated_singleton,
        page(400, "400 Bad Request"),
    ),
    _answers(
        "400-for-malformed-dates",
        "A condition on a date that is no date gets 400.",
        any_of(value_not("if-modified-since", _DATE), value_not("if-unmodified-since", _DATE)),
        bodiless(400),
    ),
    _answers(
        "400-for-non-ascii",
        "A header value that is not ASCII gets 400.",
        lambda ctx: any(not value.isascii() for _, value in extras(ctx)),
        page(400, "400 Bad Request"),
    ),
    variation(
        "301-for-forwarded-proto",
        "An X-Forwarded-Proto gets a redirect to https.",
        _elsewhere(301, "x-forwarded-proto"),
    ),
    variation(
        "308-for-forwarded-host",
        "An X-Forwarded-Host gets a redirect to the real one.",
        _elsewhere(308, "x-forwarded-host"),
    ),
    variation(
        "302-for-forwarded", "A Forwarded gets a redirect in HTML.", _elsewhere(302, "forwarded")
    ),
)

FAULTS = (*_CREDENTIALS, *_VALIDATION, *_NEGOTIATION, *_CONDITIONS, *_LIMITS)
