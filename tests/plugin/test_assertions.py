"""A plain `assert` in a family is a finding of that family, and no error of the suite."""

from __future__ import annotations

from pathlib import Path

from contracts.gate.page_reader import read_page
from contracts.gate.recheck import replay
from contracts.report.exchanges import unpack
from contracts.rye import RYE
from contracts.sandbox.server import Sandbox
from tests.judging.exchanges import CATALOGUE
from tests.support import Result, copy_suite, run_warm

SUITE = '''
import pytest

from contracts.common.success import *

pytestmark = pytest.mark.billing


@pytest.mark.family("own", order=11, observes=("success-body-schema", "valid-key-gets-200"))
def test_the_balance_is_in_euros(ask):
    """In the currency of the contract."""
    {before}
    exchange = ask("valid")
    assert b'"EUR"' in exchange.response.content, "the balance is in another currency"
'''


def run_own(tmp_path: Path, before: str = "pass", fault: str | None = None) -> Result:
    suite = copy_suite(tmp_path / "copy")
    for path in suite.glob("test_*.py"):
        path.unlink()
    (suite / "test_own.py").write_text(SUITE.format(before=before), "utf-8")
    with Sandbox(fault) as sandbox:
        target = ("--target", sandbox.url)
        return run_warm(tmp_path / "reports", *target, key=sandbox.key, suite=suite)


def test_it_is_a_finding_of_its_family(tmp_path: Path) -> None:
    result = run_own(tmp_path)
    assert result.status == 1, result.output[-3000:]
    record = result.record
    [finding] = record["findings"]
    assert (finding["requirement"], finding["families"]) == ("balance-response-schema", ["own"])
    assert finding["where"] == "test_own.py, test_the_balance_is_in_euros"
    assert finding["expected"].startswith("assert b'\"EUR\"' in exchange.response.content")
    assert finding["found"].startswith("the balance is in another currency")
    assert finding["cause"] == "an assertion of the suite"
    assert not record["circumstances"]["error"]
    assert "the balance is in another currency" in result.output
    assert "curl" in result.output
    assert result.terminal_counts()["failed"] == 1
    exchanges = unpack(read_page(result.folder / "report.html").exchanges).exchanges
    again = replay(exchanges, record, CATALOGUE, RYE)
    assert [defect.finding.slug for defect in again.defects()] == [finding["id"]]


def test_one_that_holds_is_none(tmp_path: Path) -> None:
    result = run_own(tmp_path, fault="currency-eur")
    assert result.record["findings"] == [], result.output[-3000:]
    assert result.status == 75  # two families are not all that is to be asked


def test_without_an_answer_nothing_is_asserted(tmp_path: Path) -> None:
    result = run_own(tmp_path, fault="503-always")
    assert (result.status, result.record["findings"]) == (75, []), result.output[-3000:]


def test_one_that_is_about_no_answer_is_the_suite_s_own_error(tmp_path: Path) -> None:
    result = run_own(tmp_path, before="assert not ask.family")
    assert result.status == 3, result.output[-3000:]
    assert "AssertionError in test_the_balance_is_in_euros" in result.output
