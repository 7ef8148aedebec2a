"""Each check by itself: one exchange, made of bytes, and what it says of it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Field
from contracts.judging.checks import CHECKS, SEQUENCE_CHECKS
from contracts.judging.finding import Finding
from tests.judging.exchanges import (
    CATALOGUE,
    CHALLENGE,
    GOOD,
    INVALID,
    JSON,
    JUDGE,
    REFUSED,
    answer,
    exchange,
)


def findings(requirement: str, one: Exchange) -> list[Finding] | None:
    """What the judge says for one requirement; None where it was not put to the test."""
    judgement = JUDGE.judge(one)
    found = [each for each in judgement.findings if each.requirement == requirement]
    assert not found or requirement in judgement.observed
    return found if requirement in judgement.observed else None


def only(requirement: str, one: Exchange) -> Finding:
    """The one thing that is wrong, and nothing else is."""
    [found] = JUDGE.judge(one).findings
    assert found.requirement == requirement
    return found


def test_conforming_answers_show_nothing() -> None:
    for one in (
        exchange(answer(200, GOOD)),
        exchange(answer(401, REFUSED, CHALLENGE), "absent"),
        exchange(answer(422, INVALID), query=b"limit=1"),
        exchange(answer(422, {**INVALID, "status": 400}), query=b"limit=1"),
    ):
        judgement = JUDGE.judge(one)
        assert judgement.findings == ()
        assert judgement.observed


# --- statuses ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [201, 301, 400, 401, 403, 404, 418, 422])
def test_a_plain_valid_request_gets_200(status: int) -> None:
    bodies = {401: REFUSED, 422: INVALID}
    found = findings(
        "valid-key-gets-200", exchange(answer(status, bodies.get(status, {}), CHALLENGE))
    )
    assert found
    assert (found[0].where, found[0].expected) == ("status", "200 OK")
    assert found[0].found.startswith(str(status))


def test_a_valid_key_stays_valid_beside_odd_fields() -> None:
    odd = {"fields": [(b"X-Odd", b"1")]}
    assert findings("valid-key-gets-200", exchange(answer(401, REFUSED, CHALLENGE), **odd))
    assert findings("valid-key-gets-200", exchange(answer(200, GOOD), **odd)) == []
    assert findings("valid-key-gets-200", exchange(answer(422, INVALID), **odd)) == []
    assert findings("valid-key-gets-200", exchange(answer(404, {}), **odd)) == []
    assert only("status-is-documented", exchange(answer(404, {}), **odd)).where == "status"


def test_200_is_not_asked_of_other_credentials() -> None:
    for recipe in ("absent", "random-key-1"):
        assert findings("valid-key-gets-200", exchange(answer(404, {}), recipe)) is None


@pytest.mark.parametrize("status", [200, 204, 206])
@pytest.mark.parametrize("recipe", ["absent", "random-key-1"])
def test_nobody_without_the_key_is_served(recipe: str, status: int) -> None:
    found = findings("bad-key-is-refused", exchange(answer(status), recipe))
    assert found
    assert found[0].expected == "a refusal"
    assert findings("refusal-is-401", exchange(answer(status), recipe)) == []


@pytest.mark.parametrize("status", [301, 400, 403, 404, 407, 422])
def test_a_refusal_is_401(status: int) -> None:
    found = findings("refusal-is-401", exchange(answer(status, INVALID), "absent"))
    assert found
    assert found[0].expected == "401 Unauthorized"


def test_an_odd_request_without_a_key_may_be_validated_first() -> None:
    one = exchange(answer(422, INVALID), "absent", query=b"limit=1")
    assert JUDGE.judge(one).findings == ()


@pytest.mark.parametrize("status", [200, 401])
def test_the_right_key_presented_another_way_is_taken_or_refused(status: int) -> None:
    body, fields = (GOOD, ()) if status == 200 else (REFUSED, (CHALLENGE,))
    one = exchange(answer(status, body, *fields), "raw-key", Credential.DRESSED)
    assert JUDGE.judge(one).findings == ()
    other = exchange(answer(404, {}), "raw-key", Credential.DRESSED)
    assert only("status-is-documented", other).found == "404 Not Found"


@pytest.mark.parametrize(
    ("field", "status"),
    [
        ((b"If-None-Match", b"*"), 304),
        ((b"If-Match", b'"x"'), 412),
        ((b"Range", b"bytes=9999-"), 416),
        ((b"Expect", b"the-unexpected"), 417),
        ((b"Accept", b"image/png"), 406),
        ((b"X-Forwarded-Proto", b"http"), 301),
    ],
)
def test_what_http_allows_for_an_oddity_is_no_finding(field: Field, status: int) -> None:
    one = exchange(answer(status), fields=[field])
    broken = {each.requirement for each in JUDGE.judge(one).findings}
    assert not broken & {"status-is-documented", "valid-key-gets-200", "no-server-error"}
    assert findings("status-is-documented", exchange(answer(status), fields=[(b"X-Odd", b"1")]))


@pytest.mark.parametrize("status", [500, 501, 505, 508, 599])
def test_a_server_error_is_the_servers(status: int) -> None:
    for recipe in ("valid", "absent"):
        assert only("no-server-error", exchange(answer(status, {}), recipe)).where == "status"


def test_a_request_that_is_no_http_may_be_answered_in_any_way_but_served() -> None:
    wire = b"GET {target} HTTP/1.1\r\nX-Probe : a\r\n\r\n"
    for status in (400, 500, 502):
        assert JUDGE.judge(exchange(answer(status), wire=wire)).findings == ()
    assert findings("no-server-error", exchange(answer(500), wire=wire)) is None
    old = b"GET {target} HTTP/1.0\r\n\r\n"
    assert findings("no-server-error", exchange(answer(500), wire=old))
    assert findings("bad-key-is-refused", exchange(answer(200, GOOD), "random-key-1", wire=wire))


# --- bodies --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;a=b",
    ],
)
def test_parameters_and_case_of_the_media_type_are_free(label: str) -> None:
    assert JUDGE.judge(exchange(answer(200, GOOD, f"Content-Type: {label}"))).findings == ()


@pytest.mark.parametrize("label", ["text/html", "text/json", "application/problem+json", ""])
def test_another_media_type_is_a_finding_of_its_clause(label: str) -> None:
    found = only("content-type-is-json", exchange(answer(200, GOOD, f"Content-Type: {label}")))
    assert (found.where, found.expected) == ("Content-Type", "application/json")
    assert found.clause == "200 media type"


def test_a_missing_or_repeated_media_type_is_a_finding() -> None:
    content = json.dumps(GOOD).encode()
    bare = answer(200, content=content).replace(JSON.encode() + b"\r\n", b"")
    assert only("content-type-is-json", exchange(bare)).found == "no Content-Type"
    assert findings("content-type-is-json", exchange(answer(200, GOOD, JSON, JSON)))


@pytest.mark.parametrize(
    ("content", "requirement"),
    [
        (b"", "body-is-json"),
        (b"{", "body-is-json"),
        (b"{} {}", "body-is-json"),
        (b'{"a": NaN}', "body-is-json"),
        (b"[" * 100_000, "body-is-json"),
        (b"\xef\xbb\xbf{}", "json-is-utf-8"),
        (b'{"a": "\xe9"}', "json-is-utf-8"),
        (b'{"a": 1, "a": 2}', "member-names-are-unique"),
        (b'{"a": 1, "\\u0061": 2}', "member-names-are-unique"),
        (b'{"a": "\\ud800"}', "strings-are-unicode"),
    ],
)
def test_json_is_read_strictly(content: bytes, requirement: str) -> None:
    found = findings(requirement, exchange(answer(200, content=content)))
    assert found, requirement
    assert findings(requirement, exchange(answer(200, GOOD))) == []


def test_what_is_no_json_by_its_label_is_not_read_as_json() -> None:
    page = answer(200, None, "Content-Type: text/html", content=b"<html></html>")
    assert only("content-type-is-json", exchange(page))


BALANCES: list[tuple[object, str, str]] = [
    ({}, "balance-response-schema", ""),
    ([], "balance-response-schema", ""),
    (None, "balance-response-schema", ""),
    ({**GOOD, "drawdownEnabled": 1}, "balance-response-schema", "/drawdownEnabled"),
    ({**GOOD, "balance": None}, "balance-response-schema", "/balance"),
    ({**GOOD, "balance": {"currencyCode": "USD"}}, "balance-response-schema", "/balance"),
    (
        {**GOOD, "balance": {"currencyCode": 840, "amountSubunits": 1}},
        "balance-response-schema",
        "/balance/currencyCode",
    ),
    (
        {**GOOD, "balance": {"currencyCode": "USD", "amountSubunits": True}},
        "balance-response-schema",
        "/balance/amountSubunits",
    ),
    (
        {**GOOD, "balance": {"currencyCode": "USD", "amountSubunits": 0.5}},
        "balance-response-schema",
        "/balance/amountSubunits",
    ),
    (
        {**GOOD, "balance": {"currencyCode": "USD", "amountSubunits": 2**31}},
        "number-formats-hold",
        "/balance/amountSubunits",
    ),
    (
        {**GOOD, "balance": {"currencyCode": "USD", "amountSubunits": 10.0}},
        "integers-have-no-fraction",
        "/balance/amountSubunits",
    ),
    (
        {**GOOD, "balance": {"currencyCode": "usd", "amountSubunits": 1}},
        "currency-is-iso-4217",
        "/balance/currencyCode",
    ),
]


@pytest.mark.parametrize(("body", "requirement", "where"), BALANCES)
def test_a_200_body_is_held_against_the_document(
    body: object, requirement: str, where: str
) -> None:
    found = findings(requirement, exchange(answer(200, content=json.dumps(body).encode())))
    assert found
    assert {each.where for each in found} == {where}
    if requirement == "balance-response-schema":
        assert all(each.clause for each in found)


@pytest.mark.parametrize("amount", [-(2**31), -1, 0, 2**31 - 1])
def test_every_int32_is_an_amount(amount: int) -> None:
    body = {**GOOD, "balance": {"currencyCode": "JPY", "amountSubunits": amount}}
    assert JUDGE.judge(exchange(answer(200, body))).findings == ()


def test_open_schemas_take_more_and_closed_ones_do_not() -> None:
    assert JUDGE.judge(exchange(answer(200, {**GOOD, "more": [1]}))).findings == ()
    closed = exchange(answer(401, {**REFUSED, "status": 401}, CHALLENGE), "absent")
    found = only("authentication-error-schema", closed)
    assert found.clause is not None
    assert "additionalProperties" in found.clause


@pytest.mark.parametrize(
    "body",
    [
        {**INVALID, "fields": {"a": {}}},
        {**INVALID, "fields": {"a": {"message": 1}}},
        {**INVALID, "fields": []},
        {**INVALID, "status": "422"},
        {**INVALID, "code": 1},
        {"name": "ValidateError", "message": "no"},
    ],
)
def test_a_422_body_is_held_against_the_document_wherever_it_comes(body: object) -> None:
    for asked in ({"query": b"limit=1"}, {"fields": [(b"X-Odd", b"1")]}):
        assert findings("validate-error-schema", exchange(answer(422, body), **asked))


def test_what_http_allows_in_the_documented_answers_stead_is_not_held_against_it() -> None:
    page = answer(400, None, "Content-Type: text/html", content=b"<html></html>")
    two = exchange(page, "right-then-wrong", Credential.DOUBLED)
    assert JUDGE.judge(two).findings == ()


# --- messages ------------------------------------------------------------------------------


def test_bytes_that_are_no_http_are_a_finding() -> None:
    found = findings("message-is-http", exchange(b"SSH-2.0-OpenSSH\r\n\r\n", closed=True))
    assert found


@pytest.mark.parametrize(
    "fields",
    [
        ("Content-Length: 10", "Content-Length: 12"),
        ("Content-Length: 10", "Transfer-Encoding: chunked"),
    ],
)
def test_framing_that_contradicts_itself_is_a_finding(fields: tuple[str, ...]) -> None:
    assert findings("framing-is-unambiguous", exchange(answer(200, GOOD, *fields), closed=True))


def test_bytes_behind_the_end_are_a_finding() -> None:
    assert only("framing-is-unambiguous", exchange(answer(200, GOOD) + b"more"))


@pytest.mark.parametrize(
    ("coding", "content"),
    [
        ("gzip", b"no gzip"),
        ("gzip", gzip.compress(b"{}", mtime=0)[:-3]),
        ("compress", b"{}"),
        ("gzip", gzip.compress(b"{}", mtime=0) + b"more"),
    ],
)
def test_a_coding_that_does_not_decode_is_a_finding(coding: str, content: bytes) -> None:
    one = exchange(answer(200, None, f"Content-Encoding: {coding}", JSON, content=content))
    found = only("content-coding-is-sound", one)
    assert found.where == "Content-Encoding"
    assert found.found.startswith(coding)


def test_a_sound_coding_is_undone() -> None:
    content = gzip.compress(json.dumps(GOOD).encode())
    one = exchange(answer(200, None, "Content-Encoding: gzip", JSON, content=content))
    judgement = JUDGE.judge(one)
    assert judgement.findings == ()
    assert "content-coding-is-sound" in judgement.observed


@pytest.mark.parametrize(
    ("fields", "sound"),
    [
        (("Content-Range: bytes 0-4/81",), True),
        (("Content-Range: bytes 0-4/*",), True),
        (("Content-Range: bytes 0-9/81",), False),
        (("Content-Range: bytes 5-9/81",), False),
        (("Content-Range: bytes 0-4/4",), False),
        (("Content-Range: bytes 4-0/81",), False),
        (("Content-Range: items 0-4/81",), False),
        ((), False),
    ],
)
def test_a_partial_answer_names_its_range(fields: tuple[str, ...], sound: bool) -> None:
    part = answer(206, None, *fields, JSON, content=b'{"dra')
    found = findings("partial-content-is-exact", exchange(part, fields=[(b"Range", b"bytes=0-4")]))
    assert bool(found) is not sound


def test_a_part_of_what_was_coded_needs_not_decode() -> None:
    content = gzip.compress(json.dumps(GOOD).encode())
    named = f"Content-Range: bytes 0-4/{len(content)}"
    part = answer(206, None, "Content-Encoding: gzip", named, JSON, content=content[:5])
    one = exchange(part, fields=[(b"Range", b"bytes=0-4")])
    assert JUDGE.judge(one).findings == ()


@pytest.mark.parametrize(
    ("asked", "carried", "sound"),
    [
        ("bytes=-5", "76-80/81", True),
        ("bytes=-5", "0-4/81", False),
        ("bytes=-5", "76-80/*", True),
        ("bytes=-500", "0-4/81", True),
        ("bytes=76-", "76-80/81", True),
        ("bytes=77-", "76-80/81", False),
        ("bytes=0-9", "0-4/81", True),
        ("bytes=0-4, 10-14", "10-14/81", True),
        ("Bytes=0-3", "0-4/81", False),
        ("bytes=" + "9" * 30 + "-", "0-4/81", True),
        ("junk", "0-4/81", True),
    ],
)
def test_a_partial_answer_carries_what_was_asked_for(asked: str, carried: str, sound: bool) -> None:
    part = answer(206, None, f"Content-Range: bytes {carried}", JSON, content=b'{"dra')
    fields = [(b"Range", asked.encode())]
    found = findings("partial-content-is-exact", exchange(part, fields=fields))
    assert bool(found) is not sound


# --- SHOULD --------------------------------------------------------------------------------


def test_a_stack_trace_is_seen_in_json_and_in_pages() -> None:
    shown = {**REFUSED, "stack": "Error: no\n    at auth (/app/auth.js:1:2)"}
    assert (
        only("no-stack-trace", exchange(answer(401, shown, CHALLENGE), "absent")).where == "/stack"
    )
    page = (
        b"<pre>Error: no\n    at Layer.handle (/app/node_modules/express/lib/layer.js:95:5)</pre>"
    )
    one = exchange(answer(400, None, "Content-Type: text/html", content=page), query=b"%")
    assert findings("no-stack-trace", one)
    assert findings("no-stack-trace", exchange(answer(401, REFUSED, CHALLENGE), "absent")) == []


def test_a_mask_where_the_key_was_is_a_finding() -> None:
    echo = exchange(answer(401, {**REFUSED, "message": "*" * 32}, CHALLENGE), "absent", echoes=True)
    assert only("no-credential-in-response", echo)


@pytest.mark.parametrize(
    ("value", "sound"),
    [
        ("private", True),
        ("no-store", True),
        ("max-age=60", True),
        ("public", False),
        ("public, max-age=60", False),
        ("s-maxage=30", False),
        ("public, no-store", True),
        ("s-maxage=0, public", True),
    ],
)
def test_no_shared_cache_may_store_a_balance(value: str, sound: bool) -> None:
    found = findings("no-shared-caching", exchange(answer(200, GOOD, f"Cache-Control: {value}")))
    assert bool(found) is not sound


@pytest.mark.parametrize("fields", [(), ("WWW-Authenticate:",), ("WWW-Authenticate:  ",)])
def test_a_401_carries_a_challenge(fields: tuple[str, ...]) -> None:
    assert only("challenge-on-401", exchange(answer(401, REFUSED, *fields), "absent"))


@pytest.mark.parametrize(
    ("allowed", "sound"),
    [("https://evil.example", False), ("*", False), ("https://app.rye.com", True), ("null", True)],
)
def test_no_foreign_page_reads_with_credentials(allowed: str, sound: bool) -> None:
    fields = (f"Access-Control-Allow-Origin: {allowed}", "Access-Control-Allow-Credentials: true")
    one = exchange(answer(200, GOOD, *fields), fields=[(b"Origin", b"https://evil.example")])
    assert bool(findings("no-cross-origin-credentials", one)) is not sound
    assert findings("no-cross-origin-credentials", exchange(answer(200, GOOD, *fields))) is None


def test_preconditions_are_for_who_may_read() -> None:
    asked = {"fields": [(b"If-None-Match", b"*")]}
    found = findings("preconditions-after-authentication", exchange(answer(304), "absent", **asked))
    assert found
    refused = exchange(answer(401, REFUSED, CHALLENGE), "absent", **asked)
    assert findings("preconditions-after-authentication", refused) == []
    assert findings("preconditions-after-authentication", exchange(answer(304), **asked)) is None


def test_a_range_that_makes_a_cache_fail_is_a_warning() -> None:
    fields = ((b"Range", b"bytes=9-1"),)
    assert only("range-is-no-failure", exchange(answer(503), fields=fields))
    assert findings("range-is-no-failure", exchange(answer(416), fields=fields)) == []
    assert findings("range-is-no-failure", exchange(answer(200, GOOD))) is None


def test_a_blank_behind_the_key_is_no_refused_key() -> None:
    padded = exchange(answer(401, REFUSED, CHALLENGE), "valid-trailing-blank", Credential.VALID)
    assert JUDGE.judge(padded).findings == ()
    assert only("valid-key-gets-200", exchange(answer(401, REFUSED, CHALLENGE), "valid"))


def test_every_requirement_with_a_check_is_tried_here() -> None:
    own = {name for name, each in CATALOGUE.requirements.items() if each.schema_of}
    here = "".join(each.read_text("utf-8") for each in Path(__file__).parent.glob("test_*.py"))
    assert [name for name in {*CHECKS, *SEQUENCE_CHECKS, *own} if f'"{name}"' not in here] == []
