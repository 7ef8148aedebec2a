"""Faults in how a message's end is determined."""

from __future__ import annotations

from contracts.sandbox.catalogue.build import fault, value_of
from contracts.sandbox.catalogue.writers import Writer, written
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer, Field, head, render, status_line
from contracts.sandbox.wire import Script

_FRAMED = "framing-is-unambiguous"


def _fields(answer: Answer, *more: Field) -> tuple[Field, ...]:
    """The answer's fields without Content-Length, plus those given."""
    kept = (f for f in answer.framed() if f[0] != b"Content-Length")
    return (*kept, *more)


def _framed_by(*more: Field, before: bytes = b"", after: bytes = b"") -> Writer:
    """The answer with other framing fields, and bytes before and after its body."""

    def write(answer: Answer) -> bytes:
        start = head(_fields(answer, *more), status_line(answer.status))
        return start + before + answer.body + after

    return write


def _lengths(*factors: int) -> Writer:
    """The answer with one Content-Length field per argument, off by that many bytes."""

    def write(answer: Answer) -> bytes:
        sizes = (b"%d" % (len(answer.body) + off) for off in factors)
        more = tuple((b"Content-Length", size) for size in sizes)
        return head(_fields(answer, *more), status_line(answer.status)) + answer.body

    return write


def _chunked(encode: Writer, *more: Field) -> Writer:
    """The answer with its body in chunks made by `encode`."""

    def write(answer: Answer) -> bytes:
        fields = _fields(answer, (b"Transfer-Encoding", b"chunked"), *more)
        return head(fields, status_line(answer.status)) + encode(answer)

    return write


def _chunk(answer: Answer) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(answer.body), answer.body)


def _bodied(status: int) -> Writer:
    """An answer whose status forbids content, with content."""

    def write(answer: Answer) -> bytes:
        return head(_fields(answer), status_line(status)) + answer.body

    return write


def _if_none_match(answer: Answer, context: Context) -> Script | None:
    if answer.status != 304 and not value_of("if-none-match", rb".")(context):
        return None
    if answer.status not in {200, 304}:
        return None
    return Script((_bodied(304)(answer.with_body(answer.body or b"{}")),), status=304)


_LENGTHS = (
    written(
        200, "two-lengths", "has two Content-Length fields that differ", _FRAMED, _lengths(0, 7)
    ),
    written(200, "two-equal-lengths", "has the same Content-Length twice", _FRAMED, _lengths(0, 0)),
    written(
        401, "two-lengths", "has two Content-Length fields that differ", _FRAMED, _lengths(0, 3)
    ),
    written(
        200,
        "negative-length",
        "has a negative Content-Length",
        _FRAMED,
        _framed_by((b"Content-Length", b"-1")),
    ),
    written(
        200,
        "length-in-letters",
        "has a Content-Length that is not a number",
        _FRAMED,
        _framed_by((b"Content-Length", b"unknown")),
    ),
    written(
        200,
        "hexadecimal-length",
        "has a Content-Length in hexadecimal",
        _FRAMED,
        _framed_by((b"Content-Length", b"0x51")),
    ),
    written(
        200,
        "longer-than-length",
        "goes on after its Content-Length",
        _FRAMED,
        lambda answer: render(answer) + b"\n",
    ),
    written(
        401,
        "longer-than-length",
        "goes on after its Content-Length",
        _FRAMED,
        lambda answer: render(answer) + b'{"message":"Unauthorized"}',
    ),
    written(
        422,
        "longer-than-length",
        "goes on after its Content-Length",
        _FRAMED,
        lambda answer: render(answer) + b"\r\n\r\n",
    ),
    written(
        200,
        "two-answers",
        "comes twice in a row",
        _FRAMED,
        lambda answer: render(answer) + render(answer),
    ),
    written(
        401,
        "answered-again",
        "is followed by a balance that nobody asked for",
        _FRAMED,
        lambda answer: render(answer) + render(Answer(200, answer.fields, b"{}")),
    ),
)


_CHUNKS = (
    written(
        200,
        "length-and-chunks",
        "has Content-Length and Transfer-Encoding",
        _FRAMED,
        _chunked(_chunk, (b"Content-Length", b"81")),
    ),
    written(
        401,
        "length-and-chunks",
        "has Content-Length and Transfer-Encoding",
        _FRAMED,
        _chunked(_chunk, (b"Content-Length", b"5")),
    ),
    written(
        200,
        "after-last-chunk",
        "goes on after its last chunk",
        _FRAMED,
        _chunked(lambda answer: _chunk(answer) + b"0\r\n\r\n"),
    ),
    written(
        200,
        "chunk-size-garbage",
        "has a chunk size that is not a number",
        _FRAMED,
        _chunked(lambda answer: b"size\r\n%b\r\n0\r\n\r\n" % answer.body),
    ),
    written(
        200,
        "chunk-size-too-small",
        "has more bytes in a chunk than its size says",
        _FRAMED,
        _chunked(lambda answer: b"5\r\n%b\r\n0\r\n\r\n" % answer.body),
    ),
    written(
        200,
        "chunk-size-with-prefix",
        "has a chunk size with the prefix 0x",
        _FRAMED,
        _chunked(lambda answer: b"0x" + _chunk(answer)),
    ),
    written(
        401,
        "chunk-size-negative",
        "has a negative chunk size",
        _FRAMED,
        _chunked(lambda answer: b"-1\r\n%b\r\n0\r\n\r\n" % answer.body),
    ),
    written(
        200,
        "chunks-missing",
        "says chunked over a plain body",
        _FRAMED,
        _chunked(lambda answer: answer.body + b"\r\n"),
    ),
    written(
        200,
        "coding-unknown-to-transfer",
        "has a transfer coding that nobody knows",
        _FRAMED,
        _framed_by((b"Transfer-Encoding", b"rye")),
    ),
    written(
        200,
        "chunked-twice",
        "says chunked twice over one coding",
        _FRAMED,
        lambda answer: _chunked(_chunk)(answer).replace(b": chunked", b": chunked, chunked"),
    ),
    fault("304-with-body", "A 304 to If-None-Match has a body.", _FRAMED, wire=_if_none_match),
)


FAULTS = (*_LENGTHS, *_CHUNKS)
