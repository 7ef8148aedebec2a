"""Faults in which one kind of header gets a wrong body."""

from __future__ import annotations

from dataclasses import replace

from contracts.sandbox.catalogue.build import (
    any_of,
    has,
    some_name,
    some_value,
    value_of,
    where_200,
    where_401,
)
from contracts.sandbox.catalogue.effects import (
    before_close,
    empty_body,
    field,
    having,
    lacking,
    money,
    moneyless,
    text,
    value,
)
from contracts.sandbox.fault import Fault
from contracts.sandbox.message import Answer

_TEXT = "body-is-json"
_UTF8 = "json-is-utf-8"
_200 = "balance-response-schema"
_401 = "authentication-error-schema"
_PART = "partial-content-is-exact"


def _part(name: str, sentence: str, content_range: str, start: int, end: int) -> Fault:
    """A fault in the answer to a range request: these bytes under that Content-Range."""

    def cut(whole: Answer, _context: object) -> Answer:
        part = replace(whole, status=206, body=whole.body[start:end])
        if not content_range:
            return part
        return part.with_field("Content-Range", content_range.replace("SIZE", str(len(whole.body))))

    return where_200(name, sentence, _PART, has("range"), cut)


_EXACTNESS = (
    _part("range-without-content-range", "A Range gets a 206 without Content-Range.", "", 0, 10),
    _part(
        "range-with-whole-body",
        "A Range gets a 206 whose body is the whole.",
        "bytes 0-4/SIZE",
        0,
        1 << 16,
    ),
    _part("range-off-by-one", "A 206 carries one byte too few.", "bytes 0-4/SIZE", 0, 4),
    _part("range-garbled", "A 206 has a malformed Content-Range.", "0-4", 0, 5),
    _part(
        "range-not-asked-for",
        "A 206 carries another range than was asked for.",
        "bytes 5-9/SIZE",
        5,
        10,
    ),
    _part(
        "range-beyond-the-length",
        "A 206 names a length that its range goes beyond.",
        "bytes 0-4/3",
        0,
        5,
    ),
)


_SCHEMA = (
    where_200(
        "save-data-drops-currency",
        "Save-Data gets a balance without its currency.",
        _200,
        has("save-data"),
        moneyless("currencyCode"),
    ),
    where_200(
        "api-version-changes-amount",
        "An API version gets the amount as text.",
        _200,
        any_of(has("x-api-version"), has("api-version"), has("accept-version")),
        money(amountSubunits="250000"),
    ),
    where_200(
        "if-none-match-empties-200",
        "An If-None-Match that does not match gets an empty object.",
        _200,
        has("if-none-match"),
        value(lambda _old: {}),
    ),
    where_200(
        "cookie-drops-flag",
        "A Cookie gets a balance without its flag.",
        _200,
        has("cookie"),
        lacking("drawdownEnabled"),
    ),
    where_200(
        "forwarded-for-nulls-balance",
        "An X-Forwarded-For gets a balance of null.",
        _200,
        has("x-forwarded-for"),
        having(balance=None),
    ),
    where_200(
        "non-ascii-value-drops-balance",
        "A header value that is not ASCII loses the balance.",
        _200,
        some_value(rb"[\x80-\xff]"),
        lacking("balance"),
    ),
    where_200(
        "long-value-wraps-balance",
        "A header value beyond 1 kB gets the balance in an array.",
        _200,
        some_value(rb"(?s).{1025}"),
        value(lambda old: [old]),
    ),
    where_200(
        "beyond-int32-for-trace",
        "A traceparent gets an amount beyond int32.",
        "number-formats-hold",
        has("traceparent"),
        money(amountSubunits=-(2**31) - 1),
    ),
    where_200(
        "fraction-for-client-hint",
        "A client hint gets the amount with a fraction.",
        "integers-have-no-fraction",
        some_name(rb"sec-ch-.*"),
        money(amountSubunits=1500.0),
    ),
    where_401(
        "dnt-drops-name",
        "A DNT or Sec-GPC gets a 401 without its name.",
        _401,
        any_of(has("dnt"), has("sec-gpc")),
        lacking("name"),
    ),
    where_401(
        "request-id-in-body",
        "An X-Request-Id gets a 401 that repeats it.",
        _401,
        any_of(has("x-request-id"), has("x-correlation-id")),
        having(requestId="1"),
    ),
    where_401(
        "debug-adds-trace",
        "An X-Debug gets a 401 with a trace member.",
        _401,
        some_name(rb"x-debug.*"),
        having(trace=[]),
    ),
    where_401(
        "origin-adds-cors-error",
        "An Origin gets a 401 with an extra member.",
        _401,
        has("origin"),
        having(cors=False),
    ),
    where_401(
        "forwarded-drops-message",
        "A Forwarded gets a 401 without its message.",
        _401,
        has("forwarded"),
        lacking("message"),
    ),
    where_401(
        "template-nulls-message",
        "A header value with a brace gets a 401 of null.",
        _401,
        some_value(rb"[{}]"),
        having(message=None),
    ),
)


_JSONS = (
    where_200(
        "ajax-gets-prefix",
        "An X-Requested-With gets JSON after a prefix.",
        _TEXT,
        has("x-requested-with"),
        text(lambda body: b")]}',\n" + body),
    ),
    where_200(
        "fetch-mode-gets-callback",
        "A Sec-Fetch-Dest of a script gets a callback.",
        _TEXT,
        value_of("sec-fetch-dest", rb"script"),
        text(lambda body: b"cb(" + body + b")"),
    ),
    where_200(
        "override-head-empties-body",
        "A method override to HEAD gets an empty 200.",
        _TEXT,
        any_of(
            value_of("x-http-method-override", rb"head"),
            value_of("x-http-method", rb"head"),
            value_of("x-method-override", rb"head"),
        ),
        empty_body,
    ),
    where_200(
        "prefer-minimal-empties-body",
        "A Prefer for little gets an empty 200.",
        _TEXT,
        value_of("prefer", rb"return=minimal"),
        empty_body,
    ),
    where_401(
        "quotation-mark-breaks-json",
        "A quotation mark in a header ends a string of the 401.",
        _TEXT,
        some_value(rb'"'),
        text(lambda body: body.replace(b"API", b'"')),
    ),
    where_401(
        "backslash-breaks-json",
        "A backslash in a header spoils a string of the 401.",
        _TEXT,
        some_value(rb"\\"),
        text(lambda body: body.replace(b"API", b"\\q")),
    ),
    where_200(
        "angle-bracket-appends-script",
        "An angle bracket in a header adds a line to the 200.",
        _TEXT,
        some_value(rb"<"),
        text(lambda body: body + b"\n<!-- sanitised -->"),
    ),
    where_401(
        "non-ascii-value-echoed",
        "A header value that is not ASCII is echoed as it came.",
        _UTF8,
        some_value(rb"[\x80-\xff]"),
        text(lambda body: body.replace(b"API", b"\xe9\xff")),
    ),
    where_200(
        "repeated-name-for-repeated-field",
        "A cookie comes back as a name that is there twice.",
        "member-names-are-unique",
        has("cookie"),
        before_close(b',"drawdownEnabled":true'),
    ),
    where_200(
        "via-packs-undeclared",
        "A Via gets bytes that are not text.",
        _UTF8,
        has("via"),
        text(lambda body: b"\x1f\x8b\x08" + body),
    ),
    where_200(
        "accept-encoding-star-unknown",
        "An Accept-Encoding of * gets an unknown coding.",
        "content-coding-is-sound",
        value_of("accept-encoding", rb"\*"),
        field("Content-Encoding", "x-compressed"),
    ),
)


FAULTS = (*_EXACTNESS, *_SCHEMA, *_JSONS)
