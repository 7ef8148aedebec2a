"""The checks that an operation's folder brings along."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.document.catalogue import Catalogue, CatalogueError
from contracts.gate.judge_again import judge_again
from contracts.gate.recheck import replay
from contracts.judging.checks.own import own_checks
from contracts.judging.judge import Judge
from contracts.rye import RYE
from tests.judging.exchanges import GOOD, answer, exchange
from tests.support import ROOT, copy_suite, run_warm


def write(folder: Path, text: str) -> Path:
    (folder / "checks.py").write_text(text, "utf-8")
    return folder


def test_a_folder_without_checks_adds_none(tmp_path: Path) -> None:
    found = own_checks(tmp_path)
    assert (found.checks, found.sequence) == ({}, {})


def test_the_currency_is_a_check_of_the_balance_alone() -> None:
    assert set(own_checks(ROOT / "contracts" / "billing").checks) == {"currency-is-iso-4217"}


def test_two_folders_have_checks_of_their_own(tmp_path: Path) -> None:
    text = "CHECKS = {{'{0}': lambda reading: ()}}"
    names = ("first", "second")
    for name in names:
        (tmp_path / name).mkdir()
        write(tmp_path / name, text.format(name))
    assert [list(own_checks(tmp_path / name).checks) for name in names] == [["first"], ["second"]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("raise RuntimeError('no')", "can't be imported (RuntimeError: no)"),
        ("def (", "can't be imported (SyntaxError"),
        ("check = 1", "expected the tables CHECKS or SEQUENCE_CHECKS, found none"),
        ("CHECKS = ['a']", "expected the tables CHECKS or SEQUENCE_CHECKS, found none"),
    ],
)
def test_unusable_checks_say_so(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        own_checks(write(tmp_path, text))
    assert words in str(caught.value)
    assert "checks.py" in str(caught.value)


def test_a_judge_takes_the_checks_of_its_operation(tmp_path: Path) -> None:
    suite = copy_suite(tmp_path)
    write(suite, "SEQUENCE_CHECKS = {'currency-is-iso-4217': lambda readings: ((), ())}")
    judge = Judge(Catalogue.load(suite / "requirements.toml"))
    assert "currency-is-iso-4217" in judge.spanning
    assert judge.judge_sequence([])["currency-is-iso-4217"] == ([], [])


def test_gate_and_recheck_judge_by_them_too(tmp_path: Path) -> None:
    suite = copy_suite(tmp_path)
    write(
        suite,
        "from contracts.judging.checks.registry import finding\n"
        "def wrong(reading):\n"
        "    return [finding(reading, 'currency-is-iso-4217', '', 'another', 'this')]\n"
        "def spanning(readings):\n"
        "    return readings, [finding(readings[0], 'body-is-json', '', 'another', 'this')]\n"
        "CHECKS = {'currency-is-iso-4217': wrong}\n"
        "SEQUENCE_CHECKS = {'body-is-json': spanning}\n",
    )
    catalogue = Catalogue.load(suite / "requirements.toml")
    exchanges = [exchange(answer(200, GOOD))]
    account = judge_again(exchanges, catalogue)
    record = {
        "target": {"url": "http://x"},
        "fail_on_warning": False,
        "started": "2026-11-01T00:00:00.000+00:00",
        "finished": "2026-11-01T00:00:01.000+00:00",
        "waivers": [],
        "troubles": [],
        "findings": [],
        "requirements": [],
        "circumstances": dict.fromkeys(
            ("stopped", "deselected", "interrupted", "crashed", "error", "sampled"), None
        ),
    }
    run = replay(exchanges, record, catalogue, RYE)
    for ledger in (account.ledger, run.ledger):
        broken = {defect.finding.requirement for defect in ledger.defects}
        assert {"currency-is-iso-4217", "body-is-json"} <= broken


def test_a_report_by_other_checks_is_by_other_requirements(tmp_path: Path) -> None:
    suite = copy_suite(tmp_path)
    before = Catalogue.load(suite / "requirements.toml").sha256
    with (suite / "checks.py").open("a") as file:
        file.write("# touched\n")
    assert Catalogue.load(suite / "requirements.toml").sha256 != before


def test_a_run_says_that_checks_are_unusable(tmp_path: Path) -> None:
    suite = copy_suite(tmp_path / "copy")
    write(suite, "raise RuntimeError('broken')")
    result = run_warm(tmp_path / "reports", suite=suite)
    assert result.status == 4
    assert "checks.py: can't be imported (RuntimeError: broken)" in result.output
