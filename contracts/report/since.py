"""What changed since the earlier runs of the same operation against the same target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

SHOWN_RUNS = 30
"""Most runs in a page's sparkline."""


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
        unobserved: ids of the requirements that no answer tested.
        findings: ids of the findings.
        name: the operation's folder.
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
        """Whether the run tested the requirement of a finding.

        Arguments:
            finding: a finding's id, which is its requirement's id followed by a hash.
        """
        return finding.rpartition("-")[0] not in self.unobserved


@dataclass(frozen=True, slots=True)
class History:
    """The remembered runs, oldest first.

    Arguments:
        entries: those that this version of the suite wrote.
        ignored: how many lines could not be read.
        others: targets of runs that another version wrote, whose ids have other meanings.
    """

    entries: tuple[Entry, ...] = ()
    ignored: int = 0
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since the earlier runs against the same target.

    Arguments:
        runs: the last of those runs and this one, oldest first.
        first: whether there was no earlier run.
        new: findings that no remembered run had.
        returned: findings that had gone and are back, with when they were last seen before.
        persisting: findings that were there the last time too, with since when.
        gone: findings that were there the last time but not now, with when they were last seen.
        unseen: earlier findings whose requirements this run did not test.
        ignored: how many lines of the history could not be read.
        others: how many runs another version of the suite wrote.
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
        """Return its JSON for the record, with as much of each run as the page shows."""
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
            data: the result of `to_json`.
            target: the runs' target.
        """
        runs = tuple(
            Entry(run["started"], target, run["verdict"], 0, 0.0, broken=tuple(run["broken"]))
            for run in data["runs"]
        )
        return cls(**{**data, "runs": runs, "new": tuple(data["new"])})


_WITH_TIMES = ("returned", "persisting", "gone", "unseen")


def compare(history: History, now: Entry) -> Since:
    """Return what changed since the earlier runs of the same operation against the same target.

    A finding counts as gone only if its requirement was tested again.

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
    """Return since when a finding was there until last tested, and when it was last seen."""
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
