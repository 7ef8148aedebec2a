"""SHOULD: httplint's notes on the messages, limited to an allow-list of names.

Much of httplint's advice does not apply to a JSON API behind a key; the notes below are about
fields that contradict their own definitions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from contracts.http.probe import Field
from contracts.judging.checks.registry import finding, sequence_check
from contracts.judging.finding import Finding
from contracts.judging.reading import Reading

NOTES = frozenset(
    {
        "ACAC_NOT_TRUE",
        "ACAO_MULTIPLE_VALUES",
        "AGE_NEGATIVE",
        "AGE_NOT_INT",
        "BAD_DATE_SYNTAX",
        "BAD_SYNTAX_DETAILED",
        "CC_BAD_VALUE_TYPE",
        "CC_MISSING_VALUE",
        "CC_SHOULD_NOT_HAVE_VALUE",
        "CONTENT_RANGE_MISSING_SLASH",
        "CONTENT_RANGE_MISSING_UNIT",
        "CORS_MAX_AGE_INVALID",
        "HSTS_BAD_MAX_AGE",
        "HSTS_INVALID",
        "HSTS_NO_MAX_AGE",
        "LINK_BAD_TARGET_URI",
        "LM_FUTURE",
        "LOCATION_BAD_URI",
        "PARAM_STAR_BAD",
        "REDIRECT_WITHOUT_LOCATION",
        "REQUEST_HDR_IN_RESPONSE",
        "SET_COOKIE_NO_NAME",
        "SET_COOKIE_PREFIX_HOST_BAD_DOMAIN",
        "SET_COOKIE_PREFIX_HOST_BAD_PATH",
        "SET_COOKIE_PREFIX_SECURE_MISSING",
        "SINGLE_HEADER_REPEAT",
        "STORE_PRIVATE_PUBLIC_CONFLICT",
        "STRUCTURED_FIELD_PARSE_ERROR",
    }
)
"""Names of httplint's note classes that count."""

MOST_FIELDS = 200
"""Fields of a header section that are examined."""
LONGEST = 4 * 1024
"""Octets up to which a field is examined."""
MOST_SHAPES = 40
"""Distinct header sections that are examined, so that a server that varies them costs no more."""

_DIGITS = re.compile(rb"\d+")
_MOVING = frozenset({b"date", b"etag", b"content-length", b"last-modified"})


def _shape(status: int, fields: Sequence[Field]) -> tuple[int, tuple[Field, ...]]:
    """A key that header sections share if they differ only in what varies between responses."""
    still = (
        (name.lower(), b"" if name.lower() in _MOVING and _is_usual(value) else value)
        for name, value in fields
    )
    return status, tuple((name, _DIGITS.sub(b"#", value)) for name, value in still)


def _is_usual(value: bytes) -> bool:
    return value.endswith(b" GMT") or value.isdigit() or value.endswith(b'"')


@sequence_check("message-lint")
def message_lint(readings: Sequence[Reading]) -> tuple[Sequence[Reading], Iterable[Finding]]:
    """Checks each distinct header section for httplint's pinned notes."""
    shapes: dict[object, tuple[Reading, Sequence[Field]]] = {}
    for reading in readings:
        if len(shapes) == MOST_SHAPES:
            break
        if reading.answered and not reading.response.problems:
            first = reading.response.fields[:MOST_FIELDS]  # parsed again each time, if large
            shapes.setdefault(_shape(reading.status, first), (reading, first))
    found: dict[tuple[str, str], Finding] = {}
    for reading, fields in shapes.values():
        for subject, name, words in _notes(reading, fields):
            found.setdefault(
                (subject, name),
                finding(reading, "message-lint", subject, f"no note {name} of httplint", words),
            )
    return [reading for reading, _ in shapes.values()], list(found.values())


def _notes(reading: Reading, fields: Sequence[Field]) -> Iterator[tuple[str, str, str]]:
    from httplint import HttpResponseLinter  # noqa: PLC0415 - takes 0.2 s, only needed here

    linter = HttpResponseLinter()
    try:
        phrase = HTTPStatus(reading.status).phrase
    except ValueError:
        phrase = ""
    response = reading.response
    linter.process_response_topline(response.version, str(reading.status).encode(), phrase.encode())
    sent = _sent(reading)
    short = [each for each in fields if sum(map(len, each)) <= LONGEST]
    own = [field for field in short if not any(value in field[1] for value in sent)]
    linter.process_headers(own)
    linter.finish_content(True)
    for note in linter.notes:
        name = type(note).__name__
        if name in NOTES:
            subject = str(note.subject).removeprefix("field-")
            yield subject, name, str(note.summary)[:200]


def _sent(reading: Reading) -> list[bytes]:
    """The request's own values: a response that repeats one is not at fault for it.

    Values of one octet are left out, since they occur in too many others.
    """
    values = [value for _, value in reading.probe.fields]
    query = reading.probe.query or b""
    values += [unquote_to_bytes(pair.partition(b"=")[2]) for pair in query.split(b"&")]
    return [value.strip() for value in values if len(value.strip()) > 1]
