"""Whether one client can have made the recorded exchanges, one after the other.

The client sends one request at a time, retries only what got no answer, and stops reading when an
answer is complete; it can't have made exchanges that contradict this.
"""

from __future__ import annotations

from collections.abc import Sequence

from contracts.gate.reasons_to_hold.held import HeldError
from contracts.http.endpoint import Limits
from contracts.http.exchange import Exchange, FaultKind
from contracts.http.message import parse_response
from contracts.judging.environment import trouble

ROUNDING = 0.00001
"""Seconds by which two exchanges may appear to overlap, because times are rounded."""

_UNANSWERED = frozenset(
    {
        FaultKind.NAME,
        FaultKind.REFUSED,
        FaultKind.CLOSED,
        FaultKind.CONNECT_TIMEOUT,
        FaultKind.WRITE_TIMEOUT,
    }
)
"""Faults that precede the first octet of an answer."""


def check_connections(exchanges: Sequence[Exchange]) -> None:
    """Require exchanges that one client can have made, one at a time.

    Arguments:
        exchanges: the recorded exchanges, in the order of sending.

    Raises:
        HeldError: they overlap, or a fault or retry contradicts what was received.
    """
    before: Exchange | None = None
    for exchange in exchanges:
        if before is not None and _overlap(before, exchange):
            raise HeldError(
                "evidence-connections",
                f"Exchange {exchange.number} began before the one before it had ended.",
            )
        if not _is_fault_possible(exchange):
            raise HeldError(
                "evidence-connections",
                f"Exchange {exchange.number} is called a failure, but its answer denies that.",
            )
        if not _is_attempt_possible(before, exchange):
            raise HeldError(
                "evidence-connections",
                f"Exchange {exchange.number} is called a retry, but follows no failed attempt.",
            )
        before = exchange


def _overlap(before: Exchange, exchange: Exchange) -> bool:
    """Whether two exchanges overlap in time, or the second uses an abandoned connection."""
    if before.started + before.seconds > exchange.started + ROUNDING:
        return True
    if exchange.connection < before.connection:
        return True
    renewed = exchange.probe.fresh and bool(exchange.received)
    return renewed and exchange.connection == before.connection


def _is_fault_possible(exchange: Exchange) -> bool:
    """Whether what was received can have ended in the recorded fault.

    The client stops reading once an answer is complete, unless it exceeds the size limit, and an
    answer that violates HTTP is judged rather than excused.
    """
    fault = exchange.fault
    if fault is None:
        return True
    if fault.kind in _UNANSWERED:
        return not exchange.received
    if not exchange.received:
        return fault.kind is not FaultKind.CUT
    if fault.kind is FaultKind.TOO_LARGE and len(exchange.received) > Limits.received:
        return True
    answer = parse_response(exchange.received, closed=False)
    return not answer.complete and not answer.problems


def _is_attempt_possible(before: Exchange | None, exchange: Exchange) -> bool:
    if exchange.attempt == 1:
        return True
    if before is None or before.attempt + 1 != exchange.attempt or before.probe != exchange.probe:
        return False
    return trouble(before) is not None
