"""A run's conclusion when pytest's session ends: the verdict and the exit status."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from contracts.report.facts import RunFacts
from contracts.run.run import Run
from contracts.run.verdict import Verdict, exit_status


@dataclass(frozen=True, slots=True)
class Ending:
    """How a session ended.

    Arguments:
        status: pytest's own exit status.
        error: what failed in the suite itself, or None.
        deselected: whether the operator left items out.
        left_out: whether a planned probe was not sent, or an item not judged.
        sampled: whether only a sample of the operation-independent probes was sent.
        interrupted: whether it was interrupted.
        finished: whether all items finished.
    """

    status: int
    error: str | None
    deselected: bool
    left_out: bool
    sampled: bool
    interrupted: bool
    finished: bool


def conclude(run: Run, facts: RunFacts, ending: Ending) -> RunFacts:
    """Judge a run by its findings and by how its session ended.

    Arguments:
        run: the run; late bytes on its connection are read, unless it was interrupted.
        facts: the run's facts.
        ending: how the session ended.

    Returns:
        The facts, with the verdict and the exit status.
    """
    if not ending.interrupted:
        run.client.finish()
    run.circumstances = replace(
        run.circumstances,
        deselected=ending.deselected,
        sampled=ending.sampled,
        interrupted=ending.interrupted or not ending.finished,
        error=ending.error is not None or ending.status == pytest.ExitCode.INTERNAL_ERROR,
    )
    if (
        ending.left_out and replace(run.conclude()[1], sampled=False).complete
    ):  # no other circumstance explains the gap
        run.circumstances = replace(run.circumstances, deselected=True)
    facts = facts.concluded(run, ending.error)
    return facts.ended(_status(facts.verdict, ending))


def _status(verdict: Verdict, ending: Ending) -> int:
    """Return the verdict's exit status, or pytest's if it saw a failure outside the run."""
    if ending.interrupted:
        return int(pytest.ExitCode.INTERRUPTED)
    if verdict is Verdict.PASS and ending.status != pytest.ExitCode.NO_TESTS_COLLECTED:
        return int(ending.status)
    return int(exit_status(verdict))
