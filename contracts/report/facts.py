"""The facts about a run that stand beside its findings: when, where, with what, and its end."""

from __future__ import annotations

import importlib.metadata
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from contracts import __version__
from contracts.harness.requirements import Catalogue
from contracts.harness.run import Run
from contracts.harness.target import Target
from contracts.harness.verdict import Verdict

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

    @classmethod
    def begin(cls, settings: Any, catalogue: Catalogue, seed: int) -> RunFacts:
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
            started=datetime.now(UTC),
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
            finished=datetime.now(UTC),
            verdict=verdict,
            reason=_reason(run, verdict, error),
            complete=circumstances.complete,
        )

    def ended(self, exit_status: int) -> RunFacts:
        """Take the process' exit status.

        Arguments:
            exit_status: what the process will say.
        """
        return replace(self, exit_status=exit_status)


def _versions() -> dict[str, str]:
    versions = {"contracts": __version__, "python": sys.version.split()[0]}
    for name in _SHOWN:
        versions[name] = importlib.metadata.version(name)
    return versions


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _reason(run: Run, verdict: Verdict, error: str | None) -> str:
    """Say in one sentence why the verdict is what it is."""
    _, circumstances = run.conclude()
    asked = _count(run.client.sent, "request")
    requirements = run.judge.catalogue.requirements.values()
    verdicts = {
        requirement.id: run.requirement_verdict(requirement) for requirement in requirements
    }
    if verdict is Verdict.FAIL:
        broken = [name for name, v in verdicts.items() if v is Verdict.FAIL]
        broken += [name for name, v in verdicts.items() if v is Verdict.WARN and not broken]
        return f"{_count(len(broken), 'requirement')} broken in {asked}: {', '.join(broken)}."
    if verdict is Verdict.ERROR:
        return f"The suite itself failed: {error or 'an internal error'}."
    if verdict is Verdict.PASS:
        kept = sum(v is Verdict.PASS for v in verdicts.values())
        warned = sum(v is Verdict.WARN for v in verdicts.values())
        ending = f", {_count(warned, 'warning')}" if warned else ""
        return f"{_count(kept, 'requirement')} observed and kept in {asked}{ending}."
    if circumstances.key_refused:
        return "The key was refused: every plain request with it got a well-formed 401."
    if circumstances.stopped:
        return f"The run stopped early after {asked}: {circumstances.stopped}."
    if circumstances.interrupted:
        return f"The run was interrupted after {asked}."
    if not circumstances.asked:
        return "Nothing was answered by the API itself, so nothing is proven."
    if circumstances.troubled:
        words = next(words for found in run.ledger.troubles.values() for _, words in found)
        return f"{_count(circumstances.troubled, 'probe')} got no answer of the API's own: {words}."
    missing = [
        requirement.id
        for requirement in requirements
        if verdicts[requirement.id] is Verdict.NOT_OBSERVED
        and requirement.level == "MUST"
        and not requirement.by_luck
    ]
    return f"{_count(len(missing), 'requirement')} never observed: {', '.join(missing)}."
