"""Values of members and parameters, in forms that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from contracts.document.json_pointer import resolve
from contracts.document.parameters import text as written

SANE = re.compile(r"[\w.:+/@-](?:[\w.:+/@ -]*[\w.:+/@-])?", re.ASCII)
"""Values that every server reads alike: ASCII, with no blanks at the ends and no commas."""

NOTHING = object()
"""Sentinel for a missing value."""


def at(value: object, pointer: str | None) -> object:
    """The value that a pointer refers to; `NOTHING` if there is none."""
    try:
        return resolve(value, pointer) if pointer is not None else NOTHING
    except LookupError:
        return NOTHING


def text_at(value: object, pointer: str | None) -> str | None:
    """The value that a pointer refers to, as written in a query; None if it has no such form."""
    return text(at(value, pointer))


def text(value: object) -> str | None:
    """A value as written in a query; None if it has no such form."""
    scalar = value is not None and value is not NOTHING and not isinstance(value, dict | list)
    return written(value) or None if scalar else None


def texts(value: object) -> Iterator[str]:
    """A value, or each item of an array, as written in a query."""
    for each in value if isinstance(value, list) else [value]:
        found = text(each)
        if found is not None:
            yield found


def sortable(value: object) -> tuple[str, float | str] | None:
    """A sort key for a value: moments by time, numbers by size, other text by its characters."""
    if isinstance(value, bool) or value is None or value is NOTHING:
        return None
    if not isinstance(value, str):
        try:
            return "number", float(str(value))
        except ValueError:
            return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return "text", value
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return "moment", moment.timestamp()
