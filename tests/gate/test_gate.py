"""The gate: what it releases, and everything that it holds, each for its own reason."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.gate import write_again
from contracts.gate.decide import Choice, Decision, decide
from contracts.report.record import SCHEMA_VERSION
from tests.gate import (
    claim_forgeries,
    forged_coverage,
    forged_evidence,
    json_forgeries,
    page_forgeries,
    table_forgeries,
)
from tests.gate.forgeries import DOWN, FORGERIES, REFUSED
from tests.gate.forgery import ROOT, Report, files_of
from tests.support import environment

LISTED_TOO = (
    claim_forgeries,
    forged_coverage,
    forged_evidence,
    page_forgeries,
    table_forgeries,
    json_forgeries,
)
SIGNING_KEY = "a signing key that only CI knows"


def judged(octets: bytes, folder: Path, demand) -> Decision:
    path = folder / "report.html"
    path.write_bytes(octets)
    return decide(path, demand)


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_stale_or_broken_report_is_held(name: str, tmp_path: Path) -> None:
    code, of, forge = FORGERIES[name]
    report = Report.of(of)
    demand = report.demand()
    octets = forge(report)
    decision = judged(report.page() if octets is None else octets, tmp_path, demand)
    assert (decision.decision, decision.code, decision.exit_status) == (Choice.HOLD, code, 1)
    assert decision.reason.endswith(".")
    assert decision.reason.isprintable()


@pytest.mark.parametrize(
    "name", ["sandbox", "staging", "http://127.0.0.1:9", "https://api.rye.com"]
)
def test_a_report_about_another_target_is_held(name: str, tmp_path: Path) -> None:
    report = Report.of()
    decision = judged(report.page(), tmp_path, report.demand(target=name))
    assert (decision.decision, decision.code) == (Choice.HOLD, "target")


def test_a_page_that_advises_otherwise_than_its_record_is_held(tmp_path: Path) -> None:
    report = Report.of()
    text = report.text.replace('<span class="advice">Ask again<', '<span class="advice">Release<')
    assert text != report.text
    report.text = text
    decision = judged(report.page(), tmp_path, report.demand())
    assert (decision.decision, decision.code) == (Choice.HOLD, "page")
    assert decision.reason.startswith("The page reads “Release<")


def test_a_missing_and_an_unreadable_file_are_held(tmp_path: Path) -> None:
    demand = Report.of().demand()
    assert decide(tmp_path / "none.html", demand).code == "missing"
    assert decide(tmp_path, demand).code == "unreadable"
    huge = tmp_path / "huge.html"
    with huge.open("wb") as file:
        file.truncate(1 << 30)
    assert decide(huge, demand).code == "too-large"


@pytest.mark.parametrize(("version", "age"), [(2, "an older"), (99, "a newer")])
def test_a_report_of_another_version_is_held_in_one_sentence(
    version: int, age: str, tmp_path: Path
) -> None:
    report = Report.of()
    report.record["schema_version"] = version
    decision = judged(report.page(), tmp_path, report.demand())
    assert (decision.decision, decision.code) == (Choice.HOLD, "schema-version")
    assert decision.reason == (
        f"{tmp_path / 'report.html'}: "
        f"The record has schema version {version}, and this suite reads {SCHEMA_VERSION}: "
        f"{age} suite wrote it, which is the one to read it."
    )


NOTES = {
    "later": ('{{"started": "{0}"}}', "newer-run"),
    "its own": ('{{"started": "{1}"}}', "pass"),
    "no JSON": ("{{", "newer-run"),
    "no time": ('{{"started": 7}}', "newer-run"),
    "no zone": ('{{"started": "2026-01-01T00:00:00"}}', "newer-run"),
}


@pytest.mark.parametrize("name", NOTES)
def test_a_report_beside_the_note_of_a_later_run_is_held(name: str, tmp_path: Path) -> None:
    note, code = NOTES[name]
    report = Report.of()
    started, finished = report.record["started"], report.record["finished"]
    (tmp_path / "running.json").write_text(note.format(finished, started))
    decision = judged(report.page(), tmp_path, report.demand())
    assert decision.code == code, decision
    if name == "later":
        began = f"{finished[:19]}{finished[23:]}"
        assert decision.reason == (
            f"A run began at {began} and has left no report: this one is of a run before it."
        )


def test_a_link_hides_no_note(tmp_path: Path) -> None:
    report = Report.of()
    folder, link = tmp_path / "reports", tmp_path / "elsewhere.html"
    folder.mkdir()
    link.symlink_to(folder / "report.html")
    assert judged(report.page(), folder, report.demand()).code == "pass"
    assert decide(link, report.demand()).code == "pass"
    (folder / "running.json").write_text(json.dumps({"started": report.record["finished"]}))
    assert decide(link, report.demand()).code == "newer-run"


@pytest.mark.parametrize("key", [None, SIGNING_KEY])
def test_a_sound_report_of_a_passing_run_releases(key: str | None, tmp_path: Path) -> None:
    report = Report.of()
    page = files_of(None)["report.html"] if key is None else report.page(key=key)
    decision = judged(page, tmp_path, report.demand(sign_key=key))
    assert (decision.decision, decision.code, decision.exit_status) == (Choice.RELEASE, "pass", 0)
    assert decision.signed is (key is not None)
    assert decision.requests == len(report.exchanges)


@pytest.mark.parametrize("key", [None, SIGNING_KEY, "the key of somebody else"])
def test_what_is_not_recorded_whole_releases_by_signature_alone(
    key: str | None, tmp_path: Path
) -> None:
    report = Report.of()
    long = report.exchanges[7] = replace(
        report.exchanges[7], received=report.exchanges[7].received + b" " * 100_000
    )
    long.cut()
    report.repack()
    assert report.record["evidence"]["cut"] == 1
    page, demand = report.page(key=SIGNING_KEY), report.demand(sign_key=key)
    decision = judged(page, tmp_path, demand)
    expected = {None: "evidence-cut", SIGNING_KEY: "pass"}.get(key, "signature")
    assert decision.code == expected, decision
    if key is None:
        assert decision.reason == (
            "The target sent so much that 1 exchange is not recorded whole, "
            "and only a signed report releases then."
        )
    report.record["evidence"]["cut"] = 0
    assert judged(report.page(key=key), tmp_path, demand).code == "evidence-cut"


def test_a_report_of_a_run_with_warnings_releases_and_names_them(tmp_path: Path) -> None:
    report = Report.of("401-without-challenge")
    decision = judged(report.page(), tmp_path, report.demand())
    assert decision.exit_status == 0, decision
    assert decision.warnings == ("challenge-on-401",)
    assert "1 warning" in decision.reason


@pytest.mark.parametrize("fault", [REFUSED, DOWN])
def test_a_sound_report_of_an_inconclusive_run_is_neither(fault: str, tmp_path: Path) -> None:
    report = Report.of(fault)
    decision = judged(report.page(), tmp_path, report.demand())
    assert (decision.decision, decision.exit_status) == (Choice.INCONCLUSIVE, 75), decision


def test_putting_a_report_together_again_changes_nothing() -> None:
    assert Report.of().page() == files_of(None)["report.html"]


@pytest.mark.parametrize(("own", "told"), [("9.9", "9.9"), ("", "none")])
def test_an_unsigned_page_of_another_pytest_html_is_held_in_one_sentence(
    own: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Report.of()
    monkeypatch.setattr(write_again, "installed", lambda: own)
    decision = judged(report.page(), tmp_path, report.demand())
    assert (decision.decision, decision.code) == (Choice.HOLD, "version")
    wrote = report.record["versions"]["pytest-html"]
    assert decision.reason == (
        f"pytest-html {wrote} wrote the page, and the gate has {told}: "
        "only a signed one can be believed then."
    )
    signed = judged(report.page(key=SIGNING_KEY), tmp_path, report.demand(sign_key=SIGNING_KEY))
    assert signed.decision is Choice.RELEASE


def test_a_style_of_the_operators_own_needs_a_signature(tmp_path: Path) -> None:
    report = Report.of()
    report.text = report.text.replace("</style>", "body { margin: 0 }</style>", 1)
    assert judged(report.page(), tmp_path, report.demand()).code == "page"
    signed = judged(report.page(key=SIGNING_KEY), tmp_path, report.demand(sign_key=SIGNING_KEY))
    assert signed.decision is Choice.RELEASE


SIGNED = ["unsigned", "another key", "consistent forgery", "visible text", "stolen signature"]


@pytest.mark.parametrize("how", SIGNED)
def test_where_a_signature_is_demanded_all_that_was_touched_is_held(
    how: str, tmp_path: Path
) -> None:
    report = Report.of()
    demand = report.demand(sign_key=SIGNING_KEY)
    if how == "unsigned":
        page, code = report.page(), "unsigned"
    elif how == "another key":
        page, code = report.page(key="the key of somebody else"), "signature"
    elif how == "consistent forgery":
        demand = replace(demand, target=rename(report, "http://127.0.0.1:1"))
        unsigned = judged(report.page(), tmp_path, replace(demand, sign_key=None))
        assert unsigned.decision is Choice.RELEASE, unsigned
        page, code = resigned(report), "signature"
    elif how == "visible text":
        report.text = report.text.replace("observed and kept", "observed and loved")
        page, code = resigned(report), "signature"
    else:
        report.record["seed"] += 1
        page, code = resigned(report), "signature"
    decision = judged(page, tmp_path, demand)
    assert (decision.decision, decision.code) == (Choice.HOLD, code)


def rename(report: Report, url: str) -> str:
    """Move a report to another target throughout: nothing in it contradicts itself."""
    old, new = (u.removeprefix("http://").encode() for u in (report.record["target"]["url"], url))
    report.exchanges = [
        replace(
            e,
            sent=e.sent.replace(old, new),
            probe=replace(
                e.probe, fields=tuple((n, v.replace(old, new)) for n, v in e.probe.fields)
            ),
        )
        for e in report.exchanges
    ]
    report.record["target"].update(name=url, url=url)
    report.repack()
    report.rewrite()
    return url


def resigned(report: Report) -> bytes:
    """A changed page, sealed anew, under the signature of the true one."""
    true = Report.of().page(key=SIGNING_KEY)
    signature = true.partition(b'"signature":"')[2][:64]
    page = report.page(key="a key that the forger made up")
    false = page.partition(b'"signature":"')[2][:64]
    return page.replace(false, signature)


def test_age_is_counted_from_the_start(tmp_path: Path) -> None:
    report = Report.of()
    demand = report.demand()
    late = replace(demand, now=demand.now + timedelta(hours=3), max_age=timedelta(hours=2))
    decision = judged(report.page(), tmp_path, late)
    assert (decision.code, decision.reason) == (
        "stale",
        "The run began 3 hours ago; at most 2 hours are allowed.",
    )
    assert (
        judged(report.page(), tmp_path, replace(late, max_age=timedelta(hours=4))).exit_status == 0
    )


def test_what_a_report_says_acts_on_no_terminal(tmp_path: Path) -> None:
    report = Report.of()
    report.record["operation"] = "GET /\x1b[2Jpwned\n\u202erelease: all fine" + "x" * 1000
    decision = judged(report.page(), tmp_path, report.demand())
    assert decision.reason.isprintable()
    assert len(decision.reason) <= 300


def test_it_decides_on_three_thousand_exchanges_without_a_heavy_library(tmp_path: Path) -> None:
    report = Report.of()
    exchanges, whole = report.exchanges, []
    for number in range(1, 3001):
        exchange = exchanges[(number - 1) % len(exchanges)]
        line = b"\r\nX-Request-Id: %032x\r\n" % (number * 7919**4)
        received = exchange.received.replace(b"\r\n", line, 1)
        round_ = (number - 1) // len(exchanges)
        connection = exchange.connection + round_ * exchanges[-1].connection
        at = {"started": number / 3000, "seconds": 0.0, "connection": connection}
        whole.append(replace(exchange, number=number, received=received, **at))
    report.exchanges = whole
    report.record["allowance"] = len(whole)
    report.restate()
    report.rewrite()
    path = tmp_path / "report.html"
    path.write_bytes(report.page())
    assert path.stat().st_size < 3_000_000
    command = [sys.executable, "-X", "importtime", "-m", "contracts", "gate", str(path)]
    command += ["--target", report.record["target"]["url"]]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    heavy = {"schemathesis", "hypothesis", "pytest", "httpx"}
    assert not imported & heavy
