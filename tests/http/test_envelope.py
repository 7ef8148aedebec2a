"""The envelope: nothing but the operation's GET leaves, and everything that the suite has does."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.http.envelope import (
    FRAMING_FIELDS,
    OVERRIDE_FIELDS,
    EnvelopeError,
    check_envelope,
)
from contracts.http.probe import Field
from contracts.probes.credentials import RECIPES, applicable, build
from contracts.probes.headers.corpus import corpus
from contracts.probes.headers.entry import Entry, Group
from contracts.probes.headers.packs import packs
from contracts.probes.headers.permitted import may_be_fuzzed
from contracts.probes.headers.strategies import legal_fields
from contracts.probes.queries import Query, contents, queries
from contracts.probes.wire import wires
from contracts.rye import RYE
from tests.support import key_of

HOST, PATH = b"staging.api.rye.com", b"/api/v1/billing/balance"
KEY = "RYE/staging-Qz7vKp2mX9r4b8Wn"


def request(
    *fields: Field,
    line: bytes = b"GET /api/v1/billing/balance HTTP/1.1",
    host: bytes = HOST,
    content: bytes = b"",
) -> bytes:
    head = b"".join(b"%b: %b\r\n" % field for field in ((b"Host", host), *fields))
    return line + b"\r\n" + head + b"\r\n" + content


def check(data: bytes, *, proxied: bool = False) -> None:
    check_envelope(data, authority=HOST, path=PATH, proxied=proxied)


def refused(data: bytes, *, proxied: bool = False) -> str:
    with pytest.raises(EnvelopeError) as caught:
        check(data, proxied=proxied)
    return str(caught.value)


@pytest.mark.parametrize("proxied", [False, True])
def test_other_resources_are_those_that_are_named(proxied: bool) -> None:
    origin, second = (b"http://" + HOST if proxied else b""), b"/api/v1/orders/2"
    first = request(line=b"GET %b HTTP/1.1" % (origin + PATH))
    other = request(line=b"GET %b?a=1 HTTP/1.1" % (origin + second))
    for data in (first, other):
        check_envelope(data, authority=HOST, path=PATH, others={second}, proxied=proxied)
    assert "is ever asked" in refused(other, proxied=proxied)
    longer = request(line=b"GET %b/refund HTTP/1.1" % (origin + second))
    with pytest.raises(EnvelopeError):
        check_envelope(longer, authority=HOST, path=PATH, others={second}, proxied=proxied)


@pytest.mark.parametrize(
    "method",
    [
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "HEAD",
        "OPTIONS",
        "TRACE",
        "CONNECT",
        "QUERY",
        "get",
        "Get",
    ],
)
def test_no_other_method_leaves(method: str) -> None:
    line = f"{method} {PATH.decode()} HTTP/1.1".encode()
    assert "only GET" in refused(request(line=line))


@pytest.mark.parametrize(
    "target",
    [
        b"/",
        b"*",
        b"",
        b"/api/v1/billing/balance/",
        b"//api/v1/billing/balance",
        b"/api/v1/billing/balance/../secrets",
        b"/API/v1/billing/balance",
        b"/api/v1/billing%2Fbalance",
        b"/api/v1/billing/balance#x?y",
        b"/api/v1/billing/balance;x",
        b"/other?/api/v1/billing/balance",
        b"http://staging.api.rye.com/api/v1/billing/balance",
        b"staging.api.rye.com:443",
    ],
)
def test_no_other_path_leaves(target: bytes) -> None:
    refused(request(line=b"GET " + target + b" HTTP/1.1"))


@pytest.mark.parametrize(
    "line",
    [
        b"GET /api/v1/billing/balance",
        b"GET  /api/v1/billing/balance HTTP/1.1",
        b"GET /api/v1/billing/balance HTTP/1.1 ",
        b" GET /api/v1/billing/balance HTTP/1.1",
        b"GET\t/api/v1/billing/balance\tHTTP/1.1",
        b"GET /api/v1/billing/balance HTTP/2.0",
        b"GET /api/v1/billing/balance http/1.1",
        b"GET /api/v1/billing/balance?a b HTTP/1.1",
        b"\r\nGET /api/v1/billing/balance HTTP/1.1",
    ],
)
def test_no_other_request_line_leaves(line: bytes) -> None:
    refused(request(line=line))


@pytest.mark.parametrize(
    "host", [b"api.rye.com", b"", b"staging.api.rye.com:443", b"STAGING.api.rye.com", b"rye.com"]
)
def test_no_other_host_is_named(host: bytes) -> None:
    assert "Host" in refused(request(host=host))


@pytest.mark.parametrize("name", [b"Host", b"host", b"HOST ", b"\tHost", b"Ho\x00st"])
def test_the_host_is_named_once(name: bytes) -> None:
    assert "Host" in refused(request((name, b"api.rye.com")))
    assert "Host" in refused(request((name, HOST)))
    assert "Host" in refused(b"GET /api/v1/billing/balance HTTP/1.1\r\nAccept: */*\r\n\r\n")


@pytest.mark.parametrize("scheme", [b"http", b"https"])
def test_the_absolute_form_is_for_proxies_alone(scheme: bytes) -> None:
    line = b"GET %b://%b%b?a=b HTTP/1.1" % (scheme, HOST, PATH)
    refused(request(line=line))
    if scheme == b"http":
        check(request(line=line), proxied=True)
    else:
        refused(request(line=line), proxied=True)


def test_a_proxy_is_asked_for_no_other_host_and_never_without_one() -> None:
    refused(request(line=b"GET http://api.rye.com%b HTTP/1.1" % PATH), proxied=True)
    refused(request(line=b"GET http://x@%b%b HTTP/1.1" % (HOST, PATH)), proxied=True)
    refused(request(), proxied=True)


@pytest.mark.parametrize("name", sorted(FRAMING_FIELDS - {b"host"}))
def test_framing_fields_do_not_leave_in_any_spelling(name: bytes) -> None:
    for spelled in (name, name.title(), name + b" ", name + b"\t", name.replace(b"-", b"_")):
        refused(request((spelled, b"1, x")))


@pytest.mark.parametrize("name", [b"Content-Length", b"content-length", b"CONTENT-LENGTH"])
@pytest.mark.parametrize("value", [b"1", b"3", b"02", b"+2", b"2,2", b"-1", b"", b"0x2"])
def test_a_wrong_length_does_not_leave(name: bytes, value: bytes) -> None:
    assert "Content-Length" in refused(request((name, value), content=b"{}"))


def test_content_is_announced_once() -> None:
    check(request((b"Content-Length", b"2"), content=b"{}"))
    check(request((b"Content-Length", b"0")))
    length = (b"Content-Length", b"2")
    assert "one Content-Length" in refused(request(content=b"{}"))
    assert "one Content-Length" in refused(request(length, length, content=b"{}"))


def test_a_length_before_a_blank_is_read_like_any_other() -> None:
    assert "Content-Length" in refused(request((b"Content-Length ", b"5"), content=b"{}"))
    assert "Content-Length" in refused(request((b"X", b"a\r\n Content-Length: 5")))


def test_no_second_request_hides_behind_the_first() -> None:
    assert "Content-Length" in refused(request() + request())
    smuggled = request((b"Content-Length", b"%d" % len(request())), content=request() + b"x")
    assert "Content-Length" in refused(smuggled)


@pytest.mark.parametrize(
    "value", [b"a\nTransfer-Encoding: chunked", b"a\rX: b", b"a\n\nDELETE / HTTP/1.1", b"a\r\r\n b"]
)
def test_bare_line_ends_do_not_leave(value: bytes) -> None:
    assert "CRLF" in refused(request((b"X-Probe", value)))
    assert "CRLF" in refused(request(line=b"GET %b?%b HTTP/1.1" % (PATH, value.replace(b" ", b""))))


def test_an_unfinished_header_section_does_not_leave() -> None:
    assert "CRLF" in refused(request()[:-2])
    assert "CRLF" in refused(b"")


@pytest.mark.parametrize(
    "value", [b"100-continue", b"100-Continue", b"100-CONTINUE, x", b"a, 100-continue;b"]
)
@pytest.mark.parametrize("name", [b"Expect", b"expect ", b"EXPECT"])
def test_no_expectation_of_100_leaves(name: bytes, value: bytes) -> None:
    assert "Expect" in refused(request((name, value)))


@pytest.mark.parametrize(
    "name",
    [
        b"X-HTTP-Method-Override",
        b"x-http-method-override ",
        b"X_HTTP_Method_Override",
        b"X-HTTP-Method",
        b"X-Method-Override",
        b"X-Original-Method",
        b"X-Forwarded-Method",
    ],
)
def test_methods_are_only_overridden_with_safe_ones(name: bytes) -> None:
    for unsafe in (b"DELETE", b"post", b"PUT ", b"GET, DELETE", b"", b"TRACE", b"X"):
        assert "override" in refused(request((name, unsafe)))
    for safe in (b"GET", b"head", b" OPTIONS "):
        check(request((name, safe)))


@pytest.mark.parametrize(
    "query", [b"_method=DELETE", b"a=1&_METHOD=post", b"%5Fmethod=PUT", b"a;_method=x", b"_method="]
)
def test_methods_are_not_overridden_in_the_query(query: bytes) -> None:
    assert "override" in refused(request(line=b"GET %b?%b HTTP/1.1" % (PATH, query)))


@pytest.mark.parametrize("value", [b"upgrade", b"X-Probe", b"close, Authorization", b"TE"])
def test_the_connection_field_names_no_other_field(value: bytes) -> None:
    assert "Connection" in refused(request((b"Connection", value)))


# --- What the suite has, leaves ----------------------------------------------------------------


def test_the_plain_request_leaves() -> None:
    check(request())
    check(request(line=b"GET /api/v1/billing/balance HTTP/1.0"))
    check(request(line=b"GET /api/v1/billing/balance? HTTP/1.1"))
    check(request((b"Connection", b"Close"), (b"Expect", b"something-else")))


def test_every_recipe_leaves() -> None:
    recipes = applicable(key_of(KEY), RECIPES)
    assert len(recipes) > 50
    for recipe in recipes:
        check(request(*build(recipe.slug, key_of(KEY))))


def test_every_known_field_leaves_alone_and_in_packs() -> None:
    host, path = HOST.decode(), PATH.decode()
    entries = corpus(RYE, host, path)
    assert len(entries) > 100
    for entry in entries:
        check(request(*entry.fields))
    for with_key in (True, False):
        for pack in packs(RYE, host, path, with_key=with_key, extended=True):
            check(request(*pack.fields))


def test_every_query_and_content_leaves() -> None:
    for with_key in (True, False):
        for query in queries(with_key=with_key, extended=True):
            check(request(line=b"GET %b?%b HTTP/1.1" % (PATH, query.query)))
        for content in contents(with_key=with_key, extended=True):
            length = (b"Content-Length", b"%d" % len(content.body))
            check(request(length, *content.fields, content=content.body))


def test_every_simplified_form_leaves() -> None:
    members = [*corpus(RYE, HOST.decode(), PATH.decode()), *queries(with_key=True, extended=True)]
    simplified = [simple for member in members for simple in member.simpler()]
    assert len(simplified) > 300
    for simple in simplified:
        query = b"" if simple.query is None else b"?" + simple.query
        assert all(may_be_fuzzed(field, PATH.decode()) for field in simple.fields), simple.slug
        check(request(*simple.fields, line=b"GET %b%b HTTP/1.1" % (PATH, query)))


@settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(legal_fields(), st.sampled_from(sorted(OVERRIDE_FIELDS | FRAMING_FIELDS)))
def test_every_drawn_field_leaves_and_its_simplified_forms_do(
    fields: tuple[Field, ...], owned: bytes
) -> None:
    names = [*(name for name, _ in fields), owned, owned.upper().replace(b"-", b"_")]
    drawn = [(name, value) for name in names for _, value in fields]
    for field in filter(may_be_fuzzed, drawn):
        one = Entry("drawn", Group.VALUE, (field,))
        for entry in (one, *one.simpler()):
            check(request(*entry.fields))


@pytest.mark.parametrize("method", ["GET", "head", "OPTIONS"])
def test_a_method_override_is_simplified_by_its_name_alone(method: str) -> None:
    value = method.encode()
    header = Entry("override", Group.FORWARDING, ((b"X-HTTP-Method-Override", value),))
    assert [simple.fields for simple in header.simpler()] == [((b"X-Probe", value),)]
    query = Query("override", b"_method=" + value)
    assert [simple.query for simple in query.simpler()] == [b"probe=" + value]


def test_every_request_for_a_raw_socket_leaves() -> None:
    for wire in wires():
        filled = wire.template.replace(b"{target}", PATH).replace(b"{host}", HOST)
        check(filled.replace(b"{authorization}", b"Authorization: Bearer x\r\n"))
