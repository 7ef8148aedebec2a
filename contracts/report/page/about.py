"""What a run was about: where, when, with what, and for how long its report is valid."""

from __future__ import annotations

from contracts.report.advice import MAX_AGE, Advice, advise
from contracts.report.facts import RunFacts
from contracts.report.page.failures import fails
from contracts.report.page.markup import Html, join, tag
from contracts.report.page.since import standing_html
from contracts.report.page.why import HOURS
from contracts.report.page.words import duration, fold, moment
from contracts.report.reason import count, incomplete
from contracts.report.record import build
from contracts.run.run import Run
from contracts.run.verdict import ExitStatus, Verdict

_MEANING = {int(each): each.name.lower() for each in ExitStatus} | {2: "interrupted"}


def about_html(run: Run, facts: RunFacts) -> Html:
    """Write the answers to a reader's first questions, and to an auditor's, folded.

    Arguments:
        run: the finished run.
        facts: the run's facts.
    """
    operation = facts.catalogue.operation
    asked = f"{operation.method.upper()} {operation.path}"
    document = operation.document
    seconds = ((facts.finished or facts.started) - facts.started).total_seconds()
    target = facts.target.name
    if facts.target.base_url and facts.target.base_url != target:
        target += f" ({facts.target.base_url})"
    failing = {d.finding.slug for d in run.defects() if fails(run, d) and run.waiver_of(d) is None}
    left = tag("span", f", {HOURS} hours after the start", class_="left")
    undecided = advise(build(run, facts)) is Advice.ASK_AGAIN
    until = (moment(facts.started + MAX_AGE), left)
    rows = [
        ("Verdict since", standing_html(facts.since, failing)),
        *([] if undecided else [("Valid until", join(until))]),
        ("Asked", join((f"{facts.catalogue.name}, ", tag("code", asked)))),
        ("Complete", _completeness(run, facts)),
    ]
    sha256 = document.sha256
    more = [
        ("In short", facts.reason),
        ("Exit status", f"{facts.exit_status} ({_MEANING.get(facts.exit_status, 'pytest’s own')})"),
        ("Target", join((tag("strong", target), ", ", facts.target.why))),
        ("Started", moment(facts.started)),
        ("Took", f"{duration(seconds)}, {count(run.client.sent, 'request')}"),
        ("Document", f"{document.title} {document.version}"),
        ("its SHA-256", tag("code", sha256)),
        ("Catalogue", tag("code", facts.catalogue.sha256)),
        ("Profile", f"{facts.profile}, at most {count(facts.allowance, 'request')}"),
        ("Seed", tag("code", f"--hypothesis-seed={facts.seed}")),
        ("Versions", ", ".join(f"{name} {version}" for name, version in facts.versions.items())),
    ]
    brief = join(
        (
            f"Exit status {facts.exit_status} · started ",
            moment(facts.started),
            f" · {document.title} {document.version} · seed {facts.seed}",
        )
    )
    return join((_rows(rows), fold(brief, _rows(more), class_="more")))


def _completeness(run: Run, facts: RunFacts) -> str:
    if facts.complete:
        return "yes: the full suite ran"
    if facts.verdict is Verdict.INCONCLUSIVE:
        return "no, for the reason above"
    _, circumstances = run.conclude()
    return f"no: {incomplete(circumstances) or 'not everything was asked'}"


def _rows(rows: list[tuple[str, Html | str]]) -> Html:
    return tag(
        "dl",
        *(tag("div", tag("dt", name), tag("dd", value)) for name, value in rows),
        class_="about",
    )
