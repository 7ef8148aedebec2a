"""The tables: how often every requirement and every clause was observed and violated."""

from __future__ import annotations

from collections import Counter, defaultdict

from contracts.document.clauses import Clause
from contracts.document.requirements import Requirement
from contracts.report.page.markup import Html, join, tag
from contracts.report.page.words import (
    badge,
    fold,
    level,
    run_link,
    section,
    source,
    table,
    with_code,
)
from contracts.report.reason import count
from contracts.run.run import Run
from contracts.run.verdict import Verdict

_ORDER = (
    Verdict.FAIL,
    Verdict.WARN,
    Verdict.INCONCLUSIVE,
    Verdict.NOT_OBSERVED,
    Verdict.PASS,
)


def requirements_html(run: Run) -> Html:
    """Write the table of requirements, folded, beginning with those that need attention.

    Arguments:
        run: the finished run.
    """
    requirements = list(run.judge.catalogue.requirements.values())
    requirements.sort(key=lambda each: _ORDER.index(run.requirement_verdict(each)))
    findings: dict[str, list[str]] = defaultdict(list)
    for defect in run.defects():
        findings[defect.finding.requirement].append(defect.finding.slug)
    rows = [_requirement(run, each, findings[each.id]) for each in requirements]
    head = ("Verdict", "Requirement", "Observed", "Violated", "Example")
    written = table(head, rows, class_="requirements", label="Requirements")
    verdicts = Counter(run.requirement_verdict(each) for each in requirements)
    counts = [join((badge(each), verdicts[each]), " ") for each in _ORDER if verdicts[each]]
    folded = fold(join((tag("b", count(len(requirements), "promise")), *counts), " "), written)
    return section("requirements", "Requirements", folded, note="each with its source")


def _requirement(run: Run, requirement: Requirement, findings: list[str]) -> Html:
    verdict = run.requirement_verdict(requirement)
    anchor = f"requirement-{requirement.id}"
    named = tag("a", requirement.id, class_="id", href=f"#{anchor}")
    rare = (
        " · observed only if the server happens to send it" if requirement.server_dependent else ""
    )
    excused = tag("a", " · waived", href="#waivers") if run.is_waived(requirement.id) else ""
    words = join(
        (
            requirement.sentence,
            tag("br"),
            tag("small", level(requirement), " ", named, " · ", source(requirement), rare, excused),
        )
    )
    observed: Html | int = run.ledger.observed[requirement.id]
    if observed and requirement.id not in run.judge.spanning:
        observed = tag("a", observed, href="#exchanges", data_tested=requirement.id)
    violated: Html | int = run.ledger.violated[requirement.id]
    if findings:
        violated = tag("a", violated, href=f"#finding-{findings[0]}")
    sample = run.ledger.sample(requirement.id)
    return tag(
        "tr",
        tag("td", badge(verdict)),
        tag("td", words, class_="words"),
        tag("td", observed, class_="number", data_label="observed"),
        tag("td", violated, class_="number", data_label="violated"),
        tag("td", run_link(sample) if sample else "–", class_="number", data_label="example"),
        id=anchor,
        class_=verdict.name.lower(),
    )


def clauses_html(run: Run) -> Html:
    """Write the table of the document's clauses, folded if each was observed and holds.

    Arguments:
        run: the finished run.
    """
    clauses = run.judge.catalogue.operation.clauses
    unseen = [each for each in clauses if not run.ledger.clauses_observed[each.id]]
    broken = [each for each in clauses if run.ledger.clauses_violated[each.id]]
    rows = [_clause(run, each) for each in sorted(clauses, key=lambda each: _urgency(run, each))]
    head = ("Verdict", "Clause", "Observed", "Violated")
    written = table(head, rows, class_="clauses", label="Clauses of the document")
    parts = [f"{len(clauses) - len(unseen)} of {count(len(clauses), 'clause')} seen in answers"]
    parts += [f"{len(broken)} violated"] if broken else []
    title = join((", ".join(parts), *((": ", _statuses(unseen)) if unseen else ())))
    folded = fold(title, written, open=bool(broken))
    note = "what the response schemas state, one by one"
    return section("clauses", "Clauses of the document", folded, note=note)


def _statuses(unseen: list[Clause]) -> Html:
    per_status: dict[str, int] = defaultdict(int)
    for clause in unseen:
        per_status[clause.status] += 1
    words = ", ".join(
        f"{count(number, 'clause')} of the {status} body"
        for status, number in sorted(per_status.items())
    )
    return tag("span", badge(Verdict.NOT_OBSERVED), " ", words)


def _clause_verdict(run: Run, clause: Clause) -> Verdict:
    if run.ledger.clauses_violated[clause.id]:
        return Verdict.FAIL
    observed = run.ledger.clauses_observed[clause.id]
    return Verdict.PASS if observed else Verdict.NOT_OBSERVED


def _urgency(run: Run, clause: Clause) -> tuple[int, str]:
    return _ORDER.index(_clause_verdict(run, clause)), clause.status


def _clause(run: Run, clause: Clause) -> Html:
    verdict = _clause_verdict(run, clause)
    words = join(
        (
            tag("b", clause.status),
            " ",
            with_code(clause.sentence),
            tag("br"),
            tag("small", tag("code", clause.pointer, class_="source")),
        )
    )
    return tag(
        "tr",
        tag("td", badge(verdict)),
        tag("td", words, class_="words"),
        tag("td", run.ledger.clauses_observed[clause.id], class_="number", data_label="observed"),
        tag("td", run.ledger.clauses_violated[clause.id], class_="number", data_label="violated"),
        class_=verdict.name.lower(),
    )
