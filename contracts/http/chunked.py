"""Decoding of the chunked transfer coding, as strict as RFC 9112 §7.1."""

from __future__ import annotations

import re

from contracts.http.header_section import find_end, read_fields, split_lines
from contracts.http.message_problem import MessageProblem, framing, syntax

_CHUNK_SIZE = re.compile(rb"(0*[0-9A-Fa-f]{1,16})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\Z")
_PLAIN_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})\r\n")
_CHUNK_SIZE_BEGUN = re.compile(rb"(?:0*[0-9A-Fa-f]{1,16}[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?\r?)?\Z")


def read_chunks(rest: bytes, problems: list[MessageProblem]) -> tuple[bytes, bool, int]:
    """Decode the chunked coding.

    Arguments:
        rest: what has been received after the header section.
        problems: collects every irregularity.

    Returns:
        The content, whether it is complete, and how many bytes were consumed.
    """
    pieces: list[bytes] = []
    at = 0
    while True:
        plain = _PLAIN_SIZE.match(rest, at)
        if plain is not None:  # as nearly all are: a message may have hundreds of thousands
            size, begin = int(plain[1], 16), plain.end()
            if size and rest[begin + size : begin + size + 2] == b"\r\n":
                pieces.append(rest[begin : begin + size])
                at = begin + size + 2
                continue
        end = rest.find(b"\n", at)
        if end < 0:
            if len(rest) - at > 4096 or not _CHUNK_SIZE_BEGUN.match(rest, at):
                problems.append(framing("chunk size", "a hexadecimal number", rest[at:]))
                return b"".join(pieces), True, len(rest)
            return b"".join(pieces), False, at
        line = rest[at:end]
        match = _CHUNK_SIZE.match(line.removesuffix(b"\r"))
        if match is None:
            problems.append(framing("chunk size", "a hexadecimal number", line))
            return b"".join(pieces), True, len(rest)
        if not line.endswith(b"\r"):
            problems.append(framing("chunk size", "a line that ends in CRLF", "a bare LF"))
        size, at = int(match[1], 16), end + 1
        if size == 0:
            return _read_trailers(rest, at, b"".join(pieces), problems)
        if len(rest) < at + size + 2:
            pieces.append(rest[at : at + size])
            return b"".join(pieces), False, at
        pieces.append(rest[at : at + size])
        at += size
        if rest[at : at + 2] != b"\r\n":
            problems.append(framing("chunk", "CRLF after its data", rest[at : at + 16]))
            return b"".join(pieces), True, len(rest)
        at += 2


def _read_trailers(
    rest: bytes, at: int, content: bytes, problems: list[MessageProblem]
) -> tuple[bytes, bool, int]:
    if rest[at : at + 2] == b"\r\n":
        return content, True, at + 2
    if rest[at : at + 1] == b"\n":
        problems.append(syntax("trailer section", "lines that end in CRLF", "a bare LF"))
        return content, True, at + 1
    end, size = find_end(rest, at)
    if end < 0:
        return content, False, at
    lines = split_lines(rest[at:end], size, "trailer section", problems)
    list(read_fields(lines, problems))
    return content, True, end + size
