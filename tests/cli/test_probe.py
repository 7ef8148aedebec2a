"""`probe` takes what a report shows: its names, its target, and the order of what was asked."""

from __future__ import annotations

import json
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.cli.recorded import Recorded, read_recorded
from contracts.judging.troubles import request_key
from contracts.report.text.printing import inline
from contracts.rye import RYE
from contracts.sandbox.server import Sandbox
from tests.cli.probing import KEPT, KEY, Ask
from tests.support import run_warm

FAULT = "connection-lets-keyless-in"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(FAULT, key=KEY) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def folder(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of a whole run, in which packs were split and simplified."""
    folder = tmp_path_factory.mktemp("reports")
    result = run_warm(folder, "--target", sandbox.url, key=KEY)
    assert result.status == 1, result.output[-3000:]
    return folder


@pytest.fixture(scope="module")
def report(folder: Path) -> Recorded:
    report = read_recorded(folder)
    assert report is not None
    return report


def finding_of(report: Recorded, requirement: str) -> str:
    return next(f["id"] for f in report.record["findings"] if f["requirement"] == requirement)


def altered(folder: Path, place: Path, **members: object) -> Path:
    """A record with other members, alone in a folder."""
    record = json.loads((folder / "verdict.json").read_bytes())
    place.joinpath("verdict.json").write_text(json.dumps({**record, **members}))
    return place


# --- names -----------------------------------------------------------------------------------


def test_every_name_that_the_report_shows_is_taken(report: Recorded) -> None:
    names = {inline(exchange.probe.name) for exchange in report.exchanges}
    for kind in (r"\w+ \d+/\d+", r".+ simplified", r".+ #2", r"valid behind .+", r"random fields"):
        assert any(re.fullmatch(kind, name) for name in names), kind
    for name in names:
        request = report.find(name)
        assert request is not None, name
        keys = {request_key(e.probe) for e in report.exchanges if inline(e.probe.name) == name}
        assert request_key(request.probe) in keys
        assert len(keys) == 1 or request.also


def test_a_name_is_told_from_others_by_its_family(report: Recorded) -> None:
    random = [e for e in report.exchanges if e.probe.name == "random fields"]
    assert {e.probe.family for e in random} == {"random headers", "random headers without a key"}
    for exchange in random:
        request = report.find(f"{exchange.probe.family}: random fields")
        assert request is not None
        assert request.probe.recipe == exchange.probe.recipe


def test_every_exchange_is_taken_by_its_number(report: Recorded) -> None:
    for exchange in report.exchanges:
        for name in (f"{exchange.number}", f"exchange {exchange.number}"):
            request = report.find(name)
            assert request is not None
            assert request_key(request.probe) == request_key(exchange.probe)
    assert report.find("0") is None
    assert report.find(f"{len(report.exchanges) + 1}") is None


def test_of_several_by_one_name_it_is_one_with_the_key(ask: Ask, report: Recorded) -> None:
    name = "random fields"
    both = {e.probe.recipe for e in report.exchanges if e.probe.name == name}
    assert both == {"valid", "absent"}
    _, output, _ = ask(name, "--report-dir", report.file)
    assert "Authorization: Bearer $" in output or "Authorization: Bearer *" in output
    assert re.search(r"^also     \d+.*: exchanges of that name with another request", output, re.M)


# --- the report ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["report.html", "verdict.json", ""])
def test_a_report_is_a_folder_or_its_page(
    ask: Ask, folder: Path, report: Recorded, sandbox: Sandbox, name: str
) -> None:
    asked = len(sandbox.log)
    finding = finding_of(report, "bad-key-is-refused")
    status, output, error = ask(finding, "--report-dir", folder / name)
    assert (status, error) == (1 if name != "verdict.json" else 0, "")
    assert re.search(rf"^target   {sandbox.url}/\S+$", output, re.MULTILINE)
    assert len(sandbox.log) > asked


def test_the_story_is_told_and_sent_in_its_order(
    ask: Ask, folder: Path, report: Recorded, sandbox: Sandbox
) -> None:
    asked = len(sandbox.log)
    finding = finding_of(report, "authentication-per-request")
    status, output, _ = ask(finding, "--report-dir", folder)
    assert status == 1
    told = re.findall(r"^  \| (.+): (\d{3}) \w+$", output, re.MULTILINE)
    count = re.search(r"^story    (\d+) requests, as in the report, in their order$", output, re.M)
    assert count is not None
    assert len(told) == int(count[1]) == len(sandbox.log) - asked <= 14
    [(_, first), *_, (before, served), (name, last)] = told
    assert (first, served, last) == ("401", "200", "200")
    assert before.startswith("valid")
    assert name.startswith("absent")


def test_the_record_alone_has_no_story_and_says_so(
    ask: Ask, folder: Path, report: Recorded, tmp_path: Path
) -> None:
    shutil.copy(folder / "verdict.json", tmp_path)
    for requirement in ("authentication-per-request", "bad-key-is-refused"):
        _, output, _ = ask(finding_of(report, requirement), "--report-dir", tmp_path)
        assert "(the requests that led to it are in report.html alone)" in output


def test_a_mended_finding_is_kept(ask: Ask, folder: Path, report: Recorded) -> None:
    with Sandbox(key=KEY) as fixed:
        for finding in report.record["findings"]:
            options = ("--report-dir", folder, "--target", fixed.url)
            status, output, _ = ask(finding["id"], *options)
            assert (status, KEPT in output) == (0, True), output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<!doctype html><html>", "The file ends before the page does"),
        ("<!doctype html><html></html>", "The page carries no machine record"),
        ("", "The file is empty"),
    ],
)
def test_a_page_that_is_no_report_is_refused(
    ask: Ask, tmp_path: Path, content: str, words: str
) -> None:
    page = tmp_path / "report.html"
    page.write_text(content)
    status, output, error = ask("plain", "--report-dir", page)
    assert (status, output) == (4, "")
    assert error == f"contracts probe: {page}: {words}\n"


def test_another_version_s_record_is_refused(ask: Ask, folder: Path, tmp_path: Path) -> None:
    place = altered(folder, tmp_path, schema_version=1)
    status, _, error = ask("plain", "--report-dir", place)
    assert status == 4
    assert "The record has schema version 1, and this suite reads " in error
    assert error.count("\n") == 1


def test_what_is_not_there_is_refused_in_one_sentence(
    ask: Ask, folder: Path, tmp_path: Path
) -> None:
    for arguments, words in (
        (("plain", "--report-dir", tmp_path / "none"), "there is no report at "),
        (("none-such", "--report-dir", folder), f"that {folder / 'report.html'} shows"),
        (("valid", "--report-dir", folder, "--operation", "GET /none"), "no operation GET /none"),
    ):
        status, output, error = ask(*arguments)
        assert (status, output, error.count("\n")) == (4, "", 1)
        assert words in error


# --- the target ------------------------------------------------------------------------------


def test_the_embedded_sandbox_is_started_again(ask: Ask, tmp_path: Path) -> None:
    result = run_warm(tmp_path, "-k", "test_a_valid_key_reads_its_balance", "--target", "sandbox")
    assert result.record["target"]["name"] == "sandbox"
    status, output, _ = ask("valid", "--report-dir", tmp_path, key=None)
    assert (status, KEPT in output) == (0, True)
    assert re.search(r"^target   http://127\.0\.0\.1:\d+/\S+ \(sandbox\)$", output, re.MULTILINE)
    assert ask("valid", "--report-dir", tmp_path)[0] == 0, "whatever key is set"


@pytest.mark.parametrize(
    "url",
    [
        "https://stranger.example",
        "https://rye.com.stranger.example",
        "https://staging.api.rye.com@stranger.example",
        "https://staging-rye.com",
        "https://localhost.stranger.example",
        "http://[",
    ],
)
def test_the_key_is_not_drawn_to_a_stranger(
    ask: Ask, folder: Path, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "socket", pytest.fail)
    target = {"name": "staging", "url": url, "loopback": True, "why": ""}
    place = altered(folder, tmp_path, target=target)
    status, output, error = ask("absent", "--report-dir", place)
    assert (status, output, error.count("\n")) == (4, "", 1)
    assert f"say --target {url} if the key may go there" in error


@pytest.mark.parametrize(
    ("url", "goes"),
    [
        ("https://staging.api.rye.com", True),
        ("http://127.0.0.1:8787", True),
        ("http://[::1]:8787", True),
        ("https://stranger.example", False),
    ],
)
def test_own_hosts_and_this_machine_are_asked(report: Recorded, url: str, goes: bool) -> None:
    record = {**report.record, "target": {"name": url, "url": url}}
    try:
        assert Recorded(report.file, record).target(RYE) == url
    except ValueError:
        assert not goes


def test_a_production_report_still_needs_the_flag(ask: Ask, folder: Path, tmp_path: Path) -> None:
    url = "https://api.rye.com"
    target = {"name": url, "url": url, "loopback": False, "why": ""}
    place = altered(folder, tmp_path, target=target)
    status, _, error = ask("absent", "--report-dir", place)
    assert status == 4
    assert "--allow-production" in error


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("wire", "POST {target} HTTP/1.1\r\nHost: {host}\r\n{authorization}\r\n"),
        ("wire", "GET /other HTTP/1.1\r\nHost: {host}\r\n{authorization}\r\n"),
        ("fields", [["X-HTTP-Method-Override", "DELETE"]]),
    ],
)
def test_a_report_does_not_widen_what_may_be_sent(
    ask: Ask,
    report: Recorded,
    sandbox: Sandbox,
    folder: Path,
    tmp_path: Path,
    member: str,
    value: object,
) -> None:
    [finding, *_] = json.loads(json.dumps(report.record["findings"]))
    finding["probe"][member] = value
    place = altered(folder, tmp_path, findings=[finding])
    asked = len(sandbox.log)
    status, output, error = ask(finding["id"], "--report-dir", place)
    assert (status, output, error.count("\n")) == (4, "", 1)
    assert "that request is not sent: " in error
    assert len(sandbox.log) == asked
