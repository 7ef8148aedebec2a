"""Faults that admit a request because of something other than its credentials."""

from __future__ import annotations

import re

from contracts.sandbox.catalogue.build import (
    Trigger,
    also,
    any_of,
    fault,
    has,
    on,
    some_name,
    some_value,
    value_of,
    when,
)
from contracts.sandbox.catalogue.effects import leak
from contracts.sandbox.fault import Fault
from contracts.sandbox.history import Context

_LOCAL = rb"\b127\.0\.0\.1\b|::1|\blocalhost\b|\b10\.\d|\b192\.168\."


def _door(name: str, words: str, trigger: Trigger) -> Fault:
    sentence = f"A request without a valid key is let in for {words}."
    return fault(f"let-in-by-{name}", sentence, "bad-key-is-refused", admits=also(trigger))


def _asked(name: str, words: str, trigger: Trigger) -> Fault:
    """A bypass that takes effect before the query and content are validated."""
    sentence = f"A request without a valid key is let in for {words}."
    return fault(f"let-in-by-{name}", sentence, "bad-key-is-refused", on(401, when(trigger, leak)))


def _query(pattern: bytes) -> Trigger:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda context: compiled.search(context.request.query) is not None


def _many_fields(context: Context) -> bool:
    return len(context.request.fields) > 50


FAULTS = (
    _door("forwarded-for", "an X-Forwarded-For of its own", value_of("x-forwarded-for", _LOCAL)),
    _door("forwarded", "a Forwarded field of its own", value_of("forwarded", _LOCAL)),
    _door(
        "client-ip",
        "a client address that it states itself",
        any_of(
            has("true-client-ip"), has("x-real-ip"), has("x-client-ip"), has("cf-connecting-ip")
        ),
    ),
    _door(
        "forwarded-host",
        "an X-Forwarded-Host of its own",
        value_of("x-forwarded-host", rb"localhost|internal|rye\.com|127\."),
    ),
    _door("forwarded-proto", "any X-Forwarded-Proto", has("x-forwarded-proto")),
    _door(
        "original-url",
        "an X-Original-URL or X-Rewrite-URL of another path",
        any_of(has("x-original-url"), has("x-rewrite-url"), has("x-forwarded-uri")),
    ),
    _door(
        "forwarded-user",
        "a user name that a gateway would set",
        any_of(
            has("x-forwarded-user"),
            has("x-remote-user"),
            has("remote-user"),
            has("x-authenticated-user"),
            has("x-user-id"),
            has("x-user"),
        ),
    ),
    _door(
        "internal",
        "a header that marks internal traffic",
        some_name(rb"x-(internal|internal-request|from-gateway|service-name|admin|debug|test)"),
    ),
    _door("api-key-header", "any X-Api-Key", has("x-api-key")),
    _door(
        "auth-token-header",
        "any X-Auth-Token or X-Access-Token",
        any_of(has("x-auth-token"), has("x-access-token")),
    ),
    _door("proxy-authorization", "any Proxy-Authorization", has("proxy-authorization")),
    _door("cookie", "any cookie", has("cookie")),
    _door(
        "session-cookie",
        "a session cookie that nobody issued",
        value_of("cookie", rb"sess|token|auth|sid"),
    ),
    _door(
        "client-certificate",
        "a client certificate that a header describes",
        any_of(
            has("x-ssl-client-verify"),
            has("x-client-cert"),
            has("x-forwarded-client-cert"),
            has("client-cert"),
        ),
    ),
    _door(
        "method-override",
        "a method override to OPTIONS",
        any_of(
            value_of("x-http-method-override", rb"options"),
            value_of("x-http-method", rb"options"),
            value_of("x-method-override", rb"options"),
        ),
    ),
    _door("origin", "any Origin", has("origin")),
    _door("own-origin", "an Origin of its own", value_of("origin", rb"rye\.com|localhost")),
    _door("referer", "a Referer of its own", value_of("referer", rb"rye\.com|localhost")),
    _door(
        "preflight",
        "the fields of a preflight",
        any_of(has("access-control-request-method"), has("access-control-request-headers")),
    ),
    _door(
        "user-agent",
        "the User-Agent of a crawler or a health check",
        value_of("user-agent", rb"googlebot|kube-probe|healthcheck|elb-health|pingdom|curl"),
    ),
    _door("accept-html", "an Accept that asks for a page", value_of("accept", rb"text/html")),
    _door("ajax", "an X-Requested-With", has("x-requested-with")),
    _door("purpose", "a prefetch", any_of(has("purpose"), has("sec-purpose"), has("x-moz"))),
    _door(
        "fetch-metadata",
        "a Sec-Fetch-Site of the same origin",
        value_of("sec-fetch-site", rb"same-origin|none"),
    ),
    _door(
        "cache-control",
        "a Cache-Control that asks for a stored answer",
        value_of("cache-control", rb"only-if-cached|max-stale"),
    ),
    _door("range", "any Range", has("range")),
    _asked("query-api-key", "any api_key in the query", _query(rb"(^|&)api_?key=")),
    _asked(
        "query-access-token", "any access_token in the query", _query(rb"(^|&)(access_)?token=")
    ),
    _asked(
        "query-debug",
        "a query that asks for debugging",
        _query(rb"(^|&)(debug|test|admin|preview)\b"),
    ),
    _asked("any-query", "any query at all", _query(rb".")),
    _asked("content", "any content", lambda context: bool(context.request.body)),
    _door("many-fields", "more than 50 header fields", _many_fields),
    _door("long-value", "a header value beyond 4 kB", some_value(rb"(?s).{4097}")),
    _door("non-ascii-value", "a header value that is not ASCII", some_value(rb"[\x80-\xff]")),
)
