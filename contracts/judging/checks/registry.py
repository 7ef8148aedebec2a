"""The registry of checks: each under the requirement that it judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from contracts.judging.finding import Finding
from contracts.judging.reading import Reading

Check = Callable[[Reading], Iterable[Finding] | None]
"""Judges one exchange; returns None if the exchange does not test the requirement."""

Judged = tuple[Sequence[Reading], Iterable[Finding]]
"""The readings that test a requirement, and the findings."""

SequenceCheck = Callable[[Sequence[Reading]], Judged]
"""Judges the run."""

LONGEST = 600
"""Characters up to which a finding shows a place and what was found there."""

CHECKS: dict[str, Check] = {}
SEQUENCE_CHECKS: dict[str, SequenceCheck] = {}


def check(requirement: str) -> Callable[[Check], Check]:
    """Register a function as the check of one requirement.

    Arguments:
        requirement: the requirement's id.
    """

    def listed(function: Check) -> Check:
        CHECKS[requirement] = function
        return function

    return listed


def sequence_check(requirement: str) -> Callable[[SequenceCheck], SequenceCheck]:
    """Register a function as the check of one requirement that spans several exchanges.

    Arguments:
        requirement: the requirement's id.
    """

    def listed(function: SequenceCheck) -> SequenceCheck:
        SEQUENCE_CHECKS[requirement] = function
        return function

    return listed


def finding(
    reading: Reading,
    requirement: str,
    where: str,
    expected: str,
    found: str,
    clause: str | None = None,
) -> Finding:
    """Make a finding about one exchange; text from the server is shortened."""
    where, found = (
        words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…" for words in (where, found)
    )
    return Finding(requirement, reading.exchange.number, where, expected, found, clause)
