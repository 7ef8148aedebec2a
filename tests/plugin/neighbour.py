"""A plugin for pytest that does what others do to items, or fails where others may.

`-p tests.plugin.neighbour --neighbour WHAT`
"""

from __future__ import annotations

import threading

import pytest
from _pytest.runner import runtestprotocol


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--neighbour", default="")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    what = config.option.neighbour
    if what == "twice":
        items += list(items)
    for item in items:
        if what == "wrapped" and isinstance(item, pytest.Function):
            item.obj = lambda **_: None


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    what = item.config.option.neighbour
    if what == "threads":
        thread = threading.Thread(target=runtestprotocol, args=(item,), kwargs={"nextitem": item})
        thread.start()
        thread.join()
        return True
    if what == "again":  # as pytest-rerunfailures and pytest-retry do
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        if any(report.failed for report in reports):
            for report in reports:
                report.outcome = "retried" if report.failed else report.outcome
                item.ihook.pytest_runtest_logreport(report=report)
            item._initrequest()
            reports = runtestprotocol(item, log=False, nextitem=nextitem)
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        return True
    return None


def _fail(config: pytest.Config, hook: str) -> None:
    if config.option.neighbour == hook:
        raise OSError(28, "No space left on device")


def pytest_sessionfinish(session: pytest.Session) -> None:
    _fail(session.config, "sessionfinish")
    if session.config.option.neighbour == "status":
        session.exitstatus = 0


def pytest_html_results_summary(session: pytest.Session) -> None:
    _fail(session.config, "html_results_summary")


def pytest_terminal_summary(config: pytest.Config) -> None:
    _fail(config, "terminal_summary")


def pytest_unconfigure(config: pytest.Config) -> None:
    _fail(config, "unconfigure")
