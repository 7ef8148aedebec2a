"""Evidence: troubles, the unspecified surface, and a sample exchange for each requirement."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice

from contracts.http.exchange import Exchange
from contracts.report.page.markup import Html, join, tag
from contracts.report.page.message import answer_html, exchange_words, request_html
from contracts.report.page.words import fold, run_link, section
from contracts.report.reason import count
from contracts.run.run import Run

_MOST = 100
_MOST_UNJUDGED = 12


def troubles_html(run: Run) -> Html | None:
    """Write which probes got no answer from the API itself, and why.

    Arguments:
        run: the finished run.
    """
    reasons: dict[str, list[str]] = defaultdict(list)
    for family, troubles in run.ledger.troubles.items():
        for _, words in troubles:
            reasons[words].append(family)
    if not reasons:
        return None
    items = []
    unjudged = [number for number in sorted(run.exchanges) if number not in run.judgements]
    for words, cases in sorted(reasons.items(), key=lambda each: -len(each[1]))[:_MOST]:
        told = tag("small", f"{count(len(cases), 'planned probe')} unsent or unanswered")
        items.append(tag("li", tag("strong", words), tag("br"), told))
    if unjudged:
        shown = join((run_link(number) for number in unjudged[:_MOST_UNJUDGED]), " ")
        words = f"{count(len(unjudged), 'exchange')} brought no answer from the API itself: "
        items.append(tag("li", words, shown, " …" if len(unjudged) > _MOST_UNJUDGED else None))
    note = "these answers say nothing about the API, good or bad"
    return section("troubles", "What got in the way", tag("ul", *items), note=note)


def surface_html(run: Run) -> Html | None:
    """Write which members of 200 bodies the document does not name.

    Arguments:
        run: the finished run.
    """
    if not run.unspecified:
        return None
    members = sorted(run.unspecified)
    items = [tag("li", tag("code", pointer)) for pointer in members[:_MOST]]
    if len(members) > _MOST:
        items.append(tag("li", f"and {len(members) - _MOST:,} more"))
    title = f"{count(len(members), 'member')} that the document does not name"
    note = "allowed, since the schemas are open; clients will come to rely on it"
    return section("surface", "Unspecified surface", fold(title, tag("ul", *items)), note=note)


def evidence_html(run: Run) -> Html | None:
    """Write a sample exchange for each requirement, and the troubled ones that the page names.

    Arguments:
        run: the finished run.
    """
    shows: dict[int, list[str]] = defaultdict(list)
    for requirement in run.judge.catalogue.requirements:
        number = run.ledger.sample(requirement)
        if number is not None:
            shows[number].append(requirement)
    unjudged = (number for number in sorted(run.exchanges) if number not in run.judgements)
    for number in islice(unjudged, _MOST_UNJUDGED):
        shows[number] += []
    found = [(run.exchanges[n], shows[n]) for n in sorted(shows) if n in run.exchanges]
    if not found:
        return None
    note = "for each requirement, the first exchange that put it to the test"
    samples = [_sample(exchange, requirements) for exchange, requirements in found[:_MOST]]
    return section("evidence", "Evidence", *samples, note=note)


def _sample(exchange: Exchange, requirements: list[str]) -> Html:
    title = join((tag("b", f"#{exchange.number}"), " ", exchange_words(exchange)))
    links = [tag("a", name, href=f"#requirement-{name}") for name in requirements]
    for_what = tag("p", "Sample for ", join(links, ", "), class_="for") if links else None
    messages = tag("div", request_html(exchange), answer_html(exchange, brief=True), class_="pair")
    return fold(title, for_what, messages, id=f"exchange-{exchange.number}", class_="sample")
