"""What a run means for a release, in words for readers who have never seen this suite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.document.requirements import Requirement
from contracts.judging.defects import Defect
from contracts.report.advice import MAX_AGE, Advice, advise, headline, is_rehearsal, needs_attention
from contracts.report.facts import RunFacts
from contracts.report.page.failures import fails
from contracts.report.page.markup import Html, join, tag
from contracts.report.page.words import with_code
from contracts.report.reason import count, doubt, incomplete
from contracts.report.record import build
from contracts.report.text.headline import headline as wrong_with
from contracts.report.text.printing import inline, shortened
from contracts.run.run import Run
from contracts.run.verdict import Verdict

_MOST = 3
HOURS = round(MAX_AGE.total_seconds() / 3600)
"""Hours for which a report is valid."""


def why_html(run: Run, facts: RunFacts) -> Html:
    """Write what to do and why, with a hidden note to show once the report is out of date.

    Arguments:
        run: the finished run.
        facts: the run's facts.
    """
    record = build(run, facts)
    late = None
    if facts.verdict is not Verdict.FAIL and not is_rehearsal(record):
        words = f"This report is out of date: it was valid for {HOURS} hours. "
        ending = tag("strong", "Do not release on it: run the suite again.")
        late = tag("p", words, ending, class_="late", hidden=True)
    if facts.verdict is Verdict.FAIL:
        told = _failure(run)
    elif facts.verdict is not Verdict.PASS:
        told = [_doubt(run, facts)]
    elif not facts.complete:
        _, circumstances = run.conclude()
        missing = incomplete(circumstances)
        told = [tag("p", f"What was asked was kept, but not everything was asked: {missing}.")]
    else:
        told = _success(run, facts)
    return join((late, tag("p", _what_to_do(facts, record), class_="do"), *told))


def _what_to_do(facts: RunFacts, record: Mapping[str, Any]) -> str:
    words = headline(record)
    if words == Advice.RELEASE:
        return "You can release: the API kept everything that was put to the test."
    if advise(record) is Advice.RELEASE:
        return "You can release: every deviation is known and waived."
    if facts.verdict is Verdict.FAIL:
        return "Do not release: the API breaks what its document promises."
    if is_rehearsal(record):
        return "Do not release on this report: it is not about a deployment."
    if words == Advice.ASK_AGAIN:
        return "Do not release on this report: it does not prove enough. Run the suite again."
    return "Do not release on this report."


def _failure(run: Run) -> list[Html]:
    """Write the broken requirements, and what is wrong."""
    failing = [d for d in run.defects() if fails(run, d) and not run.waiver_of(d)]
    first: dict[str, list[Defect]] = {}
    for defect in failing:
        first.setdefault(defect.finding.requirement, []).append(defect)
    requirements = run.judge.catalogue.requirements
    items = [
        _broken(run, requirements[name], defects) for name, defects in list(first.items())[:_MOST]
    ]
    if len(first) > _MOST:
        more = tag("a", f"and {len(first) - _MOST} more", href="#failures")
        items.append(tag("li", more))
    is_are = "promise is broken" if len(first) == 1 else "promises are broken"
    _, circumstances = run.conclude()
    missing = incomplete(circumstances)
    rest = f" Not everything was asked: {missing}." if missing else ""
    said = f"{len(first)} {is_are}, in {count(run.client.sent, 'request')}.{rest}"
    return [tag("p", said), tag("ul", *items, class_="broken"), *_waived(run)]


def _broken(run: Run, requirement: Requirement, defects: list[Defect]) -> Html:
    more = f", and {count(len(defects) - 1, 'other cause')}" if defects[1:] else ""
    seen = f", {count(run.ledger.violated[requirement.id], 'time')}"
    promised = tag("small", "promised: ", with_code(requirement.sentence))
    return tag("li", _wrong(run, defects[0]), tag("small", more, seen), tag("br"), promised)


def _wrong(run: Run, defect: Defect) -> Html:
    words = with_code(shortened(inline(wrong_with(run, defect)), 200))
    return tag("a", words, href=f"#finding-{defect.finding.slug}")


def _doubt(run: Run, facts: RunFacts) -> Html:
    if facts.verdict is Verdict.ERROR:
        return tag("p", f"{facts.reason} That says nothing about the API.")
    _, circumstances = run.conclude()
    why = doubt(run, circumstances, named=False)
    return tag("p", f"Nothing broken was seen. {why}. If that persists, look at the target itself.")


def _success(run: Run, facts: RunFacts) -> list[Html]:
    record = build(run, facts)
    verdicts = [row["verdict"] for row in record["requirements"]]
    kept = count(verdicts.count(Verdict.PASS), "promise")
    asked = f"in {count(run.client.sent, 'request')}"
    if is_rehearsal(record):
        who = (
            "The sandbox, this suite's own stand-in for the API,"
            if facts.target.name == "sandbox"
            else "A server on the machine of the run"
        )
        told = f"{who} kept {kept} {asked}. Run the suite against the deployment that is to be "
        told += "released."
        return [tag("p", told)]
    beside = _waived(run)
    paragraphs = [tag("p", f"The API kept {kept} {asked}.{_unseen(verdicts)}"), *beside]
    warned = [d for d in run.defects() if not run.waiver_of(d)]
    if warned:
        warnings = tag("a", count(len(warned), "warning"), href="#warnings")
        paragraphs.append(tag("p", warnings, " as well: no reason to hold a release."))
    if needs_attention(record):
        words = "A waiver has expired, or excuses nothing any more: the gate holds until it is "
        paragraphs.append(tag("p", words, tag("a", "dealt with", href="#waivers"), "."))
    return paragraphs


def _unseen(verdicts: list[str]) -> str:
    unseen = verdicts.count(Verdict.NOT_OBSERVED)
    if not unseen:
        return ""
    about = "that it is about" if unseen == 1 else "that they are about"
    return f" Not observed: {count(unseen, 'promise')}; no answer was of the kind {about}."


def _waived(run: Run) -> list[Html]:
    """Write which known deviations are tolerated, until when, and why."""
    known = [(d, waiver) for d in run.defects() if (waiver := run.waiver_of(d)) is not None]
    if not known:
        return []
    items = []
    for defect, waiver in known[:_MOST]:
        told = f"waived until {waiver.expires.isoformat()} ({waiver.ticket}): {waiver.reason}"
        items.append(tag("li", _wrong(run, defect), tag("br"), tag("small", told)))
    if len(known) > _MOST:
        items.append(tag("li", tag("a", f"and {len(known) - _MOST} more", href="#waivers")))
    words = "is known and tolerated" if len(known) == 1 else "are known and tolerated"
    head = tag("p", f"{count(len(known), 'deviation')} {words} for now:")
    return [head, tag("ul", *items, class_="tolerated")]
