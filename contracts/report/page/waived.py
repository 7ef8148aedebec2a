"""Waivers: the state of each, and the findings that they excuse."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.report.facts import RunFacts
from contracts.report.page.failures import finding_cards
from contracts.report.page.markup import Html, join, tag
from contracts.report.page.words import section, table
from contracts.report.reason import count
from contracts.report.text.printing import inline, shortened
from contracts.run.run import Run
from contracts.run.waivers import TROUBLESOME, Waiver, WaiverState

MOST_VALUES = 4
"""Most fields shown of an excused request."""

_LOOK = {WaiverState.USED: "warn", **dict.fromkeys(TROUBLESOME, "fail")}


def waivers_html(run: Run, facts: RunFacts) -> Html | None:
    """Write the waivers of the run's target, beginning with those that need attention.

    Arguments:
        run: the finished run.
        facts: the run's facts.
    """
    states = sorted(run.waiver_states(), key=lambda each: each[1] not in TROUBLESOME)
    if not states:
        return None
    rows = [_row(run, waiver, state) for waiver, state in states]
    head = ("State", "Waiver", "Until")
    written = table(head, rows, class_="waivers", label="Waivers")
    excused = [defect for defect in run.defects() if run.waiver_of(defect)]
    cards = finding_cards(run, facts, excused, opened=False)
    note = f"known deviations; {count(len(excused), 'finding')} excused"
    return section("waivers", "Waivers", written, *cards, note=note)


def _excused(run: Run, waiver: Waiver) -> Iterator[Html]:
    """Yield what a waiver excuses: each cause, and the request that shows it, with its values."""
    for defect in run.defects():
        finding = defect.finding
        if waiver.concerns(finding):
            yield tag("br")
            fields = run.exchanges[finding.exchange].probe.fields
            values = "; ".join(inline(b": ".join(field)) for field in fields[:MOST_VALUES])
            words = f"excuses this for {finding.cause or finding.where}"
            words += f": {values}" if values else ""
            yield tag("small", shortened(words, 300))


def _row(run: Run, waiver: Waiver, state: WaiverState) -> Html:
    look = _LOOK.get(state, "not_observed")
    anchors = {waiver.requirement: f"#requirement-{waiver.requirement}"}
    anchors |= {d.finding.slug: f"#finding-{d.finding.slug}" for d in run.defects()}
    intermittent = ", shows only sometimes" if waiver.intermittent else ""
    words = join(
        (
            tag("a", waiver.about, class_="id", href=anchors.get(waiver.about)),
            ": ",
            waiver.reason,
            tag("br"),
            tag("small", f"{waiver.ticket} · for {waiver.target}{intermittent}"),
            *_excused(run, waiver),
        )
    )
    return tag(
        "tr",
        tag("td", tag("span", str(state), class_=f"badge {look}")),
        tag("td", words, class_="words"),
        tag("td", waiver.expires.isoformat()),
    )
