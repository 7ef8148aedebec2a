"""The history: one line for each run beside the reports, and what changed since earlier ones."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from contracts.report.facts import RunFacts
from contracts.run.run import Run
from contracts.run.verdict import Verdict

NAME = "history.jsonl"
MOST_RUNS = 200
"""Runs that are remembered."""
SHOWN_RUNS = 30
"""Runs that a page's sparkline shows."""

_MOST_BYTES = 4 * 1024 * 1024
_NAMED = ("pass", "fail", "inconclusive", "error")


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

    def looked_at(self, finding: str) -> bool:
        """Whether the run put the requirement of a finding to the test.

        Arguments:
            finding: a finding's id, which is its requirement's with a hash behind.
        """
        return finding.rpartition("-")[0] not in self.unobserved


@dataclass(frozen=True, slots=True)
class History:
    """The remembered runs, oldest first, and how many lines could not be read."""

    entries: tuple[Entry, ...] = ()
    ignored: int = 0


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
    """

    runs: tuple[Entry, ...]
    first: bool = False
    new: tuple[str, ...] = ()
    returned: Mapping[str, str] = field(default_factory=dict)
    persisting: Mapping[str, str] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)
    unseen: Mapping[str, str] = field(default_factory=dict)
    ignored: int = 0


def entry_of(run: Run, facts: RunFacts) -> Entry:
    """Make a run's line.

    Arguments:
        run: the run at its end.
        facts: what stands beside its findings.
    """
    verdicts = {
        requirement.id: run.requirement_verdict(requirement)
        for requirement in facts.catalogue.requirements.values()
    }

    def having(*wanted: Verdict) -> tuple[str, ...]:
        return tuple(name for name, verdict in verdicts.items() if verdict in wanted)

    finished = facts.finished or facts.started
    return Entry(
        started=facts.started.isoformat(timespec="seconds"),
        target=facts.target.name,
        verdict=str(facts.verdict),
        requests=run.client.sent,
        seconds=round((finished - facts.started).total_seconds(), 3),
        broken=having(Verdict.FAIL),
        warned=having(Verdict.WARN),
        unobserved=having(Verdict.NOT_OBSERVED, Verdict.INCONCLUSIVE),
        findings=tuple(defect.finding.slug for defect in run.defects()),
    )


def read(folder: Path) -> History:
    """Read the history; lines that are none are left out and counted.

    Arguments:
        folder: where reports go.
    """
    try:
        with (folder / NAME).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _MOST_BYTES))
            lines = file.read(_MOST_BYTES).splitlines()
    except OSError:
        return History()
    entries = [_entry(line) for line in lines if line.strip()]
    sound = tuple(entry for entry in entries if entry is not None)
    return History(sound[-MOST_RUNS:], len(entries) - len(sound))


def compare(history: History, now: Entry) -> Since:
    """Say what changed since the earlier runs against the same target.

    A finding counts as gone only if its requirement was put to the test again.

    Arguments:
        history: the remembered runs.
        now: this run.
    """
    earlier = [entry for entry in history.entries if entry.target == now.target]
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
    )


def since_last(folder: Path, run: Run, facts: RunFacts) -> Since:
    """Say what changed since the earlier runs against the same target.

    Arguments:
        folder: where reports go.
        run: the run at its end.
        facts: what stands beside its findings.
    """
    return compare(read(folder), entry_of(run, facts))


def append(folder: Path, run: Run, facts: RunFacts) -> str | None:
    """Add a run's line and forget the oldest ones; returns why it failed, or None.

    Arguments:
        folder: where reports go.
        run: the run at its end.
        facts: what stands beside its findings.
    """
    entries = (*read(folder).entries, entry_of(run, facts))[-MOST_RUNS:]
    text = "".join(f"{json.dumps(asdict(entry), allow_nan=False)}\n" for entry in entries)
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=".history-", dir=folder)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        os.replace(temporary, folder / NAME)  # noqa: PTH105 - atomic on one file system
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
        return f"{NAME} was not written ({error.strerror or 'it failed'})"
    return None


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


def _entry(line: bytes) -> Entry | None:
    """One line of the history; None where it is none of this suite's."""
    try:
        data = json.loads(line)
        lists = {name: _strings(data[name]) for name in ("broken", "warned", "unobserved")}
        entry = Entry(
            started=datetime.fromisoformat(data["started"]).isoformat(timespec="seconds"),
            target=data["target"],
            verdict=data["verdict"],
            requests=int(data["requests"]),
            seconds=float(data["seconds"]),
            findings=_strings(data["findings"]),
            **lists,
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    sound = isinstance(entry.target, str) and entry.verdict in _NAMED
    return entry if sound and entry.requests >= 0 else None


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("expected a list")
    if not all(isinstance(each, str) for each in value):
        raise TypeError("expected strings")
    return tuple(value)
