"""Whether a later run began in the report's folder and left no report."""

from __future__ import annotations

import os
from pathlib import Path

from contracts.gate.reasons_to_hold.held import HeldError
from contracts.gate.reasons_to_hold.record import Record, times
from contracts.report.running import NoteError, read_note


def check_newer_run(path: Path, record: Record | None) -> None:
    """Require that the report is that of the last run that began in its folder.

    Arguments:
        path: the report.
        record: a schema-valid record of a run that ended; None if the report is missing.

    Raises:
        HeldError: a later run began, or that can't be ruled out.
    """
    folders = {path.parent, Path(os.path.realpath(path)).parent}  # the link's, and its target's
    try:
        notes = [note for folder in folders if (note := read_note(folder)) is not None]
    except NoteError as error:
        raise HeldError("newer-run", f"Another run may have begun: {error}.") from error
    if not notes:
        return
    began = max(notes)
    moment = began.isoformat(timespec="seconds")
    if record is None:
        words = f"There is no such file: a run began at {moment} and has left no report."
        raise HeldError("missing", words)
    if began > times(record)[0]:
        raise HeldError(
            "newer-run",
            f"A run began at {moment} and has left no report: this one is of a run before it.",
        )
