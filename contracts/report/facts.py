"""The facts about a run that stand beside its findings: when, where, with what, and its end."""

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
    """When a run was, where it asked, with what, and how it ended.

    Arguments:
        catalogue: the operation and its requirements.
        target: where it asked.
        profile: name of the profile.
        allowance: the cap on requests.
        seed: Hypothesis' seed.
        started: when it began.
        finished: when it was judged.
        verdict: the run's verdict.
        reason: the verdict in one sentence.
        complete: whether everything was put to the target.
        exit_status: what the process says.
        versions: of the suite and of what it stands on.
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
        """Begin the account of a run.

        Arguments:
            settings: what it is started with.
            catalogue: the operation and its requirements.
            seed: Hypothesis' seed.
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
        """Name the target as it was started.

        Arguments:
            target: with the embedded sandbox's address.
        """
        return replace(self, target=target)

    def concluded(self, run: Run, error: str | None) -> RunFacts:
        """Take the run's verdict and say why in one sentence.

        Arguments:
            run: the run at its end.
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
        """Take the process' exit status.

        Arguments:
            exit_status: what the process will say.
        """
        return replace(self, exit_status=exit_status)

    def compared(self, since: Since) -> RunFacts:
        """Take what changed since earlier runs.

        Arguments:
            since: see history.
        """
        return replace(self, since=since)


def _now() -> datetime:
    """The time as the record holds it, so that a page written from the record says the same."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _versions() -> dict[str, str]:
    versions = {"contracts": __version__, "python": sys.version.split()[0]}
    for name in _SHOWN:
        versions[name] = importlib.metadata.version(name)
    return versions
