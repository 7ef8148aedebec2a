"""The exit status: the run's verdict decides, unless pytest knows of something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.plugin.conclusion import Ending, conclude
from contracts.report.facts import RunFacts
from contracts.run.run import Run
from tests.report.scripted import Answer, answering, conforming, facts_of, run_with

BROKEN = answering('{"drawdownEnabled":true}')
ENDED = Ending(
    status=0,
    error=None,
    deselected=True,
    left_out=False,
    sampled=False,
    interrupted=False,
    finished=True,
)
OWN_STATUS = 40
"""One that another plugin may set."""


def concluded(answer: Answer, ending: Ending) -> tuple[Run, RunFacts]:
    run = run_with(answer)
    return run, conclude(run, facts_of(run), ending)


@pytest.mark.parametrize(
    ("answer", "changes", "verdict", "status"),
    [
        (conforming, {}, "pass", 0),
        (conforming, {"status": pytest.ExitCode.NO_TESTS_COLLECTED}, "pass", 0),
        (conforming, {"status": pytest.ExitCode.TESTS_FAILED}, "pass", 1),
        (conforming, {"status": OWN_STATUS}, "pass", OWN_STATUS),
        (conforming, {"status": pytest.ExitCode.INTERNAL_ERROR}, "error", 3),
        (conforming, {"error": "a mistake"}, "error", 3),
        (conforming, {"finished": False}, "inconclusive", 75),
        (conforming, {"interrupted": True}, "inconclusive", 2),
        (BROKEN, {"status": pytest.ExitCode.TESTS_FAILED}, "fail", 1),
        (BROKEN, {"status": OWN_STATUS}, "fail", 1),
        (BROKEN, {"error": "a mistake"}, "fail", 1),
        (BROKEN, {"interrupted": True}, "fail", 2),
    ],
)
def test_each_ending_has_its_verdict_and_status(
    answer: Answer, changes: dict[str, object], verdict: str, status: int
) -> None:
    _, facts = concluded(answer, replace(ENDED, **changes))
    assert (facts.verdict, facts.exit_status) == (verdict, status)


def test_nothing_more_is_read_where_somebody_ended_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[bool] = []
    for interrupted in (False, True):
        run = run_with(conforming)
        monkeypatch.setattr(run.client, "finish", lambda ended=interrupted: read.append(ended))
        conclude(run, facts_of(run), replace(ENDED, interrupted=interrupted))
    assert read == [False]


def test_what_was_left_out_is_no_interruption() -> None:
    run, facts = concluded(conforming, ENDED)
    assert (run.circumstances.deselected, run.circumstances.interrupted) == (True, False)
    assert facts.complete is False


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, True),
        ({"interrupted": True}, False),
        ({"error": "a mistake"}, False),
        ({"left_out": False}, False),
    ],
)
def test_what_was_never_asked_is_told_where_nothing_else_says_why(
    changes: dict[str, object], told: bool
) -> None:
    ending = replace(ENDED, **{"deselected": False, "left_out": True, **changes})
    run, facts = concluded(conforming, ending)
    assert run.circumstances.deselected is told
    assert facts.complete is (changes == {"left_out": False})
