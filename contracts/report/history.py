"""The history: one line for each run beside the reports, and what changed since earlier ones."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from contracts.report.facts import RunFacts
from contracts.report.since import Entry, History, Since, compare
from contracts.run.run import Run
from contracts.run.verdict import Verdict

NAME = "history.jsonl"
MOST_RUNS = 200
"""Runs that are remembered."""
_NAMED = ("pass", "fail", "inconclusive", "error")


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
        lines = (folder / NAME).read_bytes().splitlines()
    except OSError:
        return History()
    entries = [_entry(line) for line in lines if line.strip()]
    sound = tuple(entry for entry in entries if entry is not None)
    return History(sound[-MOST_RUNS:], len(entries) - len(sound))


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
