"""Failures and warnings: each finding with its source, its request and its answer."""

from __future__ import annotations

from contracts.document.requirements import Level, Requirement
from contracts.judging.defects import Defect
from contracts.report.facts import RunFacts
from contracts.report.page.markup import Html, join, tag
from contracts.report.page.message import answer_html, command_html, curl_html, request_html
from contracts.report.page.neighbours import neighbours_html
from contracts.report.page.words import badge, fold, level, section, source, with_code
from contracts.report.reason import count
from contracts.report.text.curl import asked_of
from contracts.report.text.excerpt import place_of, status_words
from contracts.report.text.explain import probe_words, sightings
from contracts.report.text.headline import headline
from contracts.report.text.printing import inline, shortened
from contracts.report.text.story import story
from contracts.run.run import Run

MOST_SHOWN = 40
"""Most findings shown in full; the others get one line each."""
MOST_LISTED = 500
"""Most findings shown at all; the machine record has every one."""


def failures_html(run: Run, facts: RunFacts) -> Html | None:
    """Write what fails the run: broken MUSTs, and SHOULDs if those count, unless waived.

    Arguments:
        run: the finished run.
        facts: the run's facts.
    """
    failing = [d for d in run.defects() if fails(run, d) and not run.waiver_of(d)]
    if not failing:
        return None
    note = f"{count(len(failing), 'finding')}, each with the smallest request that shows it"
    cards = finding_cards(run, facts, failing, opened=True)
    return section("failures", "What failed", *cards, note=note)


def warnings_html(run: Run, facts: RunFacts) -> Html | None:
    """Write, folded, every broken SHOULD that does not fail the run and is not waived.

    Arguments:
        run: the finished run.
        facts: the run's facts.
    """
    warned = [d for d in run.defects() if not fails(run, d) and not run.waiver_of(d)]
    if not warned:
        return None
    cards = finding_cards(run, facts, warned, opened=False)
    note = "broken SHOULDs, which fail no run by themselves"
    return section("warnings", "Warnings", *cards, note=note)


def fails(run: Run, defect: Defect) -> bool:
    """Whether a defect fails the run unless it is waived.

    Arguments:
        run: the run.
        defect: one of its defects.
    """
    return run.fail_on_warning or run.level(defect.finding.requirement) is Level.MUST


def finding_cards(run: Run, facts: RunFacts, defects: list[Defect], *, opened: bool) -> list[Html]:
    """Write defects with source, request and answer; those beyond the limit in one line each.

    Arguments:
        run: the finished run.
        facts: the run's facts.
        defects: some of the run's.
        opened: whether they are unfolded.
    """
    shown, rest = defects[:MOST_SHOWN], defects[MOST_SHOWN:MOST_LISTED]
    cards = [_card(run, facts, each, opened=opened) for each in _by_body(run, shown)]
    if rest:
        items = [tag("li", _title(run, each), id=f"finding-{each.finding.slug}") for each in rest]
        cards.append(fold(f"{len(defects) - MOST_SHOWN:,} more", tag("ul", *items)))
    return cards


def _by_body(run: Run, defects: list[Defect]) -> list[list[Defect]]:
    """Group the defects of one body, so that its request and its answer are shown once."""
    groups: dict[int | str, list[Defect]] = {}
    for defect in defects:
        finding = defect.finding
        of_body = place_of(run, finding).is_pointer
        groups.setdefault(finding.exchange if of_body else finding.slug, []).append(defect)
    return list(groups.values())


def _title(run: Run, defect: Defect) -> Html:
    return with_code(_brief(headline(run, defect)))


def _card(run: Run, facts: RunFacts, defects: list[Defect], *, opened: bool) -> Html:
    """Write a finding, or all findings of one body, beginning with what is wrong."""
    first, *others = defects
    requirement = facts.catalogue.requirements[first.finding.requirement]
    name = f"finding-{first.finding.slug}"
    anchor = tag("a", "#", class_="anchor", href=f"#{name}", aria_label="Link to this")
    verdict = badge(run.requirement_verdict(requirement))
    heading = join((verdict, " ", _title(run, first)))
    body = join(
        (
            _origin(requirement),
            _difference(run, first),
            *(_beside(run, facts, each) for each in others),
            _request(run, first),
            _answer(run, first),
        )
    )
    if opened:
        heading = tag("h3", heading, " ", anchor)
        return tag("article", heading, body, class_="finding", id=name)
    more = f" and {count(len(others), 'more finding')}" if others else None
    return fold(join((heading, more)), body, class_="finding", id=name)


def _beside(run: Run, facts: RunFacts, defect: Defect) -> Html:
    """Write a further defect of the same body."""
    requirement = facts.catalogue.requirements[defect.finding.requirement]
    heading = tag("h4", badge(run.requirement_verdict(requirement)), " ", _title(run, defect))
    finding = defect.finding
    answer = answer_html(run.exchanges[finding.exchange], place_of(run, finding))
    marked = fold("its place in the answer", answer)
    parts = (heading, _origin(requirement), _difference(run, defect), marked)
    return tag("div", *parts, class_="beside", id=f"finding-{defect.finding.slug}")


def _origin(requirement: Requirement) -> Html:
    """Write which requirement is broken, and its source."""
    return tag(
        "p",
        with_code(requirement.sentence),
        tag("br"),
        level(requirement),
        " ",
        tag("a", requirement.id, href=f"#requirement-{requirement.id}"),
        " · ",
        source(requirement),
        *((": ", tag("q", requirement.quote)) if requirement.quote else ()),
        class_="origin",
    )


def _difference(run: Run, defect: Defect) -> Html:
    finding = defect.finding
    rows = (
        ("Where", _where(run, defect)),
        ("Expected", tag("span", with_code(_brief(finding.expected)), class_="expected")),
        ("Found", tag("span", _brief(finding.found), class_="found")),
        *([("Cause", inline(finding.cause))] if finding.cause else []),
        ("Seen", _seen(run, defect)),
        *_story(run, defect),
    )
    return tag(
        "dl", *(tag("div", tag("dt", n), tag("dd", v)) for n, v in rows), class_="difference"
    )


def _story(run: Run, defect: Defect) -> list[tuple[str, Html]]:
    """Return the requests that led to it, in order, if no single one shows it."""
    lines = story(run, defect)
    told = [item for line in lines for item in (tag("br"), with_code(line))][1:]
    return [("In order", join(told))] if lines else []


def _where(run: Run, defect: Defect) -> Html:
    place = place_of(run, defect.finding)
    if place.is_pointer and place.where:
        pointer, _, rest = place.words.partition(" in the body")
        return join((tag("code", inline(pointer)), " in the body", with_code(inline(rest))))
    return with_code(inline(place.words))


def _seen(run: Run, defect: Defect) -> Html:
    words = sightings(run, defect).removeprefix("seen ")
    first, mark, rest = words.partition("intermittent")
    unsteady = tag("strong", mark) if mark else None
    families = ", ".join(sorted(defect.families))
    told = join((first, unsteady, rest, " · by "))
    if len(defect.families) <= 4:
        return join((told, families))
    return fold(join((told, count(len(defect.families), "probe family"))), families)


def _request(run: Run, defect: Defect) -> Html:
    exchange = run.exchanges[defect.finding.exchange]
    line = curl_html(exchange, *asked_of(run))
    words = "or have it sent again and judged:" if line else "Send it again and have it judged:"
    return join(
        (
            tag("h4", "Request"),
            tag("p", probe_words(exchange.probe), class_="probe"),
            line,
            tag("p", words, class_="or"),
            command_html(inline(run.again(defect.finding.slug)), "Copy the probe command"),
            fold(f"as it was sent (exchange {exchange.number})", request_html(exchange)),
        )
    )


def _answer(run: Run, defect: Defect) -> Html:
    exchange = run.exchanges[defect.finding.exchange]
    title = tag("h4", "Answer ", tag("small", status_words(exchange.response.status)))
    answer = answer_html(exchange, place_of(run, defect.finding))
    return join((title, answer, neighbours_html(run, defect, MOST_LISTED)))


def _brief(words: str) -> str:
    return shortened(inline(words), 400)
