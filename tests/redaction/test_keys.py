"""Whatever the key is: the run is refused before anything is sent, or its report is written."""

from __future__ import annotations

import json
from pathlib import Path
from platform import platform

import pytest

from contracts.gate.decide import decide
from contracts.redaction import OwnText, Redactor
from contracts.report.exchanges import inflate
from contracts.rye import RYE
from contracts.sandbox.server import Sandbox
from tests.gate.forgery import CATALOGUE, ROOT, Report, files_of
from tests.support import (
    ARTEFACTS,
    HISTORY,
    end_of,
    environment,
    key_of,
    run_warm,
    start_process,
    start_suite,
)

TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
    ".eyJzdWIiOiI0ZjE5YzIiLCJzY29wZSI6ImJpbGxpbmc6cmVhZCIsImlhdCI6MTc2NDAwMDAwMH0"
    ".x3Jb0cQz5m2ZtVw8kNq1rYh7LfPdS4gUeA6iCoT9BvM"
)
LONG_TOKEN = (
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InN0YWdpbmctMjAyNCIsInR5cCI6IkpXVCJ9"
    ".eyJpc3MiOiJodHRwczovL3N0YWdpbmcuYXBpLnJ5ZS5jb20iLCJhdWQiOiJiaWxsaW5nIn0."
    + "qW8zLk2Nv7Rb4XtYd1Pm"
    * 17
)

KEPT = {
    "a JSON Web Token": TOKEN,
    "a long JSON Web Token": LONG_TOKEN,
    "a token behind the prefix": f"RYE/staging-{TOKEN}",
    "words of a report": "RYE/staging-contracts-nightly-2024",
    "more words of a report": "RYE/staging-staging-contracts-nightly-2024",
    "two members": "RYE/staging-balance-drawdown",
    "a word and a digit": "RYE/staging-test-key-1",
    "an error's name and a digit": "authentication-error-7",
    "an id's end": "staging-balance-reader",
    "another id's end": "RYE/staging-test-authentication",
    "words of junit.xml": "contract-test-suite",
    "a reason": "RYE/staging-unprocessable-entity-7",
    "words of a passphrase": "correct-horse-battery-staple",
    "a weak password": "password123",
    "keys of a keyboard": "qwertyuiop",
    "one word thrice": "token-token-token",
    "two schemes": "Bearer-Bearer",
    "a zero UUID": "00000000-0000-0000-0000-000000000000",
    "a UUID": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "hexadecimal digits": "RYE/staging-0f3a9c71b25e48d6a07c",
    "hexadecimal words": "deadbeefdeadbeef",
    "pairs of digits": "00112233445566778899aabbccddeeff",
    "a number": "RYE/staging-0000000000000042",
    "a card's number": "1111-2222-3333-4444",
    "a compact date": "20261126",
    "base64": "UllFL3N0YWdpbmc6c2VjcmV0OjQy",
    "base64 with signs": "k3+J/9aZ+Qw0xY==",
    "eight characters": "Aa1!Aa1!",
    "eight drawn ones": "RYE/staging-x7Kq2mZ9",
    "a time": "2026-11-26T07:00:00Z",
    "a host": "staging.example.com",
    "a local server": "localhost:8080",
    "drawn at random": "RYE/staging-Kq3ZpW8rTn5XvB2yLd7MhG4sJf9c",
}
"""Keys that a report can be written about."""

REFUSED = {
    "a member's name": "RYE/staging-currencyCode",
    "a member's name without prefix": "amountSubunits",
    "a media type": "RYE/staging-application/json",
    "a field's name": "authorization",
    "a field's name behind the prefix": "RYE/staging-Content-Type",
    "a word": "RYE/staging-authentication",
    "a module": "contracts.billing.test_balance",
    "a run of letters": "abcdefghijklmnop",
    "all hexadecimal digits": "0123456789abcdef",
    "a run of digits": "12345678",
    "a longer one": "RYE/staging-1234567890",
    "one letter": "aaaaaaaaaaaaaaaa",
    "zeros": "RYE/staging-00000000",
    "a date": "RYE/staging-2026-11-26",
    "the prefix twice": "RYE/staging-RYE/staging-",
    "a guess of the suite's own": "changeme",
}
"""Keys that any report holds, or may hold by chance."""


def own_text() -> OwnText:
    document = CATALOGUE.operation.document.data.decode()
    agent = "billing-contract-suite/"
    return OwnText(ROOT / "contracts" / "billing", (document, agent, platform()))


OWN = own_text()


@pytest.fixture(scope="module")
def artefacts() -> dict[str, bytes]:
    """What a run against a conforming server leaves, its evidence as it reads unpacked."""
    files = files_of()
    packed = Report(files["report.html"]).packed
    page = files["report.html"].replace(packed.encode(), b"")
    return files | {"report.html": page, "evidence": inflate(packed)}


@pytest.mark.parametrize("name", KEPT)
def test_no_report_is_withheld_for_a_key_that_tells_something(
    name: str, artefacts: dict[str, bytes]
) -> None:
    key = KEPT[name]
    redactor = Redactor.for_key(key_of(key), (), OWN)
    assert not redactor.hidden
    for artefact, data in artefacts.items():
        assert redactor.leaks_in([data], joined=True) == [], artefact
        assert key_of(key).secret.lower().encode() not in data.lower(), artefact
    echo = json.dumps({"message": f"who is <{key}>?", "trace": key.encode().hex()}).encode()
    masked = redactor.data(echo)
    assert len(masked) == len(echo)
    assert redactor.leaks(echo)
    assert redactor.leaks(masked) == []
    assert key_of(key).secret.encode() not in masked


@pytest.mark.parametrize("name", REFUSED)
def test_a_key_that_any_report_may_hold_is_refused(name: str) -> None:
    assert Redactor.for_key(key_of(REFUSED[name]), (), OWN).hidden == ("the key",)


def test_what_the_suite_writes_is_masked_only_where_the_key_is_repeated() -> None:
    redactor = Redactor.for_key(key_of("RYE/staging-x7Kq-currencyCode-9fZ2"), (), OWN)
    body = b'{"currencyCode": "USD", "note": "%b"}'
    for apart in (b"", b"currencyCode", b"a currencyCode."):
        assert redactor.data(body % apart) == body % apart
    assert redactor.data(body % b"x7Kq-currencyCode-9fZ2") == body % (b"*" * 22)
    assert redactor.data(body % b"q-currencyCode") == body % (b"*" * 14)


def test_a_signing_key_is_held_to_the_same() -> None:
    for signing, hidden in {
        "authentication-of-24": (),
        "authentication-error": ("another secret",),
    }.items():
        assert Redactor.for_key(None, [signing], OWN).hidden == hidden


def test_a_key_of_the_suites_own_words_is_still_no_part_of_a_report() -> None:
    """Joined words that stand in no file are an id's, but not all of the key."""
    redactor = Redactor.for_key(key_of("RYE/staging-balance-error-member"), (), OWN)
    assert redactor.leaks_in([b'<a id="requirement-balance-error">'], joined=True) == []
    assert redactor.leaks(b"a balance-error of the server's") == ["the key as it is"]
    for branch in (b"balance-error-member", b"rebmem-rorre-ecnalab"):
        assert redactor.leaks_in([b"<td>%b</td>" % branch], joined=True)


@pytest.mark.parametrize("name", ["a JSON Web Token", "words of a report", "a zero UUID"])
def test_a_conforming_server_is_released_whatever_its_key_is(name: str, tmp_path: Path) -> None:
    key = KEPT[name]
    with Sandbox(key=key) as sandbox:
        result = run_warm(tmp_path, "--target", sandbox.url, key=key)
    assert (result.status, result.record["verdict"]) == (0, "pass"), result.output[-500:]
    report = Report((tmp_path / "report.html").read_bytes())
    assert decide(tmp_path / "report.html", report.demand()).code == "pass"
    told = [path.read_bytes() for path in tmp_path.iterdir()]
    told += [inflate(report.packed), result.output.encode("utf-8", "surrogateescape")]
    assert not any(key.encode().lower() in data.lower() for data in told)


@pytest.mark.parametrize("name", ["a member's name", "one letter"])
def test_a_key_that_is_refused_costs_no_request(name: str, tmp_path: Path) -> None:
    with Sandbox(key=REFUSED[name]) as sandbox:
        result = run_warm(tmp_path / "reports", "--target", sandbox.url, key=REFUSED[name])
    assert (result.status, sandbox.log, result.artefacts) == (4, [], set())
    [line] = [line for line in result.output.splitlines() if line.startswith("ERROR: ")]
    assert line == (
        f"ERROR: the key in {RYE.key_variable} can't be told from the words, numbers and times "
        "that any report holds: set one that was drawn at random"
    )
    assert key_of(REFUSED[name]).secret not in result.output


def test_probe_refuses_such_a_key_too() -> None:
    env = environment(**{RYE.key_variable: REFUSED["one letter"]})
    command = ("-m", "contracts", "probe", "plain", "--target", "http://127.0.0.1:9")
    result = end_of(start_process(*command, env=env), Path())
    assert result.status == 4
    assert result.output.startswith(f"contracts probe: the key in {RYE.key_variable} can't be told")


def test_a_branch_that_is_called_as_the_key_is_masked(tmp_path: Path) -> None:
    """As CI names it, in the page's table of the environment and in the terminal's header."""
    key = KEPT["words of a report"]
    secret = key_of(key).secret
    with Sandbox(key=key) as sandbox:
        variables = {"GITLAB_CI": "true", "CI_COMMIT_REF_NAME": f"feature/{secret}"}
        env = environment(**{RYE.key_variable: key}, **variables)
        options = ("--target", sandbox.url, "-v", "-k", "test_a_valid_key_reads")
        result = end_of(start_suite(tmp_path, *options, env=env), tmp_path)
    assert (result.status, result.artefacts) == (0, ARTEFACTS | HISTORY), result.output[-500:]
    masked = f"feature/{'*' * len(secret)}"
    assert masked in result.page
    assert masked in result.output
    assert secret not in result.page + result.output
