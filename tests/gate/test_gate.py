"""The gate: what it releases, and everything that it holds, each for its own reason."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.gate.decide import Choice, Decision, decide
from contracts.http.exchange import Exchange
from tests.gate.forgeries import BROKEN, DOWN, FORGERIES, REFUSED
from tests.gate.forgery import CATALOGUE, ROOT, Report, environment, files_of

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


def test_a_missing_and_an_unreadable_file_are_held(tmp_path: Path) -> None:
    demand = Report.of().demand()
    assert decide(tmp_path / "none.html", demand).code == "missing"
    assert decide(tmp_path, demand).code == "unreadable"
    huge = tmp_path / "huge.html"
    with huge.open("wb") as file:
        file.truncate(1 << 30)
    assert decide(huge, demand).code == "too-large"


@pytest.mark.parametrize("key", [None, SIGNING_KEY])
def test_a_sound_report_of_a_passing_run_releases(key: str | None, tmp_path: Path) -> None:
    report = Report.of()
    page = files_of(None)["report.html"] if key is None else report.page(key=key)
    decision = judged(page, tmp_path, report.demand(sign_key=key))
    assert (decision.decision, decision.code, decision.exit_status) == (Choice.RELEASE, "pass", 0)
    assert decision.signed is (key is not None)
    assert decision.requests == len(report.exchanges)


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


@pytest.mark.parametrize(
    "fault", [None, BROKEN, "401-without-challenge", "query-split-into-fields"]
)
def test_the_judgement_shared_by_alike_answers_is_each_ones_own(fault, monkeypatch) -> None:
    from contracts.gate import swift_judge
    from contracts.gate.judge_again import judge_again

    judged = 0

    class Counted(swift_judge.Judge):
        def judge_reading(self, reading):
            nonlocal judged
            judged += 1
            return super().judge_reading(reading)

    exchanges = Report.of(fault).exchanges
    monkeypatch.setattr("contracts.gate.judge_again.Judge", Counted)
    shared = judge_again(exchanges, CATALOGUE)
    assert judged < len(exchanges) * 2 / 3
    always = property(lambda _: True)
    monkeypatch.setattr(swift_judge._Watched, "was_looked_at", always)
    judged = 0
    assert judge_again(exchanges, CATALOGUE) == shared
    assert judged == len(exchanges)


def test_alike_answers_to_requests_that_matter_are_judged_each_for_itself() -> None:
    from contracts.gate.judge_again import judge_again

    plain = next(e for e in Report.of().exchanges if e.probe.recipe == "valid" and e.probe.plain)

    def asked(number: int, received: bytes, *lines: bytes, query: bytes | None = None) -> Exchange:
        """The plain request with further fields or a query, and an answer to it."""
        fields = tuple(
            (name, value) for name, _, value in (line.partition(b": ") for line in lines)
        )
        target = b" HTTP/1.1" if query is None else b"?" + query + b" HTTP/1.1"
        head = plain.sent.removesuffix(b"\r\n").replace(b" HTTP/1.1", target, 1)
        sent = head + b"".join(line + b"\r\n" for line in lines) + b"\r\n"
        probe = replace(plain.probe, fields=fields, query=query)
        return replace(plain, number=number, probe=probe, sent=sent, received=received)

    unchanged = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    excused, bare = asked(1, unchanged, b"If-None-Match: *"), asked(2, unchanged, b"X-A: 1")
    assert not judge_again([excused], CATALOGUE).findings
    alone = judge_again([bare], CATALOGUE).findings
    assert alone
    assert judge_again([excused, bare], CATALOGUE).findings == alone

    split = plain.received.replace(b"\r\n", b"\r\nX-Injected: 1\r\n", 1)
    innocent = asked(1, split, b"X-A: 1")
    culprit = asked(2, split, query=b"a=%0d%0aX-Injected:%201")
    assert not judge_again([innocent], CATALOGUE).findings
    alone = judge_again([culprit], CATALOGUE).findings
    assert alone
    assert judge_again([innocent, culprit], CATALOGUE).findings == alone


def test_the_fields_that_alike_answers_may_differ_in_are_read_by_no_must(monkeypatch) -> None:
    from contracts.gate import judge_again as gate_judge
    from contracts.gate import swift_judge
    from contracts.http.message import Response

    read: set[str] = set()
    values = Response.values

    def noted(self: Response, name: str) -> list[str]:
        read.add(name.lower())
        return values(self, name)

    monkeypatch.setattr(Response, "values", noted)
    for fault in (None, BROKEN):
        gate_judge.judge_again(Report.of(fault).exchanges, CATALOGUE)
    assert "content-type" in read
    assert not [n for n in read if swift_judge.VARYING.match(f"{n}: x\r\n".encode())]


def test_it_decides_on_three_thousand_exchanges_without_a_heavy_library(tmp_path: Path) -> None:
    report = Report.of()
    exchanges, whole = report.exchanges, []
    for number in range(1, 3001):
        exchange = exchanges[(number - 1) % len(exchanges)]
        line = b"\r\nX-Request-Id: %032x\r\n" % (number * 7919**4)
        received = exchange.received.replace(b"\r\n", line, 1)
        whole.append(replace(exchange, number=number, received=received, started=number / 3000))
    report.exchanges = whole
    report.repack()
    state_what_is_shown(report)
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
    heavy = {"schemathesis", "hypothesis", "pytest", "httplint", "iso4217", "httpx"}
    assert not imported & heavy


def state_what_is_shown(report: Report) -> None:
    """Make a record state exactly what its exchanges show, as a run would have."""
    from contracts.gate.judge_again import judge_again

    account = judge_again(report.exchanges, CATALOGUE)
    report.record["circumstances"]["answered"] = account.answered
    for row in report.record["requirements"]:
        if row["level"] == "MUST":
            row["observed"] = account.observed[row["id"]]
    for row in report.record["clauses"]:
        row["observed"] = account.clauses_observed[row["id"]]
