"""Where everything is installed, no test may skip; broad tests are sampled or run in full."""

from __future__ import annotations

import os

import pytest

from tests.sampling import VARIABLE, is_whole, sample


@pytest.hookimpl(trylast=True)  # after -k and -m, so that a case that was named is kept
def pytest_collection_modifyitems(config, items):
    if is_whole():
        return
    items[:], left = sample(items)
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
