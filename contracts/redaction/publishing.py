"""Judges what was received and publishes a masked version that is judged alike if possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from contracts.http.exchange import Exchange
from contracts.judging.finding import Finding
from contracts.judging.judge import Judgement
from contracts.redaction import Redactor
from contracts.redaction.masking import published

_MOST_MASKED_AGAIN = 8 * 1024 * 1024
"""Most octets that are masked again at the end of a run, which takes a second per MB."""

Judging = Callable[[Exchange], Judgement | None]
"""Judges one exchange; None where the API itself did not answer."""

Spanning = tuple[Mapping[str, tuple[list[int], list[Finding]]], list[Finding]]
"""Results that span exchanges: per requirement, the exchanges that test it and its findings;
then findings about troubles."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An exchange as the run judges it, and as it is published.

    Arguments:
        exchange: as it was sent and received.
        judgement: of these bytes; None if the API itself did not answer.
        shown: the masked exchange.
        told: the judgement without secrets; the masked bytes get the same unless they are marked.
    """

    exchange: Exchange
    judgement: Judgement | None
    shown: Exchange
    told: Judgement | None


def publish(exchange: Exchange, redactor: Redactor, judge: Judging) -> Judged:
    """Judge an exchange, and mask it so that a gate that sees only the masks judges alike.

    Arguments:
        exchange: as it was sent and received.
        redactor: knows the secrets.
        judge: judges any exchange.
    """
    forms = published(redactor, exchange)
    first = next(forms)
    exchange = replace(exchange, echoes=first.echoes)
    judgement = judge(exchange)
    if not _is_altered(exchange, first):
        told = None if judgement is None else replace(judgement, exchange=first)
        return Judged(exchange, judgement, first, told)
    for shown in (first, *forms):
        told = judge(shown)
        if _are_alike(judgement, told):
            return Judged(exchange, judgement, shown, told)
    shown = replace(first, marked=True)
    if judgement is None:
        return Judged(exchange, None, shown, None)
    findings = tuple(masked(judgement.findings, redactor))
    return Judged(exchange, judgement, shown, replace(judgement, exchange=shown, findings=findings))


def masked(findings: Iterable[Finding], redactor: Redactor) -> list[Finding]:
    """Mask secrets in the text of findings.

    Arguments:
        findings: the findings.
        redactor: knows the secrets.
    """
    return [
        replace(
            finding,
            where=redactor.text(finding.where),
            expected=redactor.text(finding.expected),
            found=redactor.text(finding.found),
        )
        for finding in findings
    ]


def publish_whole(
    raw: Mapping[int, Exchange],
    shown: Mapping[int, Exchange],
    redactor: Redactor,
    judge: Judging,
    judge_whole: Callable[[Mapping[int, Exchange]], Spanning],
    found: Spanning,
) -> dict[int, Exchange]:
    """Return masked exchanges for which a gate also judges alike what spans exchanges.

    Arguments:
        raw: the exchanges as sent and received, by number.
        shown: their published versions so far.
        redactor: knows the secrets.
        judge: judges any exchange.
        judge_whole: judges what spans exchanges.
        found: its result for the raw exchanges.
    """
    altered = [number for number in raw if _is_altered(raw[number], shown[number])]
    if not altered or _are_alike_whole(found, judge_whole(shown)):
        return dict(shown)
    exact = dict(shown)
    much = sum(len(raw[number].received) for number in altered) > _MOST_MASKED_AGAIN
    for number in () if much else altered:
        *_, closest = published(redactor, raw[number])
        if _are_alike(judge(raw[number]), judge(closest)):
            exact[number] = closest
    if _are_alike_whole(found, judge_whole(exact)):
        return exact
    return {**shown, **{number: replace(shown[number], marked=True) for number in altered}}


def _is_altered(exchange: Exchange, shown: Exchange) -> bool:
    """Whether masks changed anything that is judged."""
    return (shown.sent, shown.received) != (exchange.sent, exchange.received)


def _are_alike_whole(one: Spanning, other: Spanning) -> bool:
    told = []
    for sequence, troubles in (one, other):
        findings = [*troubles, *(each for _, own in sequence.values() for each in own)]
        observed = {requirement: numbers for requirement, (numbers, _) in sequence.items()}
        told.append((observed, _violations(findings)))
    return told[0] == told[1]


def _violations(findings: Iterable[Finding]) -> Counter[tuple[int, str, str | None]]:
    """Count what identifies violations; names that may be masked in one version don't matter."""
    return Counter((finding.exchange, finding.requirement, finding.clause) for finding in findings)


def _are_alike(one: Judgement | None, other: Judgement | None) -> bool:
    if one is None or other is None:
        return one is other
    same = (one.observed, one.clauses) == (other.observed, other.clauses)
    return same and _violations(one.findings) == _violations(other.findings)
