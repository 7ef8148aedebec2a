"""Conforming variations in refusals: each is the answer of a common server or proxy."""

from __future__ import annotations

from contracts.sandbox.catalogue.behaviour.odd_requests import content, query
from contracts.sandbox.catalogue.build import answers, any_of, extras, value_of
from contracts.sandbox.catalogue.effects import bodiless, error, page
from contracts.sandbox.history import Context

_PAGE = page(400, "400 Bad Request")
_BEYOND_64_BITS = rb"[1-9]\d{19}"


def _long_name(context: Context) -> bool:
    return any(len(name) >= 256 for name, _ in context.request.fields)


def _repeated_condition(context: Context) -> bool:
    names = ("if-match", "if-none-match")
    return any(len(context.request.values(name)) > 1 for name in names)


def _beyond_ascii(context: Context) -> bool:
    return any(not value.isascii() for _, value in context.request.fields)


def _coded(context: Context) -> bool:
    return any(name.lower() == b"content-encoding" for name, _ in extras(context))


FAULTS = (
    answers("400-for-long-names", "A name of 256 octets gets HAProxy's 400.", _long_name, _PAGE),
    answers(
        "400-for-no-more-forwarding",
        "A Max-Forwards of 0 gets httpd's 400.",
        value_of("max-forwards", rb"\A0+\Z"),
        page(400, "Max-Forwards has reached zero - proxy loop?"),
    ),
    answers(
        "400-for-large-numbers",
        "A Max-Forwards, or a Range, beyond 64 bits gets httpd's 400.",
        any_of(value_of("max-forwards", _BEYOND_64_BITS), value_of("range", _BEYOND_64_BITS)),
        page(400, "Max-Forwards request header could not be parsed"),
    ),
    answers(
        "400-for-repeated-conditions",
        "Two lines of If-None-Match or If-Match get nginx's 400.",
        _repeated_condition,
        _PAGE,
    ),
    answers(
        "400-for-control-characters",
        "A percent-encoded control character in a query gets lighttpd's 400.",
        query(rb"%(0[0-9a-f]|1[0-9a-f]|7f)"),
        _PAGE,
    ),
    answers("411-for-content", "A GET with content gets squid's 411.", content,
            page(411, "Length Required")),
    answers("403-for-content", "A GET with content gets CloudFront's 403.", content,
            page(403, "ERROR: The request could not be satisfied")),
    answers("502-for-content", "A GET with content gets Caddy's 502 each time.", content,
            page(502, "Bad Gateway")),
    answers("405-for-content", "A GET with content gets 405.", content,
            error(405, "MethodNotAllowed", "GET has no content")),
    answers("404-for-content", "A GET with content finds no route.", content,
            page(404, "Cannot GET /api/v1/billing/balance")),
    answers("415-for-content-coding", "A Content-Encoding gets fastify's 415.", _coded,
            error(415, "UnsupportedMediaType", "Unsupported Media Type")),
    answers(
        "415-for-content-types",
        "A Content-Type that is not JSON gets 415, with content or without.",
        any_of(value_of("content-type", rb"\A(?!application/json)")),
        bodiless(415),
    ),
    answers(
        "400-for-any-octet-beyond-ascii",
        "An octet beyond ASCII in any field gets daphne's 400, in Authorization too.",
        _beyond_ascii,
        _PAGE,
    ),
)  # fmt: skip
