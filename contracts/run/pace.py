"""Pace: how soon the next request may be sent, obeying any limits that the target states."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, cast

from contracts.http.message import Response

HEADROOM = 0.9
"""Share of a stated quota that is used, so that a server's coarser clock never sees it exceeded."""

EVEN_WINDOW = 10.0
"""Longest stated window, in seconds, that is filled evenly; a longer one may be used in a burst."""

SLOWEST = 2.0
"""Longest interval, in seconds, that refusals alone cause; a stated limit may make it longer."""

MANY = 6
"""Requests between two refusals from which refusals are tolerated: one extra request in seven."""

REFUSALS = frozenset({429, 503})
"""Statuses of rate limiters: nginx uses 503 by default."""
_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?")

LONGEST_FIELD = 1000
"""Most characters of a rate-limit field that is parsed."""
MOST_VALUES = 10
"""Most Retry-After fields read from one answer."""


class Pace:
    """Spaces the requests of a whole run.

    Arguments:
        interval: initial seconds between the starts of two requests.
        polite: shortest interval, in seconds, after a first refusal.
        clock: returns monotonic seconds.
        sleep: waits for that many seconds.
    """

    def __init__(
        self,
        interval: float,
        polite: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.paced = 0.0
        self._stated = interval
        self._polite = polite
        self._widened = 0.0
        self._accepted = 0
        self._refused = False
        self._insisted = False
        self._widenings = 0
        self._stretch: float | None = None
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0

    @property
    def interval(self) -> float:
        """Seconds between the starts of two requests."""
        return max(self._stated, self._widened)

    @property
    def delay(self) -> float:
        """Seconds until the next request may be sent."""
        return max(0.0, self._next - self._clock())

    def wait(self) -> None:
        """Wait until the next request may be sent, and count it as sent."""
        if delay := self.delay:
            self.paced += delay
            self._sleep(delay)
        self._next = max(self._clock(), self._next) + self.interval

    def hold(self, seconds: float) -> None:
        """Hold back the next request.

        Arguments:
            seconds: how long from now.
        """
        self._next = max(self._next, self._clock() + seconds)

    def slow_down(self) -> None:
        """Widen the interval after a refusal that stated no limit.

        Some servers refuse occasionally at any pace: an overloaded replica, or a limit shared with
        other clients. A rate limiter accepts few requests in a row, or refuses one twice, until the
        interval is nearly wide enough. If many are accepted between two refusals, the remaining
        refusals cost less than a wider interval.
        """
        if self._widened:
            self._widenings += 1
            before = self._stretch if self._stretch is not None else self._accepted
            self._stretch = 0.0 if self._insisted else (before + self._accepted) / 2
        self._accepted, self._insisted = 0, False
        if self._widenings < 2 or self._stretch is None or self._stretch < MANY:
            self._widened = min(SLOWEST, max(self.interval * 1.5, self._polite))
        self.hold(self.interval)

    def heed(self, response: Response) -> None:
        """Obey the limits that a response states (IETF httpapi RateLimit headers, draft 8).

        Arguments:
            response: any response of the target.
        """
        self._count(refused=response.status in REFUSALS)
        policy = ", ".join(response.values("ratelimit-policy"))
        state = ", ".join(response.values("ratelimit"))
        if not policy and not state:
            return
        for parameters in _items(policy):
            quota, window = parameters.get("q", 0), parameters.get("w", 1)
            if quota > 0 and 0 < window <= EVEN_WINDOW:
                self._stated = max(self._stated, window / (quota * HEADROOM))
                self.hold(self.interval)
        for parameters in _items(state):
            remaining, reset = parameters.get("r", 1), parameters.get("t", 0)
            if remaining <= 0 < reset:
                self.hold(reset)

    def _count(self, *, refused: bool) -> None:
        self._insisted |= refused and self._refused
        self._accepted += not refused
        self._refused = refused


def retry_after(response: Response) -> float | None:
    """Read Retry-After as seconds from now (RFC 9110 §10.2.3); None if absent or unreadable.

    Fractions of a second are not valid HTTP, but their meaning is clear.

    Arguments:
        response: a response that refused temporarily.
    """
    for value in response.values("retry-after")[:MOST_VALUES]:
        text = value.strip()[:LONGEST_FIELD]
        if _SECONDS.fullmatch(text):
            return min(float(text), 1e6)
        try:
            when = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError):
            continue
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        return max(0.0, (when - datetime.now(UTC)).total_seconds())
    return None


def _items(field: str) -> list[dict[str, float]]:
    """Read the numeric parameters of each member of a structured-field list (RFC 9651)."""
    if not field or len(field) > LONGEST_FIELD:
        return []  # no limiter sends so much, and parsing it takes longer than waiting
    import http_sf  # noqa: PLC0415 - only limited targets need it

    try:
        members = cast("list[Any]", http_sf.parse(field.encode("latin-1"), tltype="list"))
    except (ValueError, KeyError):
        return []
    return [
        {
            name: float(value)
            for name, value in parameters.items()
            if isinstance(value, int | Decimal) and not isinstance(value, bool)
        }
        for _, parameters in (member for member in members if isinstance(member, tuple))
    ]
