"""What changed since the earlier runs of the same operation against the same target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

SHOWN_RUNS = 30
"""Runs that a page's sparkline shows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One run as the history remembers it.

    Arguments:
        started: when it began, in ISO 8601.
        target: `sandbox`, `staging` or the base URL.
        verdict: the run's verdict.
        requests: how many were sent.
        seconds: how long it took.
        broken: ids of the broken MUSTs.
        warned: ids of the broken SHOULDs.
        unobserved: ids of the requirements that no answer put to the test.
        findings: ids of the findings.
        name: the folder of the operation that was asked.
    """

    started: str
    target: str
    verdict: str
    requests: int
    seconds: float
    broken: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    unobserved: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    name: str = ""

    def looked_at(self, finding: str) -> bool:
        """Whether the run put the requirement of a finding to the test.

        Arguments:
            finding: a finding's id, which is its requirement's with a hash behind.
        """
        return finding.rpartition("-")[0] not in self.unobserved


@dataclass(frozen=True, slots=True)
class History:
    """The remembered runs, oldest first.

    Arguments:
        entries: those that this version of the suite remembered.
        ignored: how many lines could not be read.
        others: targets of the runs that another version remembered, whose ids mean other things.
    """

    entries: tuple[Entry, ...] = ()
    ignored: int = 0
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since the earlier runs against the same target.

    Arguments:
        runs: those runs and this one, oldest first, the last ones of them.
        first: whether there was no earlier run.
        new: findings that no remembered run had.
        returned: findings that were there, then gone: when they were last seen.
        persisting: findings that were there the last time: since when.
        gone: findings that were there the last time and are not now: when they were last seen.
        unseen: findings that were there, and whose requirements this run did not put to the test.
        ignored: lines of the history that could not be read.
        others: runs that another version of the suite remembered.
    """

    runs: tuple[Entry, ...]
    first: bool = False
    new: tuple[str, ...] = ()
    returned: Mapping[str, str] = field(default_factory=dict)
    persisting: Mapping[str, str] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)
    unseen: Mapping[str, str] = field(default_factory=dict)
    ignored: int = 0
    others: int = 0

    def to_json(self) -> dict[str, Any]:
        """Write it as the record holds it: of the runs, what the page shows."""
        runs = [
            {"started": run.started, "verdict": run.verdict, "broken": list(run.broken)}
            for run in self.runs
        ]
        members = {member.name: getattr(self, member.name) for member in fields(self)}
        return members | {
            "runs": runs,
            "new": list(self.new),
            **{name: dict(members[name]) for name in _WITH_TIMES},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], target: str) -> Since:
        """Read it back, as far as it was written.

        Arguments:
            data: what `to_json` wrote.
            target: the runs' target.
        """
        runs = tuple(
            Entry(run["started"], target, run["verdict"], 0, 0.0, broken=tuple(run["broken"]))
            for run in data["runs"]
        )
        return cls(**{**data, "runs": runs, "new": tuple(data["new"])})


_WITH_TIMES = ("returned", "persisting", "gone", "unseen")


def compare(history: History, now: Entry) -> Since:
    """Say what changed since the earlier runs of the same operation against the same target.

    A finding counts as gone only if its requirement was put to the test again.

    Arguments:
        history: the remembered runs.
        now: this run.
    """
    same = (now.name, now.target)
    earlier = [each for each in history.entries if (each.name, each.target) == same]
    new: list[str] = []
    returned: dict[str, str] = {}
    persisting: dict[str, str] = {}
    for finding in now.findings:
        since, last = _streak(earlier, finding)
        if since is not None:
            persisting[finding] = since
        elif last is not None:
            returned[finding] = last
        else:
            new.append(finding)
    gone: dict[str, str] = {}
    unseen: dict[str, str] = {}
    for finding in dict.fromkeys(f for entry in reversed(earlier) for f in entry.findings):
        if finding in now.findings:
            continue
        since, last = _streak(earlier, finding)
        if since is not None and last is not None:
            (gone if now.looked_at(finding) else unseen)[finding] = last
    return Since(
        runs=(*earlier, now)[-SHOWN_RUNS:],
        first=not earlier,
        new=tuple(new),
        returned=returned,
        persisting=persisting,
        gone=gone,
        unseen=unseen,
        ignored=history.ignored,
        others=history.others.count(now.target),
    )


def _streak(earlier: list[Entry], finding: str) -> tuple[str | None, str | None]:
    """Since when a finding was there up to the last look at it, and when it was last seen."""
    since = last = None
    broken_off = False
    for entry in reversed(earlier):
        if finding in entry.findings:
            last = last or entry.started
            if broken_off:
                break
            since = entry.started
        elif entry.looked_at(finding):
            if since is not None:
                break
            broken_off = True
    return since, last
