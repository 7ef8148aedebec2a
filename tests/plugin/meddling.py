"""A pytest plugin that leaves out a part of a run without telling anybody, as several do.

`-p tests.plugin.meddling --meddle HOW`
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FAMILY = "test_a_nearly_right_key_is_refused"
"""A test whose items are left out where it is not all of them."""

HOW: dict[str, Callable[[], object]] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--meddle", choices=sorted(HOW))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(HOW[config.option.meddle]())


def way(cls: type) -> type:
    HOW[cls.__name__] = cls
    return cls


@way
class SkipsAllInSetup:
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        pytest.skip("quarantined")


@way
class SkipsOneFamilyInSetup:
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if FAMILY in item.nodeid:
            pytest.skip("quarantined")


@way
class MarksOneItem:
    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        next(item for item in items if FAMILY in item.nodeid).add_marker("skip")


@way
class ExpectsAFailureUnrun:
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[0].add_marker(pytest.mark.xfail(run=False))


@way
class DropsOneItemSilently:
    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.remove(next(item for item in items if FAMILY in item.nodeid))


@way
class DropsAFamilySilently:
    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if FAMILY not in item.nodeid]


@way
class DropsLate:
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        del session.items[20:]


@way
class StopsEarly:
    def pytest_runtest_logfinish(self) -> None:
        self.session.shouldstop = "enough"

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self.session = session


@way
class RunsItemsElsewhere:
    """As pytest-forked does: what a child process asks, the parent does not see."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool:
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for when in ("setup", "call", "teardown"):
            report = pytest.TestReport(
                item.nodeid, item.location, {}, "passed", None, when, start=0, stop=0
            )
            item.ihook.pytest_runtest_logreport(report=report)
        return True


@way
class CallsItselfOnce:
    def __init__(self) -> None:
        self.called = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: Any) -> Any:
        if not self.called:
            self.called = True
            item.runtest = lambda: None
        return (yield)
