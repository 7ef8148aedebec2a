"""Faults in which one kind of header makes the server fail with 500."""

from __future__ import annotations

from collections import Counter

from contracts.sandbox.catalogue.build import (
    Trigger,
    any_of,
    both,
    extras,
    fault,
    has,
    on,
    some_name,
    some_value,
    value_not,
    value_of,
    when,
)
from contracts.sandbox.catalogue.effects import crash
from contracts.sandbox.fault import Effect, Fault
from contracts.sandbox.history import Context

_DATE = rb"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"
_TAG = rb'(W/)?"[^"]*"'
_ADDRESS = rb"[0-9a-f:.]+"


def _dies(name: str, words: str, trigger: Trigger, only: int | None = None) -> Fault:
    """A 500 for every request with it or, given a status, only for those that should get that."""
    effect: Effect = when(trigger, crash())
    whom = {None: "", 200: ", with a valid key", 401: ", without a valid key"}[only]
    sentence = f"The server fails with 500 on {words}{whom}."
    answer = effect if only is None else on(only, effect)
    return fault(f"500-on-{name}", sentence, "no-server-error", answer)


def _repeated(context: Context) -> bool:
    names = Counter(name.lower() for name, _ in extras(context))
    return any(count > 1 for count in names.values())


def _more_than(count: int) -> Trigger:
    return lambda context: len(context.request.fields) > count


_SHAPES = (
    _dies("non-ascii-value", "a header value that is not ASCII", some_value(rb"[\x80-\xff]")),
    _dies(
        "bad-utf-8-value",
        "a header value that is not UTF-8",
        lambda context: any(_undecodable(value) for _, value in extras(context)),
    ),
    _dies("empty-value", "an empty header value", some_value(rb"\A\Z"), 200),
    _dies("tab-in-value", "a header value with a tab in it", some_value(rb"\t")),
    _dies("repeated-field", "a field that comes twice", _repeated),
    _dies("50-fields", "more than 50 header fields", _more_than(50)),
    _dies("long-value", "a header value beyond 4 kB", some_value(rb"(?s).{4097}")),
    _dies("long-value-keyless", "a header value beyond 2 kB", some_value(rb"(?s).{2049}"), 401),
    _dies("long-name", "a header name beyond 64 characters", some_name(rb".{65,}")),
    _dies(
        "odd-name", "a header name of punctuation", some_name(rb"[^a-z0-9]+|.*[!#$%&'*+.^`|~].*")
    ),
    _dies("underscore-name", "a header name with an underscore", some_name(rb".*_.*")),
    _dies("numeric-name", "a header name of digits", some_name(rb"\d+")),
    _dies("one-letter-name", "a header name of one letter", some_name(rb"[a-z]"), 200),
    _dies(
        "prototype-name",
        "a header named like a property of every object",
        some_name(rb"__proto__|constructor|prototype|tostring|hasownproperty"),
    ),
)


def _undecodable(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return True
    return False


_CONTENTS = (
    _dies("apostrophe", "a header value with an apostrophe", some_value(rb"'")),
    _dies("sql", "a header value with a comment of SQL", some_value(rb"--|/\*")),
    _dies("backslash", "a header value with a backslash", some_value(rb"\\")),
    _dies(
        "lone-quotation-mark",
        "a header value with an odd number of quotation marks",
        lambda context: any(value.count(b'"') % 2 for _, value in extras(context)),
    ),
    _dies("brace", "a header value with a brace that nothing closes", some_value(rb"\{[^}]*\Z")),
    _dies("template", "a header value with a template expression", some_value(rb"\{\{")),
    _dies("expression", "a header value with ${", some_value(rb"\$\{")),
    _dies("angle-bracket", "a header value with an angle bracket", some_value(rb"<")),
    _dies(
        "percent-sign",
        "a header value with a percent sign that encodes nothing",
        some_value(rb"%(?![0-9A-Fa-f]{2})"),
    ),
    _dies("percent-nul", "a header value with %00", some_value(rb"%00")),
    _dies("percent-crlf", "a header value with %0d or %0a", some_value(rb"(?i)%0[ad]")),
    _dies("format-string", "a header value with a format directive", some_value(rb"%[sndx]")),
    _dies("path-traversal", "a header value that climbs a path", some_value(rb"\.\.[/\\]")),
    _dies("semicolons", "a header value of nothing but separators", some_value(rb"\A[;,= ]+\Z")),
    _dies("huge-number", "a header value of 20 digits or more", some_value(rb"\A\d{20,}\Z")),
    _dies("negative-number", "a header value that is a negative number", some_value(rb"\A-\d+\Z")),
    _dies(
        "null-word",
        "the header values null, undefined and NaN",
        some_value(rb"\A(null|undefined|NaN)\Z"),
    ),
    _dies("json-value", "a header value that is a JSON object", some_value(rb"\A\{.*\}\Z"), 401),
)

_NEGOTIATION = (
    _dies(
        "accept-without-slash",
        "an Accept that has no slash",
        lambda context: (
            bool(context.request.value("accept")) and b"/" not in context.request.value("accept")
        ),
    ),
    _dies(
        "accept-bad-weight",
        "an Accept with a weight that is not a number",
        value_of("accept", rb"q=(?![01](\.\d{0,3})?\s*(?:,|;|\Z))"),
    ),
    _dies(
        "accept-language",
        "an Accept-Language that is not a language",
        value_not(
            "accept-language",
            rb"[a-z]{2,3}(-[a-z0-9]+)*(;q=[\d.]+)?"
            rb"(, ?[a-z]{2,3}(-[a-z0-9]+)*(;q=[\d.]+)?)*",
        ),
    ),
    _dies(
        "accept-encoding",
        "an Accept-Encoding that leaves no coding",
        value_of("accept-encoding", rb"(identity|\*)\s*;\s*q=0(\.0*)?\s*(,|\Z)"),
    ),
    _dies("accept-charset", "any Accept-Charset", has("accept-charset")),
)

_CONDITIONS = (
    _dies(
        "if-modified-since",
        "an If-Modified-Since that is not a date",
        value_not("if-modified-since", _DATE),
    ),
    _dies(
        "if-unmodified-since",
        "an If-Unmodified-Since that is not a date",
        value_not("if-unmodified-since", _DATE),
    ),
    _dies(
        "if-none-match",
        "an If-None-Match without quotation marks",
        value_not("if-none-match", rb"\*|" + _TAG + rb"(\s*,\s*" + _TAG + rb")*"),
    ),
    _dies("if-match", "any If-Match", has("if-match"), 200),
    _dies("if-range", "any If-Range", has("if-range")),
    _dies(
        "range",
        "a Range that is malformed or reversed",
        value_not("range", rb"bytes=(0-\d*|[1-9]\d*-|-\d+)"),
    ),
    _dies(
        "cache-control",
        "a Cache-Control with an age that is not a number",
        value_of("cache-control", rb"(max-age|max-stale|min-fresh)=(?!\d{1,9}(\D|\Z))"),
    ),
    _dies("date", "a Date that is not a date", value_not("date", _DATE)),
)

_NAMED = (
    _dies("cookie", "a Cookie without an equals sign", value_not("cookie", rb".*=.*")),
    _dies(
        "cookie-percent",
        "a Cookie that can't be percent-decoded",
        value_of("cookie", rb"%(?![0-9A-F]{2})"),
    ),
    _dies("long-cookie", "a Cookie beyond 1 kB", value_of("cookie", rb".{1025}")),
    _dies(
        "traceparent",
        "a malformed traceparent",
        value_not("traceparent", rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"),
    ),
    _dies(
        "tracestate", "a tracestate without an equals sign", value_not("tracestate", rb"[^=,]+=.*")
    ),
    _dies("baggage", "a baggage without an equals sign", value_not("baggage", rb"[^=,]+=.*")),
    _dies(
        "b3",
        "a malformed b3 or X-B3 trace id",
        any_of(
            value_not("b3", rb"[0-9a-f]{16,32}-[0-9a-f]{16}(-[01d])?|0|1"),
            value_not("x-b3-traceid", rb"[0-9a-f]{16}|[0-9a-f]{32}"),
        ),
    ),
    _dies(
        "forwarded-for",
        "an X-Forwarded-For that is not an address",
        value_not("x-forwarded-for", _ADDRESS + rb"(\s*,\s*" + _ADDRESS + rb")*"),
    ),
    _dies(
        "forwarded",
        "a Forwarded that has no for or by",
        value_not("forwarded", rb"(?s).*(for|by|host|proto)=[^,;]+.*"),
    ),
    _dies(
        "forwarded-port",
        "an X-Forwarded-Port that is not a port",
        value_not("x-forwarded-port", rb"[1-9]\d{0,4}"),
    ),
    _dies("forwarded-host", "any X-Forwarded-Host", has("x-forwarded-host"), 200),
    _dies(
        "real-ip",
        "an X-Real-IP or True-Client-IP that is not an address",
        any_of(value_not("x-real-ip", _ADDRESS), value_not("true-client-ip", _ADDRESS)),
    ),
    _dies(
        "origin", "an Origin that is not an origin", value_not("origin", rb"https?://[\w.:\-\[\]]+")
    ),
    _dies("referer", "a Referer that is not a URL", value_not("referer", rb"https?://\S+")),
    _dies("user-agent", "an empty User-Agent", value_of("user-agent", rb"\A\Z")),
    _dies(
        "user-agent-odd",
        "a User-Agent without a slash",
        both(value_of("user-agent", rb"."), value_not("user-agent", rb".*/.*")),
    ),
    _dies("content-type", "a Content-Type without content", has("content-type")),
    _dies("content-encoding", "a Content-Encoding without content", has("content-encoding")),
    _dies("prefer", "any Prefer", has("prefer")),
    _dies("priority", "a malformed Priority", value_not("priority", rb"(u=[0-7])?(, ?)?(i)?")),
    _dies(
        "request-id",
        "an X-Request-Id that is not a UUID",
        value_not("x-request-id", rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ),
    _dies("idempotency-key", "any Idempotency-Key", has("idempotency-key"), 200),
    _dies(
        "max-forwards",
        "a Max-Forwards that is not a number",
        value_not("max-forwards", rb"\d{1,9}"),
    ),
    _dies(
        "expect",
        "an Expect that is unknown",
        lambda context: context.request.value("expect").lower() not in {b"", b"100-continue"},
    ),
    _dies("via", "any Via", has("via"), 200),
    _dies("sec-fetch", "any Sec-Fetch field", some_name(rb"sec-fetch-.*"), 401),
    _dies("client-hints", "any Sec-CH client hint", some_name(rb"sec-ch-.*")),
    _dies(
        "digest",
        "a Digest or Signature that is malformed",
        any_of(value_not("digest", rb"[\w-]+=[\w+/=]+"), has("signature")),
    ),
    _dies("method-override", "any method override", some_name(rb"x-(http-)?method(-override)?")),
    _dies("proxy-authorization", "any Proxy-Authorization", has("proxy-authorization")),
    _dies(
        "api-version",
        "an API version that is not a date or number",
        any_of(value_not("x-api-version", rb"[\d.-]+"), value_not("api-version", rb"[\d.-]+")),
    ),
    _dies("timeout", "a Grpc-Timeout or X-Timeout", any_of(has("grpc-timeout"), has("x-timeout"))),
)

FAULTS = (*_SHAPES, *_CONTENTS, *_NEGOTIATION, *_CONDITIONS, *_NAMED)
