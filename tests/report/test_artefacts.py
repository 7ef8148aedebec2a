"""The artefacts: whole or not at all, and none that shows a secret."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from contracts.gate.decide import decide
from contracts.gate.recheck import replay
from contracts.http.target import SettingsError, Target
from contracts.redaction import Redactor
from contracts.report.artefacts import Artefacts
from contracts.report.facts import RunFacts
from contracts.report.page.html import closing, opening
from contracts.report.record import embed, packed_evidence
from contracts.report.running import write_note
from contracts.report.sign import read_seal
from contracts.run.run import Run
from contracts.run.verdict import Verdict
from contracts.rye import RYE
from contracts.sandbox.server import Sandbox
from tests.gate.forgeries import BROKEN
from tests.gate.forgery import CATALOGUE, KEY, Report
from tests.support import ROOT, end_of, environment, key_of, start_suite

NAMES = {"report.html", "verdict.json", "junit.xml"}
SIGNING_KEY = "a signing key that only CI knows"


def configuration(**options: object) -> SimpleNamespace:
    given = {"htmlpath": None, "xmlpath": None, "self_contained_html": False} | options
    return SimpleNamespace(option=SimpleNamespace(**given))


def prepared(folder: Path, **options: object) -> tuple[Artefacts, Path, Path]:
    """Artefacts of a run that has begun, and where pytest's reporters write."""
    artefacts, config = Artefacts(folder), configuration(**options)
    artefacts.prepare(config)
    return artefacts, Path(config.option.htmlpath), Path(config.option.xmlpath)


def finished(fault: str | None = None, *, leaking: bool = False) -> tuple[Run, RunFacts]:
    """A run at its end, made of what was recorded."""
    report = Report.of(fault)
    exchanges = report.exchanges
    if leaking:
        line = b"\r\nX-Echo: " + KEY.encode() + b"\r\n"
        received = exchanges[0].received.replace(b"\r\n", line, 1)
        exchanges = [replace(exchanges[0], received=received), *exchanges[1:]]
    run = replay(exchanges, report.record, CATALOGUE, RYE)
    target = Target(report.record["target"]["name"], report.record["target"]["url"], key_of(KEY))
    facts = RunFacts(CATALOGUE, target, "default", 300, 1, datetime.now(UTC), datetime.now(UTC))
    verdict, _ = run.conclude()
    return run, replace(
        facts, verdict=verdict, complete=True, exit_status=0 if verdict is Verdict.PASS else 1
    )


def write_page(path: Path, run: Run, facts: RunFacts, words: str = "") -> None:
    own = f"{opening()}{embed(run, facts)}{closing()}"
    path.write_text(f"<!DOCTYPE html><html><head></head><body>{own}{words}</body></html>")


def publish(folder: Path, fault: str | None = None, *, where: str = "") -> list[str]:
    """Publish a run that would show the key at one place."""
    run, facts = finished(fault, leaking=where == "exchanges")
    artefacts, page, junit = prepared(folder)
    write_page(page, run, facts, KEY if where == "page" else "")
    junit.write_text(f"<testsuites>{KEY if where == 'junit' else ''}</testsuites>")
    return artefacts.publish(run, facts, Redactor.for_key(key_of(KEY)))


def test_a_run_publishes_its_files_and_leaves_nothing_else(tmp_path: Path) -> None:
    assert publish(tmp_path) == []
    assert {path.name for path in tmp_path.iterdir()} == NAMES
    seal = read_seal((tmp_path / "report.html").read_bytes())
    assert seal is not None
    assert seal.unbroken


@pytest.mark.parametrize("where", ["page", "junit", "exchanges"])
def test_what_would_show_the_key_is_withheld_and_the_run_is_an_error(
    where: str, tmp_path: Path
) -> None:
    withheld = publish(tmp_path, where=where)
    culprit = "junit.xml" if where == "junit" else "report.html"
    assert any(
        words.startswith(f"{culprit} was withheld: it would have shown") for words in withheld
    )
    left = {path.name for path in tmp_path.iterdir()}
    assert "report.html" not in left, "it calls the run a pass"
    assert culprit not in left
    record = json.loads((tmp_path / "verdict.json").read_bytes())
    assert (record["verdict"], record["exit_status"], record["complete"]) == ("error", 3, False)
    assert culprit in record["reason"]
    assert all(KEY[20:30] not in path.read_text() for path in tmp_path.iterdir())


def test_packed_evidence_that_reads_like_a_key_by_chance_withholds_nothing(
    tmp_path: Path,
) -> None:
    run, facts = finished()
    drawn = max(re.findall(r"[A-Za-z0-9]{12,}", packed_evidence(run, facts)), key=len)
    artefacts, page, _ = prepared(tmp_path)
    write_page(page, run, facts)
    assert drawn in page.read_text()
    assert artefacts.publish(run, facts, Redactor.for_key(key_of(f"RYE/staging-{drawn}"))) == []


def test_a_failure_stays_a_failure_when_something_is_withheld(tmp_path: Path) -> None:
    withheld = publish(tmp_path, BROKEN, where="junit")
    assert len(withheld) == 1
    assert {path.name for path in tmp_path.iterdir()} == NAMES - {"junit.xml"}
    assert json.loads((tmp_path / "verdict.json").read_bytes())["verdict"] == "fail"


def test_a_record_that_breaks_its_schema_is_withheld_with_the_page(tmp_path: Path) -> None:
    run, facts = finished()
    facts = replace(facts, target=replace(facts.target, base_url="nowhere"))
    artefacts, page, _ = prepared(tmp_path)
    write_page(page, run, facts)
    withheld = artefacts.publish(run, facts, Redactor.for_key(key_of(KEY)))
    assert any("verdict.json was withheld: it would not match its schema" in w for w in withheld)
    assert list(tmp_path.iterdir()) == []


def test_the_signature_of_a_page_is_made_with_the_key(tmp_path: Path) -> None:
    run, facts = finished()
    artefacts, page, _ = prepared(tmp_path)
    write_page(page, run, facts)
    artefacts.publish(run, facts, Redactor.for_key(key_of(KEY)), SIGNING_KEY)
    seal = read_seal((tmp_path / "report.html").read_bytes())
    assert seal is not None
    assert seal.signed_with(SIGNING_KEY)


def test_old_artefacts_go_when_a_run_begins(tmp_path: Path) -> None:
    wanted = tmp_path / "wanted" / "my.html"
    wanted.parent.mkdir()
    for path in [wanted, *(tmp_path / name for name in NAMES)]:
        path.write_text("green")
    (tmp_path / "notes.txt").write_text("somebody's own")
    artefacts, page, _ = prepared(tmp_path, htmlpath=str(wanted))
    assert wanted.exists()
    assert {p.name for p in tmp_path.iterdir()} >= NAMES, "it has not begun"
    run, facts = finished()
    artefacts.begin(facts.started)
    assert not wanted.exists()
    assert {p.name for p in tmp_path.iterdir()} == {
        "notes.txt",
        "wanted",
        "running.json",
        page.parent.name,
    }
    write_page(page, run, facts)
    artefacts.publish(run, facts, Redactor.for_key(key_of(KEY)))
    assert wanted.read_bytes() == (tmp_path / "report.html").read_bytes()
    assert [p.name for p in wanted.parent.iterdir()] == ["my.html"]
    assert not (tmp_path / "running.json").exists()


@pytest.mark.parametrize("kept", ["", "page", "later"])
def test_the_note_of_a_run_goes_with_its_own_report_alone(kept: str, tmp_path: Path) -> None:
    run, facts = finished()
    artefacts, page, _ = prepared(tmp_path)
    artefacts.begin(facts.started)
    if kept == "later":
        write_note(tmp_path, page.parent, facts.started + timedelta(seconds=1))
    write_page(page, run, facts, KEY if kept == "page" else "")
    artefacts.publish(run, facts, Redactor.for_key(key_of(KEY)))
    assert (tmp_path / "report.html").exists() is (kept != "page")
    assert (tmp_path / "running.json").exists() is bool(kept)


def test_what_killed_runs_left_behind_goes_after_a_day(tmp_path: Path) -> None:
    old, young = tmp_path / ".writing-old", tmp_path / ".writing-young"
    for folder in (old, young):
        folder.mkdir()
        (folder / "report.html").write_text("half")
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    prepared(tmp_path)[0].begin(datetime.now(UTC))
    assert not old.exists()
    assert young.is_dir()


def test_a_second_run_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    """A run that lives holds its lock, however old its folder is; a killed one does not."""
    command = (
        "import pathlib, sys, time; from tests.report.test_artefacts import prepared;"
        "held = prepared(pathlib.Path(sys.argv[1])); print(held[1].parent, flush=True);"
        "time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", command, str(tmp_path)],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        yesterday = time.time() - 25 * 3600
        os.utime(left, (yesterday, yesterday))
        second, _, _ = prepared(tmp_path)
        with pytest.raises(SettingsError, match="another run still writes its report"):
            second.begin(datetime.now(UTC))
        second.withdraw()
        assert left.is_dir()
        process.kill()
    prepared(tmp_path)[0].begin(datetime.now(UTC))
    assert not left.exists()


def test_a_run_that_is_withdrawn_publishes_nothing(tmp_path: Path) -> None:
    artefacts, page, _ = prepared(tmp_path)
    page.write_text("half")
    artefacts.withdraw()
    assert list(tmp_path.iterdir()) == []


def test_the_folders_that_were_made_go_with_a_run_that_is_withdrawn(tmp_path: Path) -> None:
    artefacts, _, _ = prepared(tmp_path / "new" / "reports")
    artefacts.withdraw()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_not_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"--report-dir .* can't be written .* choose another"):
        prepared(tmp_path / "file" / "reports")


def test_a_killed_run_leaves_no_report_of_an_earlier_one(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).write_text("green")
    with Sandbox("drips", key=KEY) as sandbox:
        env = environment(**{RYE.key_variable: KEY})
        with start_suite(tmp_path, "--target", sandbox.url, env=env) as process:
            while not sandbox.log and process.poll() is None:
                time.sleep(0.05)
            process.send_signal(signal.SIGKILL)
    assert sandbox.log
    assert not {path.name for path in tmp_path.iterdir()} & NAMES
    decision = decide(tmp_path / "report.html", Report.of().demand())
    assert decision.code == "missing"
    assert re.search(r": a run began at 20\S+ and has left no report\.$", decision.reason)


def test_two_runs_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    with Sandbox(BROKEN, key=KEY) as sandbox:
        env = environment(**{RYE.key_variable: KEY})
        runs = [
            start_suite(tmp_path / "first", "--target", "sandbox", env=environment()),
            start_suite(tmp_path / "second", "--target", sandbox.url, env=env),
        ]
        first, second = (end_of(run, tmp_path) for run in runs)
    assert (first.status, second.status) == (0, 1), first.output + second.output
    for folder, verdict in (("first", "pass"), ("second", "fail")):
        assert {path.name for path in (tmp_path / folder).iterdir()} >= NAMES
        record = json.loads((tmp_path / folder / "verdict.json").read_bytes())
        assert record["verdict"] == verdict
