"""The top of the page: what to do and why, where and when it applies, and the figures."""

from __future__ import annotations

from collections import Counter

from contracts.report.advice import MAX_AGE, Advice, advise, headline, is_rehearsal
from contracts.report.facts import RunFacts
from contracts.report.page.about import about_html
from contracts.report.page.markup import Html, tag
from contracts.report.page.why import why_html
from contracts.report.record import build
from contracts.run.run import Run
from contracts.run.verdict import Verdict

_SIGNS = {Advice.RELEASE: "✓", Advice.HOLD: "✗", Advice.ASK_AGAIN: "?"}


def verdict_html(run: Run, facts: RunFacts) -> Html:
    """Write the target, what to do and why, and answers to a reader's next questions.

    A gate reads the heading and holds a page whose record says otherwise.

    Arguments:
        run: the finished run.
        facts: the run's facts.
    """
    record = build(run, facts)
    advice = advise(record)
    rehearsal = is_rehearsal(record)
    tone = _tone(headline(record), facts.verdict, rehearsal=rehearsal)
    sign = "–" if tone == "neutral" else _SIGNS[advice]
    heading = tag(
        "h1",
        tag("span", sign, class_="sign", aria_hidden="true"),
        " ",
        tag("span", headline(record), class_="advice"),
        " ",
        tag("span", str(facts.verdict), class_="word"),
        id="verdict",
    )
    return tag(
        "header",
        _place(facts, rehearsal=rehearsal),
        heading,
        tag("div", why_html(run, facts), class_="reason"),
        about_html(run, facts),
        class_=f"verdict {tone}{' rehearsal' if rehearsal else ''}",
        data_until=(facts.started + MAX_AGE).isoformat(timespec="seconds"),
    )


def _tone(words: str, verdict: Verdict, *, rehearsal: bool) -> str:
    """Return the top's colour: none for a rehearsal that passed, a special one with waivers."""
    if verdict is not Verdict.PASS:
        return verdict.name.lower()
    if rehearsal:
        return "neutral"
    if words == Advice.ASK_AGAIN:
        return Verdict.INCONCLUSIVE.name.lower()
    return "pass" if words == Advice.RELEASE else "warn"


def _place(facts: RunFacts, *, rehearsal: bool) -> Html:
    """Write which environment was tested, so that none is mistaken for another."""
    target = facts.target
    name: str = target.name
    if name == "sandbox":
        words = "the suite’s own practice server, not a deployment"
    elif rehearsal:
        words = "a server on the machine of the run, not a deployment"
    elif name == "staging":
        words = target.base_url
    else:
        words = "a deployment that is not the document’s staging"
    return tag("p", tag("strong", name), " ", words, class_="place")


def tiles_html(run: Run) -> Html:
    """Write how many requirements have each verdict.

    Arguments:
        run: the finished run.
    """
    requirements = run.judge.catalogue.requirements.values()
    verdicts = Counter(run.requirement_verdict(each) for each in requirements)
    waived = sum(run.is_waived(each.id) for each in requirements)
    broken = "failures" if verdicts[Verdict.FAIL] else "requirements"
    words = (
        (Verdict.FAIL, verdicts[Verdict.FAIL], "broken", broken),
        (Verdict.WARN, waived, "broken, but waived", "waivers"),
        (Verdict.WARN, verdicts[Verdict.WARN] - waived, "warned", "warnings"),
        (Verdict.INCONCLUSIVE, verdicts[Verdict.INCONCLUSIVE], "inconclusive", "requirements"),
        (Verdict.NOT_OBSERVED, verdicts[Verdict.NOT_OBSERVED], "not observed", "requirements"),
        (Verdict.PASS, verdicts[Verdict.PASS], "kept", "requirements"),
    )
    tiles = [
        _tile(str(number), label, anchor, verdict.name.lower() if number else "")
        for verdict, number, label, anchor in words
        if number or verdict is Verdict.PASS or (verdict is Verdict.FAIL and not waived)
    ]
    return tag("nav", *tiles, class_="tiles", aria_label="Summary")


def _tile(number: str, label: str, anchor: str, state: str) -> Html:
    return tag(
        "a", tag("b", number), " ", tag("span", label), href=f"#{anchor}", class_=state or None
    )
