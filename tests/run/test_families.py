"""How a probe family is called: with examples of its own, and no further than it has questions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from contracts.http.probe import Field
from contracts.probes.headers.strategies import legal_fields
from contracts.run.asking import NothingMoreError
from contracts.run.families import call

Family = Callable[..., None]


def family(examples: int) -> Family:
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(fields=legal_fields())
    def ask(drawn: list[tuple[Field, ...]], fields: tuple[Field, ...]) -> None:
        drawn.append(fields)

    return ask


def drawn_by(function: Family, name: str, seed: int) -> list[tuple[Field, ...]]:
    drawn: list[tuple[Field, ...]] = []
    call(function, name, seed, drawn=drawn)
    return drawn


def test_families_that_share_a_strategy_draw_different_fields_of_it() -> None:
    ask = family(20)
    one, other = drawn_by(ask, "one", 7), drawn_by(ask, "other", 7)
    assert len(one) == len(other) == 20
    assert len(set(one) & set(other)) <= 4  # the simplest ones are the same for everybody
    assert drawn_by(ask, "one", 7) == one
    assert drawn_by(ask, "one", 8) != one


def test_a_family_without_strategies_is_called_once() -> None:
    calls: list[int] = []

    def ask(number: int) -> None:
        calls.append(number)

    call(ask, "plain", 1, number=3)
    assert calls == [3]


def test_a_family_that_has_nothing_more_to_ask_draws_no_further() -> None:
    drawn: list[tuple[Field, ...]] = []

    @settings(max_examples=200, phases=[Phase.generate], database=None)
    @given(fields=legal_fields())
    def ask(fields: tuple[Field, ...]) -> None:
        drawn.append(fields)
        if len(drawn) == 3:
            raise NothingMoreError("three are enough")

    try:
        call(ask, "few", 1)
    except NothingMoreError:  # which pytest would take for a skip
        pytest.fail("what ends a family got out of it")
    assert len(drawn) == 3


def test_what_else_a_family_raises_is_raised() -> None:
    def ask() -> None:
        raise LookupError("a mistake")

    with pytest.raises(LookupError, match="a mistake"):
        call(ask, "broken", 1)
