"""Where everything is installed, no test may skip; broad tests are sampled or run in full."""

from __future__ import annotations

import os
import sys

import pytest

from tests.sampling import BROAD, REST, VARIABLE, is_whole, sample

BROWSER = {
    f"tests/report/test_{name}.py"
    for name in ("browser", "exchange_list", "first_screen", "page_policy")
}
"""Files that share a browser and the reports that are made for it: one worker runs them all."""

# The tests start hundreds of processes: with this variable set, each would compile the suite again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_configure(config):
    config.option.loadscopereorder = False  # the order below holds: what takes long begins early


@pytest.hookimpl(optionalhook=True)  # of xdist
def pytest_xdist_make_scheduler(config, log):
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            path = super()._split_scope(nodeid)
            return "browser" if path in BROWSER else path

    return Scheduling(config, log)


@pytest.hookimpl(trylast=True)  # after -k and -m, so that a case that was named is kept
def pytest_collection_modifyitems(config, items):
    items.sort(key=lambda item: item.nodeid.partition("::")[0] not in BROAD)
    running, left = sample(items)
    if os.environ.get(VARIABLE) == REST:
        running, left = left, running
    elif is_whole():
        return
    items[:] = running
    config.hook.pytest_deselected(items=left)


def pytest_report_header():
    return [] if is_whole() else f"broad tests: a sample; {VARIABLE}=all runs the whole"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and os.environ.get("CONTRACTS_NO_SKIP") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may skip: {report.longrepr}"
    return report
