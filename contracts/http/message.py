"""HTTP/1.1 messages read strictly from recorded bytes, with every irregularity named.

One reader serves the live exchange (is the answer whole yet?), the judge, the gate and the
recheck. It goes on after a fault wherever the meaning is still clear, so that one defect does
not hide the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from contracts.http.probe import Field

_STATUS_LINE = re.compile(rb"HTTP/(\d)\.(\d) (\d{3})(?: [\t\x20-\x7e\x80-\xff]*)?\Z")
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*\Z")
_CHUNK_SIZE = re.compile(rb"(0*[0-9A-Fa-f]{1,16})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\Z")
_CHUNK_SIZE_BEGUN = re.compile(rb"(?:0*[0-9A-Fa-f]{1,16}[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?\r?)?\Z")

MAX_HEAD = 256 * 1024
"""Bytes of a response's header section beyond which it is not read any further."""


class ProblemKind(StrEnum):
    """Which promise of HTTP a message's irregularity breaks."""

    SYNTAX = "syntax"
    FRAMING = "framing"


@dataclass(frozen=True, slots=True)
class MessageProblem:
    """One irregularity of a message: where it is, what stands there and what should."""

    kind: ProblemKind
    where: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request read back from its bytes."""

    target: bytes
    fields: tuple[Field, ...]
    content: bytes

    @property
    def query(self) -> bytes | None:
        """The query component without its question mark, or None."""
        _, mark, query = self.target.partition(b"?")
        return query if mark else None

    @property
    def body(self) -> bytes | None:
        """The content, or None where the request announced none."""
        announced = any(name.lower() == b"content-length" for name, _ in self.fields)
        return self.content if announced else None


@dataclass(frozen=True, slots=True)
class Response:
    """A response read from bytes, as far as they can be read.

    Arguments:
        status: the final status code; 0 where no status line could be read.
        fields: the final response's header fields, in their order.
        content: the content, chunked coding undone, content codings not.
        complete: whether the message is whole.
        persistent: whether the connection may carry another request.
        need: how many bytes in all are needed before reading again can tell more.
        interim: the 1xx status codes that came before.
        surplus: bytes after the message's end.
        problems: every irregularity.
    """

    status: int
    version: bytes = b""
    fields: tuple[Field, ...] = ()
    content: bytes = b""
    complete: bool = False
    persistent: bool = False
    need: int = 0
    interim: tuple[int, ...] = ()
    surplus: bytes = b""
    problems: tuple[MessageProblem, ...] = ()

    @property
    def ambiguous(self) -> bool:
        """Whether its framing contradicts itself, so that its content is anybody's guess."""
        return any(problem.kind is ProblemKind.FRAMING for problem in self.problems)

    def values(self, name: str) -> list[str]:
        """The values of every field of that name, decoded as ISO 8859-1.

        Arguments:
            name: field name in lower case.
        """
        wanted = name.encode("ascii")
        return [v.decode("latin-1") for n, v in self.fields if n.lower() == wanted]

    def listed(self, name: str) -> list[str]:
        """The members of a comma-separated field, lower-cased and trimmed (RFC 9110 §5.6.1)."""
        members = ",".join(self.values(name)).split(",")
        return [member.strip().lower() for member in members if member.strip()]


def parse_request(data: bytes) -> Request:
    """Read back a request that this suite has sent.

    Arguments:
        data: the bytes as written to the socket.
    """
    head, _, content = data.partition(b"\r\n\r\n")
    line, *lines = head.split(b"\r\n")
    parts = line.split(b" ")
    fields = []
    for field_line in lines:
        name, _, value = field_line.partition(b":")
        fields.append((name, value.strip(b" \t")))
    target = parts[1] if len(parts) > 1 else b""
    return Request(target, tuple(fields), content)


def parse_response(data: bytes, *, closed: bool) -> Response:
    """Read a response, after any interim ones, as RFC 9112 frames it for a GET.

    Arguments:
        data: every byte received so far.
        closed: whether the server has closed the connection behind them.
    """
    interim: list[int] = []
    problems: list[MessageProblem] = []
    start = 0
    while True:
        known = len(problems)
        head = _read_head(data, start, problems)
        if head is None:
            return Response(
                0,
                complete=len(problems) > known,  # what is no header section never becomes one
                need=len(data) + 1,
                interim=tuple(interim),
                problems=tuple(problems),
            )
        if not (100 <= head.status < 200) or head.status == 101:
            break
        interim.append(head.status)
        _check_bodiless(head, problems)
        start = head.end
    return _read_body(data, head, closed, tuple(interim), problems)


@dataclass(frozen=True, slots=True)
class _Head:
    version: bytes
    status: int
    fields: tuple[Field, ...]
    end: int


def _syntax(where: str, expected: str, found: bytes | str) -> MessageProblem:
    return MessageProblem(ProblemKind.SYNTAX, where, expected, _show(found))


def _framing(where: str, expected: str, found: bytes | str) -> MessageProblem:
    return MessageProblem(ProblemKind.FRAMING, where, expected, _show(found))


def _show(found: bytes | str) -> str:
    if isinstance(found, str):
        return found
    text = repr(found[:80])[1:]
    return text if len(found) <= 80 else f"{text}… ({len(found)} bytes)"


def _read_head(data: bytes, start: int, problems: list[MessageProblem]) -> _Head | None:
    """Read a header section; None where it is not whole or not HTTP (then with a problem)."""
    begin = data[start : start + 5]
    if begin and not b"HTTP/".startswith(begin) and begin != b"HTTP/":
        problems.append(_syntax("status line", "HTTP/1.1 and a status code", data[start:]))
        return None
    end, size = _head_end(data, start)
    if end < 0:
        if len(data) - start > MAX_HEAD:
            words = f"at most {MAX_HEAD} bytes"
            problems.append(_syntax("header section", words, f"{len(data) - start} bytes, no end"))
        return None
    lines = _lines(data[start:end], size, "header section", problems)
    match = _STATUS_LINE.match(lines[0])
    if match is None or int(match[3]) < 100:
        problems.append(_syntax("status line", "HTTP/1.1 and a status code", lines[0]))
        return None
    if match.end(3) == len(lines[0]):
        problems.append(_syntax("status line", "a blank after the status code", lines[0]))
    version = match[1] + b"." + match[2]
    if version not in {b"1.0", b"1.1"}:
        problems.append(_syntax("status line", "HTTP/1.1 or HTTP/1.0", lines[0]))
    fields = tuple(_read_fields(lines[1:], problems))
    return _Head(version, int(match[3]), fields, end + size)


def _head_end(data: bytes, start: int) -> tuple[int, int]:
    """Where the header section ends and how many bytes end it; (-1, 0) where it does not."""
    crlf = data.find(b"\r\n\r\n", start)
    if crlf >= 0 and data.find(b"\n\n", start, crlf) < 0 and data.find(b"\n\r\n", start, crlf) < 0:
        return crlf, 4
    ends = [
        (found, len(mark))
        for mark in (b"\r\n\r\n", b"\n\r\n", b"\n\n")
        if (found := data.find(mark, start)) >= 0
    ]
    return min(ends) if ends else (-1, 0)


def _lines(section: bytes, size: int, where: str, problems: list[MessageProblem]) -> list[bytes]:
    """Split a section into its lines; its end took so many bytes: four, if by the book."""
    lines = section.split(b"\n")
    if any(not line.endswith(b"\r") for line in lines[:-1]) or size != 4:
        problems.append(_syntax(where, "lines that end in CRLF", "a bare LF"))
    return [line.removesuffix(b"\r") for line in lines]


def _read_fields(lines: list[bytes], problems: list[MessageProblem]) -> Iterator[Field]:
    for line in lines:
        name, colon, value = line.partition(b":")
        if line[:1] in {b" ", b"\t"}:
            problems.append(_syntax("header section", "no folded field line", line))
        elif not colon:
            problems.append(_syntax("header section", "field-name: field-value", line))
        elif not _TOKEN.match(name):
            problems.append(_syntax("header section", "a field name that is a token", line))
            if _TOKEN.match(name.rstrip()):
                yield name.rstrip(), value.strip(b" \t")
        else:
            if not _VALUE.match(value):
                where = name.decode("ascii")
                problems.append(_syntax(where, "a value without control characters", value))
            yield name, value.strip(b" \t")


def _values(head: _Head, name: bytes) -> list[bytes]:
    return [value for field, value in head.fields if field.lower() == name]


def _check_bodiless(head: _Head, problems: list[MessageProblem]) -> None:
    """A 1xx or 204 frames no content (RFC 9110 §8.6, RFC 9112 §6.1)."""
    for name in ("Content-Length", "Transfer-Encoding"):
        if values := _values(head, name.lower().encode("ascii")):
            words = f"no {name} in a {head.status} response"
            problems.append(_framing(name, words, b", ".join(values)))


def _content_length(head: _Head, problems: list[MessageProblem]) -> int | None:
    values = _values(head, b"content-length")
    if not values:
        return None
    if len(values) > 1 or not values[0].isdigit():
        found = b", ".join(values)
        problems.append(_framing("Content-Length", "one decimal number", found))
    members = [member.strip() for value in values for member in value.split(b",")]
    lengths = [int(m.lstrip(b"0")[:18] or b"0") for m in members if m.isdigit()]
    return min(lengths, default=None)


def _read_body(
    data: bytes,
    head: _Head,
    closed: bool,
    interim: tuple[int, ...],
    problems: list[MessageProblem],
) -> Response:
    rest = data[head.end :]
    codings = b",".join(_values(head, b"transfer-encoding")).lower()
    length = _content_length(head, problems)
    need = len(data) + 1
    delimited = True
    if head.status in {101, 204, 304}:
        if head.status != 304:
            _check_bodiless(head, problems)
        content, complete, used = b"", True, 0
    elif codings:
        if length is not None:
            problems.append(
                _framing("Content-Length", "none beside Transfer-Encoding", str(length))
            )
        if head.version == b"1.0":
            problems.append(_framing("Transfer-Encoding", "none in an HTTP/1.0 message", codings))
        if codings.strip() == b"chunked":
            content, complete, used = _read_chunks(rest, problems)
        else:
            problems.append(_framing("Transfer-Encoding", "chunked, alone", codings))
            content, complete, used, delimited = rest, True, len(rest), False
    elif length is not None:
        content, complete, used = rest[:length], len(rest) >= length, min(length, len(rest))
        need = head.end + length
    else:
        content, complete, used, delimited = rest, closed, len(rest), False
    surplus = rest[used:] if complete else b""
    if surplus and not _is_idle_timeout(surplus):
        problems.append(_framing("content", "the end of the message", surplus))
    return Response(
        status=head.status,
        version=head.version,
        fields=head.fields,
        content=content,
        complete=complete,
        persistent=complete
        and delimited
        and head.status != 101
        and not closed
        and not problems
        and not surplus
        and _keeps_alive(head),
        need=need,
        interim=interim,
        surplus=surplus,
        problems=tuple(problems),
    )


def _is_idle_timeout(surplus: bytes) -> bool:
    """Whether the surplus is a 408 that a proxy sends before it closes an idle connection."""
    return surplus.startswith((b"HTTP/1.1 408 ", b"HTTP/1.0 408 "))


def _keeps_alive(head: _Head) -> bool:
    options = b",".join(_values(head, b"connection")).lower().replace(b" ", b"").split(b",")
    if head.version == b"1.0":
        return b"keep-alive" in options
    return b"close" not in options


def _read_chunks(rest: bytes, problems: list[MessageProblem]) -> tuple[bytes, bool, int]:
    """Undo the chunked coding: content, whether it is whole, and how many bytes it took."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = rest.find(b"\n", at)
        if end < 0:
            if len(rest) - at > 4096 or not _CHUNK_SIZE_BEGUN.match(rest, at):
                problems.append(_framing("chunk size", "a hexadecimal number", rest[at:]))
                return b"".join(pieces), True, len(rest)
            return b"".join(pieces), False, at
        line = rest[at:end]
        match = _CHUNK_SIZE.match(line.removesuffix(b"\r"))
        if match is None:
            problems.append(_framing("chunk size", "a hexadecimal number", line))
            return b"".join(pieces), True, len(rest)
        if not line.endswith(b"\r"):
            problems.append(_framing("chunk size", "a line that ends in CRLF", "a bare LF"))
        size, at = int(match[1], 16), end + 1
        if size == 0:
            return _read_trailers(rest, at, b"".join(pieces), problems)
        if len(rest) < at + size + 2:
            pieces.append(rest[at : at + size])
            return b"".join(pieces), False, at
        pieces.append(rest[at : at + size])
        at += size
        if rest[at : at + 2] != b"\r\n":
            problems.append(_framing("chunk", "CRLF after its data", rest[at : at + 16]))
            return b"".join(pieces), True, len(rest)
        at += 2


def _read_trailers(
    rest: bytes, at: int, content: bytes, problems: list[MessageProblem]
) -> tuple[bytes, bool, int]:
    if rest[at : at + 2] == b"\r\n":
        return content, True, at + 2
    if rest[at : at + 1] == b"\n":
        problems.append(_syntax("trailer section", "lines that end in CRLF", "a bare LF"))
        return content, True, at + 1
    end, size = _head_end(rest, at)
    if end < 0:
        return content, False, at
    lines = _lines(rest[at:end], size, "trailer section", problems)
    list(_read_fields(lines, problems))
    return content, True, end + size
