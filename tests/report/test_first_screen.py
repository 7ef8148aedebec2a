"""The first screen: what somebody who decides on a release reads, and never has to ask."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contracts.document.catalogue import Catalogue
from contracts.gate.decide import Choice, Demand, decide
from contracts.gate.page_reader import read_page
from contracts.report.advice import MAX_AGE, headline
from contracts.report.page.html import title_of
from contracts.report.record import build
from contracts.report.since import Entry, Since
from contracts.run.verdict import Verdict
from contracts.run.waivers import Waiver, load_waivers
from contracts.rye import RYE
from tests.report.real_reports import staging_at
from tests.report.scripted import (
    CATALOGUE,
    STARTED,
    Elements,
    answering,
    conforming,
    facts_of,
    page_of,
    run_with,
)

BROKEN = answering(
    '{"drawdownEnabled":true,"balance":{"currencyCode":"USD","amountSubunits":9999999999}}'
)


def passed(run, **changes):
    """The facts of a run as if it had asked everything and passed."""
    facts = facts_of(run, target="staging")
    return replace(facts, verdict=Verdict.PASS, complete=True, **changes)


def top_of(run, facts) -> str:
    return Elements(page_of(run, facts)).texts["header"][0]


def waiving(run, **changes) -> Waiver:
    until = run.today + timedelta(days=3)
    waiver = Waiver("number-formats-hold", None, "staging", "known", "RYE-7", until)
    return replace(waiver, **changes)


def test_a_pass_of_staging_releases():
    run = run_with(conforming)
    facts = passed(run)
    assert headline(build(run, facts)) == "Release"
    assert "You can release: the API kept everything that was put to the test." in top_of(
        run, facts
    )
    assert title_of(run, facts) == "Release (pass): staging, billing, /api/v1/billing/balance"


def test_a_pass_that_rests_on_waivers_says_so_in_its_headline():
    run = run_with(BROKEN)
    run.waivers = (waiving(run),)
    facts = passed(run)
    assert headline(build(run, facts)) == "Release with waived deviations"
    top = top_of(run, facts)
    assert "1 deviation is known and tolerated for now" in top
    assert f"waived until {run.today + timedelta(days=3)} (" in top


@pytest.mark.parametrize(
    "change",
    [
        {"expires": datetime.now(UTC).date() - timedelta(days=1)},
        {"requirement": "no-such-promise"},
        {"requirement": "valid-key-gets-200"},
    ],
)
def test_a_waiver_that_a_gate_would_hold_holds(change):
    run = run_with(BROKEN)
    run.waivers = (waiving(run), waiving(run, **change))
    facts = passed(run)
    assert headline(build(run, facts)) == "Hold"
    assert "until it is dealt with" in top_of(run, facts)


def test_a_pass_of_the_sandbox_or_of_this_machine_releases_nothing():
    run = run_with(conforming)
    for target, words in (
        ("sandbox", "practice server"),
        ("http://127.0.0.1:1", "on the machine of the run"),
    ):
        facts = passed(run)
        facts = replace(facts, target=replace(facts.target, name=target))
        assert headline(build(run, facts)) == "Ask again"
        top = top_of(run, facts)
        assert words in top
        assert "it is not about a deployment" in top


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"complete": False}, "not everything was"),
        ({"verdict": Verdict.INCONCLUSIVE}, "Nothing broken was seen"),
        ({"verdict": Verdict.ERROR, "reason": "The suite itself failed: x."}, "failed: x."),
    ],
)
def test_what_proves_nothing_is_asked_again(change, words):
    run = run_with(conforming)
    run.circumstances = replace(run.circumstances, deselected=not change.get("complete", True))
    facts = replace(passed(run), **change)
    assert headline(build(run, facts)) == "Ask again"
    top = top_of(run, facts)
    assert words in top
    assert "it does not prove enough" in top


def test_the_reason_is_told_in_words_without_ids():
    for run in (run_with(BROKEN), run_with(conforming), run_with(lambda _: b"")):
        page = page_of(run, facts_of(run, target="staging"))
        reason = page.partition('<div class="reason">')[2].partition("</div>")[0]
        words = re.sub("<[^>]*>", " ", reason)
        assert not set(re.findall(r"[a-z0-9-]+", words)) & set(CATALOGUE.requirements), words
    run = run_with(BROKEN)
    top = top_of(run, facts_of(run))
    assert CATALOGUE.requirements["number-formats-hold"].sentence in top
    assert "200 body: balance.amountSubunits is 9999999999" in top


def test_it_says_until_when_it_is_valid():
    run = run_with(conforming)
    until = STARTED + MAX_AGE
    header = next(a for n, a in Elements(page_of(run)).found if n == "header")
    assert datetime.fromisoformat(header["data-until"]) == until
    words = f"{until:%Y-%m-%d %H:%M:%S} UTC, 26 hours after the start"
    assert words in top_of(run, passed(run))
    assert "Valid until" not in top_of(run, facts_of(run)), "nothing can be released on it"


def since(run, *verdicts: str, **changes) -> Since:
    days = (STARTED - timedelta(days=n) for n in range(len(verdicts), -1, -1))
    facts = facts_of(run, target="staging")
    entries = [
        Entry(day.isoformat(), "staging", verdict, 4, 1.0)
        for day, verdict in zip(days, (*verdicts, str(facts.verdict)), strict=True)
    ]
    return Since(tuple(entries), first=not verdicts, **changes)


def test_it_says_since_when_the_verdict_is_what_it_is():
    run = run_with(conforming)
    facts = facts_of(run, target="staging")
    for earlier, words in (
        ((), "this run, the first against this target in the history"),
        (("pass",), "this run; the one before, 2026-11-21 12:00:00 UTC: pass"),
        (("pass", "inconclusive"), "2026-11-21 12:00:00 UTC, 2 runs in a row"),
    ):
        assert words in top_of(run, facts.compared(since(run, *earlier)))


def test_it_says_since_when_the_oldest_failing_finding_is_there():
    run = run_with(BROKEN)
    facts = facts_of(run, target="staging")
    slugs = [
        defect.finding.slug
        for defect in run.defects()
        if run.level(defect.finding.requirement) == "MUST"
    ]
    old = {slugs[0]: "2026-11-01T08:00:00+00:00", "other-0123abcd": "2026-01-01T00:00:00+00:00"}
    top = top_of(run, facts.compared(since(run, "inconclusive", persisting=old)))
    assert "2026-11-01 08:00:00 UTC" in top
    assert "2026-01-01" not in top
    top = top_of(run, facts.compared(since(run, "pass", new=tuple(slugs))))
    assert "this run; the one before, 2026-11-21 12:00:00 UTC: pass" in top


@pytest.mark.parametrize(
    ("name", "choice"),
    [
        ("pass", Choice.RELEASE),
        ("waived", Choice.RELEASE),
        ("fail", Choice.HOLD),
        ("sandbox", Choice.HOLD),
        ("inconclusive", Choice.INCONCLUSIVE),
    ],
)
def test_the_gate_decides_as_the_page_advises(reports, tmp_path, name, choice):
    record = read_page(reports[name]).record
    url = record["target"]["url"]
    suite = staging_at(
        "http://127.0.0.1:1" if name == "sandbox" else url, tmp_path, waived=name == "waived"
    )
    waivers = load_waivers(suite / "waivers.toml")
    catalogue = Catalogue.load(suite / "requirements.toml")
    decision = decide(reports[name], Demand(catalogue, datetime.now(UTC), waivers=waivers, api=RYE))
    assert decision.decision is choice, decision
    advice = "Ask again" if name in {"sandbox", "inconclusive"} else choice.capitalize()
    assert headline(record).startswith(advice)
