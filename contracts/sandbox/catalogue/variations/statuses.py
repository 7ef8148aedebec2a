"""Conforming variations in statuses: what HTTP leaves to servers and proxies."""

from __future__ import annotations

from contracts.sandbox.catalogue.build import (
    answers,
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
from contracts.sandbox.catalogue.effects import bodiless, error, field, page
from contracts.sandbox.fault import Effect
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer
from contracts.sandbox.reference import (
    PATH,
    balance,
    unauthorized,
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


_NO_JSON = value_not("accept", rb"(?i)\s*|.*(\*/\*|application/(json|\*)).*")


_LARGE = some_value(rb"(?s).{8193}")


_DATE = rb"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"


def _repeated_singleton(context: Context) -> bool:
    return any(len(context.request.values(name)) > 1 for name in _SINGLETONS)


def _schemes(context: Context) -> set[bool]:
    """Whether TLS was used, according to each field that gunicorn trusts."""
    trusted = {"x-forwarded-proto": b"https", "x-forwarded-protocol": b"ssl"}
    trusted |= {"x-forwarded-ssl": b"on"}
    fields = context.request.values
    return {value == secure for name, secure in trusted.items() for value in fields(name)}


def _unconditional(_answer: Answer, context: Context) -> Answer:
    return balance(context.run.account)


def _not_modified(answer: Answer, _context: object) -> Answer:
    return Answer(304, answer.without("Content-Type").fields)


def _elsewhere(status: int, name: str) -> Effect:
    def redirect(answer: Answer, context: Context) -> Answer:
        if not context.request.values(name):
            return answer
        location = f"https://staging.api.rye.com{PATH}"
        moved = f'<html><body><a href="{location}">Moved</a></body></html>\n'.encode()
        fields = ((b"Location", location.encode()), (b"Content-Type", b"text/html"))
        return Answer(status, fields, moved)

    return redirect


_NEGOTIATION = (
    answers(
        "406-in-json",
        "An Accept that leaves no JSON gets 406.",
        _NO_JSON,
        error(406, "NotAcceptable", "application/json"),
    ),
    answers(
        "406-in-html",
        "An Accept that leaves no JSON gets 406 in HTML.",
        _NO_JSON,
        page(406, "Not Acceptable"),
    ),
    answers(
        "406-for-charset",
        "An Accept-Charset without UTF-8 gets 406.",
        value_not("accept-charset", rb"(?i).*(utf-8|\*).*"),
        page(406, "Not Acceptable"),
    ),
    answers(
        "406-for-coding",
        "An Accept-Encoding that leaves no coding gets 406.",
        value_of("accept-encoding", rb"(identity|\*)\s*;\s*q=0(\.0*)?\s*(,|\Z)"),
        bodiless(406),
    ),
    answers(
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
    variation("206-never", "No ranges are served.", on(200, field("Accept-Ranges", "none"))),
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
    answers(
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
    answers(
        "431-for-long-values",
        "A header value beyond 8 kB gets 431 without a body.",
        _LARGE,
        bodiless(431),
    ),
    answers(
        "400-for-long-values",
        "A header value beyond 8 kB gets a proxy's 400 in HTML.",
        _LARGE,
        page(400, "400 Request Header Or Cookie Too Large"),
    ),
    answers("413-for-long-values", "A header value beyond 8 kB gets 413.", _LARGE, bodiless(413)),
    answers(
        "431-for-many-fields",
        "More than 100 header fields get 431.",
        lambda context: len(context.request.fields) > 100,
        page(431, "Too many headers"),
    ),
    answers(
        "414-for-long-queries",
        "A query beyond 2 kB gets a proxy's 414 in HTML.",
        lambda context: len(context.request.query) > 2000,
        page(414, "URI Too Long"),
    ),
    answers(
        "400-for-repeated-singletons",
        "A field that may come once and comes twice gets 400.",
        _repeated_singleton,
        page(400, "400 Bad Request"),
    ),
    answers(
        "400-for-malformed-dates",
        "A condition on an invalid date gets 400.",
        any_of(value_not("if-modified-since", _DATE), value_not("if-unmodified-since", _DATE)),
        bodiless(400),
    ),
    answers(
        "400-for-non-ascii",
        "A header value that is not ASCII gets 400.",
        lambda ctx: any(not value.isascii() for _, value in extras(ctx)),
        page(400, "400 Bad Request"),
    ),
    answers(
        "400-for-contradicting-schemes",
        "Forwarded fields that say both http and https get gunicorn's 400.",
        lambda context: len(_schemes(context)) > 1,
        page(400, "Contradictory scheme headers"),
    ),
    answers(
        "400-for-forwarded-hosts",
        "An X-Forwarded-Host that is not the server's own gets django's 400.",
        has("x-forwarded-host"),
        page(400, "Bad Request (400)"),
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


FAULTS = (*_NEGOTIATION, *_CONDITIONS, *_LIMITS)
