"""Each check by itself: one exchange, made of bytes, and what it says of it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from contracts.document.catalogue import Catalogue
from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Field, Probe
from contracts.judging.checks import CHECKS, SEQUENCE_CHECKS
from contracts.judging.finding import Finding
from contracts.judging.judge import Judge
from contracts.judging.reading import Reading

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Catalogue.load(ROOT / "contracts/billing/requirements.toml")
JUDGE = Judge(CATALOGUE)

JSON = "Content-Type: application/json"
CHALLENGE = "WWW-Authenticate: Bearer"
GOOD: dict[str, Any] = {
    "drawdownEnabled": True,
    "balance": {"currencyCode": "USD", "amountSubunits": 1500},
}
REFUSED = {"name": "AuthenticationError", "message": "no such key"}
INVALID = {
    "name": "ValidateError",
    "message": "no",
    "status": 422,
    "fields": {"a": {"message": ""}},
}


def answer(status: int, body: object = None, *fields: str, content: bytes | None = None) -> bytes:
    """An answer in JSON, unless the fields or the content say otherwise."""
    labelled = content is not None or body is not None
    if content is None:
        content = b"" if body is None else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Reason", *fields]
    if labelled and not any(field.lower().startswith("content-type") for field in fields):
        lines.append(JSON)
    if not any(field.lower().startswith(("content-length", "transfer")) for field in fields):
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content


def exchange(
    received: bytes,
    recipe: str = "valid",
    credential: Credential | None = None,
    *,
    fields: Sequence[Field] = (),
    query: bytes | None = None,
    number: int = 1,
    near: bool = False,
    wire: bytes | None = None,
    closed: bool = False,
) -> Exchange:
    """One exchange as the client would have recorded it."""
    kinds = {"valid": Credential.VALID, "absent": Credential.ABSENT}
    credential = credential or kinds.get(recipe, Credential.WRONG)
    probe = Probe(
        "a probe", "a family", recipe, credential, tuple(fields), query, near=near, wire=wire
    )
    target = b"/api/v1/billing/balance" + (b"?" + query if query is not None else b"")
    lines = [b"GET %b HTTP/1.1" % target, b"Host: x", *(b"%b: %b" % field for field in fields)]
    sent = b"\r\n".join(lines) + b"\r\n\r\n"
    return Exchange(number, probe, sent, received, closed, 0.0, 0.001, 1)


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
def test_the_right_key_in_another_dress_is_taken_or_refused(status: int) -> None:
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


def test_a_request_that_is_no_http_may_be_refused_in_any_way_but_fail() -> None:
    wire = b"GET / HTTP/9\r\n\r\n"
    assert JUDGE.judge(exchange(answer(400), wire=wire)).findings == ()
    assert findings("no-server-error", exchange(answer(500), wire=wire))
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
    shown = {**REFUSED, "message": "no key RYE/staging-" + "*" * 32}
    assert only("no-credential-in-response", exchange(answer(401, shown, CHALLENGE), "absent"))


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


# --- sequences -----------------------------------------------------------------------------


def sequence(requirement: str, *exchanges: Exchange) -> tuple[int, list[Finding]]:
    """What a check that spans exchanges says of them."""
    readings = [Reading(one, CATALOGUE.operation) for one in exchanges]
    observed, found = SEQUENCE_CHECKS[requirement](readings)
    return len(observed), list(found)


def test_the_same_request_is_decided_the_same_each_time() -> None:
    served = exchange(answer(200, GOOD), "random-key-1", number=2)
    refused = exchange(answer(401, REFUSED), "random-key-1", number=1)
    assert sequence("authentication-per-request", refused) == (0, [])
    assert sequence("authentication-per-request", refused, refused) == (1, [])
    observed, [found] = sequence("authentication-per-request", refused, served)
    assert (observed, found.exchange, found.found) == (1, 2, "served 1 of 2 times")
    strict = exchange(answer(401, REFUSED), number=4)
    _, [found] = sequence("authentication-per-request", exchange(answer(200, GOOD)), strict)
    assert (found.exchange, found.found) == (4, "refused 1 of 2 times")


def test_odd_requests_are_no_part_of_the_sequence() -> None:
    odd = exchange(answer(200, GOOD), "absent", query=b"a")
    assert sequence("authentication-per-request", exchange(answer(401), "absent"), odd)[1] == []


def test_refusals_do_not_tell_how_near_a_key_is() -> None:
    far = exchange(answer(401, REFUSED), "random-key-1")
    near = exchange(answer(401, REFUSED), "drop-last-character", near=True)
    told = exchange(
        answer(401, {**REFUSED, "message": "revoked"}), "drop-last-character", near=True, number=7
    )
    assert sequence("refusals-are-alike", far) == (0, [])
    assert sequence("refusals-are-alike", far, near) == (1, [])
    observed, [found] = sequence("refusals-are-alike", far, near, told)
    assert (observed, found.exchange) == (2, 7)


def test_refusals_may_differ_in_numbers_and_where_they_always_do() -> None:
    def numbered(number: int, recipe: str, *, near: bool = False) -> Exchange:
        body = {**REFUSED, "message": f"request {number:08x} was refused"}
        return exchange(answer(401, body), recipe, near=near)

    alike = [numbered(1, "random-key-1"), numbered(2, "drop-last-character", near=True)]
    assert sequence("refusals-are-alike", *alike) == (1, [])
    fickle = [
        exchange(answer(401, {**REFUSED, "message": word}), recipe, near=recipe.startswith("drop"))
        for word, recipe in (("a", "random-key-1"), ("b", "random-key-2"), ("c", "drop-first"))
    ]
    assert sequence("refusals-are-alike", *fickle)[1] == []


def test_httplints_pinned_notes_are_warnings_and_no_others() -> None:
    date = "Last-Modified: yesterday"
    observed, found = sequence("message-lint", exchange(answer(200, GOOD, date)))
    assert observed == 1
    assert [each.where for each in found] == ["last-modified"]
    assert sequence("message-lint", exchange(answer(200, GOOD, "X-Powered-By: Express")))[1] == []


def test_header_sections_that_are_alike_are_linted_once() -> None:
    many = [exchange(answer(200, GOOD, f"X-Request-Id: {n}"), number=n) for n in range(1, 9)]
    assert sequence("message-lint", *many)[0] == 1


def test_every_requirement_with_a_check_is_tried_here() -> None:
    own = {name for name, each in CATALOGUE.requirements.items() if each.schema_of}
    here = Path(__file__).read_text("utf-8")
    assert [name for name in {*CHECKS, *SEQUENCE_CHECKS, *own} if f'"{name}"' not in here] == []
