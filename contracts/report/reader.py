"""What the suite reads back of what it wrote: bounded files, and JSON in its one spelling.

Anybody can put anything in a report's place, so neither a file nor a text is trusted to be small.
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

# Possessive, so that a long string costs no memory for ways back.
_STRINGS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


def read_file(path: Path, most: int) -> bytes:
    """Read a regular file that is not large; what is neither is refused before it is read.

    Arguments:
        path: the file.
        most: octets that it may have.

    Raises:
        OSError: it can't be read; EFBIG if it is larger, EINVAL if it is not a regular file.
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
    """Write JSON as briefly as it can be, in ASCII.

    Arguments:
        value: what JSON can hold.

    Raises:
        ValueError: it holds NaN or Infinity.
    """
    return json.dumps(value, separators=(",", ":"), allow_nan=False, ensure_ascii=True)


def read_json(octets: bytes, write: Callable[[Any], str], most: int) -> Any:
    """Read JSON that this suite wrote, which no two readers can read differently.

    A name that stands twice, a number in another spelling, white space, a byte order mark: what
    is not exactly as it would be written again is refused.

    Arguments:
        octets: the whole text.
        write: what it was written with.
        most: values that it may hold.

    Raises:
        ValueError: it is not JSON, spelled otherwise, or holds more; says which in half a sentence.
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
    """Read JSON in any spelling, as long as it does not fill the memory.

    Arguments:
        text: the whole text.
        most: values that it may hold; Python makes some hundred octets of two characters.

    Raises:
        ValueError: it is not JSON, or holds more; says which in half a sentence.
    """
    bare = _STRINGS.sub("", text)
    if bare.count(",") + bare.count("[") + bare.count("{") > most:
        raise ValueError(f"it holds more than {most:,} values")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not JSON") from error
