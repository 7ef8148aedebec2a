"""Checks of the messages themselves: HTTP/1.1 syntax, framing, content codings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_to_bytes

from contracts.http.codings import CodingProblem
from contracts.http.message_problem import ProblemKind
from contracts.judging.checks.registry import check, finding
from contracts.judging.finding import Finding
from contracts.judging.reading import Reading

_INJECTED = re.compile(rb"\r\n([!#$%&'*+\-.^_`|~0-9A-Za-z]+):")


def _problems(reading: Reading, requirement: str, kind: ProblemKind) -> Iterable[Finding] | None:
    if not reading.exchange.received or reading.probe.wire is not None:
        return None
    return [
        finding(reading, requirement, problem.where, problem.expected, problem.found)
        for problem in reading.response.problems
        if problem.kind is kind
    ]


@check("message-is-http")
def message_is_http(reading: Reading) -> Iterable[Finding] | None:
    """Status line and field lines follow RFC 9112 §2 to §5, and none comes from the request."""
    problems = _problems(reading, "message-is-http", ProblemKind.SYNTAX)
    if problems is None:
        return None
    return [*problems, *_smuggled(reading)]


def _smuggled(reading: Reading) -> Iterator[Finding]:
    """Find fields that the request's query has injected into the response (response splitting)."""
    if reading.probe.query is None and reading.probe.wire is None:
        return  # the query is the plain one, which injects nothing
    query = reading.exchange.request.query or b""
    if b"%0d%0a" not in query.lower():
        return
    names = {name.lower() for name in _INJECTED.findall(unquote_to_bytes(query))}
    for name, _ in reading.response.fields:
        if name.lower() in names:
            where, expected = name.decode("ascii", "replace"), "no field that the query spells"
            yield finding(reading, "message-is-http", where, expected, "the query's own field")


@check("framing-is-unambiguous")
def framing_is_unambiguous(reading: Reading) -> Iterable[Finding] | None:
    """The message's end is stated once and consistently (RFC 9112 §6)."""
    return _problems(reading, "framing-is-unambiguous", ProblemKind.FRAMING)


@check("content-coding-is-sound")
def content_coding_is_sound(reading: Reading) -> Iterable[Finding] | None:
    """Content-Encoding names known codings, and the content decodes by them (RFC 9110 §8.4)."""
    # In none of them can a coding be undone: 206 carries part of content that was coded as a whole.
    if reading.status in {204, 206, 304}:
        return None
    if not reading.answered or reading.response.ambiguous:
        return None
    if not reading.response.content and not reading.response.values("content-encoding"):
        return None
    if not isinstance(reading.decoded, CodingProblem):
        return ()
    where, words = "Content-Encoding", ", ".join(reading.response.values("content-encoding"))
    found = f"{words}: {reading.decoded.words}"
    return (finding(reading, "content-coding-is-sound", where, "content that decodes", found),)
