"""The messages themselves: HTTP/1.1 syntax, framing, content codings, partial content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_to_bytes

from contracts.harness.checks.registry import check, finding
from contracts.harness.codings import CodingProblem
from contracts.harness.finding import Finding
from contracts.harness.message import ProblemKind
from contracts.harness.reading import Reading

_INJECTED = re.compile(rb"\r\n([!#$%&'*+\-.^_`|~0-9A-Za-z]+):")
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)\Z")


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
    """Status line and field lines follow RFC 9112 §2 to §5, and are the server's own."""
    problems = _problems(reading, "message-is-http", ProblemKind.SYNTAX)
    if problems is None:
        return None
    return [*problems, *_smuggled(reading)]


def _smuggled(reading: Reading) -> Iterator[Finding]:
    """Find fields that the request's query has written into the response (response splitting)."""
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
    """The message's end is stated once and kept (RFC 9112 §6)."""
    return _problems(reading, "framing-is-unambiguous", ProblemKind.FRAMING)


@check("content-coding-is-sound")
def content_coding_is_sound(reading: Reading) -> Iterable[Finding] | None:
    """Content-Encoding names known codings, and the content decodes by them (RFC 9110 §8.4)."""
    if not reading.answered or reading.status in {204, 304} or reading.response.ambiguous:
        return None
    if not reading.response.content and not reading.response.values("content-encoding"):
        return None
    if not isinstance(reading.decoded, CodingProblem):
        return ()
    where, words = "Content-Encoding", ", ".join(reading.response.values("content-encoding"))
    found = f"{words}: {reading.decoded.words}"
    return (finding(reading, "content-coding-is-sound", where, "content that decodes", found),)


@check("partial-content-is-exact")
def partial_content_is_exact(reading: Reading) -> Iterable[Finding] | None:
    """A 206 says which bytes it carries, and carries those (RFC 9110 §15.3.7)."""
    if not reading.answered or reading.status != 206:
        return None
    if (reading.media_type or "") == "multipart/byteranges":
        return ()
    values = reading.response.values("content-range")
    requirement, expected = "partial-content-is-exact", "bytes FIRST-LAST/LENGTH"
    match = _CONTENT_RANGE.match(values[0].strip()) if len(values) == 1 else None
    if match is None:
        found = ", ".join(values) or "no Content-Range"
        return (finding(reading, requirement, "Content-Range", expected, found),)
    size = int(match[2]) - int(match[1]) + 1
    if size != len(reading.response.content):
        found = f"{len(reading.response.content)} bytes"
        return (finding(reading, requirement, "content", f"{size} bytes", found),)
    return ()
