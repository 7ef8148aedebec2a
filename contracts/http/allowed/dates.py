"""HTTP-date in its three forms (RFC 9110 §5.6.7)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_SHORT = "|".join(day[:3] for day in _DAYS)
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
_FORMS = (
    rf"(?P<day_name>{_SHORT}), (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_TIME} GMT",
    rf"(?P<day_name>{'|'.join(_DAYS)}), (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_TIME} GMT",
    rf"(?P<day_name>{_SHORT}) {_MONTH} (?P<day>[ \d]\d) {_TIME} (?P<year>\d{{4}})",
)


def is_http_date(value: str) -> bool:
    """Whether a value is an HTTP-date that exists: no 31 February, the right weekday.

    Arguments:
        value: a field value, read as latin-1.
    """
    match = _match(value)
    moment = _moment(match) if match is not None else None
    if match is None or moment is None:
        return False
    # A two-digit year leaves the century open, and so the weekday.
    return len(match["year"]) == 2 or _DAYS[moment.weekday()].startswith(match["day_name"])


def read_http_date(value: str) -> datetime | None:
    """Read an HTTP-date, whatever weekday it claims; None if there is no such date.

    Arguments:
        value: a field value, read as latin-1.
    """
    match = _match(value)
    return _moment(match) if match is not None else None


def _match(value: str) -> re.Match[str] | None:
    matches = (re.fullmatch(form, value, re.ASCII) for form in _FORMS)
    return next((match for match in matches if match is not None), None)


def _moment(match: re.Match[str]) -> datetime | None:
    year = int(match["year"])
    try:
        return datetime(
            year + 2000 if len(match["year"]) == 2 else year,
            _MONTHS.index(match["month"]) + 1,
            int(match["day"]),
            int(match["hour"]),
            int(match["minute"]),
            min(int(match["second"]), 59) if int(match["second"]) <= 60 else 99,
            tzinfo=UTC,
        )
    except ValueError:
        return None
