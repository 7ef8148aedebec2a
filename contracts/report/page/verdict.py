"""The top of the page: the verdict in one sentence, and what it is about."""

from __future__ import annotations

from collections import Counter

from contracts.report.facts import RunFacts
from contracts.report.page.markup import Html, join, tag
from contracts.report.page.words import SIGNS, duration, fold, moment
from contracts.report.reason import count, incomplete
from contracts.run.run import Run
from contracts.run.verdict import ExitStatus, Verdict

_MEANING = {int(each): each.name.lower() for each in ExitStatus} | {2: "interrupted"}


def verdict_html(run: Run, facts: RunFacts) -> Html:
    """Write the verdict, and a person's first questions with their answers.

    Arguments:
        run: the run at its end.
        facts: what stands beside its findings.
    """
    sign = tag("span", SIGNS[facts.verdict], class_="sign", aria_hidden="true")
    word = tag("span", str(facts.verdict), class_="word")
    heading = tag("h1", sign, word, id="verdict")
    return tag(
        "header",
        heading,
        tag("p", facts.reason, class_="reason"),
        _about(run, facts),
        class_=f"verdict {facts.verdict.name.lower()}",
    )


def tiles_html(run: Run) -> Html:
    """Count requirements by their verdicts, and clauses by whether they were observed.

    Arguments:
        run: the run at its end.
    """
    requirements = run.judge.catalogue.requirements.values()
    verdicts = Counter(run.requirement_verdict(each) for each in requirements)
    clauses = [clause.id for clause in run.judge.catalogue.operation.clauses]
    observed = sum(run.ledger.clauses_observed[clause] > 0 for clause in clauses)
    warned = any(
        run.requirement_verdict(each) is Verdict.WARN and not run.is_waived(each.id)
        for each in requirements
    )
    words = (
        (Verdict.FAIL, "broken", "failures"),
        (Verdict.WARN, "warned", "warnings" if warned else "waivers"),
        (Verdict.INCONCLUSIVE, "inconclusive", "requirements"),
        (Verdict.NOT_OBSERVED, "not observed", "requirements"),
        (Verdict.PASS, "kept", "requirements"),
    )
    tiles = [
        _tile(
            str(verdicts[verdict]), label, anchor, verdict.name.lower() if verdicts[verdict] else ""
        )
        for verdict, label, anchor in words
        if verdicts[verdict] or verdict in {Verdict.FAIL, Verdict.PASS}
    ]
    state = "" if observed == len(clauses) else "not_observed"
    tiles.append(_tile(f"{observed}/{len(clauses)}", "clauses observed", "clauses", state))
    return tag("nav", *tiles, class_="tiles", aria_label="Summary")


def _tile(number: str, label: str, anchor: str, state: str) -> Html:
    return tag(
        "a", tag("b", number), " ", tag("span", label), href=f"#{anchor}", class_=state or None
    )


def _about(run: Run, facts: RunFacts) -> Html:
    operation = facts.catalogue.operation
    document = operation.document
    seconds = ((facts.finished or facts.started) - facts.started).total_seconds()
    target = facts.target.name
    if facts.target.base_url and facts.target.base_url != target:
        target += f" ({facts.target.base_url})"
    rows = [
        ("Target", join((tag("strong", target), tag("br"), facts.target.why))),
        ("Operation", tag("code", f"{operation.method.upper()} {operation.path}")),
        ("Started", moment(facts.started)),
        ("Took", f"{duration(seconds)}, {count(run.client.sent, 'request')}"),
        ("Complete", _completeness(run, facts)),
        ("Exit status", f"{facts.exit_status} ({_MEANING.get(facts.exit_status, 'pytest’s own')})"),
    ]
    sha256 = document.sha256
    more = [
        ("Document", f"{document.title} {document.version}"),
        ("its SHA-256", tag("code", sha256)),
        ("Catalogue", tag("code", facts.catalogue.sha256)),
        ("Profile", f"{facts.profile}, at most {count(facts.allowance, 'request')}"),
        ("Seed", tag("code", f"--hypothesis-seed={facts.seed}")),
        ("Versions", ", ".join(f"{name} {version}" for name, version in facts.versions.items())),
    ]
    brief = f"{document.title} {document.version} · sha256 {sha256[:12]}… · seed {facts.seed}"
    return join((_rows(rows), fold(brief, _rows(more), class_="more")))


def _completeness(run: Run, facts: RunFacts) -> str:
    if facts.complete:
        return "yes: everything that the suite has was asked"
    _, circumstances = run.conclude()
    return f"no: {incomplete(circumstances) or 'not everything was asked'}"


def _rows(rows: list[tuple[str, Html | str]]) -> Html:
    return tag(
        "dl",
        *(tag("div", tag("dt", name), tag("dd", value)) for name, value in rows),
        class_="about",
    )
