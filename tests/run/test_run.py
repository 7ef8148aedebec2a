"""A run from the inside: what a refused key means, what decides, how the ledger counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.http.exchange import Exchange
from contracts.judging.judge import Judge
from contracts.judging.reading import Reading
from contracts.judging.surface import LONGEST, MOST_MEMBERS, note_unspecified
from contracts.run.run import Skipped
from contracts.run.verdict import Verdict
from tests.judging.exchanges import answer as answer_of
from tests.judging.exchanges import exchange
from tests.run.bench import (
    CATALOGUE,
    GOOD,
    POOR,
    REFUSED,
    RESET,
    Make,
    answer,
    conforming,
)


def test_a_refused_key_is_doubt_and_no_failure(bench: Make) -> None:
    found = bench(lambda _request: REFUSED)
    for _ in range(2):
        found.ask()
    assert found.run.conclude()[0] is Verdict.FAIL  # two are too few to doubt the key
    found.ask()
    verdict, circumstances = found.run.conclude()
    assert (verdict, circumstances.key_refused) == (Verdict.INCONCLUSIVE, True)
    assert found.run.defects() == []
    requirement = CATALOGUE.requirements["valid-key-gets-200"]
    assert found.run.requirement_verdict(requirement) is Verdict.INCONCLUSIVE
    skipped = found.ask(fields=((b"X-Odd", b"1"),))
    assert skipped == Skipped("the key was refused")
    assert isinstance(found.ask("absent"), Exchange)


def test_a_key_that_was_good_once_is_not_refused(bench: Make) -> None:
    found = bench([REFUSED, REFUSED, REFUSED, GOOD])
    for _ in range(4):
        found.ask()
    assert not found.run.key_refused
    assert found.run.conclude()[0] is Verdict.FAIL


@pytest.mark.parametrize("refusal", [answer(403, {}), answer(401, {"error": "no"})])
def test_a_refusal_that_is_not_well_formed_is_a_failure(bench: Make, refusal: bytes) -> None:
    found = bench(lambda _request: refusal)
    for _ in range(3):
        found.ask()
    assert not found.run.key_refused
    assert found.run.conclude()[0] is Verdict.FAIL


def test_one_violation_decides_whatever_else_happens(bench: Make) -> None:
    found = bench([POOR, RESET])
    found.ask()
    found.ask()
    assert found.run.circumstances.stopped is not None
    assert found.run.conclude()[0] is Verdict.FAIL


def test_a_run_that_asked_nothing_proves_nothing(bench: Make) -> None:
    assert bench(conforming).run.conclude()[0] is Verdict.INCONCLUSIVE


def test_the_second_oracle_looks_at_what_the_first_finds_right(bench: Make) -> None:
    seen = []

    def oracle(reading: Any) -> list[str]:
        seen.append(reading.exchange.number)
        return ["it is wrong all the same"]

    found = bench([GOOD, POOR], second_oracle=oracle)
    found.ask()
    found.ask()
    assert seen == [1]
    first = found.run.defects()[0].finding
    assert (first.requirement, first.exchange) == ("balance-response-schema", 1)
    assert first.found == "it is wrong all the same"


def test_undocumented_properties_are_noted(bench: Make) -> None:
    body = {
        "drawdownEnabled": True,
        "balance": {"currencyCode": "USD", "amountSubunits": 5, "b": 1},
    }
    found = bench([answer(200, {**body, "a": {"c": 1}})])
    found.ask()
    assert found.run.unspecified == {"/a", "/balance/b"}
    assert found.run.defects() == []


def test_what_is_undocumented_is_noted_within_bounds() -> None:
    judge = Judge(CATALOGUE)

    def reading(body: object) -> Reading:
        return judge.read(exchange(answer_of(200, body)))

    noted: set[str] = set()
    for start in (0, MOST_MEMBERS - 9):
        note_unspecified(noted, reading({f"n{start + number}": 1 for number in range(499)}))
    assert len(noted) == MOST_MEMBERS
    noted.clear()
    note_unspecified(noted, reading({f"n{number}": 1 for number in range(99_999)}))
    assert len(noted) == MOST_MEMBERS
    noted.clear()
    note_unspecified(noted, reading({"x" * 1000: 1}))
    assert {len(pointer) for pointer in noted} == {LONGEST}


def test_the_ledger_counts_by_requirement_clause_and_family(bench: Make) -> None:
    found = bench([GOOD, POOR, GOOD])
    for _ in range(3):
        found.ask()
    ledger = found.run.ledger
    assert ledger.observed["balance-response-schema"] == 3
    assert ledger.violated["balance-response-schema"] == 1
    assert ledger.family_observed("a family", "balance-response-schema") == 3
    assert ledger.family_observed("another", "balance-response-schema") == 0
    assert ledger.sample("balance-response-schema") == 1
    clauses = [name for name, times in ledger.clauses_violated.items() if times]
    assert clauses == ["200 /components/schemas/Money/required/amountSubunits"]
    assert ledger.clauses_observed["200 media type"] == 3
    [defect] = found.run.defects()
    assert ledger.sightings(defect) == (3, 1)  # intermittent: the same request showed it once


def test_the_smallest_request_stands_for_a_defect(bench: Make) -> None:
    found = bench(lambda _request: POOR)
    found.ask(fields=((b"X-Odd", b"1"), (b"X-Even", b"2")))
    found.ask(fields=((b"X-Odd", b"1"),))
    found.ask()
    found.ask(query=b"a=b")
    [defect] = found.run.defects()
    assert defect.finding.exchange == 3
    assert defect.exchanges == {1, 2, 3, 4}


def test_an_exchange_is_entered_once_however_often_it_is_amended(bench: Make) -> None:
    found = bench(conforming)
    exchange = found.ask()
    assert isinstance(exchange, Exchange)
    judgement = found.run.judgements[1]
    found.run.ledger.add(judgement, "a family")
    found.run.ledger.add(replace(judgement, exchange=replace(exchange)), "other")
    assert found.run.ledger.observed["valid-key-gets-200"] == 1
