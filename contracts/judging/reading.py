"""One exchange as the checks see it: everything derived from its bytes once, lazily."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from hashlib import sha256
from typing import TypeVar, cast

from contracts.document.operation import Operation
from contracts.document.responses import may_be_json
from contracts.document.schema import BodyValidator, Violation
from contracts.http.allowed import EXCUSES
from contracts.http.codings import CodingProblem, decode
from contracts.http.exchange import Exchange
from contracts.http.json_text import JsonProblem, problems
from contracts.http.message import Response
from contracts.http.probe import Probe
from contracts.judging.expectation import Expectation, expect, is_as_documented, is_of_nothing

MAX_CONTENT = 4 * 1024 * 1024
"""Bytes up to which a body is decoded."""

LARGEST_REMEMBERED = 16 * 1024
"""Bytes up to which a body's value is cached; for a larger body only the results are.

Most bodies of a run are alike, and a gate judges thousands of them within half a second. The value
of a large one takes many times its octets.
"""

_Held = tuple[tuple[Violation, ...], frozenset[str]]
_Json = tuple[object, tuple[JsonProblem, ...]]

_MOST_SAID = 512
_SAID: OrderedDict[tuple[object, ...], object] = OrderedDict()
_LATEST: dict[str, tuple[object, object]] = {}
_T = TypeVar("_T")


@dataclass(frozen=True)
class Reading:
    """One exchange, interpreted by its operation.

    Arguments:
        exchange: what was recorded.
        operation: the operation whose document applies.
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
        """The final status code; 0 if none could be parsed."""
        return self.response.status

    @cached_property
    def answered(self) -> bool:
        """Whether there is a complete response with a status."""
        return self.exchange.fault is None and self.response.complete and self.status > 0

    @cached_property
    def expectation(self) -> Expectation:
        """The responses that are allowed for the request."""
        return expect(self.exchange, self.operation)

    @cached_property
    def as_documented(self) -> bool:
        """Whether the request is one that the document describes, whatever its credentials."""
        return is_as_documented(self.probe, self.operation)

    @cached_property
    def of_nothing(self) -> bool:
        """Whether the request is the documented one for an unknown resource."""
        return is_of_nothing(self.probe, self.operation)

    @cached_property
    def documented(self) -> bool:
        """Whether the body is one that the document describes, and so is judged by it.

        What HTTP allows instead of a documented response may come from a proxy, in HTML; what is
        served to a bad key is wrong whatever it is; and if the framing contradicts itself, the body
        is undefined. A response documented without content says nothing about a body.
        """
        status = self.status
        if not self.answered or not self.operation.media_types(status):
            return False
        expectation = self.expectation
        if expectation.anything or self.response.ambiguous:
            return False
        if not expectation.trusted and 200 <= status < 300:
            return False
        if status in expectation.documented and status not in EXCUSES:
            return True
        if status not in expectation.alternatives:
            return True
        return status in expectation.documented and self.is_documented_type

    @property
    def decoded(self) -> bytes | CodingProblem:
        """The content with its content codings decoded, or why they could not be."""
        content, codings = self.response.content, self.response.listed("content-encoding")
        if not codings and len(content) <= MAX_CONTENT:
            return content
        known: bytes | CodingProblem | None = vars(self).get("_decoded")
        if known is None:
            known = _latest("decoded", (content, codings), lambda: _decode(content, codings))
            if isinstance(known, CodingProblem) or len(known) <= LARGEST_REMEMBERED:
                vars(self)["_decoded"] = known
        return known

    @cached_property
    def media_type(self) -> str | None:
        """The media type in lower case, without parameters; None unless there is exactly one."""
        values = self.response.values("content-type")
        if len(values) != 1:
            return None
        return values[0].partition(";")[0].strip().lower()

    @cached_property
    def is_documented_type(self) -> bool:
        """Whether the media type is one that the document names for the status."""
        described = self.operation.response(self.status)
        return described is not None and described.describes(self.media_type or "")

    @cached_property
    def is_json(self) -> bool:
        """Whether the body must be JSON: by its own media type if the document names that."""
        if self.is_documented_type:
            return may_be_json(self.media_type or "")
        return any(map(may_be_json, self.operation.media_types(self.status)))

    @property
    def json(self) -> _Json:
        """The body's JSON value, as far as it can be parsed, and what is wrong with its text."""
        decoded = self.decoded
        return (None, ()) if isinstance(decoded, CodingProblem) else _problems(decoded)

    @cached_property
    def json_problems(self) -> tuple[JsonProblem, ...]:
        """What is wrong with the body's text."""
        return _json_problems(self)

    @cached_property
    def readable(self) -> bool:
        """Whether the body has a JSON value that can be validated."""
        if not self.documented or not self.is_json or isinstance(self.decoded, CodingProblem):
            return False
        return not any(problem.fatal for problem in self.json_problems)

    @cached_property
    def body_key(self) -> tuple[object, ...] | None:
        """The cache key of a large body's results; None for any other body."""
        decoded = self.decoded
        if isinstance(decoded, CodingProblem) or len(decoded) <= LARGEST_REMEMBERED:
            return None
        digest = sha256(decoded).digest()
        return self.operation, self.status, self.documented, self.media_type, digest

    @cached_property
    def _held(self) -> _Held:
        """The body's violations of its schema, and the clauses that it tested."""
        return _held(self)

    @property
    def violations(self) -> tuple[Violation, ...]:
        """The body's violations of its schema."""
        return self._held[0]

    @property
    def clauses(self) -> frozenset[str]:
        """Ids of the document's clauses that the body tested."""
        return self._held[1]


def of_body(function: Callable[[Reading], _T]) -> Callable[[Reading], _T]:
    """Cache a function's results for large bodies: it is called once for each.

    Arguments:
        function: returns something short and immutable that depends only on body, status, media
            type, and whether the body is a documented one.
    """

    @wraps(function)
    def said(reading: Reading) -> _T:
        if reading.body_key is None:
            return function(reading)
        key = (function, *reading.body_key)
        if key not in _SAID:
            _SAID[key] = function(reading)
            if len(_SAID) > _MOST_SAID:
                _SAID.popitem(last=False)
        return cast(_T, _SAID[key])

    return said


@of_body
def _json_problems(reading: Reading) -> tuple[JsonProblem, ...]:
    return reading.json[1]


@of_body
def _held(reading: Reading) -> _Held:
    validator = None
    if reading.readable:
        validator = reading.operation.validator(reading.status, reading.media_type)
    decoded = reading.decoded
    if validator is None or not isinstance(decoded, bytes):
        return (), frozenset()
    small = len(decoded) <= LARGEST_REMEMBERED
    return (_remembered_hold if small else _hold)(validator, decoded)


def let_go() -> None:
    """Drop the cached value of the last large body."""
    _LATEST.clear()


def _latest(what: str, source: object, make: Callable[[], _T]) -> _T:
    """Cache what was made of one large body until another comes."""
    known = _LATEST.get(what)
    if known is not None and known[0] == source:
        return cast(_T, known[1])
    known = None
    _LATEST.pop(what, None)  # holding two would take twice the memory
    made = make()
    _LATEST[what] = source, made
    return made


def _decode(content: bytes, codings: list[str]) -> bytes | CodingProblem:
    try:
        return decode(content, codings, cap=MAX_CONTENT)
    except CodingProblem as problem:
        return problem


@lru_cache(maxsize=256)
def _remembered_problems(content: bytes) -> _Json:
    return problems(content)


@lru_cache(maxsize=256)
def _remembered_hold(validator: BodyValidator, content: bytes) -> _Held:
    return _hold(validator, content)


def _problems(content: bytes) -> _Json:
    if len(content) <= LARGEST_REMEMBERED:
        return _remembered_problems(content)
    return _latest("value", content, lambda: problems(content))


def _hold(validator: BodyValidator, content: bytes) -> _Held:
    value = _problems(content)[0]
    return validator.check(value), validator.observe(value)
