"""One exchange as the checks see it: everything derived from its bytes once, lazily."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from contracts.document.operation import Operation
from contracts.document.schema import BodyValidator, Violation
from contracts.http.codings import CodingProblem, decode
from contracts.http.exchange import Exchange
from contracts.http.json_text import JsonProblem, problems
from contracts.http.message import Response
from contracts.http.probe import Probe
from contracts.judging.expectation import Expectation, expect, is_as_documented

MAX_CONTENT = 4 * 1024 * 1024
"""Bytes that a body may decode to."""

LARGEST_REMEMBERED = 16 * 1024
"""Bytes of a body beyond which it is read anew each time it is met.

Most bodies of a run are alike, and a gate judges thousands of them within half a second.
"""

_Held = tuple[tuple[Violation, ...], frozenset[str]]


@dataclass(frozen=True)
class Reading:
    """One exchange, read against its operation.

    Arguments:
        exchange: what was recorded.
        operation: whose document it is read against.
    """

    exchange: Exchange
    operation: Operation

    @property
    def probe(self) -> Probe:
        """The reason for the request."""
        return self.exchange.probe

    @cached_property
    def response(self) -> Response:
        """The response."""
        return self.exchange.response

    @property
    def status(self) -> int:
        """The final status code; 0 where none could be read."""
        return self.response.status

    @cached_property
    def answered(self) -> bool:
        """Whether there is a whole answer with a status that can be read."""
        return self.exchange.fault is None and self.response.complete and self.status > 0

    @cached_property
    def expectation(self) -> Expectation:
        """What the request may be answered."""
        return expect(self.exchange, self.operation)

    @cached_property
    def as_documented(self) -> bool:
        """Whether the request is one that the document describes, whatever its credentials."""
        return is_as_documented(self.probe, self.operation)

    @cached_property
    def documented(self) -> bool:
        """Whether the body is one that the document describes, and so is judged by it.

        What HTTP allows in the documented answer's stead comes from a proxy and in HTML too; what
        is served to a bad key is wrong whatever it is; and where the framing contradicts itself,
        nobody knows what the body is.
        """
        status = self.status
        if not self.answered or status not in self.operation.statuses:
            return False
        expectation = self.expectation
        if expectation.anything or self.response.ambiguous:
            return False
        if not expectation.trusted and 200 <= status < 300:
            return False
        return status in expectation.documented or status not in expectation.alternatives

    @cached_property
    def decoded(self) -> bytes | CodingProblem:
        """The content with its content codings undone, or why they could not be."""
        try:
            return decode(
                self.response.content, self.response.listed("content-encoding"), cap=MAX_CONTENT
            )
        except CodingProblem as problem:
            return problem

    @cached_property
    def media_type(self) -> str | None:
        """The media type without its parameters, in lower case; None where there is not one."""
        values = self.response.values("content-type")
        if len(values) != 1:
            return None
        return values[0].partition(";")[0].strip().lower()

    @cached_property
    def is_documented_type(self) -> bool:
        """Whether the media type is one that the document names for the status."""
        return self.media_type in self.operation.media_types(self.status)

    @cached_property
    def json(self) -> tuple[object, tuple[JsonProblem, ...]]:
        """The body's JSON value, as far as it can be read, and what is wrong with its text."""
        if isinstance(self.decoded, CodingProblem):
            return None, ()
        return _problems(self.decoded)

    @cached_property
    def readable(self) -> bool:
        """Whether the body has a JSON value that a schema can be held against."""
        fatal = [p for p in self.json[1] if p.fatal]
        return self.documented and not isinstance(self.decoded, CodingProblem) and not fatal

    @cached_property
    def _held(self) -> _Held:
        """How the body breaks its schema, and the clauses that it put to the test."""
        validator = self.operation.validator(self.status) if self.readable else None
        if validator is None or not isinstance(self.decoded, bytes):
            return (), frozenset()
        small = len(self.decoded) <= LARGEST_REMEMBERED
        return (_remembered_hold if small else _hold)(validator, self.decoded)

    @property
    def violations(self) -> tuple[Violation, ...]:
        """How the body breaks its schema."""
        return self._held[0]

    @property
    def clauses(self) -> frozenset[str]:
        """Ids of the document's clauses that the body put to the test."""
        return self._held[1]


@lru_cache(maxsize=256)
def _remembered_problems(content: bytes) -> tuple[object, tuple[JsonProblem, ...]]:
    return problems(content)


@lru_cache(maxsize=256)
def _remembered_hold(validator: BodyValidator, content: bytes) -> _Held:
    return _hold(validator, content)


def _problems(content: bytes) -> tuple[object, tuple[JsonProblem, ...]]:
    small = len(content) <= LARGEST_REMEMBERED
    return _remembered_problems(content) if small else problems(content)


def _hold(validator: BodyValidator, content: bytes) -> _Held:
    value = _problems(content)[0]
    return validator.check(value), validator.observe(value)
