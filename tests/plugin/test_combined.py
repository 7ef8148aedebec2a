"""Several operations in one run: each with its report, and a page, a record and a gate for all.

The copy of the checkout has three folders, of which two ask one operation for different shops.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from contracts.cli import drift, gate, operations, recheck
from contracts.cli.recorded import read_reports
from contracts.document.catalogue import Catalogue
from contracts.gate.combined import decide_combined, read_combined, reports_of
from contracts.gate.decide import Choice, Decision, Demand, decide
from contracts.gate.page_reader import read_page
from contracts.report.combined.page import page_of
from contracts.report.combined.record import build, rows_of, validate
from contracts.report.exchanges import unpack
from contracts.report.sign import sealed
from contracts.rye import RYE
from tests.second_operation.faults import FAULTS
from tests.second_operation.more import NAMES, add_receipts
from tests.second_operation.server import KEY, Answer, Asked, Shop
from tests.support import PATIENCE, Result, environment
from tests.test_second_operation import Warm, make_extended_checkout

SIGNING_KEY = "a signing key that only CI knows"
ALWAYS = ("absent", "random-key-1", "drop-last-character")


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    checkout = make_extended_checkout(tmp_path_factory.mktemp("three") / "c", "http://[::1]")
    add_receipts(checkout)
    process = Warm(checkout)
    yield process
    process.stop()


@dataclass(frozen=True)
class Whole:
    """A combined run of all three, and what its server was asked."""

    result: Result
    asked: Counter[str]
    url: str

    def own(self, name: str) -> dict[str, Any]:
        """An operation's own record."""
        return json.loads((self.result.folder / name / "verdict.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def whole(warm: Warm) -> Whole:
    with Shop().serve() as shop:
        result = warm.run("", "--target", shop.url, key=KEY)
    kept = warm.checkout / "kept"
    shutil.copytree(result.folder, kept)
    return Whole(replace(result, folder=kept), Counter(shop.asked), shop.url)


# --- the run ----------------------------------------------------------------------------------


def test_each_operation_has_a_report_of_its_own(whole: Whole) -> None:
    assert whole.result.status == 0, whole.result.output[-3000:]
    record = whole.result.record
    validate(record)
    assert (record["verdict"], record["complete"]) == ("pass", True)
    rows = {row["name"]: row for row in record["operations"]}
    assert tuple(rows) == NAMES
    assert [row["asked"] for row in rows.values()] == ["in full", "a sample", "a sample"]
    for name, row in rows.items():
        own = whole.own(name)
        assert (own["name"], own["verdict"], own["requests"]) == (name, "pass", row["requests"])
        assert own["complete"] == (name == "billing")
        assert {each["id"].split("/")[1] for each in own["tests"]} == {name}
    assert sum(whole.asked.values()) <= record["requests"] < 500  # its server refuses some unseen
    assert record["allowance"] == 2000
    assert whole.result.artefacts == {*NAMES, "report.html", "verdict.json", "junit.xml"}


def test_a_sample_costs_a_third_and_asks_every_operation_for_its_keys(whole: Whole) -> None:
    documented = {"billing": 0}
    for name in NAMES[1:]:
        [file] = reports_of(whole.result.folder / name / "report.html")
        exchanges = unpack(read_page(file).exchanges).exchanges
        recipes = {each.probe.recipe for each in exchanges if each.probe.plain}
        assert recipes >= set(ALWAYS)
        documented[name] = sum(each.probe.name.startswith("query ") for each in exchanges)
    sent = {row["name"]: row["requests"] for row in whole.result.record["operations"]}
    assert all(sent[name] - documented[name] < sent["billing"] / 3 for name in NAMES[1:])


def test_the_samples_of_two_operations_differ(whole: Whole) -> None:
    odd = []
    for name in NAMES[1:]:
        exchanges = unpack(
            read_page(whole.result.folder / name / "report.html").exchanges
        ).exchanges
        odd.append({each.probe.name for each in exchanges if each.probe.family == "headers"})
    assert min(map(len, odd)) > 3
    assert odd[0] & odd[1] == {"valid after odd headers"}


def test_the_sum_is_the_last_thing_on_the_terminal_and_one_junit(whole: Whole) -> None:
    assert whole.result.last_line.startswith("3 operations kept the contract, in ")
    suites = ElementTree.parse(whole.result.folder / "junit.xml").getroot()  # noqa: S314
    assert [suite.attrib["name"] for suite in suites] == list(NAMES)
    page = whole.result.page
    assert all(f'href="{name}/report.html"' in page for name in NAMES)


def test_one_failure_decides_and_ends_the_run_where_that_is_wanted(warm: Warm) -> None:
    fault = FAULTS["a truncated key will do"][1]
    with Shop(fault).serve() as shop:
        result = warm.run("", "--target", shop.url, "-x", "-k", "near or plausible", key=KEY)
    assert result.status == 1, result.output[-3000:]
    rows = {row["name"]: row for row in result.record["operations"]}
    assert [row["verdict"] for row in rows.values()] == ["pass", "fail", "inconclusive"]
    assert rows["receipts"]["requests"] == 0
    assert result.last_line == "1 of 3 operations broke the contract: orders."
    assert not any("shop_2" in path for path in shop.asked)


def test_the_cap_is_that_of_all_of_them(warm: Warm) -> None:
    with Shop().serve() as shop:
        result = warm.run("", "--target", shop.url, "--max-requests", "9", key=KEY)
    assert result.status == 75, result.output[-3000:]
    assert len(shop.asked) == 9
    rows = result.record["operations"]
    assert [row["asked"] for row in rows] == ["in part", "nothing", "nothing"]
    assert "the cap of 9 requests" in rows[1]["reason"]


def test_a_selection_that_is_empty_leaves_everything_as_it_was(warm: Warm) -> None:
    before = written(warm.checkout / "reports")
    with Shop().serve() as shop:
        result = warm.run("", "--target", shop.url, "-k", "nothing_at_all")
    assert result.status == 4  # no key: unusable, before anything else
    with Shop().serve() as shop:
        result = warm.run("", "--target", shop.url, "-k", "nothing_at_all", key=KEY)
    assert result.status == 5, result.output[-3000:]
    assert shop.asked == []
    assert written(warm.checkout / "reports") == before


def written(folder: Path) -> dict[Path, int]:
    """When each file was."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_one_that_is_selected_alone_runs_as_ever(warm: Warm) -> None:
    with Shop().serve() as shop:
        result = warm.run("billing", "--target", shop.url, "--max-requests", "4", key=KEY)
    assert result.status == 75
    assert result.record["name"] == "billing"
    assert "operations" not in result.record


def test_an_interruption_ends_all_of_them(warm: Warm) -> None:
    asked = 0

    def slow(_: Asked, given: Answer) -> Answer:
        nonlocal asked
        asked += 1
        if asked > 5:
            time.sleep(0.2)
        return given

    folder = warm.checkout / "interrupted"
    with Shop(slow).serve() as shop:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += ["-m", "orders or receipts", "--target", shop.url, f"--report-dir={folder}"]
        env = environment(**{RYE.key_variable: KEY})
        process = subprocess.Popen(command, cwd=warm.checkout, env=env, stdout=subprocess.PIPE)
        while asked <= 5:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    record = json.loads((folder / "verdict.json").read_text("utf-8"))
    assert [row["asked"] for row in record["operations"]] == ["in part", "nothing"]
    assert (record["verdict"], record["exit_status"]) == ("inconclusive", 2)


# --- the gate ---------------------------------------------------------------------------------


def demands(warm: Warm, whole: Whole, **others: Any) -> Callable[[str], Demand]:
    now = datetime.fromisoformat(whole.result.record["finished"])

    def demand_for(name: str) -> Demand:
        catalogue = Catalogue.load(warm.checkout / "contracts" / name / "requirements.toml")
        return Demand(catalogue, now, whole.url, api=RYE, **others)

    return demand_for


def judged(warm: Warm, whole: Whole, folder: Path, **others: Any) -> Decision:
    path = folder / "report.html"
    page = read_combined(path)
    assert page is not None
    return decide_combined(path, page, NAMES, demands(warm, whole, **others))


def rewritten(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Write the page again from its record, changed, as a forger does who has this suite too."""
    page = read_combined(folder / "report.html")
    assert page is not None
    change(page.record)
    (folder / "report.html").write_bytes(sealed(page_of(page.record)))


def test_the_gate_judges_every_report_and_releases(warm: Warm, whole: Whole) -> None:
    decision = judged(warm, whole, whole.result.folder)
    assert (decision.decision, decision.code) == (Choice.RELEASE, "pass"), decision.reason
    assert "3 operations kept the contract" in decision.reason


def _pass_for_fail(record: dict[str, Any]) -> None:
    record["operations"][1]["verdict"] = "fail"


def _one_less(record: dict[str, Any]) -> None:
    about = ("exit_status", "started", "finished", "allowance", "profile", "versions")
    rows = rows_of(record)[:2]
    record.update(build(rows, **{name: record[name] for name in about}))


def _other_hash(record: dict[str, Any]) -> None:
    record["operations"][1]["sha256"] = record["operations"][0]["sha256"]


def _a_sample_called_whole(record: dict[str, Any]) -> None:
    record["operations"][1]["asked"] = "in full"


def _other_reason(record: dict[str, Any]) -> None:
    record["reason"] = "All is well."


def _later(record: dict[str, Any]) -> None:
    record["started"] = record["finished"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_pass_for_fail, "record"),
        (_one_less, "operation"),
        (_other_hash, "another-report"),
        (_a_sample_called_whole, "record"),
        (_other_reason, "record"),
        (_later, "times"),
    ],
)
def test_a_sum_that_its_reports_do_not_bear_out_is_held(
    warm: Warm, whole: Whole, tmp_path: Path, change: Callable[..., None], code: str
) -> None:
    folder = shutil.copytree(whole.result.folder, tmp_path / "r")
    rewritten(folder, change)
    decision = judged(warm, whole, folder)
    assert (decision.decision, decision.code) == (Choice.HOLD, code), decision.reason


def test_what_is_beside_the_sum_must_be_there_and_of_its_run(
    warm: Warm, whole: Whole, tmp_path: Path
) -> None:
    folder = shutil.copytree(whole.result.folder, tmp_path / "r")
    own = folder / "orders" / "report.html"
    own.write_bytes(own.read_bytes().replace(b"</html>", b"</html>\n"))
    assert judged(warm, whole, folder).code == "another-report"
    own.unlink()
    decision = judged(warm, whole, folder)
    assert (decision.code, decision.reason[:8]) == ("missing", "orders: ")
    text = (folder / "report.html").read_text("utf-8")
    (folder / "report.html").write_text(text.replace(">Ask again<", ">Release<"), "utf-8")
    assert judged(warm, whole, folder).code == "seal"
    note = {"started": datetime.now(UTC).isoformat()}
    (folder / "running.json").write_text(json.dumps(note))
    assert judged(warm, whole, folder).code == "newer-run"


def test_the_gate_demands_age_signature_and_target_of_the_sum_too(warm: Warm, whole: Whole) -> None:
    folder = whole.result.folder
    assert judged(warm, whole, folder, max_age=timedelta(0)).code == "stale"
    assert judged(warm, whole, folder, sign_key=SIGNING_KEY).code == "unsigned"
    elsewhere = replace(whole, url="https://staging.api.rye.com")
    assert judged(warm, elsewhere, folder).code == "target"


def test_a_sample_alone_releases_nothing(warm: Warm, whole: Whole) -> None:
    demand = demands(warm, whole)("orders")
    decision = decide(whole.result.folder / "orders" / "report.html", demand)
    assert (decision.decision, decision.code) == (Choice.HOLD, "incomplete")
    assert "give the report that sums up" in decision.reason


# --- the commands -----------------------------------------------------------------------------


def test_gate_and_recheck_take_the_sum(
    warm: Warm, whole: Whole, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(operations, "PACKAGE", warm.checkout / "contracts")
    report = str(whole.result.folder / "report.html")
    for named in ((), ("--operation", "orders", "--operation", "receipts")):
        assert gate.main([report, "--target", whole.url, *named]) == 0
        assert "release: " in capsys.readouterr().out
    own = str(whole.result.folder / "orders" / "report.html")
    assert gate.main([own, "--target", whole.url]) == 1
    assert gate.main([own, "--target", whole.url, "--operation", "orders"]) == 1
    assert recheck.main([report, "--json"]) == 0
    told = json.loads(capsys.readouterr().out.partition("\n{")[2].join(("{", "")))
    assert {name: each["same"] for name, each in told.items()} == dict.fromkeys(NAMES, True)


def test_probe_and_drift_find_the_report_of_an_operation(
    warm: Warm, whole: Whole, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = read_reports(whole.result.folder)
    assert [report.name for report in reports] == list(NAMES)
    found = [report.find("query limit maximum") is not None for report in reports]
    assert found == [False, True, True]
    monkeypatch.setattr(operations, "PACKAGE", warm.checkout / "contracts")
    place = warm.checkout / "with-reports"
    shutil.copytree(whole.result.folder, place / "reports")
    monkeypatch.chdir(place)
    spec = str(warm.checkout / "spec" / "orders.yaml")
    assert drift.main([spec, "--operation", "receipts", "--no-sdk"]) == 0
    assert "reports/receipts/verdict.json: pass against" in capsys.readouterr().out
