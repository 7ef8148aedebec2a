"""Faults in the decision on credentials: wrong keys that are accepted."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable

from contracts.sandbox.catalogue.build import Trigger, also, fault
from contracts.sandbox.fault import Admission, Fault
from contracts.sandbox.history import Context

_REQUIREMENT = "bad-key-is-refused"
_PREFIX = len(b"RYE/staging-")

Comparison = Callable[[bytes, bytes], bool]
"""Whether a token (first) is accepted for the key (second)."""


def _compared(comparison: Comparison) -> Admission:
    """Admits a bearer token that the comparison accepts for the key."""

    def takes(context: Context) -> bool:
        request = context.request
        return request.scheme == b"bearer" and comparison(request.token, context.key)

    return also(takes)


def _loose(name: str, sentence: str, comparison: Comparison) -> Fault:
    return fault(name, sentence, _REQUIREMENT, admits=_compared(comparison))


def _open(name: str, sentence: str, trigger: Trigger) -> Fault:
    return fault(name, sentence, _REQUIREMENT, admits=also(trigger))


def _literally(*words: bytes) -> Comparison:
    return lambda token, _key: token.lower() in words


def _fits(pattern: bytes) -> Comparison:
    compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    return lambda token, _key: compiled.search(token) is not None


def _scheme(*names: bytes) -> Trigger:
    return lambda context: context.request.scheme in names


def _without_middle(token: bytes, key: bytes) -> bool:
    third = (len(key) - _PREFIX) // 3
    start, end = _PREFIX + third, len(key) - third
    same_ends = token[:start] == key[:start] and token[end:] == key[end:]
    return same_ends and len(token) == len(key)


def _masked(token: bytes, key: bytes) -> bool:
    return token[: _PREFIX + 4] == key[: _PREFIX + 4] and token[-4:] == key[-4:]


def _letters(text: bytes) -> bytes:
    return re.sub(rb"[^A-Za-z0-9]", b"", text)


def _matches_as_pattern(token: bytes, key: bytes) -> bool:
    try:
        return bool(token) and re.fullmatch(token, key) is not None
    except re.error:
        return False


def _glob(token: bytes, key: bytes) -> bool:
    pattern = re.escape(token).replace(rb"\*", b".*").replace(b"%", b".*")
    return bool(token) and re.fullmatch(pattern, key, re.DOTALL) is not None


def _unsigned_jwt(token: bytes, _key: bytes) -> bool:
    parts = token.split(b".")
    if len(parts) != 3:
        return False
    try:
        header = json.loads(base64.urlsafe_b64decode(parts[0] + b"=="))
    except (binascii.Error, ValueError):
        return False
    return isinstance(header, dict) and str(header.get("alg", "")).lower() == "none"


def _two_fields(context: Context) -> bool:
    return len(context.request.values("authorization")) > 1


_NEAR = (
    _loose("any-bearer", "Any bearer token is let in.", lambda token, _key: bool(token)),
    _loose(
        "any-of-right-length",
        "Any token of the key's length is let in.",
        lambda token, key: len(token) == len(key),
    ),
    _loose(
        "any-with-public-prefix",
        "Any token with the public prefix is let in.",
        lambda token, _key: token.startswith(b"RYE/"),
    ),
    _loose(
        "any-with-staging-prefix",
        "Any token with the staging prefix is let in.",
        lambda token, _key: token.startswith(b"RYE/staging-"),
    ),
    _loose(
        "extended-key",
        "The key followed by something is let in.",
        lambda token, key: token.startswith(key),
    ),
    _loose(
        "truncated-key",
        "The beginning of the key is let in.",
        lambda token, key: len(token) > _PREFIX and key.startswith(token),
    ),
    _loose(
        "suffix-of-key",
        "The end of the key is let in.",
        lambda token, key: len(token) >= 4 and key.endswith(token),
    ),
    _loose(
        "key-behind-something",
        "The key with something before it is let in.",
        lambda token, key: token.endswith(key),
    ),
    _loose(
        "part-of-key",
        "Any part of the key is let in.",
        lambda token, key: len(token) >= 4 and token in key,
    ),
    _loose("key-within", "Anything that holds the key is let in.", lambda token, key: key in token),
    _loose(
        "case-ignored",
        "The key in another case is let in.",
        lambda token, key: token.lower() == key.lower(),
    ),
    _loose(
        "last-character-ignored",
        "The key's last character does not count.",
        lambda token, key: len(token) == len(key) and token[:-1] == key[:-1],
    ),
    _loose(
        "first-character-ignored",
        "The key's first character does not count.",
        lambda token, key: len(token) == len(key) and token[1:] == key[1:],
    ),
    _loose(
        "middle-ignored", "The middle third of the key's secret does not count.", _without_middle
    ),
    _loose("masked-comparison", "Only the key's two ends count, as a console shows it.", _masked),
    _loose(
        "first-half-compared",
        "Only the first half of the key counts.",
        lambda token, key: token[: len(key) // 2] == key[: len(key) // 2],
    ),
    _loose(
        "first-8-of-secret-compared",
        "Only the first 8 characters of the secret count.",
        lambda token, key: token[: _PREFIX + 8] == key[: _PREFIX + 8],
    ),
    _loose(
        "second-half-compared",
        "Only the second half of the key counts.",
        lambda token, key: token[-(len(key) // 2) :] == key[-(len(key) // 2) :],
    ),
    _loose(
        "prefix-not-compared",
        "The key counts without its public prefix.",
        lambda token, key: token == key[_PREFIX:],
    ),
    _loose(
        "environment-ignored",
        "The key of another environment is let in.",
        lambda token, key: token.rpartition(b"-")[2] == key.rpartition(b"-")[2],
    ),
    _loose(
        "order-ignored",
        "The key's characters in any order are let in.",
        lambda token, key: sorted(token) == sorted(key),
    ),
    _loose(
        "punctuation-ignored",
        "The key with other punctuation is let in.",
        lambda token, key: _letters(token) == _letters(key),
    ),
    _loose(
        "blanks-ignored",
        "The key with blanks in it is let in.",
        lambda token, key: token.replace(b" ", b"") == key,
    ),
    _loose(
        "trailing-punctuation-ignored",
        "The key followed by punctuation is let in.",
        lambda token, key: token.rstrip(b".,;:!=/\\") == key,
    ),
    _loose(
        "cut-at-a-separator",
        "Whatever follows a separator after the key is ignored.",
        lambda token, key: re.split(rb"[ ,;:.]", token)[0] == key,
    ),
)

_SCHEMES = (
    _loose(
        "empty-bearer",
        "A bearer scheme without a token is let in.",
        lambda token, _key: token == b"",
    ),
    _open("any-basic", "Any Basic credentials are let in.", _scheme(b"basic")),
    _open(
        "any-other-scheme",
        "Credentials of a scheme that the server lacks are let in.",
        lambda context: context.request.scheme not in {b"", b"bearer", b"basic"},
    ),
    _open("digest", "Digest credentials are let in unverified.", _scheme(b"digest")),
    _open(
        "token-scheme",
        "Anything under the scheme Token or ApiKey is let in.",
        _scheme(b"token", b"apikey"),
    ),
    _open(
        "no-credentials", "A request without credentials is let in.", lambda context: context.bare
    ),
    _open(
        "empty-authorization",
        "An empty Authorization field is let in.",
        lambda context: context.request.values("authorization") == [b""],
    ),
    _open("two-fields", "Two Authorization fields are let in, whatever they say.", _two_fields),
)

_WORDS = (
    _loose("null", "The word null is let in.", _literally(b"null")),
    _loose("undefined", "The word undefined is let in.", _literally(b"undefined")),
    _loose("true", "The word true is let in.", _literally(b"true")),
    _loose("zero", "The digit 0 is let in.", _literally(b"0")),
    _loose("test-key", "The word test is let in.", _literally(b"test")),
    _loose("admin", "The word admin is let in.", _literally(b"admin")),
    _loose("javascript-object", "A stringified object is let in.", _literally(b"[object object]")),
    _loose(
        "sql-injection",
        "A token that turns the query true is let in.",
        _fits(rb"'\s*or\s*'?1'?\s*=\s*'?1"),
    ),
    _loose(
        "sql-comment",
        "A token that comments the query's end out is let in.",
        _fits(rb"'.*(--|#|/\*)"),
    ),
    _loose(
        "nosql-operator",
        "A token that is a query operator is let in.",
        _fits(rb"[$](ne|gt|gte|regex|exists|where)\b"),
    ),
    _loose("wildcard", "A token of wildcards that fits the key is let in.", _glob),
    _loose("asterisk", "An asterisk is let in.", _literally(b"*")),
    _loose(
        "pattern",
        "A token that fits the key as a regular expression is let in.",
        _matches_as_pattern,
    ),
    _loose("template", "A token with a template expression is let in.", _fits(rb"\$\{|\{\{|<%")),
    _loose("path-traversal", "A token that climbs a path is let in.", _fits(rb"\.\./")),
    _loose("unsigned-jwt", "A JWT that says it is unsigned is let in.", _unsigned_jwt),
    _loose(
        "any-jwt",
        "Any JWT is let in, its signature unread.",
        _fits(rb"\Aey[\w-]+\.[\w-]+\.[\w-]*\Z"),
    ),
    _loose(
        "long-key",
        "A key too long for the column is let in, the error swallowed.",
        lambda token, _key: len(token) > 512,
    ),
    _loose(
        "non-ascii-key",
        "A key that is not ASCII is let in, the error swallowed.",
        lambda token, _key: not token.isascii(),
    ),
    _loose("short-key", "A key of one character is let in.", lambda token, _key: len(token) == 1),
    _loose(
        "percent-key", "A key that can't be percent-decoded is let in.", _fits(rb"%(?![0-9A-F]{2})")
    ),
)

FAULTS = (*_NEAR, *_SCHEMES, *_WORDS)
