"""A header section parsed strictly: status line, field lines, end (RFC 9112 §2.2, §4 and §5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.http.message_problem import MessageProblem, syntax
from contracts.http.probe import Field

_STATUS_LINE = re.compile(rb"HTTP/(\d)\.(\d) (\d{3})(?: [\t\x20-\x7e\x80-\xff]*)?\Z")
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*\Z")
_END = re.compile(rb"\n\r?\n")

MAX_HEAD = 256 * 1024
"""Bytes of a response's header section beyond which reading stops."""


@dataclass(frozen=True, slots=True)
class Head:
    """A response's status line and header section.

    Arguments:
        version: as in the status line, for instance `1.1`.
        status: the status code.
        fields: the header fields, in their order.
        end: the offset of the content.
    """

    version: bytes
    status: int
    fields: tuple[Field, ...]
    end: int

    def values(self, name: bytes) -> list[bytes]:
        """The values of every field of that name.

        Arguments:
            name: field name in lower case.
        """
        return [value for field, value in self.fields if field.lower() == name]


def read_head(data: bytes, start: int, problems: list[MessageProblem]) -> Head | None:
    """Parse a status line and a header section.

    Arguments:
        data: every byte received so far.
        start: the offset of the status line.
        problems: collects every irregularity.

    Returns:
        None if it is incomplete, or not HTTP (then with a problem).
    """
    begin = data[start : start + 5]
    if begin and not b"HTTP/".startswith(begin) and begin != b"HTTP/":
        problems.append(syntax("status line", "HTTP/1.1 and a status code", data[start:]))
        return None
    end, size = find_end(data, start)
    if end < 0:
        if len(data) - start > MAX_HEAD:
            words = f"at most {MAX_HEAD} bytes"
            problems.append(syntax("header section", words, f"{len(data) - start} bytes, no end"))
        return None
    lines = split_lines(data[start:end], size, "header section", problems)
    match = _STATUS_LINE.match(lines[0])
    if match is None or int(match[3]) < 100:
        problems.append(syntax("status line", "HTTP/1.1 and a status code", lines[0]))
        return None
    if match.end(3) == len(lines[0]):
        problems.append(syntax("status line", "a blank after the status code", lines[0]))
    version = match[1] + b"." + match[2]
    if version not in {b"1.0", b"1.1"}:
        problems.append(syntax("status line", "HTTP/1.1 or HTTP/1.0", lines[0]))
    fields = tuple(read_fields(lines[1:], problems))
    return Head(version, int(match[3]), fields, end + size)


def find_end(data: bytes, start: int) -> tuple[int, int]:
    """Return the offset of a section's end and the length of the end; (-1, 0) if there is none.

    Arguments:
        data: every byte received so far.
        start: the offset of the section.
    """
    # One search for any kind of end: one search per kind would scan all that follows, for each of a
    # hundred thousand interim responses.
    found = _END.search(data, start)
    if found is None:
        return -1, 0
    at, end = found.span()
    begun = found[0] == b"\n\r\n" and at > start and data[at - 1 : at] == b"\r"
    return (at - 1, 4) if begun else (at, end - at)


def split_lines(
    section: bytes, size: int, where: str, problems: list[MessageProblem]
) -> list[bytes]:
    """Split a section into its lines.

    Arguments:
        section: the section without its end.
        size: length of the end in bytes: four, if correct.
        where: the section's name for messages.
        problems: collects every irregularity.
    """
    lines = section.split(b"\n")
    if any(not line.endswith(b"\r") for line in lines[:-1]) or size != 4:
        problems.append(syntax(where, "lines that end in CRLF", "a bare LF"))
    return [line.removesuffix(b"\r") for line in lines]


def read_fields(lines: list[bytes], problems: list[MessageProblem]) -> Iterator[Field]:
    """Parse field lines; one without a valid name is left out.

    Arguments:
        lines: without their line ends.
        problems: collects every irregularity.
    """
    for line in lines:
        name, colon, value = line.partition(b":")
        if line[:1] in {b" ", b"\t"}:
            problems.append(syntax("header section", "no folded field line", line))
        elif not colon:
            problems.append(syntax("header section", "field-name: field-value", line))
        elif not _TOKEN.match(name):
            problems.append(syntax("header section", "a field name that is a token", line))
            if _TOKEN.match(name.rstrip()):
                yield name.rstrip(), value.strip(b" \t")
        else:
            if not _VALUE.match(value):
                where = name.decode("ascii")
                problems.append(syntax(where, "a value without control characters", value))
            yield name, value.strip(b" \t")
