"""The facts about a run besides its findings: when, where, with what, and how it ended."""

from __future__ import annotations

import importlib.metadata
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from contracts import __version__
from contracts.document.catalogue import Catalogue
from contracts.report.reason import reason_for
from contracts.report.since import Since
from contracts.run.verdict import Verdict

if TYPE_CHECKING:
    from contracts.http.target import Target
    from contracts.run.run import Run
    from contracts.run.settings import Settings

_SHOWN = ("pytest", "pytest-html", "hypothesis", "schemathesis", "jsonschema")


@dataclass(frozen=True)
class RunFacts:
    """When and where a run took place, with what, and how it ended.

    Arguments:
        catalogue: the operation and its requirements.
        target: the target.
        profile: name of the profile.
        allowance: the cap on requests.
        seed: Hypothesis's seed.
        started: when it began.
        finished: when it was judged.
        verdict: the run's verdict.
        reason: the verdict in one sentence.
        complete: whether the full suite ran.
        exit_status: the process's exit status.
        versions: versions of the suite and of what it runs on.
        since: what changed since earlier runs; None if unknown.
    """

    catalogue: Catalogue
    target: Target
    profile: str
    allowance: int
    seed: int
    started: datetime
    finished: datetime | None = None
    verdict: Verdict = Verdict.ERROR
    reason: str = ""
    complete: bool = False
    exit_status: int = 3
    versions: dict[str, str] = field(default_factory=dict)
    since: Since | None = None

    @classmethod
    def begin(cls, settings: Settings, catalogue: Catalogue, seed: int) -> RunFacts:
        """Collect the facts that are known when a run begins.

        Arguments:
            settings: the run's settings.
            catalogue: the operation and its requirements.
            seed: Hypothesis's seed.
        """
        return cls(
            catalogue=catalogue,
            target=settings.target,
            profile=settings.profile.name,
            allowance=settings.allowance.requests,
            seed=seed,
            started=_now(),
            versions=_versions(),
        )

    def located(self, target: Target) -> RunFacts:
        """Set the target, once it has started.

        Arguments:
            target: the target, with the sandbox's address if it is the sandbox.
        """
        return replace(self, target=target)

    def concluded(self, run: Run, error: str | None) -> RunFacts:
        """Set the run's verdict and its reason.

        Arguments:
            run: the finished run.
            error: what failed in the suite itself, or None.
        """
        verdict, circumstances = run.conclude()
        return replace(
            self,
            finished=_now(),
            verdict=verdict,
            reason=reason_for(run, verdict, error),
            complete=circumstances.complete,
        )

    def ended(self, exit_status: int) -> RunFacts:
        """Set the process's exit status.

        Arguments:
            exit_status: the status with which the process will exit.
        """
        return replace(self, exit_status=exit_status)

    def compared(self, since: Since) -> RunFacts:
        """Set what changed since earlier runs.

        Arguments:
            since: see history.
        """
        return replace(self, since=since)


def _now() -> datetime:
    """Return the time with the record's precision, so that a page written from it is the same."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _versions() -> dict[str, str]:
    versions = {"contracts": __version__, "python": sys.version.split()[0]}
    for name in _SHOWN:
        versions[name] = importlib.metadata.version(name)
    return versions
