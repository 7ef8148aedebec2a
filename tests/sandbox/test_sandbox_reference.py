"""The sandbox without a fault keeps every promise of the document."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contracts.sandbox.server import Sandbox
from tests.sandbox.sandbox_client import get, key_of


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


def test_a_valid_key_reads_the_balance(sandbox: Sandbox) -> None:
    reply = get(sandbox, authorization=key_of(sandbox))
    assert reply.status == 200
    assert reply.fields["content-type"] == "application/json; charset=utf-8"
    assert reply.fields["cache-control"] == "private, no-store"
    assert int(reply.fields["content-length"]) == len(reply.body)
    assert "date" in reply.fields
    assert reply.json()["drawdownEnabled"] is True
    assert reply.json()["balance"]["currencyCode"] == "USD"
    assert type(reply.json()["balance"]["amountSubunits"]) is int


def test_the_balance_moves_and_its_entity_tag_with_it(sandbox: Sandbox) -> None:
    first = get(sandbox, authorization=key_of(sandbox))
    second = get(sandbox, authorization=key_of(sandbox))
    assert first.json() != second.json()
    assert first.fields["etag"] != second.fields["etag"]


def test_the_scheme_is_case_insensitive(sandbox: Sandbox) -> None:
    assert get(sandbox, authorization=b"bEARER " + sandbox.key.encode()).status == 200


def mutilated(key: bytes) -> dict[str, bytes | None]:
    return {
        "absent": None,
        "empty": b"",
        "scheme alone": b"Bearer",
        "truncated": b"Bearer " + key[:-1],
        "extended": b"Bearer " + key + b"x",
        "case swapped": b"Bearer " + key.swapcase(),
        "raw": key,
        "basic": b"Basic " + key,
        "non-ascii": b"Bearer \xff\x80",
        "quoted": b'Bearer "' + key + b'"',
        "two words": b"Bearer " + key + b" " + key,
    }


@pytest.mark.parametrize("name", sorted(mutilated(b"")))
def test_everything_but_the_key_is_refused_alike(sandbox: Sandbox, name: str) -> None:
    reply = get(sandbox, authorization=mutilated(sandbox.key.encode())[name])
    assert reply.status == 401
    assert reply.fields["www-authenticate"] == "Bearer"
    assert reply.json() == {
        "name": "AuthenticationError",
        "message": "Invalid or missing API key",
    }


def test_two_authorization_fields_are_refused(sandbox: Sandbox) -> None:
    again = b"Authorization: " + key_of(sandbox)
    assert get(sandbox, again, authorization=key_of(sandbox)).status == 401


def test_an_unknown_query_parameter_is_named(sandbox: Sandbox) -> None:
    reply = get(sandbox, authorization=key_of(sandbox), query=b"?page=2&a[b]=%FF&bare")
    assert reply.status == 422
    error = reply.json()
    assert set(error) == {"name", "message", "status", "fields"}
    assert list(error["fields"]) == ["query.page", "query.a[b]", "query.bare"]
    assert error["fields"]["query.page"]["value"] == "2"
    assert all(isinstance(entry["message"], str) for entry in error["fields"].values())


def test_content_is_named(sandbox: Sandbox) -> None:
    reply = get(sandbox, authorization=key_of(sandbox), body=b'{"a":1}')
    assert reply.status == 422
    assert list(reply.json()["fields"]) == ["body"]


def test_validation_never_repeats_the_key(sandbox: Sandbox) -> None:
    query = b"?key=" + sandbox.key.encode() + b"&" + sandbox.key.encode()[14:30] + b"=1"
    reply = get(sandbox, authorization=key_of(sandbox), query=query)
    assert reply.status == 422
    assert sandbox.key[14:22].encode() not in reply.raw


def test_validation_comes_after_authentication(sandbox: Sandbox) -> None:
    assert get(sandbox, query=b"?page=2").status == 401
    assert get(sandbox, body=b"x").status == 401


def test_if_none_match_is_for_those_who_may_read(sandbox: Sandbox) -> None:
    reply = get(sandbox, b"If-None-Match: *", authorization=key_of(sandbox))
    assert (reply.status, reply.body) == (304, b"")
    assert reply.fields["etag"].startswith('W/"')
    assert get(sandbox, b'If-None-Match: "old"', authorization=key_of(sandbox)).status == 200
    assert get(sandbox, b"If-None-Match: *").status == 401


@pytest.mark.parametrize(
    ("asked", "status", "named", "size"),
    [
        (b"bytes=0-3", 206, "bytes 0-3/81", 4),
        (b"bytes=-5", 206, "bytes 76-80/81", 5),
        (b"bytes=-500", 206, "bytes 0-80/81", 81),
        (b"bytes=76-", 206, "bytes 76-80/81", 5),
        (b"bytes=76-99", 206, "bytes 76-80/81", 5),
        (b"bytes=81-", 416, "bytes */81", 0),
        (b"bytes=-", 200, None, 81),
        (b"bytes=3-0", 200, None, 81),
        (b'bytes=0-3\r\nIf-Range: W/"1"', 200, None, 81),
    ],
)
def test_a_range_is_served_exactly(
    sandbox: Sandbox, asked: bytes, status: int, named: str | None, size: int
) -> None:
    reply = get(sandbox, b"Range: " + asked, authorization=key_of(sandbox))
    assert (reply.status, reply.fields.get("content-range")) == (status, named)
    assert len(reply.body) == size
    assert get(sandbox, b"Range: " + asked).status == 401


@pytest.mark.parametrize(
    "field",
    [
        b"X-Odd: \x80\xff\xe9",
        b"Accept: application/xml",
        b"Accept: ;;;",
        b"Range: bytes=0-3, 5-6",
        b"If-Modified-Since: yesterday",
        b"Content-Type: text/xml",
        b"X-HTTP-Method-Override: HEAD",
        b"__proto__: 1",
        b"!#$%&'*+-.^_`|~: {{7*7}}",
        b"Cookie: a",
        b"X-Long: " + b"a" * 16_000,
        b"\r\n".join(b"X-%d: 1" % n for n in range(200)),
    ],
)
def test_other_fields_change_nothing(sandbox: Sandbox, field: bytes) -> None:
    assert get(sandbox, field, authorization=key_of(sandbox)).status == 200
    assert get(sandbox, field).status == 401


def test_an_unknown_expectation_is_declined(sandbox: Sandbox) -> None:
    assert get(sandbox, b"Expect: miracles", authorization=key_of(sandbox)).status == 417
