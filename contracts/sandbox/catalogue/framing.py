"""Faults in the message itself, written to the socket byte by byte."""

from __future__ import annotations

from collections.abc import Callable

from contracts.sandbox.catalogue.build import fault, value_of, wire_on
from contracts.sandbox.fault import Fault, Rendering
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer, Field, head, render, status_line
from contracts.sandbox.wire import Script

_HTTP = "message-is-http"
_FRAMED = "framing-is-unambiguous"

Writer = Callable[[Answer], bytes]


def _script(write: Writer) -> Rendering:
    return lambda answer, _context: Script((write(answer),), status=answer.status)


def _on(status: int, name: str, words: str, requirement: str, write: Writer) -> Fault:
    sentence = f"The {status} {words}."
    return fault(f"{status}-{name}", sentence, requirement, wire=wire_on(status, _script(write)))


def _line(start: bytes) -> Writer:
    """The answer under another status line."""
    return lambda answer: render(answer, start)


def _with_line(line: bytes) -> Writer:
    """The answer with that line after its header fields."""
    return lambda answer: render(answer).replace(b"\r\n\r\n", b"\r\n" + line + b"\r\n\r\n", 1)


def _fields(answer: Answer, *more: Field) -> tuple[Field, ...]:
    """The answer's fields without their length, and those given."""
    kept = (f for f in answer.framed() if f[0] != b"Content-Length")
    return (*kept, *more)


def _framed_by(*more: Field, before: bytes = b"", after: bytes = b"") -> Writer:
    """The answer with other framing fields, and bytes around its body."""

    def write(answer: Answer) -> bytes:
        start = head(_fields(answer, *more), status_line(answer.status))
        return start + before + answer.body + after

    return write


def _lengths(*factors: int) -> Writer:
    """The answer with Content-Length fields that are off by so many bytes."""

    def write(answer: Answer) -> bytes:
        sizes = (b"%d" % (len(answer.body) + off) for off in factors)
        more = tuple((b"Content-Length", size) for size in sizes)
        return head(_fields(answer, *more), status_line(answer.status)) + answer.body

    return write


def _chunked(encode: Writer, *more: Field) -> Writer:
    """The answer with its body in chunks of the given making."""

    def write(answer: Answer) -> bytes:
        fields = _fields(answer, (b"Transfer-Encoding", b"chunked"), *more)
        return head(fields, status_line(answer.status)) + encode(answer)

    return write


def _chunk(answer: Answer) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(answer.body), answer.body)


def _bare_line_feeds(answer: Answer) -> bytes:
    start, _, body = render(answer).partition(b"\r\n\r\n")
    return start.replace(b"\r\n", b"\n") + b"\n\n" + body


def _bodied(status: int) -> Writer:
    """An answer that may have no content, with content."""

    def write(answer: Answer) -> bytes:
        return head(_fields(answer), status_line(status)) + answer.body

    return write


def _if_none_match(answer: Answer, context: Context) -> Script | None:
    if answer.status != 304 and not value_of("if-none-match", rb".")(context):
        return None
    if answer.status not in {200, 304}:
        return None
    return Script((_bodied(304)(answer.with_body(answer.body or b"{}")),), status=304)


_SYNTAX = (
    _on(200, "status-line-garbage", "begins with no status line", _HTTP, _line(b"OK")),
    _on(200, "without-status-code", "has no status code", _HTTP, _line(b"HTTP/1.1 OK")),
    _on(
        200,
        "status-code-in-letters",
        "has letters in its status code",
        _HTTP,
        _line(b"HTTP/1.1 2OO OK"),
    ),
    _on(
        200,
        "status-code-of-four-digits",
        "has a status code of four digits",
        _HTTP,
        _line(b"HTTP/1.1 2000 OK"),
    ),
    _on(200, "version-2", "claims to be HTTP/2 in text", _HTTP, _line(b"HTTP/2 200")),
    _on(
        200,
        "version-lower-case",
        "spells the protocol in small letters",
        _HTTP,
        _line(b"http/1.1 200 OK"),
    ),
    _on(401, "without-version", "begins with its status code", _HTTP, _line(b"401 Unauthorized")),
    _on(
        401,
        "two-blanks",
        "has two blanks before its status code",
        _HTTP,
        _line(b"HTTP/1.1  401 Unauthorized"),
    ),
    _on(422, "without-status-code", "has no status code", _HTTP, _line(b"HTTP/1.1")),
    _on(
        200,
        "body-alone",
        "is a body without a header section, as in HTTP/0.9",
        _HTTP,
        lambda answer: answer.body + b"\r\n\r\n",
    ),
    _on(
        200,
        "shell-error-first",
        "has a line of a log before it",
        _HTTP,
        lambda answer: b"DEBUG balance read\r\n" + render(answer),
    ),
    _on(
        200,
        "line-feeds-alone",
        "ends its header lines with bare line feeds",
        _HTTP,
        _bare_line_feeds,
    ),
    _on(
        200,
        "folded-field",
        "folds a field over two lines",
        _HTTP,
        _with_line(b"X-Trace: one\r\n two"),
    ),
    _on(
        200,
        "blank-before-colon",
        "has a blank between a field's name and its colon",
        _HTTP,
        _with_line(b"X-Trace : one"),
    ),
    _on(
        200,
        "field-without-colon",
        "has a header line without a colon",
        _HTTP,
        _with_line(b"served from cache"),
    ),
    _on(200, "field-without-name", "has a field without a name", _HTTP, _with_line(b": one")),
    _on(
        200,
        "field-name-with-blank",
        "has a field name with a blank in it",
        _HTTP,
        _with_line(b"X Trace: one"),
    ),
    _on(
        200, "field-with-nul", "has a NUL in a field's value", _HTTP, _with_line(b"X-Trace: a\x00b")
    ),
    _on(
        401,
        "field-without-colon",
        "has a header line without a colon",
        _HTTP,
        _with_line(b"Unauthorized"),
    ),
    _on(
        401,
        "field-with-control",
        "has a control character in a field's value",
        _HTTP,
        _with_line(b"X-Trace: \x1b[31mred"),
    ),
    _on(
        422,
        "blank-before-colon",
        "has a blank between a field's name and its colon",
        _HTTP,
        _with_line(b"X-Trace : one"),
    ),
)

_LENGTHS = (
    _on(200, "two-lengths", "has two Content-Length fields that differ", _FRAMED, _lengths(0, 7)),
    _on(200, "two-equal-lengths", "has the same Content-Length twice", _FRAMED, _lengths(0, 0)),
    _on(401, "two-lengths", "has two Content-Length fields that differ", _FRAMED, _lengths(0, 3)),
    _on(
        200,
        "negative-length",
        "has a negative Content-Length",
        _FRAMED,
        _framed_by((b"Content-Length", b"-1")),
    ),
    _on(
        200,
        "length-in-letters",
        "has a Content-Length that is no number",
        _FRAMED,
        _framed_by((b"Content-Length", b"unknown")),
    ),
    _on(
        200,
        "hexadecimal-length",
        "has a Content-Length in hexadecimal",
        _FRAMED,
        _framed_by((b"Content-Length", b"0x51")),
    ),
    _on(
        200,
        "longer-than-length",
        "goes on after its Content-Length",
        _FRAMED,
        lambda answer: render(answer) + b"\n",
    ),
    _on(
        401,
        "longer-than-length",
        "goes on after its Content-Length",
        _FRAMED,
        lambda answer: render(answer) + b'{"message":"Unauthorized"}',
    ),
    _on(
        422,
        "longer-than-length",
        "goes on after its Content-Length",
        _FRAMED,
        lambda answer: render(answer) + b"\r\n\r\n",
    ),
    _on(
        200,
        "two-answers",
        "comes twice in a row",
        _FRAMED,
        lambda answer: render(answer) + render(answer),
    ),
    _on(
        401,
        "answered-again",
        "is followed by a balance that nobody asked for",
        _FRAMED,
        lambda answer: render(answer) + render(Answer(200, answer.fields, b"{}")),
    ),
)

_CHUNKS = (
    _on(
        200,
        "length-and-chunks",
        "has Content-Length and Transfer-Encoding",
        _FRAMED,
        _chunked(_chunk, (b"Content-Length", b"81")),
    ),
    _on(
        401,
        "length-and-chunks",
        "has Content-Length and Transfer-Encoding",
        _FRAMED,
        _chunked(_chunk, (b"Content-Length", b"5")),
    ),
    _on(
        200,
        "after-last-chunk",
        "goes on after its last chunk",
        _FRAMED,
        _chunked(lambda answer: _chunk(answer) + b"0\r\n\r\n"),
    ),
    _on(
        200,
        "chunk-size-garbage",
        "has a chunk size that is no number",
        _FRAMED,
        _chunked(lambda answer: b"size\r\n%b\r\n0\r\n\r\n" % answer.body),
    ),
    _on(
        200,
        "chunk-size-too-small",
        "has more bytes in a chunk than its size says",
        _FRAMED,
        _chunked(lambda answer: b"5\r\n%b\r\n0\r\n\r\n" % answer.body),
    ),
    _on(
        200,
        "chunk-size-with-prefix",
        "has a chunk size with the prefix 0x",
        _FRAMED,
        _chunked(lambda answer: b"0x" + _chunk(answer)),
    ),
    _on(
        401,
        "chunk-size-negative",
        "has a negative chunk size",
        _FRAMED,
        _chunked(lambda answer: b"-1\r\n%b\r\n0\r\n\r\n" % answer.body),
    ),
    _on(
        200,
        "chunks-missing",
        "says chunked over a plain body",
        _FRAMED,
        _chunked(lambda answer: answer.body + b"\r\n"),
    ),
    _on(
        200,
        "coding-unknown-to-transfer",
        "has a transfer coding that nobody knows",
        _FRAMED,
        _framed_by((b"Transfer-Encoding", b"rye")),
    ),
    _on(
        200,
        "chunked-twice",
        "says chunked twice over one coding",
        _FRAMED,
        lambda answer: _chunked(_chunk)(answer).replace(b": chunked", b": chunked, chunked"),
    ),
    fault("304-with-body", "A 304 to If-None-Match has a body.", _FRAMED, wire=_if_none_match),
)

FAULTS = (*_SYNTAX, *_LENGTHS, *_CHUNKS)
