"""The page: what a person finds on it, for every kind of run."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.http.exchange import FaultKind, TransportFault
from contracts.run.verdict import Verdict
from contracts.run.waivers import Waiver
from tests.report.scripted import (
    CATALOGUE,
    Elements,
    answering,
    conforming,
    facts_of,
    message,
    page_of,
    run_with,
)

INT32_BROKEN = (
    '{"drawdownEnabled":true,"balance":{"currencyCode":"USD","amountSubunits":9999999999}}'
)


def gone(_: object) -> TransportFault:
    return TransportFault(FaultKind.REFUSED, "nobody listens")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [(answering(INT32_BROKEN), "fail"), (gone, "inconclusive"), (conforming, "inconclusive")],
)
def test_the_verdict_is_the_first_heading_with_a_sign_a_word_and_its_reason(answer, verdict):
    run = run_with(answer)
    facts = facts_of(run)
    elements = Elements(page_of(run, facts))
    sign, *words, last = elements.texts["h1"][0].split()
    assert sign in "✗?"
    assert last == verdict
    assert " ".join(words) == ("Hold" if verdict == "fail" else "Ask again")
    assert facts.reason in elements.texts["header"][0]
    assert next(name for name, _ in elements.found if name in {"h1", "h2"}) == "h1"


def test_the_top_says_where_when_what_and_with_what():
    run = run_with(conforming)
    facts = facts_of(run)
    top = Elements(page_of(run, facts)).texts["header"][0]
    document = CATALOGUE.operation.document
    for words in (
        "sandbox (http://127.0.0.1:1)",
        "as a test says",
        f"{document.title} {document.version}",
        document.sha256,
        CATALOGUE.sha256,
        "2026-11-22 12:00:00 UTC",
        "2.0 s, 4 requests",
        "default, at most 300 requests",
        "--hypothesis-seed=7",
        "contracts 0, python 3",
        "0 (pass)",
        "yes: the full suite ran",
    ):
        assert words in top, words


@pytest.mark.parametrize("circumstance", ["deselected", "interrupted", "crashed", "error"])
def test_an_incomplete_run_says_why(circumstance):
    run = run_with(answering(INT32_BROKEN))
    run.circumstances = replace(run.circumstances, **{circumstance: True})
    facts = facts_of(run)
    top = Elements(page_of(run, facts)).texts["header"][0]
    assert "no: " in top
    assert "not everything was asked" in facts.reason


def test_a_failure_comes_first_with_request_answer_and_the_marked_place():
    run = run_with(answering(INT32_BROKEN))
    page = page_of(run)
    elements = Elements(page)
    [finding] = [name for name in elements.ids() if name.startswith("finding-")]
    assert page.index('id="failures"') < page.index('id="requirements"')
    assert elements.texts["mark"] == ["9999999999"]
    [article] = elements.texts["article"]
    for words in (
        CATALOGUE.requirements["number-formats-hold"].sentence,
        "/balance/amountSubunits",
        "int32: within",
        "in 2 answers · by plain reads",
        "curl -i -H 'Accept: application/json'",
        '-H "Authorization: Bearer $CHECKOUT_INTENTS_API_KEY"',
        f"python -m contracts probe {finding.removeprefix('finding-')}",
        "HTTP/1.1 200 OK",
    ):
        assert words in article.replace(" \\\n ", ""), words


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ('{"balance":{"currencyCode":"USD","amountSubunits":5}}', '"drawdownEnabled" is missing'),
        ('{"drawdownEnabled":"yes","balance":{"currencyCode":"USD","amountSubunits":5}}', '"yes"'),
        ('{"drawdownEnabled":tru}', "tru"),
        ('{"drawdownEnabled":true,"drawdownEnabled":true}', '"drawdownEnabled": true'),
        ("", "(no content)"),
    ],
)
def test_the_offending_place_is_marked(body, marked):
    assert marked in Elements(page_of(run_with(answering(body)))).texts["mark"]


@pytest.mark.parametrize(
    ("answer", "marked"),
    [
        (message("500 Oops", "{}"), "500"),
        (message("200 OK", "<p>", "Content-Type: text/html"), "text/html"),
        (b"HTTP/1.1 20x OK\r\n\r\n", "HTTP/1.1 20x OK\\r"),
        (b"HTTP/1.1 200 OK\r\nbad line\r\nContent-Length: 0\r\n\r\n", "bad line"),
    ],
)
def test_an_offending_status_or_field_is_marked(answer, marked):
    assert marked in Elements(page_of(run_with(lambda _: answer))).texts["mark"]


def test_a_missing_field_gets_a_line_of_its_own():
    bare = message("401 Unauthorized", '{"name":"AuthenticationError","message":"no"}')
    run = run_with(lambda probe: conforming(probe) if probe.recipe == "valid" else bare)
    assert "WWW-Authenticate: is missing" in Elements(page_of(run)).texts["mark"]


def test_a_broken_should_is_a_warning_and_no_failure():
    public = answering(
        '{"drawdownEnabled":true,"balance":{"currencyCode":"USD","amountSubunits":5}}',
        "Cache-Control: public",
    )
    page = page_of(run_with(public))
    assert 'id="failures"' not in page
    assert page.index('id="warnings"') < page.index('id="requirements"')
    assert 'id="finding-no-shared-caching-' in page


def test_every_requirement_and_clause_has_its_row():
    run = run_with(conforming)
    elements = Elements(page_of(run))
    rows = {name for name in elements.ids() if name.startswith("requirement-")}
    assert rows == {f"requirement-{name}" for name in CATALOGUE.requirements}
    text = elements.texts["main"][0]
    for clause in CATALOGUE.operation.clauses:
        assert clause.pointer in text
    assert "○ not observed" in text


def test_ids_are_unique_and_links_lead_somewhere():
    elements = Elements(page_of(run_with(answering(INT32_BROKEN))))
    ids = elements.ids()
    assert len(ids) == len(set(ids))
    links = [attributes["href"] for name, attributes in elements.found if name == "a"]
    assert any(link.startswith("https://www.rfc-editor.org/rfc/") for link in links)
    for link in links:
        assert link.startswith("https://www.rfc-editor.org/rfc/") or link[1:] in ids, link


def test_ids_stay_the_same_from_run_to_run():
    one, other = (Elements(page_of(run_with(answering(INT32_BROKEN)))).ids() for _ in range(2))
    assert one == other


def test_each_observed_requirement_links_to_a_sample_exchange():
    run = run_with(conforming)
    page = page_of(run)
    for name in CATALOGUE.requirements:
        number = run.ledger.sample(name)
        if number is not None:
            assert f'<a href="#exchange-{number}">' in page
            assert f'id="exchange-{number}"' in page


def test_exchanges_without_an_answer_are_told_and_shown():
    elements = Elements(page_of(run_with(gone)))
    text = elements.texts["main"][0]
    assert "What got in the way" in text
    assert "connection refused: nobody listens" in text
    assert "exchange-1" in elements.ids()


def test_the_page_carries_exactly_one_machine_record():
    page = page_of(run_with(conforming))
    records = re.findall(
        r'<script type="application/json" id="contract-record">(.*?)</script>', page, re.DOTALL
    )
    assert len(records) == 1
    assert json.loads(records[0])["record"]["verdict"] == "inconclusive"


def test_latency_and_status_codes_are_plotted_with_words_beside_them():
    elements = Elements(page_of(run_with(conforming, asked=40)))
    titles = elements.texts["title"]
    assert any(title.startswith("p50 ") for title in titles)
    assert "200 OK, 20 times" in titles
    assert "401 Unauthorized, 20 times" in titles


def test_the_unspecified_surface_is_listed():
    body = '{"drawdownEnabled":true,"balance":{"currencyCode":"USD","amountSubunits":5,"more":1}}'
    text = Elements(page_of(run_with(answering(body)))).texts["main"][0]
    assert "/balance/more" in text


def test_waivers_are_shown_with_what_they_excuse():
    run = run_with(answering(INT32_BROKEN))
    [finding] = [each.finding for each in run.defects() if each.finding.clause]
    slug = finding.slug
    day = run.today
    until = {"target": "sandbox", "ticket": "RYE-7", "expires": day + timedelta(days=3)}
    run.waivers = (
        Waiver(finding.requirement, slug, reason="widened <soon>", **until),
        Waiver("no-such-promise", None, reason="?", **until),
    )
    page = page_of(run)
    elements = Elements(page)
    anchors = [each["id"] for _, each in elements.found if each.get("id")]
    assert anchors.count(f"finding-{slug}") == 1
    assert anchors.index("waivers") < anchors.index(f"finding-{slug}")
    section = page[page.index('id="waivers"') : page.index('id="requirements"')]
    assert "widened &lt;soon&gt;" in section
    assert "RYE-7" in section
    assert section.index("matches nothing") < section.index("widened")
    assert "1 finding excused" in section
    assert 'href="#waivers"' in page
    assert "waived" in page[page.index('id="requirements"') :]


def test_what_is_wrong_with_one_body_is_one_card():
    run = run_with(answering('{"drawdownEnabled":"yes","balance":{"amountSubunits":9999999999}}'))
    elements = Elements(page_of(run))
    [article] = elements.texts["article"]
    slugs = {d.finding.slug for d in run.defects()}
    assert len(slugs) == 3
    assert {each for each in elements.ids() if each.startswith("finding-")} == {
        f"finding-{slug}" for slug in slugs
    }
    assert article.count("curl -i") == 1
    assert "200 body lacks balance.currencyCode" in article
    assert {'"yes"', "9999999999"} <= set(elements.texts["mark"])


def test_an_expired_waiver_is_told_and_excuses_nothing():
    run = run_with(answering(INT32_BROKEN))
    late = run.today - timedelta(days=1)
    [finding] = [each.finding for each in run.defects() if each.finding.clause]
    run.waivers = (Waiver(finding.requirement, None, "sandbox", "soon", "RYE-7", late),)
    page = page_of(run)
    assert 'id="failures"' in page
    section = page[page.index('id="waivers"') : page.index('id="requirements"')]
    assert "expired" in section
    assert "0 findings excused" in section


def test_a_default_page_stays_small_and_a_nightly_one_below_three_megabytes():
    assert len(page_of(run_with(conforming, asked=300)).encode()) < 150_000
    assert len(page_of(run_with(answering(INT32_BROKEN), asked=3000)).encode()) < 3_000_000


def test_pytests_own_table_is_unfolded_where_the_suite_failed():
    run = run_with(conforming)
    folded = Elements(page_of(run)).found
    run.circumstances = replace(run.circumstances, error=True)
    unfolded = Elements(page_of(run)).found
    assert facts_of(run).verdict is Verdict.ERROR
    for found, is_open in ((folded, False), (unfolded, True)):
        [attributes] = [each for _, each in found if each.get("id") == "pytest"]
        assert ("open" in attributes) is is_open


def test_nothing_was_asked_at_all():
    run = run_with(conforming, asked=0)
    elements = Elements(page_of(run))
    assert elements.texts["h1"] == ["? Ask again inconclusive"]
    assert "answered none of 0 requests" in facts_of(run).reason
