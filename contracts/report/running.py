"""The note that a run leaves in the report folder until its own report is there, for a gate."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from contracts.report.reader import read_file

NOTE = "running.json"
_MOST_OCTETS = 4096


class NoteError(ValueError):
    """The note can't be read."""


def write_note(folder: Path, staging: Path, started: datetime) -> None:
    """Write the note that a run began, replacing that of an earlier run.

    Arguments:
        folder: where reports go.
        staging: the run's own folder, on the same file system.
        started: when the run began, with time zone.

    Raises:
        OSError: it can't be written.
    """
    path = staging / NOTE
    path.write_text(json.dumps({"started": started.isoformat(timespec="milliseconds")}) + "\n")
    path.replace(folder / NOTE)


def read_note(folder: Path) -> datetime | None:
    """Return when the run whose report is still to come began; None if there is none.

    Arguments:
        folder: where reports go.

    Raises:
        NoteError: it can't be read.
    """
    try:
        began = datetime.fromisoformat(
            json.loads(read_file(folder / NOTE, _MOST_OCTETS))["started"]
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoteError(f"{NOTE} beside the report can't be read") from error
    if began.tzinfo is None:
        raise NoteError(f"{NOTE} beside the report names no zone")
    return began
