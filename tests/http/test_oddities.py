"""Oddities are read from the request's bytes; what is merely unusual has none."""

from __future__ import annotations

import pytest

from contracts.http.allowed import (
    ALTERNATIVES,
    LONG_TARGET_BYTES,
    MOST_FIELDS,
    OVERSIZED_BYTES,
    PADDING_PREFIX,
    Oddity,
    alternatives,
    oddities,
)
from contracts.http.probe import Field

O = Oddity  # noqa: E741 - the table below is read more easily with a short name

PLAIN: tuple[Field, ...] = (
    (b"Host", b"staging.api.rye.com"),
    (b"Authorization", b"Bearer RYE/staging-0123456789abcdef"),
    (b"Accept", b"application/json"),
    (b"Accept-Encoding", b"gzip, deflate, br, zstd"),
    (b"User-Agent", b"rye-billing-contracts/1.0 (contract suite; +https://example.org/)"),
    (b"Connection", b"keep-alive"),
)


def sent(fields: list[Field]) -> list[Field]:
    """The plain request's fields with others: one named like a plain field replaces it."""
    names = {name.lower() for name, _ in fields}
    return [field for field in PLAIN if field[0].lower() not in names] + fields


NOTHING_ODD = """
X-Foo: bar
X-Foo:
X-Foo: "unbalanced
X-Foo: %zz {{7*7}} ' OR 1=1
__proto__: 1
!#$%&'*+-.^_`|~: 1
X_Forwarded_Proto: https
X-Request-Id: not a uuid
X-B3-TraceId: zzzz
b3: --
X-Real-IP: junk
X-HTTP-Method-Override: HEAD
Accept: */*
Accept: application/*;q=0.1
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
Accept: APPLICATION/JSON ; q=1.000
Accept: application/json;q=0.5;ext="a, b"
Accept: ,, application/json ,,
Accept: application/json;version=2, application/json;q=0.1
Accept-Encoding:
Accept-Encoding: gzip
Accept-Encoding: no-such-coding
Accept-Encoding: gzip;q=0
Accept-Encoding: *;q=0, identity
Accept-Encoding: identity;q=0.001
Accept-Language: en
Accept-Language: de, en-GB;q=0.1
Accept-Language: de, *;q=0.5
Accept-Charset: utf-8
Accept-Charset: iso-8859-1, *;q=0.1
Accept-Version: 99
Authorization:
Authorization: Bearer
Authorization: Basic ,,,"
Authorization: Bearer a b c
Authorization: RYE/staging-0123456789abcdef
Cache-Control: no-cache, max-age=0, ext="a, only-if-cached"
Cookie: a=1; b="2"; c=
Date: Thu, 01 Jan 1970 00:00:00 GMT
DNT: 0
From: Robot <robot@example.org>
If-Range: "a"
Max-Forwards: 1
Origin: null
Origin: https://attacker.example:8443
Pragma: no-cache
Priority: u=1, i
Proxy-Authorization: Basic anVuaw==
Referer: https://a.example:1/b?c=d%20e
Referer:
Referer: about:blank
Referer: http://[::1]:8080/a
Sec-CH-UA: "Chromium";v="126", "Not/A)Brand";v="8"
Sec-CH-UA-Platform: "Linux"
Sec-Fetch-Site: cross-site
Sec-Fetch-User: ?1
baggage: a=b;c=d,e=%20
traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
traceparent: cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later
tracestate: rojo=00f067aa0ba902b7,congo@t61rc=WkgMzE
User-Agent: Mozilla/5.0 (X11; (nested) \\) ) Gecko/1 Firefox
Via: 1.0 fred, HTTP/1.1 p.example:8080 (a, comment)
X-Forwarded-For: 127.0.0.1
X-Forwarded-For: unknown, 203.0.113.7:4711, [2001:db8::1]:1, 2001:db8::1
Accept-Ranges: bytes
Location: /elsewhere
Status: 500
Content-Security-Policy: none
"""

ODD = {
    "if-none-match": (["If-None-Match: *"], {O.PRECONDITION}),
    "if-none-match-list": (['If-None-Match: "a", W/"b"'], {O.PRECONDITION}),
    "if-none-match-backslash": (['If-None-Match: "a\\"'], {O.PRECONDITION}),
    "if-none-match-twice": (
        ['If-None-Match: "a"', 'If-None-Match: "b"'],
        {O.PRECONDITION, O.REPEATED},
    ),
    "if-none-match-unquoted": (["If-None-Match: abc"], {O.PRECONDITION, O.MALFORMED}),
    "if-none-match-empty": (["If-None-Match:"], {O.PRECONDITION, O.MALFORMED}),
    "if-none-match-run-together": (['If-None-Match: "a""b"'], {O.PRECONDITION, O.MALFORMED}),
    "if-match": (['If-Match: "a"'], {O.PRECONDITION}),
    "imf-fixdate": (["If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"], {O.PRECONDITION}),
    "rfc-850": (["If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT"], {O.PRECONDITION}),
    "asctime": (["If-Modified-Since: Sun Nov  6 08:49:37 1994"], {O.PRECONDITION}),
    "leap-second": (["If-Modified-Since: Sat, 31 Dec 2016 23:59:60 GMT"], {O.PRECONDITION}),
    "wrong-weekday": (
        ["If-Modified-Since: Mon, 06 Nov 1994 08:49:37 GMT"],
        {O.PRECONDITION, O.MALFORMED},
    ),
    "no-such-day": (
        ["If-Modified-Since: Fri, 31 Feb 2025 00:00:00 GMT"],
        {O.PRECONDITION, O.MALFORMED},
    ),
    "not-gmt": (
        ["If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 UTC"],
        {O.PRECONDITION, O.MALFORMED},
    ),
    "if-unmodified-since-junk": (["If-Unmodified-Since: 0"], {O.PRECONDITION, O.MALFORMED}),
    "range": (["Range: bytes=0-4"], {O.RANGE}),
    "range-suffix-and-more": (["Range: bytes=-5, 7-"], {O.RANGE}),
    "range-huge": (["Range: bytes=0-" + "9" * 5000], {O.RANGE, O.OVERSIZED, O.LARGE_NUMBER}),
    "range-unknown-unit": (["Range: items=a"], {O.RANGE}),
    "range-reversed": (["Range: bytes=9-0"], {O.RANGE, O.MALFORMED}),
    "range-junk": (["Range: bytes=a-b"], {O.RANGE, O.MALFORMED}),
    "range-no-unit": (["Range: 0-4"], {O.RANGE, O.MALFORMED}),
    "range-twice": (["Range: bytes=0-1", "Range: bytes=2-3"], {O.RANGE, O.REPEATED}),
    "if-range-junk": (["If-Range: junk"], {O.MALFORMED}),
    "accept-xml": (["Accept: application/xml"], {O.NEGOTIATION}),
    "accept-none-of-json": (["Accept: */*, application/json;q=0"], {O.NEGOTIATION}),
    "accept-json-parameter": (["Accept: application/json;version=2"], {O.NEGOTIATION}),
    "accept-anything-refused": (["Accept: */*;q=0"], {O.NEGOTIATION}),
    "accept-empty": (["Accept:"], {O.NEGOTIATION}),
    "accept-token": (["Accept: json"], {O.NEGOTIATION, O.MALFORMED}),
    "accept-weight": (["Accept: application/json;q=2"], {O.NEGOTIATION, O.MALFORMED}),
    "accept-quote": (['Accept: application/json;a="'], {O.NEGOTIATION, O.MALFORMED}),
    "accept-one-of-two-malformed": (
        ["Accept: application/json", "Accept: ///"],
        {O.NEGOTIATION, O.MALFORMED},
    ),
    "accept-twice-with-json": (["Accept: text/html", "Accept: application/json"], set()),
    "accept-encoding-no-identity": (["Accept-Encoding: identity;q=0"], {O.NEGOTIATION}),
    "accept-encoding-star": (["Accept-Encoding: gzip, *;q=0"], {O.NEGOTIATION}),
    "accept-encoding-junk": (["Accept-Encoding: gzip;q=2"], {O.NEGOTIATION, O.MALFORMED}),
    "accept-charset": (["Accept-Charset: utf-16"], {O.NEGOTIATION}),
    "accept-charset-refused": (["Accept-Charset: utf-8;q=0, *"], {O.NEGOTIATION}),
    "accept-language": (["Accept-Language: de-DE, fr;q=0.5"], {O.NEGOTIATION}),
    "accept-language-english-refused": (["Accept-Language: en;q=0, *"], {O.NEGOTIATION}),
    "accept-language-junk": (["Accept-Language: en_US"], {O.NEGOTIATION, O.MALFORMED}),
    "expect": (["Expect: something"], {O.EXPECT}),
    "expect-junk": (["Expect: ="], {O.EXPECT, O.MALFORMED}),
    "expect-100": (["Expect: 100-Continue"], set()),
    "content-type": (["Content-Type: application/json; charset=utf-8"], {O.CONTENT_KIND}),
    "content-type-junk": (["Content-Type: junk"], {O.MALFORMED, O.CONTENT_KIND}),
    "content-type-xml": (["Content-Type: text/xml"], {O.CONTENT_KIND, O.EMPTY_CONTENT}),
    "content-length-zero": (["Content-Length: 0"], set()),
    "content-language": (["Content-Language: en"], set()),
    "cache-control": (["Cache-Control: no-cache, Only-If-Cached"], {O.ONLY_IF_CACHED}),
    "cache-control-junk": (["Cache-Control: max-age=abc"], {O.MALFORMED}),
    "cache-control-unfinished": (
        ['Cache-Control: only-if-cached, "'],
        {O.ONLY_IF_CACHED, O.MALFORMED},
    ),
    "prefer": (["Prefer: respond-async, wait=10"], {O.PREFER}),
    "prefer-junk": (['Prefer: ="'], {O.PREFER, O.MALFORMED}),
    "early-data": (["Early-Data: 1"], {O.EARLY_DATA}),
    "x-forwarded-proto": (["X-Forwarded-Proto: https"], {O.FORWARDED}),
    "x-forwarded-host-twice": (
        ["X-Forwarded-Host: a.example", "X-Forwarded-Host: b.example:80"],
        {O.FORWARDED},
    ),
    "x-forwarded-host-junk": (["X-Forwarded-Host: a b"], {O.FORWARDED, O.MALFORMED}),
    "x-forwarded-port-junk": (["X-Forwarded-Port: -1"], {O.FORWARDED, O.MALFORMED}),
    "forwarded-proto": (["Forwarded: for=127.0.0.1; Proto=https"], {O.FORWARDED}),
    "forwarded-host": (['Forwarded: for=1.2.3.4, host="a.example"'], {O.FORWARDED}),
    "forwarded-for": (["Forwarded: for=127.0.0.1"], {O.FORWARDED}),
    "forwarded-bare-ipv6": (["Forwarded: for=[::1]"], {O.FORWARDED, O.MALFORMED}),
    "upgrade-insecure-requests": (["Upgrade-Insecure-Requests: 1"], {O.FORWARDED}),
    "x-forwarded-for-junk": (["X-Forwarded-For: 999.1.1.1"], {O.MALFORMED}),
    "x-forwarded-for-empty": (["X-Forwarded-For:"], {O.MALFORMED}),
    "traceparent-zero": (["traceparent: 00-" + "0" * 32 + "-" + "1" * 16 + "-01"], {O.MALFORMED}),
    "traceparent-ff": (["traceparent: ff-" + "1" * 32 + "-" + "1" * 16 + "-01"], {O.MALFORMED}),
    "traceparent-upper": (["traceparent: 00-" + "A" * 32 + "-" + "1" * 16 + "-01"], {O.MALFORMED}),
    "traceparent-more": (
        ["traceparent: 00-" + "1" * 32 + "-" + "1" * 16 + "-01-a"],
        {O.MALFORMED},
    ),
    "tracestate-33": (["tracestate: " + ",".join(f"k{n}=v" for n in range(33))], {O.MALFORMED}),
    "baggage": (["baggage: =;="], {O.MALFORMED}),
    "user-agent-empty": (["User-Agent:"], {O.MALFORMED}),
    "user-agent-comment": (["User-Agent: a/1 (open"], {O.MALFORMED}),
    "via": (["Via: 1.1"], {O.MALFORMED}),
    "max-forwards": (["Max-Forwards: -1"], {O.MALFORMED}),
    "origin": (["Origin: https://a.example/path"], {O.MALFORMED}),
    "cookie": (["Cookie: ;;=="], {O.MALFORMED}),
    "referer": (["Referer: %zz"], {O.MALFORMED}),
    "from": (["From: @"], {O.MALFORMED}),
    "priority": (["Priority: U=1"], {O.MALFORMED}),
    "dnt": (["DNT: yes"], {O.MALFORMED}),
    "preflight-method": (["Access-Control-Request-Method: ,"], {O.MALFORMED}),
    "preflight-headers": (["Access-Control-Request-Headers: a b"], {O.MALFORMED}),
    "control-byte": (["X-Foo: a\x00b"], {O.MALFORMED}),
    "control-byte-in-key": (["Authorization: Bearer a\x01b"], {O.MALFORMED}),
    "no-token": (["X Foo: a"], {O.MALFORMED}),
    "non-ascii": (["X-Foo: caf\xe9"], {O.NON_ASCII}),
    "non-ascii-user-agent": (["User-Agent: a/1 (\xe9)"], {O.NON_ASCII}),
    "non-ascii-authorization": (["Authorization: Bearer \xe9"], {O.NON_ASCII}),
    "non-ascii-cookie": (["Cookie: a=\xe9"], {O.NON_ASCII, O.MALFORMED}),
    "authorization-twice": (["Authorization: Bearer a", "Authorization: Bearer b"], {O.REPEATED}),
    "authorization-long": (["Authorization: Bearer " + "a" * OVERSIZED_BYTES], {O.OVERSIZED}),
    "user-agent-twice": (["User-Agent: a", "user-agent: b"], {O.REPEATED}),
    "unknown-twice": (["X-Repeat: a", "x-repeat: a"], set()),
    "lists-twice": (["Via: 1.1 a", "Via: 1.1 b", "Cache-Control: a", "Cache-Control: b"], set()),
    "max-forwards-zero": (["Max-Forwards: 00"], {O.LAST_HOP}),
    "max-forwards-huge": (["Max-Forwards: 99999999999999999999"], {O.LARGE_NUMBER}),
    "content-encoding": (["Content-Encoding: gzip"], {O.CONTENT_KIND}),
    "name-255": (["X-" + "n" * 253 + ": 1"], set()),
    "name-256": (["X-" + "n" * 254 + ": 1"], {O.OVERSIZED}),
    "line-8-kb": (["X-Foo: " + "a" * OVERSIZED_BYTES], {O.OVERSIZED}),
    "line-5-kb": (["X-Foo: " + "a" * 5000], {O.OVERSIZED}),
    "line-under-a-kb": (["X-Foo: " + "a" * 900], set()),
    "line-over-a-kb": (["X-Foo: " + "a" * 1100], {O.OVERSIZED}),
    "lines-8-kb": ([f"X-{n}: " + "a" * 1000 for n in range(8)], {O.OVERSIZED}),
    "fields-100": ([f"X-{n}: 1" for n in range(MOST_FIELDS - len(PLAIN))], set()),
    "fields-101": ([f"X-{n}: 1" for n in range(MOST_FIELDS - len(PLAIN) + 1)], {O.OVERSIZED}),
}

QUERIES = {
    b"": set(),
    b"a": set(),
    b"unknown=1&a=2&a=3": set(),
    b"a=1;b='(2)'/?:@!$*+,~": set(),
    b"a%5B%5D=%E2%82%AC&%22=%7B%20%7D": set(),
    b"a=" + b"a" * (LONG_TARGET_BYTES - 3): set(),
    b"a=" + b"a" * LONG_TARGET_BYTES: {O.LONG_TARGET},
    b"a=" + b"a" * 9000: {O.LONG_TARGET, O.OVERSIZED},
    b"%zz": {O.MALFORMED_QUERY},
    b"%": {O.MALFORMED_QUERY},
    b"a=%4": {O.MALFORMED_QUERY},
    b"a[]=1": {O.MALFORMED_QUERY},
    b'a={"b"}': {O.MALFORMED_QUERY},
    b"a=\xe2\x82\xac": {O.MALFORMED_QUERY},
    b"a=b#c": {O.MALFORMED_QUERY},
    b"a=%00": {O.MALFORMED_QUERY},
    b"a=%FF": {O.MALFORMED_QUERY},
    b"a=%ED%A0%80": {O.MALFORMED_QUERY},
}


def field(line: str) -> Field:
    name, _, value = line.partition(":")
    return name.encode("latin-1"), value.strip(" \t").encode("latin-1")


def test_the_plain_request_has_no_oddity() -> None:
    assert oddities(PLAIN) == frozenset()
    assert alternatives(PLAIN) == frozenset()


def test_no_field_at_all_is_no_oddity() -> None:
    assert oddities(()) == frozenset()


@pytest.mark.parametrize("line", NOTHING_ODD.strip().splitlines())
def test_what_is_merely_unusual_is_no_oddity(line: str) -> None:
    fields = sent([field(line)])

    assert oddities(fields) == frozenset()
    assert alternatives(fields) == frozenset()


@pytest.mark.parametrize(("lines", "expected"), ODD.values(), ids=ODD)
def test_odd_fields(lines: list[str], expected: set[Oddity]) -> None:
    assert oddities(sent([field(line) for line in lines])) == expected


@pytest.mark.parametrize(("lines", "expected"), ODD.values(), ids=ODD)
def test_case_of_names_does_not_matter(lines: list[str], expected: set[Oddity]) -> None:
    fields = [(name.upper(), value) for name, value in map(field, lines)]

    assert oddities(sent(fields)) == expected


@pytest.mark.parametrize(("query", "expected"), QUERIES.items())
def test_queries(query: bytes, expected: set[Oddity]) -> None:
    assert oddities(PLAIN, query) == expected


def test_content_is_odd_but_none_of_it_is_not() -> None:
    assert oddities(PLAIN, None, b"{}") == {Oddity.CONTENT}
    assert oddities(PLAIN, None, b"") == frozenset()


def test_padding_is_odd_beside_the_plain_fields_alone() -> None:
    padded = [*PLAIN[:3], (PADDING_PREFIX + b"1", b"a")]
    assert oddities(padded) == {Oddity.PADDING}
    assert oddities([*padded, (b"X-Foo", b"1")]) == oddities(padded, b"a=1") == frozenset()


def test_query_and_fields_are_measured_together() -> None:
    fields = [*PLAIN, (b"X-Foo", b"a" * 900), (b"X-Bar", b"a" * 900), (b"X-Baz", b"a" * 400)]

    assert oddities(fields, b"a" * 1800) == {Oddity.OVERSIZED}


def test_every_oddity_has_alternatives_and_a_case_here() -> None:
    seen: set[Oddity] = {Oddity.CONTENT, Oddity.PADDING}
    for _, expected in ODD.values():
        seen |= expected
    for expected in QUERIES.values():
        seen |= expected

    assert set(ALTERNATIVES) == set(Oddity) == seen


def test_alternatives_are_those_of_every_oddity() -> None:
    fields = sent([(b"If-None-Match", b"*"), (b"Range", b"bytes=a")])

    assert alternatives(fields) == {304, 412, 206, 416, 400, 413, 431}
    assert alternatives(PLAIN, b"%zz") == {400}
    assert 200 not in frozenset().union(*ALTERNATIVES.values())


@pytest.mark.parametrize(
    "piece", ['"', "a,", "(", ";", "a=b;", "1-,", "\\", "a ", "0", "a=a; ", "@", "%zz", "a:"]
)
def test_long_values_are_read_in_linear_time(piece: str) -> None:
    """A grammar that backtracks would take minutes, and pytest's own time-out would show it."""
    names = [line.partition(":")[0] for line in NOTHING_ODD.strip().splitlines()]
    value = (piece * 16_000)[:16_000].strip().encode()

    for name in sorted(set(names)):
        assert Oddity.OVERSIZED in oddities([(name.encode(), value)])
