"""A judge for thousands of recorded exchanges: alike ones are judged once."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cached_property

from contracts.http.exchange import Exchange
from contracts.http.message import Request, parse_request
from contracts.judging.environment import trouble
from contracts.judging.expectation import is_as_documented
from contracts.judging.judge import Judge, Judgement

VARYING = re.compile(
    rb"(?im)^(?:date|etag|age|x-request-id|x-correlation-id|x-response-time|x-runtime|request-id"
    rb"|traceparent|cf-ray|server-timing|ratelimit|x-ratelimit-[a-z]+|last-modified)"
    rb":[ \t]*[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?\r\n"
)
"""Field lines that differ from answer to answer, well-formed, and that no MUST looks at."""


class SwiftJudge:
    """A judge that judges alike exchanges once.

    Where the judge never looked at the request itself, its judgement holds for every answer that
    is the same but for fields that no MUST looks at, and to every request of the same kind.

    Arguments:
        judge: judges the MUSTs.
    """

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._known: dict[tuple[object, ...], Judgement] = {}

    def judge(self, exchange: Exchange) -> Judgement | None:
        """Judge an exchange; None where it is not the API's own word.

        Arguments:
            exchange: any attempt.
        """
        key = self._key(exchange)
        if key in self._known:
            return self._known[key]
        watched = _Watched.of(exchange)
        if trouble(watched) is not None:
            return None
        judgement = self._judge.judge(watched)
        if exchange.fault is None and not watched.was_looked_at:
            self._known[key] = judgement
        return judgement

    def _key(self, exchange: Exchange) -> tuple[object, ...]:
        """What two exchanges must have in common to be judged alike."""
        probe = exchange.probe
        head, blank, content = exchange.received.partition(b"\r\n\r\n")
        alike = VARYING.sub(b"", head + b"\r\n")
        documented = is_as_documented(probe, self._judge.catalogue.operation)
        kind = (probe.credential, probe.plain, documented, probe.query, probe.wire is None)
        return (*kind, exchange.closed, exchange.fault is None, alike, blank, content)


class _Watched(Exchange):
    """An exchange that notices when somebody looks at its request."""

    @cached_property
    def request(self) -> Request:
        """The request, read back from the bytes that were sent."""
        return parse_request(self.sent)

    @property
    def was_looked_at(self) -> bool:
        """Whether a judgement of its answer may hold for this request alone."""
        return "request" in vars(self)

    @classmethod
    def of(cls, exchange: Exchange) -> _Watched:
        """Make one of any exchange.

        Arguments:
            exchange: what was recorded.
        """
        return cls(**{each.name: getattr(exchange, each.name) for each in fields(exchange)})
