"""Whether the exchanges belong to the record: all of them, in order, and from its time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from contracts.gate.reasons_to_hold.held import HeldError
from contracts.gate.reasons_to_hold.record import Record, times
from contracts.http.allowed.dates import read_http_date
from contracts.http.exchange import Exchange
from contracts.report.exchanges import Evidence, EvidenceError, unpack

SLACK = 1.0
"""Seconds by which an exchange may end after the run: the clocks are read in succession."""

CLOCK_DIFFERENCE = timedelta(hours=1)
"""Largest credible difference between the target's clock and the record's."""


def unpack_evidence(record: Record, packed: str) -> Evidence:
    """Unpack a record's exchanges, and require that they are its own, complete and in order.

    Arguments:
        record: a schema-valid record.
        packed: the packed exchanges in the same page.

    Raises:
        HeldError: they are not the record's, or not all.
    """
    try:
        evidence = unpack(packed)
    except EvidenceError as error:
        raise HeldError("evidence", f"The recorded exchanges can't be read: {error}.") from error
    stated = record["evidence"]
    if evidence.sha256 != stated["sha256"]:
        raise HeldError("evidence-digest", "The recorded exchanges are not this record's.")
    count = len(evidence.exchanges)
    if not count == stated["exchanges"] == record["requests"]:
        raise HeldError(
            "evidence-count",
            f"{record['requests']} requests were sent, but {count} exchanges are recorded.",
        )
    if len(evidence.cut) != stated["cut"]:
        raise HeldError("evidence-cut", "The recorded exchanges are not as complete as stated.")
    if [exchange.number for exchange in evidence.exchanges] != list(range(1, count + 1)):
        raise HeldError("evidence-order", "The recorded exchanges are not numbered consecutively.")
    return evidence


def check_times(record: Record, exchanges: Sequence[Exchange]) -> None:
    """Require exchanges in succession, within the run's duration.

    Arguments:
        record: a schema-valid record.
        exchanges: the recorded exchanges.

    Raises:
        HeldError: their times contradict the record's.
    """
    began, ended = times(record)
    lasted = (ended - began).total_seconds() + SLACK
    before = 0.0
    for exchange in exchanges:
        if not (before <= exchange.started and exchange.seconds >= 0):
            raise HeldError("evidence-times", "The recorded exchanges do not follow one another.")
        if exchange.started + exchange.seconds > lasted:
            raise HeldError("evidence-times", "The recorded exchanges lasted longer than the run.")
        before = exchange.started


def check_dates(record: Record, exchanges: Sequence[Exchange]) -> None:
    """Require that any Date in an answer agrees with the run's times.

    So a report of another day can be passed off as today's only by changing every Date.

    Arguments:
        record: a schema-valid record.
        exchanges: the recorded exchanges.

    Raises:
        HeldError: a Date disagrees, or can't be read.
    """
    began, _ = times(record)
    for exchange in exchanges:
        sent = {value for _, value in exchange.probe.fields}
        for value in exchange.response.values("date"):
            if value.encode("latin-1") in sent:
                continue  # an echo of the request's field proves nothing
            date = _moment(value)
            if date is None:
                raise HeldError(
                    "evidence-times",
                    f"Exchange {exchange.number} has a Date that can't be read: "
                    "only a signed report may have such.",
                )
            off = (date - began).total_seconds() - exchange.started + _age(exchange)
            if abs(off) > CLOCK_DIFFERENCE.total_seconds():
                raise HeldError(
                    "evidence-times",
                    f"The target's own Date in exchange {exchange.number} does not agree with the "
                    "record's times.",
                )


def _moment(value: str) -> datetime | None:
    """Read a date in any format that servers use."""
    date = read_http_date(value)
    if date is not None:
        return date
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        with suppress(ValueError):
            date = read(value.strip())
            return date if date.tzinfo else date.replace(tzinfo=UTC)
    return None


def _age(exchange: Exchange) -> int:
    """Return the seconds for which a cache had the answer (RFC 9111 §5.1)."""
    values = [value.strip() for value in exchange.response.values("age")]
    return int(values[0]) if values and re.fullmatch("[0-9]{1,9}", values[0]) else 0
