"""Whole runs against servers that give the key back in forms which masks once changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from contracts.gate.decide import Choice, Demand, decide
from contracts.gate.recheck import Comparison, recheck
from contracts.report.exchanges import inflate
from contracts.rye import RYE
from contracts.sandbox.fault import Effect, Fault
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer
from contracts.sandbox.server import Sandbox
from tests.gate.forgery import CATALOGUE
from tests.support import Result, run_warm

SECRET = "Zq3ZpW8rTn5XvB2yLd7MhG4sJf9c"
KEY = f"RYE/staging-{SECRET}"
ECHO = "no-credential-in-response"


def _escaped(answer: Answer, context: Context) -> Answer:
    spelled = "".join(f"\\x{octet:02x}" for octet in context.key)
    return answer.with_body(f'"{spelled}"'.encode()) if answer.status == 401 else answer


def _listed(answer: Answer, context: Context) -> Answer:
    if answer.status == 200:
        return answer.editing(
            lambda old: {**old, "key": {"type": "Buffer", "data": list(context.key)}}
        )
    return answer


def result_of(effect: Effect, folder: Path, *options: str) -> tuple[Result, str]:
    fault = Fault("echoes", "Repeats the key.", "fault", ECHO, answer=effect)
    with Sandbox(fault=fault, key=KEY) as sandbox:
        return run_warm(folder, "--target", sandbox.url, *options, key=KEY), sandbox.url


def rechecked(folder: Path) -> Comparison:
    return recheck(folder / "report.html", lambda _: CATALOGUE, RYE)


def assert_tight(result: Result) -> None:
    """Nor octets listed in numbers nor in escapes are anywhere, 8 of them in a row."""
    octets = SECRET.encode()
    windows = [octets[at : at + 8] for at in range(len(octets) - 7)]
    forms = [", ".join(map(str, window)) for window in windows]
    forms += ["".join(f"\\x{octet:02x}" for octet in window) for window in windows]
    packed = inflate(result.page.partition('"exchanges":"')[2].partition('"')[0]).decode()
    for text in (result.output, result.page, packed, json.dumps(result.record)):
        bare = text.replace("\\\\", "\\").replace(", ", ",")
        assert not [form for form in forms if form in text or form.replace(", ", ",") in bare]


def test_a_balance_with_the_octets_of_the_key_passes_and_is_released(tmp_path: Path) -> None:
    result, url = result_of(_listed, tmp_path)
    assert (result.status, result.record["verdict"]) == (0, "pass"), result.output[-800:]
    assert {each["requirement"] for each in result.record["findings"]} == {ECHO}
    assert result.record["evidence"]["marked"] == 0
    assert_tight(result)
    decision = decide(tmp_path / "report.html", Demand(CATALOGUE, datetime.now(UTC), url, api=RYE))
    assert decision.decision is Choice.RELEASE, decision
    assert rechecked(tmp_path).same


def test_a_refusal_that_spells_the_key_and_is_no_json_fails(tmp_path: Path) -> None:
    result, _ = result_of(_escaped, tmp_path, "-k", "test_a_nearly_right or test_a_valid_key_reads")
    assert (result.status, result.record["verdict"]) == (1, "fail"), result.output[-800:]
    assert {each["requirement"] for each in result.record["findings"]} == {"body-is-json", ECHO}
    assert result.record["evidence"]["marked"] == 0
    assert_tight(result)
    assert rechecked(tmp_path).same
