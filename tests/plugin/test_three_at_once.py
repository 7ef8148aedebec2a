"""Three causes at once are three findings, of which a waiver excuses one and no other."""

from __future__ import annotations

from pathlib import Path

from contracts.sandbox.catalogue.build import chain
from contracts.sandbox.catalogue.effects import crash, lacking
from contracts.sandbox.fault import Fault
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer
from contracts.sandbox.server import Sandbox
from tests.plugin.shown import SCHEMA, items
from tests.support import Result, copy_suite, run_warm

EMOJI = b"%F0%9F%98%80"
SEEDS = range(10)


def three(answer: Answer, context: Context) -> Answer:
    """A 500 on a traceparent, another on an emoji in a query, and a member that is missing."""
    odd = context.request.values("traceparent") or EMOJI in context.request.query
    if odd:
        return crash()(answer, context)
    return lacking("drawdownEnabled")(answer, context) if answer.status == 200 else answer


def beyond_ascii(answer: Answer, context: Context) -> Answer:
    """A 500 on octets beyond ASCII in any field, which random fields show too."""
    odd = any(max(value, default=0) > 0x7F for _, value in context.request.fields)
    return crash()(answer, context) if odd else answer


def ask(folder: Path, effect, *options: str, suite: Path | None = None, waive: str = "") -> Result:
    fault = Fault("several", "Several faults.", "fault", "no-server-error", answer=effect)
    with Sandbox(fault=fault) as sandbox:
        if suite is not None:
            (suite / "waivers.toml").write_text(
                f'[[waiver]]\n{waive}\ntarget = "{sandbox.url}"\n'
                'reason = "known"\nticket = "BILL-1"\nexpires = 2099-01-01\n'
            )
        options = ("--target", sandbox.url, "-W", "ignore", *options)
        return run_warm(folder, *options, key=sandbox.key, suite=suite)


def causes(result: Result) -> dict[str, str]:
    """The cause of each finding, by its id."""
    return {each["id"]: each["cause"] for each in result.record["findings"]}


def test_three_causes_have_a_card_a_request_and_an_item_each(tmp_path: Path) -> None:
    result = ask(tmp_path, three)
    found = causes(result)
    assert sorted(cause.partition(" (")[0] for cause in found.values()) == [
        "any request",
        "field traceparent",
        "parameter %F0%9F%98%80, parameter mark, parameter text",
    ]
    for each in result.record["findings"]:
        assert each["curl"]
        assert f'id="finding-{each["id"]}"' in result.page
        assert f"contracts probe {each['id']}" in result.output
    assert len(items(result, "failed")) == result.junit_counts()["failed"] <= 3


def test_a_waiver_for_one_leaves_the_others_red(tmp_path: Path) -> None:
    found = causes(ask(tmp_path / "first", three))
    [waived] = [name for name, cause in found.items() if cause.startswith("field traceparent")]
    suite = copy_suite(tmp_path / "copy")
    result = ask(tmp_path / "second", three, suite=suite, waive=f'finding = "{waived}"')
    assert (result.status, result.record["verdict"]) == (1, "fail")
    assert {each["id"] for each in result.record["findings"]} == set(found)
    [waiver] = result.record["waivers"]
    assert (waiver["state"], waiver["findings"]) == ("used", [waived])
    assert "used, excuses 1 cause" in result.output
    assert {"no-server-error", SCHEMA} <= {
        row["id"] for row in result.record["requirements"] if row["verdict"] == "fail"
    }


def test_a_waiver_of_a_requirement_says_how_many_causes_it_excuses(tmp_path: Path) -> None:
    suite = copy_suite(tmp_path / "copy")
    result = ask(tmp_path / "reports", three, suite=suite, waive='requirement = "no-server-error"')
    assert "used, excuses 2 causes" in result.output
    assert result.record["verdict"] == "fail"


def test_ids_are_the_same_whatever_the_seed(tmp_path: Path) -> None:
    effect = chain(three, beyond_ascii)
    runs = [ask(tmp_path / str(n), effect, "--hypothesis-seed", str(n)) for n in SEEDS]
    found = [causes(result) for result in runs]
    assert all(each == found[0] for each in found)
