"""Faults in which one kind of header gets another answer than it should."""

from __future__ import annotations

from dataclasses import replace

from contracts.sandbox.catalogue.build import (
    Trigger,
    any_of,
    chain,
    fault,
    has,
    on,
    some_name,
    some_value,
    value_of,
    when,
)
from contracts.sandbox.catalogue.effects import (
    before_close,
    bodiless,
    empty_body,
    error,
    field,
    having,
    html_body,
    lacking,
    media,
    money,
    moneyless,
    page,
    text,
    value,
    xml_body,
)
from contracts.sandbox.fault import Effect, Fault
from contracts.sandbox.message import Answer
from contracts.sandbox.reference import unauthorized

_JSON = "content-type-is-json"
_TEXT = "body-is-json"
_UTF8 = "json-is-utf-8"
_200 = "balance-response-schema"
_401 = "authentication-error-schema"
_STATUS = "status-is-documented"
_PART = "partial-content-is-exact"


def _read(name: str, sentence: str, requirement: str, trigger: Trigger, effect: Effect) -> Fault:
    """A fault where 200 was due."""
    return fault(name, sentence, requirement, on(200, when(trigger, effect)))


def _refusal(name: str, sentence: str, requirement: str, trigger: Trigger, effect: Effect) -> Fault:
    """A fault where 401 was due."""
    return fault(name, sentence, requirement, on(401, when(trigger, effect)))


def _part(content_range: str | None, start: int, end: int) -> Effect:
    """A 206 with those bytes of the body under that Content-Range."""

    def cut(answer: Answer, _context: object) -> Answer:
        part = replace(answer, status=206, body=answer.body[start:end])
        if content_range is None:
            return part
        size = str(len(answer.body))
        return part.with_field("Content-Range", content_range.replace("SIZE", size))

    return cut


def _refused(_answer: Answer, _context: object) -> Answer:
    return unauthorized()


_ACCEPT = (
    _read(
        "accept-xml-gets-xml",
        "An Accept for XML gets a 200 in XML.",
        _JSON,
        value_of("accept", rb"\bxml\b|\+xml"),
        xml_body,
    ),
    _refusal(
        "accept-html-gets-page",
        "An Accept for HTML gets a 401 in HTML.",
        _JSON,
        value_of("accept", rb"text/html"),
        html_body,
    ),
    _read(
        "accept-text-gets-text",
        "An Accept for text gets JSON labelled as text.",
        _JSON,
        value_of("accept", rb"text/(plain|\*)"),
        media("text/plain; charset=utf-8"),
    ),
    _refusal(
        "accept-problem-gets-problem",
        "An Accept for problem details gets a 401 of that type.",
        _JSON,
        value_of("accept", rb"problem\+json"),
        media("application/problem+json"),
    ),
    _read(
        "accept-json-api-gets-data",
        "An Accept for JSON:API gets the balance within data.",
        _200,
        value_of("accept", rb"vnd\.api\+json"),
        value(lambda old: {"data": old}),
    ),
    _read(
        "accept-anything-gets-page",
        "An Accept for anything gets a 200 in HTML.",
        _JSON,
        value_of("accept", rb"\A\*/\*\Z"),
        html_body,
    ),
    _read(
        "accept-csv-gets-csv",
        "An Accept for CSV gets a 200 in CSV.",
        _JSON,
        value_of("accept", rb"text/csv"),
        chain(
            text(lambda _body: b"currencyCode,amountSubunits\r\nUSD,1500\r\n"), media("text/csv")
        ),
    ),
    _read(
        "accept-nothing-gets-nothing",
        "An empty Accept gets a 200 without a media type.",
        _JSON,
        value_of("accept", rb"\A\Z"),
        lambda answer, _context: answer.without("Content-Type"),
    ),
    _refusal(
        "accept-language-drops-message",
        "An Accept-Language gets a 401 without its message.",
        _401,
        has("accept-language"),
        lacking("message"),
    ),
    _read(
        "accept-language-formats-amount",
        "An Accept-Language gets the amount as text.",
        _200,
        has("accept-language"),
        money(amountSubunits="1.500,00"),
    ),
    _refusal(
        "accept-language-in-latin-1",
        "A Spanish Accept-Language gets ISO 8859-1.",
        _UTF8,
        value_of("accept-language", rb"\bes\b"),
        text(lambda body: body.replace(b"Invalid", b"Inv\xe1lida")),
    ),
    _read(
        "accept-charset-utf-16",
        "An Accept-Charset for UTF-16 gets it.",
        _UTF8,
        value_of("accept-charset", rb"utf-?16"),
        text(lambda body: body.decode().encode("utf-16")),
    ),
    _read(
        "accept-charset-latin-1",
        "An Accept-Charset for ISO 8859-1 gets it.",
        _UTF8,
        value_of("accept-charset", rb"8859-1|latin"),
        before_close(b',"holder":"Jos\xe9"'),
    ),
)

_EXACTNESS = (
    _read(
        "range-without-content-range",
        "A Range gets a 206 without Content-Range.",
        _PART,
        has("range"),
        _part(None, 0, 10),
    ),
    _read(
        "range-with-whole-body",
        "A Range gets a 206 whose body is the whole.",
        _PART,
        value_of("range", rb"bytes="),
        _part("bytes 0-9/SIZE", 0, 1 << 16),
    ),
    _read(
        "range-off-by-one",
        "A Range gets a 206 with one byte too few.",
        _PART,
        value_of("range", rb"bytes="),
        _part("bytes 0-9/SIZE", 0, 9),
    ),
    _read(
        "range-garbled",
        "A Range gets a 206 with a malformed Content-Range.",
        _PART,
        value_of("range", rb"bytes="),
        _part("0-9", 0, 10),
    ),
)

_SCHEMA = (
    _read(
        "save-data-drops-currency",
        "Save-Data gets a balance without its currency.",
        _200,
        has("save-data"),
        moneyless("currencyCode"),
    ),
    _read(
        "api-version-changes-amount",
        "An API version gets the amount as text.",
        _200,
        any_of(has("x-api-version"), has("api-version"), has("accept-version")),
        money(amountSubunits="250000"),
    ),
    _read(
        "if-none-match-empties-200",
        "An If-None-Match that does not match gets an empty object.",
        _200,
        has("if-none-match"),
        value(lambda _old: {}),
    ),
    _read(
        "cookie-drops-flag",
        "A Cookie gets a balance without its flag.",
        _200,
        has("cookie"),
        lacking("drawdownEnabled"),
    ),
    _read(
        "forwarded-for-nulls-balance",
        "An X-Forwarded-For gets a balance of null.",
        _200,
        has("x-forwarded-for"),
        having(balance=None),
    ),
    _read(
        "non-ascii-value-drops-balance",
        "A header value that is not ASCII loses the balance.",
        _200,
        some_value(rb"[\x80-\xff]"),
        lacking("balance"),
    ),
    _read(
        "long-value-wraps-balance",
        "A header value beyond 1 kB gets the balance in an array.",
        _200,
        some_value(rb"(?s).{1025}"),
        value(lambda old: [old]),
    ),
    _read(
        "beyond-int32-for-trace",
        "A traceparent gets an amount beyond int32.",
        "number-formats-hold",
        has("traceparent"),
        money(amountSubunits=-(2**31) - 1),
    ),
    _read(
        "fraction-for-client-hint",
        "A client hint gets the amount with a fraction.",
        "integers-have-no-fraction",
        some_name(rb"sec-ch-.*"),
        money(amountSubunits=1500.0),
    ),
    _refusal(
        "dnt-drops-name",
        "A DNT or Sec-GPC gets a 401 without its name.",
        _401,
        any_of(has("dnt"), has("sec-gpc")),
        lacking("name"),
    ),
    _refusal(
        "request-id-in-body",
        "An X-Request-Id gets a 401 that repeats it.",
        _401,
        any_of(has("x-request-id"), has("x-correlation-id")),
        having(requestId="1"),
    ),
    _refusal(
        "debug-adds-trace",
        "An X-Debug gets a 401 with a trace member.",
        _401,
        some_name(rb"x-debug.*"),
        having(trace=[]),
    ),
    _refusal(
        "origin-adds-cors-error",
        "An Origin gets a 401 with an extra member.",
        _401,
        has("origin"),
        having(cors=False),
    ),
    _refusal(
        "forwarded-drops-message",
        "A Forwarded gets a 401 without its message.",
        _401,
        has("forwarded"),
        lacking("message"),
    ),
    _refusal(
        "template-nulls-message",
        "A header value with a brace gets a 401 of null.",
        _401,
        some_value(rb"[{}]"),
        having(message=None),
    ),
)

_JSONS = (
    _read(
        "ajax-gets-prefix",
        "An X-Requested-With gets JSON behind a prefix.",
        _TEXT,
        has("x-requested-with"),
        text(lambda body: b")]}',\n" + body),
    ),
    _read(
        "fetch-mode-gets-callback",
        "A Sec-Fetch-Dest of a script gets a callback.",
        _TEXT,
        value_of("sec-fetch-dest", rb"script"),
        text(lambda body: b"cb(" + body + b")"),
    ),
    _read(
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
    _read(
        "prefer-minimal-empties-body",
        "A Prefer for little gets an empty 200.",
        _TEXT,
        value_of("prefer", rb"return=minimal"),
        empty_body,
    ),
    _refusal(
        "quotation-mark-breaks-json",
        "A quotation mark in a header ends a string of the 401.",
        _TEXT,
        some_value(rb'"'),
        text(lambda body: body.replace(b"API", b'"')),
    ),
    _refusal(
        "backslash-breaks-json",
        "A backslash in a header spoils a string of the 401.",
        _TEXT,
        some_value(rb"\\"),
        text(lambda body: body.replace(b"API", b"\\q")),
    ),
    _read(
        "angle-bracket-appends-script",
        "An angle bracket in a header adds a line to the 200.",
        _TEXT,
        some_value(rb"<"),
        text(lambda body: body + b"\n<!-- sanitised -->"),
    ),
    _refusal(
        "non-ascii-value-echoed",
        "A header value that is not ASCII is echoed as it came.",
        _UTF8,
        some_value(rb"[\x80-\xff]"),
        text(lambda body: body.replace(b"API", b"\xe9\xff")),
    ),
    _read(
        "repeated-name-for-repeated-field",
        "A cookie comes back as a name that is there twice.",
        "member-names-are-unique",
        has("cookie"),
        before_close(b',"drawdownEnabled":true'),
    ),
    _read(
        "via-packs-undeclared",
        "A Via gets bytes that are no text.",
        _UTF8,
        has("via"),
        text(lambda body: b"\x1f\x8b\x08" + body),
    ),
    _read(
        "accept-encoding-star-unknown",
        "An Accept-Encoding of * gets an unknown coding.",
        "content-coding-is-sound",
        value_of("accept-encoding", rb"\*"),
        field("Content-Encoding", "x-compressed"),
    ),
)

_STATUSES = (
    _read(
        "preflight-fields-get-204",
        "The fields of a preflight get a 204.",
        _STATUS,
        has("access-control-request-method"),
        bodiless(204),
    ),
    _read(
        "content-type-gets-415",
        "A Content-Type without content gets 415.",
        _STATUS,
        has("content-type"),
        error(415, "UnsupportedMediaType", "Expected no content"),
    ),
    _read(
        "user-agent-gets-403",
        "A User-Agent of a tool gets a 403 page.",
        _STATUS,
        value_of("user-agent", rb"curl|python|bot|sqlmap|\A\Z"),
        page(403, "Forbidden"),
    ),
    _read(
        "proxy-authorization-gets-407",
        "A Proxy-Authorization gets 407.",
        _STATUS,
        has("proxy-authorization"),
        error(407, "ProxyAuthenticationRequired", "Try again"),
    ),
    _read(
        "idempotency-key-gets-409",
        "An Idempotency-Key gets 409.",
        _STATUS,
        has("idempotency-key"),
        error(409, "Conflict", "Key was used"),
    ),
    _read(
        "original-url-gets-404",
        "An X-Original-URL gets 404.",
        _STATUS,
        any_of(has("x-original-url"), has("x-rewrite-url")),
        page(404, "Cannot GET /admin"),
    ),
    _read(
        "forwarded-prefix-gets-404",
        "An X-Forwarded-Prefix gets 404.",
        _STATUS,
        has("x-forwarded-prefix"),
        page(404, "Cannot GET /prefix"),
    ),
    _read(
        "websocket-key-gets-426",
        "A Sec-WebSocket-Key gets 426.",
        _STATUS,
        some_name(rb"sec-websocket-.*"),
        error(426, "UpgradeRequired", "Use WebSocket"),
    ),
    _read(
        "origin-gets-403",
        "An Origin that is not the house's gets 403.",
        _STATUS,
        has("origin"),
        error(403, "Forbidden", "Origin not allowed"),
    ),
    _read(
        "referer-gets-403",
        "A Referer that is not the house's gets 403.",
        _STATUS,
        has("referer"),
        error(403, "Forbidden", "Hotlinking"),
    ),
    _read(
        "cookie-gets-403",
        "A Cookie without its token gets 403.",
        _STATUS,
        has("cookie"),
        error(403, "CsrfError", "Token missing"),
    ),
    _read(
        "request-id-gets-400",
        "An X-Request-Id of the client gets 400.",
        _STATUS,
        value_of("x-request-id", rb"."),
        error(400, "BadRequest", "Bad request id"),
    ),
    _read(
        "method-override-gets-405",
        "A method override gets 405.",
        _STATUS,
        some_name(rb"x-(http-)?method(-override)?"),
        error(405, "MethodNotAllowed", "HEAD is not allowed"),
    ),
    _read(
        "accept-language-gets-300",
        "An Accept-Language gets a choice of 300.",
        _STATUS,
        has("accept-language"),
        bodiless(300),
    ),
    _read(
        "cookie-loses-key",
        "A valid key beside a Cookie is refused.",
        "valid-key-gets-200",
        has("cookie"),
        _refused,
    ),
    _read(
        "forwarded-for-loses-key",
        "A valid key behind X-Forwarded-For is refused.",
        "valid-key-gets-200",
        has("x-forwarded-for"),
        _refused,
    ),
    _refusal(
        "origin-refused-with-403",
        "A bad key beside an Origin gets 403.",
        "refusal-is-401",
        has("origin"),
        error(403, "Forbidden", "Origin not allowed"),
    ),
    _refusal(
        "accept-html-sent-to-login",
        "A bad key beside an Accept for HTML is sent to the login.",
        "refusal-is-401",
        value_of("accept", rb"text/html"),
        bodiless(302, {"Location": "https://console.rye.com/login"}),
    ),
    _refusal(
        "ajax-refused-with-403",
        "A bad key beside an X-Requested-With gets 403.",
        "refusal-is-401",
        has("x-requested-with"),
        error(403, "Forbidden", "No session"),
    ),
    _refusal(
        "upgrade-insecure-gets-page",
        "An Upgrade-Insecure-Requests gets a 401 in HTML.",
        _JSON,
        has("upgrade-insecure-requests"),
        html_body,
    ),
    _read(
        "navigation-gets-page",
        "A Sec-Fetch-Mode of navigation gets a 200 in HTML.",
        _JSON,
        value_of("sec-fetch-mode", rb"navigate"),
        html_body,
    ),
)

FAULTS = (*_ACCEPT, *_EXACTNESS, *_SCHEMA, *_JSONS, *_STATUSES)
