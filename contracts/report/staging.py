"""The staging folder, to which a run writes before it publishes, and when it may be removed."""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path
from typing import IO

from contracts.system import hold, is_held

STAGING_PREFIX = ".writing-"
LOCK = "run.lock"
"""File in a staging folder that the folder's run keeps locked as long as it lives."""
ABANDONED_SECONDS = 24 * 3600
"""Age after which a staging folder without a lock file counts as abandoned."""


def locked(folder: Path) -> IO[bytes]:
    """Create the lock file in a staging folder, already locked, so that it is never seen unlocked.

    Arguments:
        folder: the run's own staging folder.

    Returns:
        The file, which has to stay open as long as the run lives.

    Raises:
        OSError: it can't be written.
    """
    return hold(folder / LOCK)


def is_taken(folder: Path, own: Path) -> bool:
    """Whether an earlier run is still writing its report to a folder.

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
        return 2**63 - 1  # the run has just ended


def remove_abandoned(folder: Path, own: Path | None) -> None:
    """Remove what killed runs left behind; a live run holds the lock in its folder.

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
