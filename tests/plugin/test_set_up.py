"""A family's first item asks in its set-up; the others find its answers there, or its trouble."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.plugin.asking import Asking
from contracts.plugin.reported import Reported
from tests.report.scripted import conforming, run_with

ItemOf = Callable[[str, Callable[[], None]], pytest.Function]


@pytest.fixture
def item_of(request: pytest.FixtureRequest) -> ItemOf:
    """Makes items of families that are functions of a test's."""

    def made(family: str, ask: Callable[[], None]) -> pytest.Function:
        parent = request.node.parent
        item = pytest.Function.from_parent(parent, name=f"test_{family}", callobj=ask)
        item.add_marker(pytest.mark.family(family, observes=()))
        return item

    return made


def asking(told: list[str], last: str = "none of these") -> Asking:
    run = run_with(conforming)
    return Asking(run, Reported(run), 7, last, None, told.append)


def test_a_family_is_asked_once(item_of: ItemOf) -> None:
    calls: list[str] = []
    stage = asking([])
    for family in ("one", "one", "other"):
        stage.pytest_runtest_setup(item_of(family, lambda name=family: calls.append(name)))
    assert calls == ["one", "other"]


def test_trouble_in_asking_is_the_trouble_of_each_item_and_told_once(item_of: ItemOf) -> None:
    told: list[str] = []
    calls: list[int] = []

    def ask() -> None:
        calls.append(1)
        raise LookupError("a mistake")

    stage = asking(told)
    for _ in range(2):
        with pytest.raises(LookupError, match="a mistake"):
            stage.pytest_runtest_setup(item_of("one", ask))
    assert told == ["LookupError in test_one"]
    assert calls == [1]


def test_the_run_is_finished_when_the_last_family_has_asked(
    item_of: ItemOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    stage = asking([], last="other")
    monkeypatch.setattr(stage._run, "finish", lambda family: order.append(f"finish {family}"))
    for family in ("one", "other", "other"):
        stage.pytest_runtest_setup(item_of(family, lambda name=family: order.append(name)))
    assert order == ["one", "other", "finish other"]


def test_other_tests_ask_nothing(request: pytest.FixtureRequest) -> None:
    item = pytest.Function.from_parent(
        request.node.parent, name="test_plain", callobj=lambda: pytest.fail("it was called")
    )
    asking([]).pytest_runtest_setup(item)
