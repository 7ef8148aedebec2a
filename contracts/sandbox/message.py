"""Requests and answers of the sandbox, independent of the bytes on the socket."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

Field = tuple[bytes, bytes]
"""One header field: name and value, both bytes."""

Json = Any
"""A JSON value, as Python's `json` reads and writes it."""

JSON_TYPE = b"application/json; charset=utf-8"

_UNSIZED = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the sandbox received it.

    Arguments:
        method: as sent.
        target: the request target as sent, query included.
        fields: header fields in order, names in the case received.
        body: the content, with the transfer coding removed.
        port: the client's port, which tells connections apart.
        padded: whether whitespace followed the Authorization field's value.
    """

    method: str
    target: bytes
    fields: tuple[Field, ...]
    body: bytes
    port: int
    padded: bool = False

    def values(self, name: str) -> list[bytes]:
        """The values of every field with a name.

        Arguments:
            name: field name in lower case.
        """
        wanted = name.encode("ascii")
        return [value for field, value in self.fields if field.lower() == wanted]

    def value(self, name: str) -> bytes:
        """The values of a field, joined with commas (RFC 9110 §5.3); empty if it is absent."""
        return b", ".join(self.values(name))

    @property
    def query(self) -> bytes:
        """The query component without its question mark; empty if there is none."""
        return self.target.partition(b"?")[2]

    @property
    def scheme(self) -> bytes:
        """The authentication scheme in lower case; empty unless there is exactly one field."""
        values = self.values("authorization")
        return values[0].partition(b" ")[0].lower() if len(values) == 1 else b""

    @property
    def token(self) -> bytes:
        """What follows the authentication scheme; empty unless there is exactly one field."""
        values = self.values("authorization")
        return values[0].partition(b" ")[2].strip(b" ") if len(values) == 1 else b""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before framing: `Date` and `Content-Length` are added on sending.

    Arguments:
        status: status code.
        fields: header fields in order.
        body: the content.
        interim: bytes of interim (1xx) responses sent before it.
        delay: seconds before it is sent.
        sized: whether it is framed by Content-Length; otherwise it is chunked.
        dated: whether it carries the current date.
    """

    status: int
    fields: tuple[Field, ...] = ()
    body: bytes = b""
    interim: bytes = b""
    delay: float = 0.0
    sized: bool = True
    dated: bool = True

    def with_field(self, name: str, value: str | bytes) -> Answer:
        """The same answer with this field replacing any of its name."""
        return self.without(name).adding(name, value)

    def adding(self, name: str, value: str | bytes) -> Answer:
        """The same answer with one more field."""
        raw = value.encode("latin-1") if isinstance(value, str) else value
        return replace(self, fields=(*self.fields, (name.encode("latin-1"), raw)))

    def without(self, *names: str) -> Answer:
        """The same answer without the fields of these names."""
        dropped = {name.lower().encode("latin-1") for name in names}
        return replace(self, fields=tuple(f for f in self.fields if f[0].lower() not in dropped))

    def with_body(self, body: bytes) -> Answer:
        """The same answer with another body, of any length."""
        return replace(self, body=body)

    def editing(self, change: Callable[[Json], Json]) -> Answer:
        """The same answer with its JSON value changed.

        Arguments:
            change: takes the parsed value and returns the one to send.
        """
        if not self.body:
            return self
        return self.with_body(dump(change(json.loads(self.body))))

    def framed(self) -> tuple[Field, ...]:
        """The header fields as sent, with date and length."""
        fields = self.fields
        if self.dated:
            fields = (*fields, (b"Date", formatdate(usegmt=True).encode("ascii")))
        if self.sized and self.status not in _UNSIZED:
            fields = (*fields, (b"Content-Length", b"%d" % len(self.body)))
        return fields


def dump(value: Json) -> bytes:
    """A value as compact JSON in UTF-8, as JavaScript's `JSON.stringify` writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def json_answer(status: int, value: Json, *fields: Field) -> Answer:
    """An answer that contains a JSON value and must not be stored.

    Arguments:
        status: status code.
        value: the body.
        fields: header fields besides the media type and the caching rule.
    """
    standard = ((b"Content-Type", JSON_TYPE), (b"Cache-Control", b"private, no-store"))
    return Answer(status, (*standard, *fields), dump(value))


def reason_of(status: int) -> bytes:
    """The reason phrase of a status code; empty for an unregistered one."""
    try:
        return HTTPStatus(status).phrase.encode("ascii")
    except ValueError:
        return b""


def head(fields: tuple[Field, ...], start_line: bytes) -> bytes:
    """A header section: the start line, the fields and the empty line."""
    lines = (start_line, *(name + b": " + value for name, value in fields))
    return b"\r\n".join(lines) + b"\r\n\r\n"


def status_line(status: int, version: bytes = b"HTTP/1.1") -> bytes:
    """A status line without its line end (RFC 9112 §4)."""
    return b"%b %d %b" % (version, status, reason_of(status))


def render(answer: Answer, start_line: bytes | None = None) -> bytes:
    """An answer as bytes, framed by its length.

    Arguments:
        answer: what to send.
        start_line: replaces the answer's own status line.
    """
    line = status_line(answer.status) if start_line is None else start_line
    return answer.interim + head(answer.framed(), line) + answer.body
