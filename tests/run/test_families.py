"""How a probe family is called: with its own examples, and only as long as it asks anything."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from contracts.document.catalogue import Catalogue
from contracts.http.probe import RANDOM, Credential, Field, Probe
from contracts.probes.headers.strategies import legal_fields
from contracts.run import profiles
from contracts.run.asking import NothingMoreError
from contracts.run.families import call
from contracts.run.planning import plan
from contracts.run.settings import NOTHING_ODD, SHARE, Sample, read_settings
from contracts.rye import RYE
from tests.support import ROOT

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
    assert len(set(one) & set(other)) <= 4  # all families share the simplest ones
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
    except NothingMoreError:  # pytest would treat it as a skip
        pytest.fail("what ends a family got out of it")
    assert len(drawn) == 3


def test_what_else_a_family_raises_is_raised() -> None:
    def ask() -> None:
        raise LookupError("a mistake")

    with pytest.raises(LookupError, match="a mistake"):
        call(ask, "broken", 1)


# --- what a sample asks of it --------------------------------------------------------------------


@cache
def planned(sample: Sample | None) -> list[Probe]:
    options = SimpleNamespace(
        target="sandbox",
        allow_production=False,
        max_requests=None,
        timeout=None,
        ca_file=None,
        proxy=None,
    )
    catalogue = Catalogue.load(ROOT / "contracts/billing/requirements.toml")
    profiles.load("default")
    settings = read_settings(options, {}, catalogue.operation.server, RYE)
    return plan(settings, catalogue, sample=sample)


def test_a_sample_asks_each_family_and_little_of_what_is_odd() -> None:
    whole, part = planned(None), planned(Sample(SHARE, 1))
    assert {each.family for each in part} >= {"plain reads", "near keys", "headers", "injections"}
    assert len(part) < len(whole) / 3
    plain = [each.name for each in whole if each.plain and "valid" in each.recipe]
    behind = [name for name in plain if name.startswith("valid behind")]  # no client sends them
    asked = [each.name for each in part if each.plain and "valid" in each.recipe]
    assert len(asked) >= len(plain) - len(behind) - 1
    assert {"random-key-1", "drop-last-character"} <= {each.name for each in part}


def test_the_samples_are_the_whole_together() -> None:
    parts = [planned(Sample(SHARE, place)) for place in range(SHARE)]
    together = {key for part in parts for key in map(asking, part)}
    drawn = {asking(each) for each in planned(None) if each.name.startswith(RANDOM)}
    assert set(map(asking, planned(None))) - drawn <= together


def asking(probe: Probe) -> tuple[object, ...]:
    """What a probe asks, and in whose name."""
    return probe.family, probe.recipe, probe.fields, probe.query, probe.body, probe.wire


def test_where_a_request_has_effects_nothing_odd_is_asked() -> None:
    asked = planned(NOTHING_ODD)
    assert asked
    for probe in asked:
        assert (probe.body, probe.wire, probe.attack and probe.credential) in {
            (None, None, False),
            (None, None, Credential.WRONG),
        }
        if probe.credential is Credential.VALID:
            assert (probe.fields, probe.query) == ((), None)
    wrong = {each.name for each in asked if each.credential is Credential.WRONG}
    assert {"random-key-1", "drop-last-character", "swap-case"} <= wrong
