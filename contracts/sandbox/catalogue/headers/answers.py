"""Faults in which one kind of header gets a wrong status or media type."""

from __future__ import annotations

from contracts.sandbox.catalogue.build import (
    any_of,
    chain,
    has,
    some_name,
    value_of,
    where_200,
    where_401,
)
from contracts.sandbox.catalogue.effects import (
    before_close,
    bodiless,
    error,
    html_body,
    lacking,
    media,
    money,
    page,
    text,
    value,
    xml_body,
)
from contracts.sandbox.message import Answer
from contracts.sandbox.reference import unauthorized

_JSON = "content-type-is-json"
_UTF8 = "json-is-utf-8"
_200 = "balance-response-schema"
_401 = "authentication-error-schema"
_STATUS = "status-is-documented"


def _refused(_answer: Answer, _context: object) -> Answer:
    return unauthorized()


_ACCEPT = (
    where_200(
        "accept-xml-gets-xml",
        "An Accept for XML gets a 200 in XML.",
        _JSON,
        value_of("accept", rb"\bxml\b|\+xml"),
        xml_body,
    ),
    where_401(
        "accept-html-gets-page",
        "An Accept for HTML gets a 401 in HTML.",
        _JSON,
        value_of("accept", rb"text/html"),
        html_body,
    ),
    where_200(
        "accept-text-gets-text",
        "An Accept for text gets JSON labelled as text.",
        _JSON,
        value_of("accept", rb"text/(plain|\*)"),
        media("text/plain; charset=utf-8"),
    ),
    where_401(
        "accept-problem-gets-problem",
        "An Accept for problem details gets a 401 of that type.",
        _JSON,
        value_of("accept", rb"problem\+json"),
        media("application/problem+json"),
    ),
    where_200(
        "accept-json-api-gets-data",
        "An Accept for JSON:API gets the balance within data.",
        _200,
        value_of("accept", rb"vnd\.api\+json"),
        value(lambda old: {"data": old}),
    ),
    where_200(
        "accept-anything-gets-page",
        "An Accept for anything gets a 200 in HTML.",
        _JSON,
        value_of("accept", rb"\A\*/\*\Z"),
        html_body,
    ),
    where_200(
        "accept-csv-gets-csv",
        "An Accept for CSV gets a 200 in CSV.",
        _JSON,
        value_of("accept", rb"text/csv"),
        chain(
            text(lambda _body: b"currencyCode,amountSubunits\r\nUSD,1500\r\n"), media("text/csv")
        ),
    ),
    where_200(
        "accept-nothing-gets-nothing",
        "An empty Accept gets a 200 without a media type.",
        _JSON,
        value_of("accept", rb"\A\Z"),
        lambda answer, _context: answer.without("Content-Type"),
    ),
    where_401(
        "accept-language-drops-message",
        "An Accept-Language gets a 401 without its message.",
        _401,
        has("accept-language"),
        lacking("message"),
    ),
    where_200(
        "accept-language-formats-amount",
        "An Accept-Language gets the amount as text.",
        _200,
        has("accept-language"),
        money(amountSubunits="1.500,00"),
    ),
    where_401(
        "accept-language-in-latin-1",
        "A Spanish Accept-Language gets ISO 8859-1.",
        _UTF8,
        value_of("accept-language", rb"\bes\b"),
        text(lambda body: body.replace(b"Invalid", b"Inv\xe1lida")),
    ),
    where_200(
        "accept-charset-utf-16",
        "An Accept-Charset for UTF-16 gets it.",
        _UTF8,
        value_of("accept-charset", rb"utf-?16"),
        text(lambda body: body.decode().encode("utf-16")),
    ),
    where_200(
        "accept-charset-latin-1",
        "An Accept-Charset for ISO 8859-1 gets it.",
        _UTF8,
        value_of("accept-charset", rb"8859-1|latin"),
        before_close(b',"holder":"Jos\xe9"'),
    ),
)


_STATUSES = (
    where_200(
        "preflight-fields-get-204",
        "The fields of a preflight get a 204.",
        _STATUS,
        has("access-control-request-method"),
        bodiless(204),
    ),
    where_200(
        "content-type-gets-409",
        "A Content-Type without content gets 409.",
        _STATUS,
        has("content-type"),
        error(409, "Conflict", "Expected no content"),
    ),
    where_200(
        "user-agent-gets-403",
        "A User-Agent of a tool gets a 403 page.",
        "valid-key-gets-200",
        value_of("user-agent", rb"curl|python|bot|sqlmap|\A\Z"),
        page(403, "Forbidden"),
    ),
    where_200(
        "proxy-authorization-gets-403",
        "A Proxy-Authorization gets 403.",
        "valid-key-gets-200",
        has("proxy-authorization"),
        error(403, "Forbidden", "No proxy here"),
    ),
    where_200(
        "idempotency-key-gets-409",
        "An Idempotency-Key gets 409.",
        _STATUS,
        has("idempotency-key"),
        error(409, "Conflict", "Key was used"),
    ),
    where_200(
        "original-url-gets-404",
        "An X-Original-URL gets 404.",
        _STATUS,
        any_of(has("x-original-url"), has("x-rewrite-url")),
        page(404, "Cannot GET /admin"),
    ),
    where_200(
        "forwarded-prefix-gets-404",
        "An X-Forwarded-Prefix gets 404.",
        _STATUS,
        has("x-forwarded-prefix"),
        page(404, "Cannot GET /prefix"),
    ),
    where_200(
        "websocket-key-gets-426",
        "A Sec-WebSocket-Key gets 426.",
        _STATUS,
        some_name(rb"sec-websocket-.*"),
        error(426, "UpgradeRequired", "Use WebSocket"),
    ),
    where_200(
        "origin-gets-403",
        "An Origin that is not its own gets 403.",
        "valid-key-gets-200",
        has("origin"),
        error(403, "Forbidden", "Origin not allowed"),
    ),
    where_200(
        "referer-gets-403",
        "A Referer that is not its own gets 403.",
        "valid-key-gets-200",
        has("referer"),
        error(403, "Forbidden", "Hotlinking"),
    ),
    where_200(
        "cookie-gets-403",
        "A Cookie without its token gets 403.",
        "valid-key-gets-200",
        has("cookie"),
        error(403, "CsrfError", "Token missing"),
    ),
    where_200(
        "request-id-gets-400",
        "An X-Request-Id of the client gets 400.",
        _STATUS,
        value_of("x-request-id", rb"."),
        error(400, "BadRequest", "Bad request id"),
    ),
    where_200(
        "method-override-gets-405",
        "A method override gets 405.",
        _STATUS,
        some_name(rb"x-(http-)?method(-override)?"),
        error(405, "MethodNotAllowed", "HEAD is not allowed"),
    ),
    where_200(
        "accept-language-gets-300",
        "An Accept-Language gets a choice of 300.",
        _STATUS,
        has("accept-language"),
        bodiless(300),
    ),
    where_200(
        "cookie-loses-key",
        "A valid key beside a Cookie is refused.",
        "valid-key-gets-200",
        has("cookie"),
        _refused,
    ),
    where_200(
        "forwarded-for-loses-key",
        "A valid key with X-Forwarded-For is refused.",
        "valid-key-gets-200",
        has("x-forwarded-for"),
        _refused,
    ),
    where_401(
        "origin-refused-with-403",
        "A bad key beside an Origin gets 403.",
        "refusal-is-401",
        has("origin"),
        error(403, "Forbidden", "Origin not allowed"),
    ),
    where_401(
        "accept-html-sent-to-login",
        "A bad key beside an Accept for HTML is sent to the login.",
        "refusal-is-401",
        value_of("accept", rb"text/html"),
        bodiless(302, {"Location": "https://console.rye.com/login"}),
    ),
    where_401(
        "ajax-refused-with-403",
        "A bad key beside an X-Requested-With gets 403.",
        "refusal-is-401",
        has("x-requested-with"),
        error(403, "Forbidden", "No session"),
    ),
    where_401(
        "upgrade-insecure-gets-page",
        "An Upgrade-Insecure-Requests gets a 401 in HTML.",
        _JSON,
        has("upgrade-insecure-requests"),
        html_body,
    ),
    where_200(
        "navigation-gets-page",
        "A Sec-Fetch-Mode of navigation gets a 200 in HTML.",
        _JSON,
        value_of("sec-fetch-mode", rb"navigate"),
        html_body,
    ),
)


FAULTS = (*_ACCEPT, *_STATUSES)
