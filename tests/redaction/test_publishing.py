"""What was received is judged, and what is published of it is judged alike, whatever comes back."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.document.catalogue import Catalogue
from contracts.http.exchange import Exchange
from contracts.http.json_text import problems
from contracts.http.probe import Credential, Probe
from contracts.judging.environment import trouble
from contracts.judging.judge import Judge, Judgement
from contracts.redaction import Redactor
from contracts.redaction.masking import holds_mask
from contracts.redaction.publishing import Judged, Spanning, publish, publish_whole
from contracts.report.exchanges import inflate
from contracts.report.packing import pack
from contracts.run.run import Run
from tests.report.scripted import ScriptedClient, conforming
from tests.support import ROOT, key_of

JUDGE = Judge(Catalogue.load(ROOT / "contracts/billing/requirements.toml"))
SECRET = "Zq3ZpW8rTn5XvB2yLd7MhG4sJf9c"
ECHO = "no-credential-in-response"
BALANCE = {"drawdownEnabled": True, "balance": {"currencyCode": "USD", "amountSubunits": 5}}
REFUSAL = {"name": "AuthenticationError", "message": "no"}


@cache
def redactor_of(secret: str) -> Redactor:
    return Redactor.for_key(key_of(f"RYE/staging-{secret}"))


def judge(exchange: Exchange) -> Judgement | None:
    return None if trouble(exchange) else JUDGE.judge(exchange)


def received(status: int, body: bytes, *fields: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Reason", *fields, f"Content-Length: {len(body)}"]
    if not any(field.startswith("Content-Type") for field in fields):
        lines.insert(1, "Content-Type: application/json")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def published(
    data: bytes, secret: str = SECRET, probe: Probe | None = None, sent: bytes = b""
) -> Judged:
    valid = data[9:12] != b"401"
    credential = Credential.VALID if valid else Credential.ABSENT
    probe = probe or Probe("a probe", "a family", "valid" if valid else "absent", credential)
    sent = sent or b"GET /api/v1/billing/balance HTTP/1.1\r\nHost: a.example\r\n\r\n"
    exchange = Exchange(1, probe, sent, data, False, 0.0, 0.1, 1)
    redactor = redactor_of(secret)
    found = publish(exchange, redactor, judge)
    assert not redactor.leaks(found.shown.sent + b" " + found.shown.received)
    if found.told is not None:
        texts = [f"{each.where} {each.expected} {each.found}" for each in found.told.findings]
        assert not redactor.leaks("\n".join(texts).encode())
    return found


def broken(judgement: Judgement | None) -> set[str]:
    assert judgement is not None
    return {finding.requirement for finding in judgement.findings}


def assert_judged_alike(found: Judged) -> None:
    """A gate that knows nothing but the masks says what the run says."""
    assert not found.shown.marked
    assert len(found.shown.response.content) == len(found.exchange.response.content)
    again, said = judge(found.shown), found.told
    assert again == said
    assert said is not None
    assert found.judgement is not None
    assert (said.observed, said.clauses) == (found.judgement.observed, found.judgement.clauses)
    assert broken(said) == broken(found.judgement)


LISTED: dict[str, Callable[[str], str]] = {
    "node's Buffer": lambda s: json.dumps({"type": "Buffer", "data": list(s.encode())}),
    "node's Buffer without blanks": lambda s: json.dumps(list(s.encode()), separators=(",", ":")),
    "a list in lines": lambda s: json.dumps(list(s.encode()), indent=2),
}
"""JSON values outside strings."""

IN_STRINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda s: s,
    "backwards": lambda s: s[::-1],
    "in hexadecimal": lambda s: s.encode().hex(),
    "as octets": lambda s: s.encode().hex(":"),
    "as decimal numbers": lambda s: ", ".join(str(each) for each in s.encode()),
    "in base64": lambda s: b64encode(s.encode()).decode(),
    "in JSON in JSON": lambda s: json.dumps({"key": s})[1:-1].replace('"', '\\"'),
    "in Unicode escapes": lambda s: "".join(f"\\u{ord(each):04x}" for each in s),
    "percent-encoded": lambda s: "".join(f"%{ord(each):02X}" for each in s),
    "in HTML": lambda s: "".join(f"&#{ord(each)};" for each in s),
    "with zero-width spaces": "\u200b".join,
    "in escapes that are no JSON": lambda s: "".join(f"\\x{ord(each):02x}" for each in s),
    "in octal escapes": lambda s: "".join(f"\\{ord(each):03o}" for each in s),
    "behind an escape that is no JSON": lambda s: f"\\q{s}",
    "over lines": lambda s: f"{s[:9]}\n{s[9:]}",
}
NO_JSON = {
    "in escapes that are no JSON",
    "in octal escapes",
    "behind an escape that is no JSON",
    "over lines",
}


@pytest.mark.parametrize("status", [200, 401])
@pytest.mark.parametrize("name", [*LISTED, *IN_STRINGS])
def test_whatever_form_the_key_takes_the_masks_are_judged_alike(name: str, status: int) -> None:
    value = LISTED[name](SECRET) if name in LISTED else f'"{IN_STRINGS[name](SECRET)}"'
    member = "key" if status == 200 else "message"
    whole = BALANCE if status == 200 else {"name": "AuthenticationError"}
    body = f'{json.dumps(whole)[:-1]}, "{member}": {value}}}'.encode()
    found = published(received(status, body))
    assert_judged_alike(found)
    expected = {ECHO}
    if name in NO_JSON:
        expected |= {"body-is-json"}
    elif name in LISTED and status == 401:
        expected |= {"authentication-error-schema"}
    assert expected <= broken(found.told) <= expected | {"challenge-on-401"}
    assert holds_mask(found.shown.received)


def test_a_refusal_that_is_no_json_stays_none() -> None:
    spelled = "".join(f"\\x{ord(each):02x}" for each in SECRET)
    found = published(received(401, f'"{spelled}"'.encode(), "WWW-Authenticate: Bearer"))
    assert_judged_alike(found)
    assert broken(found.told) == {"body-is-json", ECHO}
    assert found.shown.response.content == b'"' + rb"\x2a" * len(SECRET) + b'"'


def test_a_balance_that_lists_the_octets_of_the_key_stays_json() -> None:
    found = published(received(200, json.dumps({**BALANCE, "key": list(SECRET.encode())}).encode()))
    assert_judged_alike(found)
    assert broken(found.told) == {ECHO}
    assert json.loads(found.shown.response.content)["balance"] == BALANCE["balance"]


@pytest.mark.parametrize(("number", "valid"), [("918273645546", True), ("018273645546", False)])
def test_a_key_of_digits_stays_a_number_or_none(number: str, valid: bool) -> None:
    body = json.dumps({**BALANCE, "key": "KEY"}).replace('"KEY"', number).encode()
    found = published(received(200, body), number)
    assert_judged_alike(found)
    assert ("body-is-json" not in broken(found.told)) is valid


@pytest.mark.parametrize(
    "word", ["currencyCode", "drawdownEnabled", "application/json", "HTTP/1.1"]
)
def test_a_key_that_is_a_word_of_the_protocol_is_judged_by_what_came_and_marked(word: str) -> None:
    """No mask can be the word that the document, or HTTP, asks for there."""
    found = published(received(200, json.dumps(BALANCE).encode()), word)
    assert broken(found.judgement) == broken(found.told) == {ECHO}
    assert found.shown.marked
    assert holds_mask(found.shown.received)


def test_a_run_of_a_conforming_server_passes_with_a_word_of_the_protocol_for_a_key() -> None:
    def connect(record: Callable[[Exchange], None]) -> ScriptedClient:
        client = ScriptedClient(record, conforming)
        client.redactor = redactor_of("currencyCode")
        return client

    run = Run(JUDGE, connect)  # type: ignore[arg-type]
    for recipe, credential in (("valid", Credential.VALID), ("absent", Credential.ABSENT)):
        for name in ("one", "two"):
            run.ask(Probe(f"{recipe} {name}", "a family", recipe, credential))
    run.finish("a family")
    assert {each.finding.requirement for each in run.defects()} == {ECHO}
    assert run.ledger.observed["balance-response-schema"] == 2
    packed = pack(run.exchanges.values())
    assert (packed.count, packed.marked) == (4, 2)
    assert b"currencyCode" not in inflate(packed.text)
    told = json.dumps([asdict(each.finding) for each in run.defects()])
    assert "currencyCode" not in told


def test_a_word_that_a_request_holds_too_is_masked_in_both() -> None:
    probe = Probe("a probe", "a family", "valid", Credential.VALID, ((b"Range", b"bytes=0-1234"),))
    sent = b"GET /api/v1/billing/balance HTTP/1.1\r\nHost: a.example\r\nRange: bytes=0-1234\r\n\r\n"
    part = received(206, json.dumps(BALANCE).encode()[:9], "Content-Range: bytes 0-8/99")
    found = published(part, "bytes=0-1234", probe, sent)
    assert found.judgement is not None
    assert "partial-content-is-exact" in found.judgement.observed
    assert not broken(found.told)


def test_letter_case_and_digits_are_kept_where_the_judgement_asks_for_them() -> None:
    frame = f"at {SECRET}.handler(/srv/{SECRET}.js:10:5)"
    body = json.dumps({"name": "AuthenticationError", "message": f"Error\n {frame}"}).encode()
    found = published(received(401, body, "WWW-Authenticate: Bearer"))
    assert_judged_alike(found)
    assert broken(found.told) == {ECHO, "no-stack-trace"}


@pytest.mark.parametrize(
    ("telling", "exact", "marked"),
    [(b"nothing", False, False), (b"**", True, False), (SECRET.encode(), False, True)],
)
def test_what_spans_answers_is_judged_alike_too(telling: bytes, exact: bool, marked: bool) -> None:
    """By readable masks, else by exact ones, else by what the masks cover."""

    def judge_whole(exchanges: Mapping[int, Exchange]) -> Spanning:
        seen = [number for number, each in exchanges.items() if telling in each.received]
        return {"message-lint": (seen, [])}, []

    echo = published(received(200, json.dumps({**BALANCE, "key": SECRET}).encode()))
    other = replace(echo.exchange, number=2, received=received(200, b"{}"), echoes=False)
    raw = {1: echo.exchange, 2: other}
    shown = {1: echo.shown, 2: other}
    found = judge_whole(raw)
    result = publish_whole(raw, shown, redactor_of(SECRET), judge, judge_whole, found)
    assert result[2] == other
    assert (b"**" not in result[1].received, result[1].marked) == (exact, marked)
    assert result[1].echoes
    assert not redactor_of(SECRET).leaks(result[1].received)


def test_megabytes_are_not_masked_anew_when_the_run_ends() -> None:
    def judge_whole(exchanges: Mapping[int, Exchange]) -> Spanning:
        seen = [number for number, each in exchanges.items() if b"**" in each.received]
        return {"message-lint": (seen, [])}, []

    padded = {**BALANCE, "key": SECRET, "padding": "a" * 1_500_000}
    one = published(received(200, json.dumps(padded).encode()))
    raw = {number: replace(one.exchange, number=number) for number in range(1, 8)}
    shown = {number: replace(one.shown, number=number) for number in raw}
    result = publish_whole(raw, shown, redactor_of(SECRET), judge, judge_whole, judge_whole(raw))
    assert all(each.marked for each in result.values())
    assert all(result[number].received == shown[number].received for number in shown)


def test_asterisks_of_the_servers_own_are_no_key() -> None:
    body = json.dumps({**REFUSAL, "message": "Bearer **************** is unknown"}).encode()
    found = published(received(401, body, "WWW-Authenticate: Bearer"))
    assert (broken(found.told), found.shown.received) == (set(), found.exchange.received)


def test_a_coding_stays_with_what_it_codes() -> None:
    body = gzip.compress(json.dumps({**BALANCE, "key": SECRET}).encode())
    found = published(received(200, body, "Content-Encoding: gzip"))
    again = judge(found.shown)
    assert not found.shown.marked
    assert again == found.told
    assert again is not None
    assert "content-coding-is-sound" in again.observed
    assert holds_mask(found.shown.received)


def test_a_mark_hides_nothing_else() -> None:
    """What is broken beside what is masked stays broken, in words without the key."""
    body = json.dumps({**BALANCE, "balance": {"currencyCode": "USD", "amountSubunits": SECRET}})
    found = published(received(200, body.encode()), "drawdownEnabled")
    assert found.shown.marked
    assert broken(found.told) == broken(found.judgement) == {"balance-response-schema", ECHO}


_FORMS = st.sampled_from([*IN_STRINGS.values(), *LISTED.values(), str.upper, str.swapcase])


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=()), max_size=30),
    _FORMS,
    st.text(st.characters(exclude_categories=()), max_size=30),
    st.booleans(),
)
def test_json_is_as_valid_behind_masks(before: str, form, after: str, escaped: bool) -> None:
    inner = form(SECRET)
    text = json.dumps(before, ensure_ascii=escaped)[:-1] + inner + json.dumps(after)[1:]
    data = f'{{"key": {text}, "of": 1}}'.encode("utf-8", "surrogatepass")
    masked = redactor_of(SECRET)
    for exact in (False, True):
        clean = masked.data(data, exact=exact)
        assert len(clean) == len(data)
        assert not masked.leaks(clean)
        kinds = [[problem.kind for problem in problems(each)[1]] for each in (data, clean)]
        assert kinds[0] == kinds[1]
        assert masked.data(clean, exact=exact) == clean
