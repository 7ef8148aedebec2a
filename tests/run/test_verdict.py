"""Verdicts for every combination of what a run can meet, checked against restated rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations, product

import pytest

from contracts.document.requirements import Level
from contracts.run.verdict import (
    Circumstances,
    ExitStatus,
    Outcome,
    Verdict,
    exit_status,
    requirement_verdict,
    run_verdict,
)

MUST, SHOULD = Level.MUST, Level.SHOULD
PASS, FAIL, WARN = Verdict.PASS, Verdict.FAIL, Verdict.WARN
INCONCLUSIVE, NOT_OBSERVED, ERROR = Verdict.INCONCLUSIVE, Verdict.NOT_OBSERVED, Verdict.ERROR

GOOD = Outcome(MUST, PASS)
BROKEN = Outcome(MUST, FAIL)
WARNED = Outcome(SHOULD, WARN)
UNSEEN = Outcome(MUST, NOT_OBSERVED)
NOT_SHOWN = Outcome(MUST, NOT_OBSERVED, server_dependent=True)
UNSEEN_ADVICE = Outcome(SHOULD, NOT_OBSERVED)
CALM = Circumstances(asked=200)


# --- One requirement -----------------------------------------------------------------------------

ONE_REQUIREMENT = {
    # (level, observed, violated, troubled): verdict
    (MUST, 0, 0, False): NOT_OBSERVED,
    (MUST, 0, 0, True): INCONCLUSIVE,
    (MUST, 3, 0, False): PASS,
    (MUST, 3, 0, True): INCONCLUSIVE,
    (MUST, 3, 1, False): FAIL,
    (MUST, 3, 1, True): FAIL,
    (MUST, 3, 3, False): FAIL,
    (MUST, 3, 3, True): FAIL,
    (SHOULD, 0, 0, False): NOT_OBSERVED,
    (SHOULD, 0, 0, True): INCONCLUSIVE,
    (SHOULD, 3, 0, False): PASS,
    (SHOULD, 3, 0, True): INCONCLUSIVE,
    (SHOULD, 3, 1, False): WARN,
    (SHOULD, 3, 1, True): WARN,
    (SHOULD, 3, 3, False): WARN,
    (SHOULD, 3, 3, True): WARN,
}


@pytest.mark.parametrize(("case", "verdict"), ONE_REQUIREMENT.items())
def test_a_requirement_is_judged_by_its_counts(
    case: tuple[Level, int, int, bool], verdict: Verdict
) -> None:
    level, observed, violated, troubled = case
    found = requirement_verdict(level, observed=observed, violated=violated, troubled=troubled)
    assert found is verdict


# --- A run ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcomes", "circumstances", "verdict", "complete"),
    [
        ([GOOD], CALM, PASS, True),
        ([GOOD, WARNED], CALM, PASS, True),
        ([GOOD, NOT_SHOWN, UNSEEN_ADVICE], CALM, PASS, True),
        ([GOOD, UNSEEN], CALM, INCONCLUSIVE, True),
        ([GOOD, UNSEEN], Circumstances(50, deselected=True), PASS, False),
        ([GOOD, UNSEEN], Circumstances(50, sampled=True), PASS, False),
        ([GOOD, BROKEN], CALM, FAIL, True),
        ([GOOD, BROKEN], Circumstances(3, troubled=9, stopped="target down"), FAIL, False),
        ([GOOD, BROKEN], Circumstances(3, error=True), FAIL, False),
        ([GOOD, BROKEN], Circumstances(3, interrupted=True), FAIL, False),
        ([GOOD], Circumstances(3, error=True), ERROR, False),
        ([GOOD], Circumstances(3, error=True, troubled=1), ERROR, False),
        ([GOOD], Circumstances(199, troubled=1), INCONCLUSIVE, True),
        ([GOOD], Circumstances(300, stopped="the cap was reached"), INCONCLUSIVE, False),
        ([GOOD], Circumstances(9, key_refused=True), INCONCLUSIVE, False),
        ([GOOD], Circumstances(9, crashed=True), INCONCLUSIVE, False),
        ([GOOD], Circumstances(9, interrupted=True), INCONCLUSIVE, False),
        ([GOOD], Circumstances(9, deselected=True, troubled=1), INCONCLUSIVE, False),
        ([UNSEEN], Circumstances(0), INCONCLUSIVE, True),
        ([UNSEEN], Circumstances(0, deselected=True), INCONCLUSIVE, False),
        ([UNSEEN], Circumstances(9, deselected=True), INCONCLUSIVE, False),
        ([], CALM, INCONCLUSIVE, True),
    ],
)
def test_a_run_is_judged_as_the_design_says(
    outcomes: list[Outcome], circumstances: Circumstances, verdict: Verdict, complete: bool
) -> None:
    assert run_verdict(outcomes, circumstances) is verdict
    assert circumstances.complete is complete


def test_warnings_fail_a_run_only_where_they_are_told_to() -> None:
    assert run_verdict([GOOD, WARNED], CALM) is PASS
    assert run_verdict([GOOD, WARNED], CALM, fail_on_warning=True) is FAIL
    assert run_verdict([GOOD, WARNED], Circumstances(0, error=True), fail_on_warning=True) is FAIL
    assert run_verdict([GOOD], CALM, fail_on_warning=True) is PASS


# Every outcome of a requirement, and everything that can happen to a run.
YES_NO = (False, True)
KINDS = [
    *(Outcome(MUST, v, rare) for v in (PASS, FAIL, INCONCLUSIVE, NOT_OBSERVED) for rare in YES_NO),
    *(Outcome(SHOULD, verdict) for verdict in (PASS, WARN, INCONCLUSIVE, NOT_OBSERVED)),
]
SETS = [chosen for size in range(4) for chosen in combinations(KINDS, size)]
HAPPENINGS = [
    Circumstances(asked, troubled, stopped, refused, left_out, False, *others)
    for asked, troubled, stopped in product((0, 200), (0, 2), (None, "the target is down"))
    for refused, left_out, *others in product(*[YES_NO] * 5)
]
HAPPENINGS += [
    replace(run, sampled=True)
    for run in HAPPENINGS
    if run.asked and not (run.troubled or run.stopped)
]

Rule = Callable[[Sequence[Outcome], Circumstances], bool]

# The plan's name for each reason, and when it applies. Every reason must be reported, and nothing
# else may keep a run from passing.
DOUBTS: dict[str, Rule] = {
    "nothing was tested": lambda outcomes, run: (
        run.asked == 0 or all(outcome.verdict is not PASS for outcome in outcomes)
    ),
    "the environment was in the way": lambda outcomes, run: (
        run.troubled > 0 or any(outcome.verdict is INCONCLUSIVE for outcome in outcomes)
    ),
    "the run did not get to its end": lambda _, run: (
        run.stopped is not None or run.interrupted or run.crashed
    ),
    "the key was refused": lambda _, run: run.key_refused,
    "a MUST was not observed": lambda outcomes, run: any(
        outcome.level is MUST and outcome.verdict is NOT_OBSERVED
        for outcome in outcomes
        if not outcome.server_dependent and not run.deselected and not run.sampled
    ),
}


def by_the_plan(outcomes: Sequence[Outcome], run: Circumstances, *, strict: bool) -> Verdict:
    deadly = {FAIL, WARN} if strict else {FAIL}
    if deadly & {outcome.verdict for outcome in outcomes}:
        return FAIL
    if run.error:
        return ERROR
    return INCONCLUSIVE if any(doubt(outcomes, run) for doubt in DOUBTS.values()) else PASS


@pytest.mark.parametrize("strict", [False, True])
def test_every_combination_is_judged_by_the_plan(strict: bool) -> None:
    for outcomes in SETS:
        for run in HAPPENINGS:
            found = run_verdict(outcomes, run, fail_on_warning=strict)
            assert found is by_the_plan(outcomes, run, strict=strict), (outcomes, run)


@pytest.mark.parametrize("doubt", DOUBTS)
def test_each_doubt_alone_keeps_a_run_from_passing(doubt: str) -> None:
    alone = [
        (outcomes, run)
        for outcomes in SETS
        for run in HAPPENINGS
        if not run.error
        and [name for name, rule in DOUBTS.items() if rule(outcomes, run)] == [doubt]
        and not {outcome.verdict for outcome in outcomes} & {FAIL}
    ]
    assert alone
    assert {run_verdict(outcomes, run) for outcomes, run in alone} == {INCONCLUSIVE}


def test_a_run_is_complete_only_where_nothing_was_left_out() -> None:
    for run in HAPPENINGS:
        left_out = (
            run.deselected
            or run.sampled
            or run.interrupted
            or run.crashed
            or run.error
            or run.key_refused
            or run.stopped is not None
        )
        assert run.complete is not left_out


# --- Exit status ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "status"),
    [(PASS, 0), (FAIL, 1), (ERROR, 3), (INCONCLUSIVE, 75), (NOT_OBSERVED, 75), (WARN, 75)],
)
def test_a_verdict_has_one_exit_status(verdict: Verdict, status: int) -> None:
    assert exit_status(verdict) == status


def test_only_a_pass_exits_with_nought() -> None:
    assert [verdict for verdict in Verdict if exit_status(verdict) == 0] == [PASS]
    assert {int(status) for status in ExitStatus} == {0, 1, 3, 4, 75}
