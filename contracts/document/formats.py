"""The types and formats of OpenAPI."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Final, TypeGuard

Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Format:
    """A format and the values that conform to it.

    Arguments:
        name: as the keyword `format` spells it.
        words: a description of conforming values, to follow "is".
        numeric: whether it applies to numbers; otherwise to strings.
        holds: whether a value of that type conforms.
    """

    name: str
    words: str
    numeric: bool
    holds: Callable[[object], bool]

    def applies(self, value: object) -> bool:
        """Whether the format applies to a value of this type."""
        return is_number(value) if self.numeric else isinstance(value, str)


def is_number(value: object) -> TypeGuard[Number]:
    """Whether a parsed JSON value is a number; True, False, NaN and Infinity are not."""
    if isinstance(value, int):
        return not isinstance(value, bool)
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, float) and isfinite(value)


def is_integral(value: object) -> bool:
    """Whether a parsed JSON value is a number without a fractional part, however it is written."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            return False
        # Rounding a number with a positive exponent changes nothing and could overflow.
        return int(value.as_tuple().exponent) >= 0 or value == value.to_integral_value()
    if isinstance(value, float):
        return value.is_integer()
    return is_number(value)


TYPES: Final[dict[str, Callable[[object], bool]]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "number": is_number,
    "integer": is_integral,
}
"""The types of OpenAPI 3.0 (§4.4), which has no null; integers are recognized by value alone."""

TYPES_31: Final[dict[str, Callable[[object], bool]]] = {
    **TYPES,
    "null": lambda value: value is None,
}
"""The types of OpenAPI 3.1, which are those of JSON Schema."""


def is_of(declared: object, value: object) -> bool:
    """Whether a parsed JSON value has the declared type, or one of several.

    Arguments:
        declared: the value of the keyword `type`.
        value: any parsed JSON value.
    """
    names = declared if isinstance(declared, list) else [declared]
    return any(TYPES_31[str(name)](value) for name in names)


def _within(low: int, high: int) -> Callable[[object], bool]:
    return lambda value: is_number(value) and low <= value <= high and is_integral(value)


def _finite_below(limit: int) -> Callable[[object], bool]:
    return lambda value: is_number(value) and -limit < value < limit


def _matches(pattern: str) -> Callable[[object], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


_DATE = r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.\d+)?"
_OFFSET = r"(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))"
_DATE_ONLY = re.compile(_DATE, re.ASCII)
_DATE_TIME = re.compile(f"{_DATE}[Tt]{_TIME}{_OFFSET}", re.ASCII)


def _is_day(year: str, month: str, day: str) -> bool:
    # The calendar repeats every 400 years; monthrange rejects the year 0000, RFC 3339 allows it.
    return int(day) <= monthrange(int(year) % 400 + 400, int(month))[1]


def _is_date(value: object) -> bool:
    match = _DATE_ONLY.fullmatch(value) if isinstance(value, str) else None
    return match is not None and _is_day(*match.group(1, 2, 3))


def _is_date_time(value: object) -> bool:
    match = _DATE_TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None or not _is_day(*match.group(1, 2, 3)):
        return False
    hour, minute, second, sign, off_hour, off_minute = match.group(4, 5, 6, 7, 8, 9)
    if second != "60":
        return True
    # A leap second is the last second of a day in UTC (RFC 3339 §5.7).
    offset = (int(off_hour) * 60 + int(off_minute)) * (-1 if sign == "+" else 1) if sign else 0
    return (int(hour) * 60 + int(minute) + offset) % 1440 == 1439


_BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"

FORMATS: Final = {
    each.name: each
    for each in (
        Format("int32", "within −2147483648 … 2147483647", True, _within(-(2**31), 2**31 - 1)),
        Format(
            "int64",
            "within −9223372036854775808 … 9223372036854775807",
            True,
            _within(-(2**63), 2**63 - 1),
        ),
        # IEEE 754 rounds to infinity from half a step above the largest finite value.
        Format(
            "float", "within the range of IEEE 754 binary32", True, _finite_below(2**128 - 2**103)
        ),
        Format(
            "double", "within the range of IEEE 754 binary64", True, _finite_below(2**1024 - 2**970)
        ),
        Format("byte", "base64 (RFC 4648 §4)", False, _matches(_BASE64)),
        Format("date", "a full-date (RFC 3339 §5.6)", False, _is_date),
        Format("date-time", "a date-time (RFC 3339 §5.6)", False, _is_date_time),
    )
}
"""The formats that are enforced; any other is an annotation (OpenAPI 3.0 §4.7.24)."""
