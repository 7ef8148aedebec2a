"""What differs between Linux, macOS and Windows, and nothing else: a test holds that it is here."""

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
    """Open a file for reading, as octets; a FIFO that nobody writes to doesn't keep it waiting.

    Arguments:
        path: the file.

    Returns:
        Its descriptor.

    Raises:
        OSError: it can't be opened.
    """
    if sys.platform == "win32":
        return os.open(path, os.O_RDONLY | os.O_BINARY)
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK)


def hold(path: Path) -> IO[bytes]:
    """Make a file that its process holds: it is never there and free while the process lives.

    Arguments:
        path: the file, which isn't there yet.

    Returns:
        The file, which has to stay open for as long.

    Raises:
        OSError: it can't be written.
    """
    if sys.platform == "win32":
        file = path.open("wb")  # which nobody can remove as long as it is open
    else:
        new = path.with_name(f"{path.name}.new")
        file = new.open("wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        new.rename(path)
    return file


def is_held(path: Path) -> bool:
    """Whether a process that lives holds a file; on Windows, one that nobody holds is removed.

    Arguments:
        path: the file.

    Raises:
        FileNotFoundError, NotADirectoryError: it isn't there.
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
    """Let a listener have a port that was in use a moment ago, but not one that is in use.

    Arguments:
        listener: one that is not bound yet.
    """
    if sys.platform != "win32":  # where the option would share a port that somebody listens to
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


def wait_for(event: threading.Event) -> None:
    """Wait for an event that a signal's handler sets.

    Arguments:
        event: what is set.
    """
    if sys.platform == "win32":  # where no handler has its turn while a wait has no end
        while not event.wait(0.2):
            pass
    else:
        event.wait()
