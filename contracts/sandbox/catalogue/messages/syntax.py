"""Faults in the start line and the header section."""

from __future__ import annotations

from contracts.sandbox.catalogue.writers import Writer, written
from contracts.sandbox.message import Answer, render

_HTTP = "message-is-http"


def _line(start: bytes) -> Writer:
    """The answer with another status line."""
    return lambda answer: render(answer, start)


def _with_line(line: bytes) -> Writer:
    """The answer with that line added after its header fields."""
    return lambda answer: render(answer).replace(b"\r\n\r\n", b"\r\n" + line + b"\r\n\r\n", 1)


def _bare_line_feeds(answer: Answer) -> bytes:
    start, _, body = render(answer).partition(b"\r\n\r\n")
    return start.replace(b"\r\n", b"\n") + b"\n\n" + body


FAULTS = (
    written(200, "status-line-garbage", "begins with no status line", _HTTP, _line(b"OK")),
    written(200, "without-status-code", "has no status code", _HTTP, _line(b"HTTP/1.1 OK")),
    written(
        200,
        "status-code-in-letters",
        "has letters in its status code",
        _HTTP,
        _line(b"HTTP/1.1 2OO OK"),
    ),
    written(
        200,
        "status-code-of-four-digits",
        "has a status code of four digits",
        _HTTP,
        _line(b"HTTP/1.1 2000 OK"),
    ),
    written(200, "version-2", "claims to be HTTP/2 in text", _HTTP, _line(b"HTTP/2 200")),
    written(
        200,
        "version-lower-case",
        "spells the protocol in small letters",
        _HTTP,
        _line(b"http/1.1 200 OK"),
    ),
    written(
        401, "without-version", "begins with its status code", _HTTP, _line(b"401 Unauthorized")
    ),
    written(
        401,
        "two-blanks",
        "has two blanks before its status code",
        _HTTP,
        _line(b"HTTP/1.1  401 Unauthorized"),
    ),
    written(422, "without-status-code", "has no status code", _HTTP, _line(b"HTTP/1.1")),
    written(
        200,
        "body-alone",
        "is a body without a header section, as in HTTP/0.9",
        _HTTP,
        lambda answer: answer.body + b"\r\n\r\n",
    ),
    written(
        200,
        "shell-error-first",
        "has a line of a log before it",
        _HTTP,
        lambda answer: b"DEBUG balance read\r\n" + render(answer),
    ),
    written(
        200,
        "line-feeds-alone",
        "ends its header lines with bare line feeds",
        _HTTP,
        _bare_line_feeds,
    ),
    written(
        200,
        "folded-field",
        "folds a field over two lines",
        _HTTP,
        _with_line(b"X-Trace: one\r\n two"),
    ),
    written(
        200,
        "blank-before-colon",
        "has a blank between a field's name and its colon",
        _HTTP,
        _with_line(b"X-Trace : one"),
    ),
    written(
        200,
        "field-without-colon",
        "has a header line without a colon",
        _HTTP,
        _with_line(b"served from cache"),
    ),
    written(200, "field-without-name", "has a field without a name", _HTTP, _with_line(b": one")),
    written(
        200,
        "field-name-with-blank",
        "has a field name with a blank in it",
        _HTTP,
        _with_line(b"X Trace: one"),
    ),
    written(
        200, "field-with-nul", "has a NUL in a field's value", _HTTP, _with_line(b"X-Trace: a\x00b")
    ),
    written(
        401,
        "field-without-colon",
        "has a header line without a colon",
        _HTTP,
        _with_line(b"Unauthorized"),
    ),
    written(
        401,
        "field-with-control",
        "has a control character in a field's value",
        _HTTP,
        _with_line(b"X-Trace: \x1b[31mred"),
    ),
    written(
        422,
        "blank-before-colon",
        "has a blank between a field's name and its colon",
        _HTTP,
        _with_line(b"X-Trace : one"),
    ),
)
