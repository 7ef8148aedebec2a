"""Mistakes of real deployments, each representing a kind that the suite once missed."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from urllib.parse import unquote, unquote_to_bytes

from contracts.sandbox.catalogue.build import also, fault, on, value_of, variation, when
from contracts.sandbox.catalogue.effects import crash, having, xml_body
from contracts.sandbox.fault import Fault
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer
from contracts.sandbox.reference import unauthorized

_ENVIRONMENT = re.compile(rb"RYE/[a-z]+-")
_INHERITED = frozenset({b"constructor", b"toString", b"valueOf", b"__proto__", b"hasOwnProperty"})


def _secret(key: bytes) -> bytes:
    return _ENVIRONMENT.sub(b"", key, count=1)


def _same_secret(context: Context) -> bool:
    token = context.request.token
    return _ENVIRONMENT.match(token) is not None and _secret(token) == _secret(context.key)


def _percent_decoded(context: Context) -> bool:
    return unquote_to_bytes(context.request.token) == context.key


def _same_letters(context: Context) -> bool:
    """Compares like a database collation, which ignores compatibility forms and accents."""
    text = unicodedata.normalize("NFKD", context.request.token.decode("utf-8", "replace"))
    plain = "".join(mark for mark in text if not unicodedata.combining(mark))
    return plain.encode() == context.key


def _octet_beyond_ascii(context: Context) -> bool:
    token = context.request.token
    return len(token) == len(context.key) and not token.isascii()


def _repeated_parameter(context: Context) -> bool:
    names = [pair.partition(b"=")[0] for pair in context.request.query.split(b"&")]
    return any(count > 1 for count in Counter(names).values())


def _inherited_parameter(context: Context) -> bool:
    names = [pair.partition(b"=")[0] for pair in context.request.query.split(b"&")]
    return not _INHERITED.isdisjoint(names)


def _beyond_the_plane(context: Context) -> bool:
    return any(ord(mark) > 0xFFFF for mark in unquote(context.request.query.decode("latin-1")))


def _refuse(answer: Answer, _context: Context) -> Answer:
    return unauthorized()


def _spelled_otherwise(context: Context) -> bool:
    names = [name for name, _ in context.request.fields]
    return context.entitled and b"Authorization" not in names


def _read_too_far_down(context: Context) -> bool:
    names = [name.lower() for name, _ in context.request.fields]
    return context.entitled and b"authorization" not in names[:24]


def _split(answer: Answer, context: Context) -> Answer:
    """Writes the query's text into a field, line ends included."""
    lines = unquote_to_bytes(context.request.query).split(b"\r\n")[1:]
    fields = [(n, v.strip()) for n, colon, v in (line.partition(b":") for line in lines) if colon]
    return Answer(answer.status, (*answer.fields, *fields), answer.body)


FAULTS: tuple[Fault, ...] = (
    fault(
        "same-secret-elsewhere-let-in",
        "The environment's prefix is cut off before keys are compared.",
        "bad-key-is-refused",
        admits=also(_same_secret),
    ),
    fault(
        "collation-let-in",
        "Keys are compared as a database collates text: full width and accents are alike.",
        "bad-key-is-refused",
        admits=also(_same_letters),
    ),
    fault(
        "inherited-name-let-in",
        "Keys are looked up in an object that inherits names.",
        "bad-key-is-refused",
        admits=also(lambda context: context.request.token in _INHERITED),
    ),
    fault(
        "octet-beyond-ascii-crashes",
        "Lengths are compared in characters and buffers in octets.",
        "no-server-error",
        when(_octet_beyond_ascii, crash()),
    ),
    fault(
        "field-name-in-one-spelling",
        "Authorization is found in one spelling only.",
        "valid-key-gets-200",
        when(_spelled_otherwise, _refuse),
    ),
    fault(
        "first-24-fields-read",
        "Only the first 24 fields of a request are read.",
        "valid-key-gets-200",
        when(_read_too_far_down, _refuse),
    ),
    fault(
        "percent-decoded-key",
        "The gateway percent-decodes the token before it compares.",
        "bad-key-is-refused",
        admits=also(_percent_decoded),
    ),
    fault(
        "user-agent-cut-off",
        "A User-Agent of more than 255 characters does not fit the audit table.",
        "no-server-error",
        when(value_of("user-agent", rb".{256}"), crash()),
    ),
    fault(
        "any-language-unknown",
        "The locale parser does not know the language range of all.",
        "no-server-error",
        when(value_of("accept-language", rb"^\*"), crash()),
    ),
    fault(
        "xml-for-xml-alone",
        "Who prefers XML above all gets it.",
        "content-type-is-json",
        when(value_of("accept", rb"^application/xml"), xml_body),
    ),
    fault(
        "emoji-in-query-crashes",
        "A character beyond the basic plane does not fit the audit table.",
        "no-server-error",
        on(422, when(_beyond_the_plane, crash())),
    ),
    fault(
        "inherited-parameter-crashes",
        "A parameter named like an inherited method hides it.",
        "no-server-error",
        when(_inherited_parameter, crash()),
    ),
    fault(
        "repeated-parameter-status-in-words",
        "The 422 for a repeated parameter says its status in a string.",
        "validate-error-schema",
        on(422, when(_repeated_parameter, having(status="422"))),
    ),
    fault(
        "query-split-into-fields",
        "The decoded query is written into a response field, line ends and all.",
        "message-is-http",
        when(lambda context: b"%0d%0a" in context.request.query.lower(), _split),
    ),
    variation(
        "431-beyond-45-fields",
        "More than 45 fields are refused with an empty 431.",
        when(lambda c: len(c.request.fields) > 45, lambda *_: Answer(431, (), b"")),
    ),
    variation(
        "431-line-beyond-a-kilobyte",
        "A field line of more than 1,000 bytes is refused with an empty 431.",
        when(
            lambda c: any(len(n) + len(v) + 4 > 1000 for n, v in c.request.fields),
            lambda *_: Answer(431, (), b""),
        ),
    ),
    variation(
        "431-beyond-4-kilobytes",
        "More than 4 kB of fields are refused with an empty 431.",
        when(
            lambda c: sum(len(n) + len(v) + 4 for n, v in c.request.fields) > 4096,
            lambda *_: Answer(431, (), b""),
        ),
    ),
)
