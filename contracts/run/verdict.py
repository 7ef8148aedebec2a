"""Verdicts as pure functions of what was observed (ISO/IEC 9646-1 terms, plus warnings)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from contracts.document.requirements import Level

KEY_IS_GOOD = "valid-key-gets-200"
"""The requirement that a refused key would appear to break."""

PLAIN_READS = 3
"""Plain requests with the configured key that must all be refused before the key is doubted."""


class Verdict(StrEnum):
    """The verdict on a requirement, or on a run."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    WARN = "warn"
    INCONCLUSIVE = "inconclusive"
    NOT_OBSERVED = "not observed"
    ERROR = "error"


class ExitStatus(IntEnum):
    """The exit status of the process."""

    PASS = 0
    FAIL = 1
    ERROR = 3
    USAGE = 4
    INCONCLUSIVE = 75


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one requirement in a run."""

    level: Level
    verdict: Verdict
    server_dependent: bool = False
    waived: bool = False


class RunStoppedError(Exception):
    """The run can't continue; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else happened in a run that its verdict depends on.

    Arguments:
        asked: exchanges that the API itself answered.
        troubled: probes that got no answer from the API itself.
        stopped: why the run ended early (target down, time or requests used up), or None.
        key_refused: whether every plain request with the key got a well-formed 401.
        deselected: whether the operator left items out.
        sampled: whether the run sent a sample, while another operation's run sent everything.
        interrupted: whether the run was interrupted.
        crashed: whether a worker process was lost.
        error: whether the suite itself failed.
    """

    asked: int
    troubled: int = 0
    stopped: str | None = None
    key_refused: bool = False
    deselected: bool = False
    sampled: bool = False
    interrupted: bool = False
    crashed: bool = False
    error: bool = False

    @property
    def complete(self) -> bool:
        """Whether the full suite ran."""
        missing = (
            self.deselected,
            self.sampled,
            self.interrupted,
            self.crashed,
            self.error,
            self.stopped,
            self.key_refused,
        )
        return not any(missing)


def is_key_refused(refusals: Collection[bool]) -> bool:
    """Whether the configured key was refused, as opposed to an answer being wrong.

    Arguments:
        refusals: for each plain request with the key, whether it got a well-formed 401.
    """
    return len(refusals) >= PLAIN_READS and all(refusals)


def requirement_verdict(level: Level, *, observed: int, violated: int, troubled: bool) -> Verdict:
    """Judge one requirement by its counts.

    Arguments:
        level: MUST or SHOULD.
        observed: how often an answer tested it.
        violated: how often an answer broke it.
        troubled: whether a probe that would have tested it got no answer.
    """
    if violated:
        return Verdict.FAIL if level is Level.MUST else Verdict.WARN
    if troubled:
        return Verdict.INCONCLUSIVE
    return Verdict.PASS if observed else Verdict.NOT_OBSERVED


def run_verdict(
    outcomes: Iterable[Outcome], circumstances: Circumstances, *, fail_on_warning: bool = False
) -> Verdict:
    """Judge a run: violations take precedence, then an error of the suite, then doubts.

    Arguments:
        outcomes: the outcome of each requirement.
        circumstances: what else happened.
        fail_on_warning: whether a broken SHOULD fails the run.
    """
    outcomes = list(outcomes)
    verdicts = {outcome.verdict for outcome in outcomes}
    unwaived = {outcome.verdict for outcome in outcomes if not outcome.waived}
    if Verdict.FAIL in verdicts or (fail_on_warning and Verdict.WARN in unwaived):
        return Verdict.FAIL
    if circumstances.error:
        return Verdict.ERROR
    doubts = (
        circumstances.stopped,
        circumstances.key_refused,
        circumstances.troubled,
        circumstances.crashed,
        circumstances.interrupted,
        not circumstances.asked,
        Verdict.INCONCLUSIVE in verdicts,
        Verdict.PASS not in verdicts,
    )
    unobserved = any(
        outcome.level is Level.MUST
        and not outcome.server_dependent
        and outcome.verdict is Verdict.NOT_OBSERVED
        for outcome in outcomes
    )
    if any(doubts) or (unobserved and not (circumstances.deselected or circumstances.sampled)):
        return Verdict.INCONCLUSIVE
    return Verdict.PASS


def exit_status(verdict: Verdict) -> ExitStatus:
    """Translate a run's verdict into the process's exit status.

    Arguments:
        verdict: pass, fail, error or inconclusive.
    """
    return {
        Verdict.PASS: ExitStatus.PASS,
        Verdict.FAIL: ExitStatus.FAIL,
        Verdict.ERROR: ExitStatus.ERROR,
    }.get(verdict, ExitStatus.INCONCLUSIVE)
