"""HTTP/1.1 messages parsed strictly from recorded bytes, with every irregularity named.

One parser serves the live exchange (is the response complete yet?), the judge, the gate and the
recheck. It continues after a fault wherever the meaning is still clear, so that one defect does
not hide the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from contracts.http.chunked import read_chunks
from contracts.http.header_section import Head, read_head
from contracts.http.message_problem import MessageProblem, ProblemKind, Problems, framing
from contracts.http.probe import Field


@dataclass(frozen=True, slots=True)
class Request:
    """A request parsed from its bytes."""

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
        """The content, or None if the request announced none."""
        announced = any(name.lower() == b"content-length" for name, _ in self.fields)
        return self.content if announced else None


@dataclass(frozen=True, slots=True)
class Response:
    """A response parsed from bytes, as far as possible.

    Arguments:
        status: the final status code; 0 if no status line could be parsed.
        fields: the final response's header fields, in their order.
        content: the content: transfer coding decoded, content codings not.
        complete: whether the message is complete.
        persistent: whether the connection may carry another request.
        need: how many bytes in all are needed before parsing again is useful.
        interim: the status codes of the preceding 1xx responses.
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
        """Whether its framing contradicts itself, so that its content is undefined."""
        return any(problem.kind is ProblemKind.FRAMING for problem in self.problems)

    def values(self, name: str) -> list[str]:
        """The values of every field of that name, decoded as ISO 8859-1.

        Arguments:
            name: field name in lower case.
        """
        wanted, fields = name.encode("ascii"), self.fields
        if len(fields) > _FEW_FIELDS:
            return [value.decode("latin-1") for value in _index(fields).get(wanted, ())]
        return [v.decode("latin-1") for n, v in fields if n.lower() == wanted]

    def listed(self, name: str) -> list[str]:
        """The members of a comma-separated field, lower-cased and trimmed (RFC 9110 §5.6.1)."""
        members = ",".join(self.values(name)).split(",")
        return [member.strip().lower() for member in members if member.strip()]


_FEW_FIELDS = 100
_INDEXED: list[tuple[tuple[Field, ...], dict[bytes, list[bytes]]]] = []


def _index(fields: tuple[Field, ...]) -> dict[bytes, list[bytes]]:
    """Values by lower-case field name; the index of the last fields is cached."""
    if not _INDEXED or _INDEXED[0][0] is not fields:
        index: dict[bytes, list[bytes]] = {}
        for name, value in fields:
            index.setdefault(name.lower(), []).append(value)
        _INDEXED[:] = [(fields, index)]
    return _INDEXED[0][1]


def parse_request(data: bytes) -> Request:
    """Parse a request that this suite has sent.

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


_LARGE = 16 * 1024


def parse_response(data: bytes, *, closed: bool) -> Response:
    """Parse a response, after any interim ones, as RFC 9112 frames it for a GET.

    Arguments:
        data: every byte received so far.
        closed: whether the server has closed the connection after them.
    """
    return _parse_large(data, closed) if len(data) > _LARGE else _parse(data, closed)


@lru_cache(maxsize=2)
def _parse_large(data: bytes, closed: bool) -> Response:
    """Parse what may take a second; who receives it, judges it and masks it come to it in turn."""
    return _parse(data, closed)


def _parse(data: bytes, closed: bool) -> Response:
    interim: list[int] = []
    problems = Problems()
    start = 0
    while True:
        known = problems.seen
        head = read_head(data, start, problems)
        if head is None:
            return Response(
                0,
                complete=problems.seen > known,  # more bytes never turn it into a header section
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


def _check_bodiless(head: Head, problems: list[MessageProblem]) -> None:
    """Report content framing in a 1xx or 204, which has none (RFC 9110 §8.6, RFC 9112 §6.1)."""
    for name in ("Content-Length", "Transfer-Encoding") if head.fields else ():
        if values := head.values(name.lower().encode("ascii")):
            words = f"no {name} in a {head.status} response"
            problems.append(framing(name, words, b", ".join(values)))


def _content_length(head: Head, problems: list[MessageProblem]) -> int | None:
    values = head.values(b"content-length")
    if not values:
        return None
    if len(values) > 1 or not values[0].isdigit():
        found = b", ".join(values)
        problems.append(framing("Content-Length", "one decimal number", found))
    members = [member.strip() for value in values for member in value.split(b",")]
    lengths = [int(m.lstrip(b"0")[:18] or b"0") for m in members if m.isdigit()]
    return min(lengths, default=None)


def _read_body(
    data: bytes,
    head: Head,
    closed: bool,
    interim: tuple[int, ...],
    problems: list[MessageProblem],
) -> Response:
    rest = data[head.end :]
    codings = b",".join(head.values(b"transfer-encoding")).lower()
    length = _content_length(head, problems)
    need = len(data) + 1
    delimited = True
    if head.status in {101, 204, 304}:
        if head.status != 304:
            _check_bodiless(head, problems)
        content, complete, used = b"", True, 0
    elif codings:
        if length is not None:
            problems.append(framing("Content-Length", "none beside Transfer-Encoding", str(length)))
        if head.version == b"1.0":
            problems.append(framing("Transfer-Encoding", "none in an HTTP/1.0 message", codings))
        if codings.strip() == b"chunked":
            content, complete, used = read_chunks(rest, problems)
        else:
            problems.append(framing("Transfer-Encoding", "chunked, alone", codings))
            content, complete, used, delimited = rest, True, len(rest), False
    elif length is not None:
        content, complete, used = rest[:length], len(rest) >= length, min(length, len(rest))
        need = head.end + length
    else:
        content, complete, used, delimited = rest, closed, len(rest), False
    surplus = rest[used:] if complete else b""
    if surplus and not _is_idle_timeout(surplus):
        words = "the end of the message"
        if length is not None and not codings:
            words += f" after the announced {length} bytes, of {len(rest)} received"
        problems.append(framing("content", words, surplus))
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


def _keeps_alive(head: Head) -> bool:
    options = b",".join(head.values(b"connection")).lower().replace(b" ", b"").split(b",")
    if head.version == b"1.0":
        return b"keep-alive" in options
    return b"close" not in options
