"""The history file beside the reports: one line per run, and what changed since earlier runs."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from contracts.report.facts import RunFacts
from contracts.report.reader import read_file
from contracts.report.record import SCHEMA_VERSION
from contracts.report.since import Entry, History, Since, compare
from contracts.run.run import Run
from contracts.run.verdict import Verdict

NAME = "history.jsonl"
MOST_RUNS = 200
"""Most runs that are remembered."""
MOST_OCTETS = 16 * 1024 * 1024
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAMED = ("pass", "fail", "inconclusive", "error")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, its run, and whether its ids mean the same as in this version."""

    octets: bytes
    entry: Entry | None
    own: bool


def entry_of(run: Run, facts: RunFacts) -> Entry:
    """Return a run's history entry.

    Arguments:
        run: the finished run.
        facts: the run's facts.
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
        name=facts.catalogue.name,
    )


def read(folder: Path) -> History:
    """Read the history; invalid lines are skipped and counted.

    Arguments:
        folder: where reports go.
    """
    try:
        lines = _lines(folder)
    except OSError:  # appending the run's own line reports it
        return History()
    return History(
        tuple(line.entry for line in lines if line.entry is not None and line.own),
        sum(line.entry is None for line in lines),
        tuple(line.entry.target for line in lines if line.entry is not None and not line.own),
    )


def since_last(folder: Path, run: Run, facts: RunFacts) -> Since:
    """Return what changed since the earlier runs against the same target.

    Arguments:
        folder: where reports go.
        run: the finished run.
        facts: the run's facts.
    """
    return compare(read(folder), entry_of(run, facts))


def append(folder: Path, run: Run, facts: RunFacts) -> str | None:
    """Add a run's line and drop the oldest ones; returns why it failed, or None.

    Lines of another version of the suite stay unchanged: that version may be used again.

    Arguments:
        folder: where reports go.
        run: the finished run.
        facts: the run's facts.
    """
    data = {"schema_version": SCHEMA_VERSION, **asdict(entry_of(run, facts))}
    temporary = None
    try:
        known = [line.octets for line in _lines(folder) if line.entry is not None]
        lines = [*known, json.dumps(data, allow_nan=False).encode("ascii")][-MOST_RUNS:]
        handle, temporary = tempfile.mkstemp(prefix=".history-", dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.writelines(line + b"\n" for line in lines)
        Path(temporary).chmod(0o644)
        os.replace(temporary, folder / NAME)  # noqa: PTH105 - atomic on one file system
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
        return f"{NAME} was not written ({error.strerror or 'it failed'})"
    return None


def _lines(folder: Path) -> list[_Line]:
    try:
        lines = read_file(folder / NAME, MOST_OCTETS).splitlines()
    except FileNotFoundError:
        return []
    return [_Line(line, *_read(line)) for line in lines if line.strip()]


def _read(line: bytes) -> tuple[Entry | None, bool]:
    """Read a line, and whether this version wrote it; None if it is invalid."""
    try:
        data = json.loads(line)
        version = int(data.get("schema_version", 0))
        if version > SCHEMA_VERSION:  # this version can't interpret the rest
            return Entry(str(data["started"]), str(data["target"]), "", 0, 0.0), False
        lists = {name: _ids(data[name]) for name in ("broken", "warned", "unobserved")}
        entry = Entry(
            started=_moment(data["started"]),
            target=data["target"],
            verdict=data["verdict"],
            requests=int(data["requests"]),
            seconds=float(data["seconds"]),
            findings=_ids(data["findings"]),
            name=str(data.get("name", "")),
            **lists,
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None, False
    sound = isinstance(entry.target, str) and entry.verdict in _NAMED and entry.requests >= 0
    return (entry if sound else None), version == SCHEMA_VERSION


def _moment(value: str) -> str:
    """Return a time in the record's format."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("expected a zone")
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _ids(value: object) -> tuple[str, ...]:
    """Check ids strictly, because the record will contain them too."""
    if not isinstance(value, list):
        raise TypeError("expected a list")
    if not all(isinstance(each, str) and _ID.fullmatch(each) for each in value):
        raise ValueError("expected ids")
    return tuple(value)
