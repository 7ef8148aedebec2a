"""HTTP-date in its three forms (RFC 9110 §5.6.7)."""

from __future__ import annotations

import re
from datetime import datetime

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
    """Whether a value is an HTTP-date that names a moment: no 31 February, the right weekday.

    Arguments:
        value: a field value, read as latin-1.
    """
    return any(
        _names_a_moment(match)
        for form in _FORMS
        if (match := re.fullmatch(form, value, re.ASCII)) is not None
    )


def _names_a_moment(match: re.Match[str]) -> bool:
    year = int(match["year"])
    short = len(match["year"]) == 2
    try:
        moment = datetime(
            year + 2000 if short else year,
            _MONTHS.index(match["month"]) + 1,
            int(match["day"]),
            int(match["hour"]),
            int(match["minute"]),
            min(int(match["second"]), 59) if int(match["second"]) <= 60 else 99,
        )
    except ValueError:
        return False
    # Two digits do not say which century, hence not which weekday.
    return short or _DAYS[moment.weekday()].startswith(match["day_name"])
