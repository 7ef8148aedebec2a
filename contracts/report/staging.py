"""The folder in which a run writes before anything is published, and who may clear it away."""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path
from typing import IO

from contracts.system import hold, is_held

STAGING_PREFIX = ".writing-"
LOCK = "run.lock"
"""File in a staging folder that the run which writes there holds locked, as long as it lives."""
ABANDONED_SECONDS = 24 * 3600
"""Age of what has no such file, and no run can still be writing."""


def locked(folder: Path) -> IO[bytes]:
    """Put the lock into a staging folder, held: it is never there and free while its run lives.

    Arguments:
        folder: a run's own.

    Returns:
        The file, which has to stay open for as long.

    Raises:
        OSError: it can't be written.
    """
    return hold(folder / LOCK)


def is_taken(folder: Path, own: Path) -> bool:
    """Whether another run that began earlier still writes its report into a folder.

    Arguments:
        folder: where reports go.
        own: the run's own staging folder.
    """
    began = _began(own)
    return any(
        left != own and (_began(left), left.name) < (began, own.name) and not _is_abandoned(left)
        for left in folder.glob(f"{STAGING_PREFIX}*")
        if (left / LOCK).is_file()
    )


def _began(staging: Path) -> int:
    try:
        return (staging / LOCK).stat().st_mtime_ns
    except OSError:
        return 2**63 - 1  # it has just ended


def remove_abandoned(folder: Path, own: Path | None) -> None:
    """Remove what killed runs left behind; one that lives holds the lock in its folder.

    Arguments:
        folder: where reports go.
        own: the run's own staging folder.
    """
    for left in folder.glob(f"{STAGING_PREFIX}*"):
        with contextlib.suppress(OSError):
            if left != own and _is_abandoned(left):
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def _is_abandoned(left: Path) -> bool:
    try:
        return not is_held(left / LOCK)
    except (FileNotFoundError, NotADirectoryError):
        return time.time() - left.stat().st_mtime > ABANDONED_SECONDS
