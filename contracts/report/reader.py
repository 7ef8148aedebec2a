"""Reads back what the suite wrote: files of limited size, and JSON in its one spelling.

Anybody can replace a report by anything, so neither a file nor a text is trusted to be small.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contracts.system import open_at_once

# Possessive, so that a long string needs no memory for backtracking.
_STRINGS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


def read_file(path: Path, most: int) -> bytes:
    """Read a regular file of limited size; any other is rejected before it is read.

    Arguments:
        path: the file.
        most: the most octets that it may have.

    Raises:
        OSError: it can't be read; EFBIG if it is too large, EINVAL if it is not a regular file.
    """
    handle = open_at_once(path)
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            octets = b"" if state.st_size > most else file.read(most + 1)
    finally:
        os.close(handle)
    size = max(state.st_size, len(octets))
    if size > most:
        raise OSError(errno.EFBIG, f"it has {size:,} bytes, and {most:,} are the most")
    return octets


def compact(value: Any) -> str:
    """Write JSON in its shortest form, in ASCII.

    Arguments:
        value: a JSON value.

    Raises:
        ValueError: it holds NaN or Infinity.
    """
    return json.dumps(value, separators=(",", ":"), allow_nan=False, ensure_ascii=True)


def read_json(octets: bytes, write: Callable[[Any], str], most: int) -> Any:
    """Read JSON that this suite wrote, so that no two readers can read it differently.

    A duplicate name, a number in another spelling, white space, a byte order mark: anything that
    would not be written exactly so is rejected.

    Arguments:
        octets: the whole text.
        write: the function that it was written with.
        most: the most values that it may hold.

    Raises:
        ValueError: it is not JSON, spelled differently, or holds more; the message says which.
    """
    try:
        text = octets.decode("ascii")
    except UnicodeDecodeError as error:
        raise ValueError("it is not ASCII") from error
    value = parse(text, most)
    try:
        same = write(value) == text
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not JSON") from error
    if not same:
        raise ValueError("it is spelled differently from what this suite writes")
    return value


def parse(text: str, most: int) -> Any:
    """Read JSON in any spelling, unless it would exhaust memory.

    Arguments:
        text: the whole text.
        most: the most values that it may hold; in Python, two characters may take 100 bytes.

    Raises:
        ValueError: it is not JSON, or holds more; the message says which.
    """
    bare = _STRINGS.sub("", text)
    if bare.count(",") + bare.count("[") + bare.count("{") > most:
        raise ValueError(f"it holds more than {most:,} values")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not JSON") from error
