"""The recheck: a report beside what its own exchanges show, judged with both oracles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.cli.recheck import main
from contracts.gate.recheck import Comparison, UnreadableError, recheck
from contracts.report.record import SCHEMA_VERSION
from contracts.rye import RYE
from tests.gate.forgeries import BROKEN, DOWN, MUST, REFUSED, acquit
from tests.gate.forgery import CATALOGUE, Report


def compared(report: Report, folder: Path) -> Comparison:
    path = folder / "report.html"
    path.write_bytes(report.page())
    return recheck(path, lambda _: CATALOGUE, RYE)


SOUND = [None, BROKEN, REFUSED, DOWN, "200-balance-missing", "401-without-challenge"]


@pytest.mark.parametrize("fault", [*SOUND, "503-one-in-50", "closes-amid-answer-one-in-20"])
def test_a_true_report_states_what_its_exchanges_show(fault: str | None, tmp_path: Path) -> None:
    comparison = compared(Report.of(fault), tmp_path)
    differing = [row for row in comparison.rows if not row.same]
    assert (differing, comparison.gone, comparison.new, comparison.remarks) == ([], (), (), ())
    assert comparison.same


def test_a_deselected_run_is_no_difference(tmp_path: Path) -> None:
    comparison = compared(Report.of(None, "-k", "reads_its_balance"), tmp_path)
    assert [row for row in comparison.rows if not row.same] == []
    assert comparison.same


def test_an_acquitted_run_is_found_out(tmp_path: Path) -> None:
    report = Report.of(BROKEN)
    findings = {finding["id"] for finding in report.record["findings"]}
    acquit(report)
    comparison = compared(report, tmp_path)
    assert (comparison.stated, comparison.found) == ("pass", "fail")
    assert set(comparison.new) == findings
    assert not comparison.same


def test_a_made_up_finding_is_found_out(tmp_path: Path) -> None:
    report = Report.of()
    made_up = Report.of(BROKEN).record["findings"][0]
    report.record["findings"] = [made_up]
    comparison = compared(report, tmp_path)
    assert comparison.gone == (made_up["id"],)
    assert not comparison.same


def test_a_warning_taken_out_is_found_out(tmp_path: Path) -> None:
    report = Report.of("401-without-challenge")
    acquit(report)
    comparison = compared(report, tmp_path)
    row = next(row for row in comparison.rows if row.id == "challenge-on-401")
    assert (row.stated.verdict, row.found.verdict) == ("pass", "warn")


@pytest.mark.parametrize(
    ("change", "remark"),
    [
        ({"spec_sha256": "0" * 64}, "another document"),
        ({"catalogue_sha256": "0" * 64}, "other requirements"),
        ({"requests": 1}, "1 requests were sent"),
        (
            {"evidence": {"exchanges": 1, "sha256": "0" * 64, "cut": 0, "marked": 0}},
            "not those of the record",
        ),
    ],
)
def test_what_else_differs_is_said(change: dict, remark: str, tmp_path: Path) -> None:
    report = Report.of()
    report.record.update(change)
    comparison = compared(report, tmp_path)
    assert any(remark in words for words in comparison.remarks)
    assert not comparison.same


def test_what_is_no_report_can_not_be_judged_again(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("<!doctype html><html></html>")
    with pytest.raises(UnreadableError):
        recheck(path, lambda _: CATALOGUE, RYE)
    report = Report.of()
    report.packed = "?"
    path.write_bytes(report.page())
    with pytest.raises(UnreadableError):
        recheck(path, lambda _: CATALOGUE, RYE)


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (1, "schema version 1, and this suite reads {}: an older suite wrote it, which is"),
        (99, "schema version 99, and this suite reads {}: a newer suite wrote it, which is"),
        ("1", "no schema version, and this suite reads {}"),
    ],
)
def test_a_report_of_another_version_is_refused_in_one_sentence(
    version: object, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = Report.of()
    report.record["schema_version"] = version
    with pytest.raises(UnreadableError, match=words.format(SCHEMA_VERSION)):
        compared(report, tmp_path)
    path = tmp_path / "report.html"
    path.write_bytes(report.page())
    with pytest.raises(SystemExit, match="4"):
        main([str(path)])
    said = capsys.readouterr().err
    assert said.startswith(f"contracts recheck: {path}: The record has ")
    assert said.count("\n") == 1


def test_the_command_prints_both_accounts(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / "report.html"
    report = Report.of()
    path.write_bytes(report.page())
    assert main([str(path)]) == 0
    output = capsys.readouterr().out
    assert MUST in output
    assert "the same: the report's verdict is pass" in output
    assert "≠" not in output
    acquitted = Report.of(BROKEN)
    acquit(acquitted)
    path.write_bytes(acquitted.page())
    assert main([str(path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["same"], told["stated"], told["found"]) == (False, "pass", "fail")
    assert any(not row["same"] for row in told["rows"])
    path.write_text("nothing")
    with pytest.raises(SystemExit) as ended:
        main([str(path)])
    assert ended.value.code == 4
