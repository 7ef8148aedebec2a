"""The first item's set-up asks for all; the others find its answers there, or its trouble."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.plugin.asking import Asking
from contracts.plugin.reported import Reported
from contracts.run.settings import PROFILES
from tests.report.scripted import answering, conforming, run_with

ItemOf = Callable[[str, Callable[[], None]], pytest.Function]
BROKEN = answering('{"drawdownEnabled":true}')


@pytest.fixture
def item_of(request: pytest.FixtureRequest) -> ItemOf:
    """Makes items of families that are functions of a test's."""

    def made(family: str, ask: Callable[..., None]) -> pytest.Function:
        parent = request.node.parent
        item = pytest.Function.from_parent(parent, name=f"test_{family}", callobj=ask)
        item.add_marker(pytest.mark.family(family, observes=()))
        return item

    return made


def asking(
    *items: pytest.Item, told: list[str] | None = None, most_red: int = 0, answer=conforming
) -> Asking:
    run, on_error = run_with(answer), ([] if told is None else told).append
    profile = PROFILES["default"]
    return Asking(run, Reported(run), items, profile, 7, most_red, None, on_error)


def test_the_first_item_calls_each_family_once(item_of: ItemOf) -> None:
    calls: list[str] = []
    items = [
        item_of(family, lambda name=family: calls.append(name))
        for family in ("one", "one", "other")
    ]
    stage = asking(*items)
    stage.pytest_runtest_setup(items[0])
    assert calls == ["one", "other"]
    for item in items[1:]:
        stage.pytest_runtest_setup(item)
    assert calls == ["one", "other"]


def test_a_family_with_fixtures_of_its_own_waits_for_its_own_set_up(item_of: ItemOf) -> None:
    calls: list[str] = []
    own = item_of("own", lambda tmp_path: calls.append(f"own {tmp_path}"))
    other = item_of("other", lambda: calls.append("other"))
    stage = asking(other, own)
    stage.pytest_runtest_setup(other)
    assert calls == ["other"]
    own.funcargs["tmp_path"] = "here"
    stage.pytest_runtest_setup(own)
    assert calls == ["other", "own here"]


def test_trouble_in_asking_is_the_trouble_of_each_item_and_told_once(item_of: ItemOf) -> None:
    told: list[str] = []
    calls: list[int] = []

    def ask() -> None:
        calls.append(1)
        raise LookupError("a mistake")

    items = [item_of("one", ask), item_of("one", ask)]
    stage = asking(*items, told=told)
    for item in items:
        with pytest.raises(LookupError, match="a mistake"):
            stage.pytest_runtest_setup(item)
    assert told == ["LookupError in test_one"]
    assert calls == [1]


def test_the_run_is_finished_when_the_last_family_has_asked(
    item_of: ItemOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    items = [item_of(family, lambda name=family: order.append(name)) for family in ("one", "other")]
    stage = asking(*items)
    monkeypatch.setattr(stage._run, "finish", lambda family: order.append(f"finish {family}"))
    for item in items:
        stage.pytest_runtest_setup(item)
    assert order == ["one", "other", "finish other"]


@pytest.mark.parametrize(
    ("most_red", "asked"), [(0, ["one", "other"]), (1, ["one"]), (2, ["one", "other"])]
)
def test_where_pytest_stops_at_the_first_failures_no_more_is_asked(
    item_of: ItemOf, most_red: int, asked: list[str]
) -> None:
    calls: list[str] = []
    items = [item_of(family, lambda name=family: calls.append(name)) for family in ("one", "other")]
    stage = asking(*items, most_red=most_red, answer=BROKEN)
    assert len(stage._run.defects()) == 1
    stage.pytest_runtest_setup(items[0])
    assert calls == asked


def test_other_tests_ask_nothing(request: pytest.FixtureRequest) -> None:
    item = pytest.Function.from_parent(
        request.node.parent, name="test_plain", callobj=lambda: pytest.fail("it was called")
    )
    asking(item).pytest_runtest_setup(item)
