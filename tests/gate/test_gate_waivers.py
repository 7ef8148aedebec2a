"""Waivers before the gate: shown where they excuse something, held where they should be gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contracts.gate.decide import Choice, Decision, decide
from contracts.gate.recheck import recheck, replay
from contracts.report.waived import from_json, to_json
from contracts.run.waivers import Waiver, WaiverState
from contracts.rye import RYE
from tests.gate.forgeries import BROKEN
from tests.gate.forgery import CATALOGUE, Report

UNCHALLENGED = "401-without-challenge"
BAD_KEY = "bad-key-is-refused"


def waiver(report: Report, requirement: str, *, days: int = 30, **others: object) -> Waiver:
    """A waiver for the target of a report, that holds for some days from its run."""
    day = datetime.fromisoformat(report.record["started"]).date() + timedelta(days=days)
    url = report.record["target"]["url"]
    return Waiver(requirement, None, url, "it is being fixed", "API-1", day, **others)


def waived(fault: str | None, *requirements: str, **others: object) -> tuple[Report, list[Waiver]]:
    """The report that a run would have written that had these waivers."""
    report = Report.of(fault)
    waivers = [waiver(report, requirement, **others) for requirement in requirements]
    report.record["waivers"] = [to_json(each, WaiverState.USED) for each in waivers]
    run = replay(report.exchanges, report.record, CATALOGUE, RYE)
    verdict, _ = run.conclude()
    for row in report.record["requirements"]:
        row["verdict"] = str(run.requirement_verdict(CATALOGUE.requirements[row["id"]]))
        row["waived"] = run.is_waived(row["id"])
    report.record["waivers"] = [
        to_json(each, state, [defect.finding for defect in run.defects()])
        for each, state in run.waiver_states()
    ]
    if report.record["verdict"] != verdict:
        report.record.update(verdict=str(verdict), exit_status=0)
        expect_failures(report)
    report.rewrite(waivers)
    return report, waivers


def expect_failures(report: Report) -> None:
    """Make expected failures of failures, as pytest calls what is waived."""
    failed = [test for test in report.record["tests"] if test["outcome"] == "failed"]

    def change(tests: dict) -> None:
        for test in failed:
            for row in tests[test["id"]]:
                row["result"] = "XFailed"
                row["resultsTableRow"][0] = '<td class="col-result">XFailed</td>'

    report.table(change)
    for test in failed:
        test["outcome"] = "xfailed"


def judged(report: Report, waivers: list[Waiver], folder: Path, **others: object) -> Decision:
    path = folder / "report.html"
    path.write_bytes(report.page())
    return decide(path, report.demand(waivers=tuple(waivers), **others))


@pytest.mark.parametrize(
    ("fault", "requirement"), [(UNCHALLENGED, "challenge-on-401"), (BROKEN, BAD_KEY)]
)
def test_a_waived_deviation_releases_and_is_shown(
    fault: str, requirement: str, tmp_path: Path
) -> None:
    report, waivers = waived(fault, requirement)
    decision = judged(report, waivers, tmp_path)
    assert decision.decision is Choice.RELEASE, decision
    assert (decision.waivers, decision.warnings) == ((requirement,), (requirement,))
    assert "by 1 waiver" in decision.reason
    assert recheck(tmp_path / "report.html", lambda _: CATALOGUE, RYE).same


def test_a_waiver_for_another_target_is_none_of_this_reports_business(tmp_path: Path) -> None:
    report = Report.of()
    other = replace(waiver(report, "challenge-on-401", days=-1), target="https://elsewhere.example")
    assert judged(report, [other], tmp_path).decision is Choice.RELEASE


def test_a_waiver_that_has_expired_since_is_held(tmp_path: Path) -> None:
    report, waivers = waived(BROKEN, BAD_KEY, days=0)
    later = datetime.fromisoformat(report.record["finished"]) + timedelta(days=1)
    decision = judged(report, waivers, tmp_path, now=later, max_age=timedelta(days=3))
    assert (decision.decision, decision.code) == (Choice.HOLD, "waiver-expired")
    assert "API-1" in decision.reason


@pytest.mark.parametrize(
    ("requirement", "state"),
    [("challenge-on-401", "no longer needed"), ("no-such-requirement", "matches nothing")],
)
def test_a_waiver_with_nothing_left_to_excuse_is_held(
    requirement: str, state: str, tmp_path: Path
) -> None:
    report, waivers = waived(None, requirement)
    decision = judged(report, waivers, tmp_path)
    assert (decision.decision, decision.code) == (Choice.HOLD, "waiver-state")
    assert state in decision.reason


def test_a_waiver_that_may_rest_is_not_held(tmp_path: Path) -> None:
    report, waivers = waived(None, "challenge-on-401", intermittent=True)
    decision = judged(report, waivers, tmp_path)
    assert (decision.decision, decision.waivers) == (Choice.RELEASE, ())


def test_a_waiver_that_this_checkout_lacks_is_held(tmp_path: Path) -> None:
    report, _ = waived(BROKEN, BAD_KEY)
    assert judged(report, [], tmp_path).code == "waivers"


def test_a_waiver_that_the_run_did_not_have_is_held(tmp_path: Path) -> None:
    report = Report.of()
    assert judged(report, [waiver(report, BAD_KEY)], tmp_path).code == "waivers"


def test_a_state_that_was_edited_is_held(tmp_path: Path) -> None:
    report, waivers = waived(None, "challenge-on-401")
    report.record["waivers"][0]["state"] = "used"
    assert judged(report, waivers, tmp_path).code == "waivers"


def test_a_requirement_said_to_be_waived_that_is_not_is_held(tmp_path: Path) -> None:
    report = Report.of(BROKEN)
    report.record.update(verdict="pass", exit_status=0)
    row = report.row(BAD_KEY)
    row.update(verdict="warn", waived=True)
    assert judged(report, [], tmp_path).code == "waivers"


def test_a_waiver_excuses_no_other_finding(tmp_path: Path) -> None:
    report, waivers = waived(BROKEN, BAD_KEY)
    report.change(
        lambda e: e.response.status == 200,
        received=lambda e: e.received.replace(b'"amountSubunits":', b'"AmountSubunits":'),
    )
    assert judged(report, waivers, tmp_path).code == "broken"


def test_a_waiver_is_written_and_read_back() -> None:
    given = waiver(Report.of(), BAD_KEY, intermittent=True)
    assert from_json(to_json(given, WaiverState.USED)) == given
