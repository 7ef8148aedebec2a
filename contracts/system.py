"""Everything that differs between Linux, macOS and Windows; a test checks that it is all here."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import fcntl


def open_at_once(path: Path) -> int:
    """Open a file for reading bytes, without blocking on a FIFO that has no writer.

    Arguments:
        path: the file.

    Returns:
        The file descriptor.

    Raises:
        OSError: it can't be opened.
    """
    if sys.platform == "win32":
        return os.open(path, os.O_RDONLY | os.O_BINARY)
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK)


def hold(path: Path) -> IO[bytes]:
    """Create a file that this process keeps locked from the moment it appears.

    Arguments:
        path: the file, which must not exist yet.

    Returns:
        The file; the lock lasts as long as it stays open.

    Raises:
        OSError: it can't be written.
    """
    if sys.platform == "win32":
        file = path.open("wb")  # Windows lets nobody delete a file while it is open
    else:
        new = path.with_name(f"{path.name}.new")
        file = new.open("wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        new.rename(path)
    return file


def is_held(path: Path) -> bool:
    """Whether a live process holds a file; on Windows, an abandoned file is deleted.

    Arguments:
        path: the file.

    Raises:
        FileNotFoundError, NotADirectoryError: the file doesn't exist.
    """
    try:
        if sys.platform == "win32":
            path.unlink()
        else:
            with path.open("rb+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError:
        return True
    return False


def reuse_address(listener: socket.socket) -> None:
    """Let a listener bind a port that was in use until just now, but not one that is in use.

    Arguments:
        listener: an unbound socket.
    """
    if sys.platform != "win32":  # on Windows the option would allow sharing a port in use
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


def wait_for(event: threading.Event) -> None:
    """Wait for an event that a signal handler sets.

    Arguments:
        event: the event.
    """
    if sys.platform == "win32":  # an unbounded wait would block signal handlers on Windows
        while not event.wait(0.2):
            pass
    else:
        event.wait()
