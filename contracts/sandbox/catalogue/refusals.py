"""Faults in how bad credentials are refused: one family of them is answered wrongly."""

from __future__ import annotations

import re
from dataclasses import replace

from contracts.sandbox.catalogue.build import Trigger, any_of, both, fault, on, when
from contracts.sandbox.catalogue.effects import (
    bodiless,
    crash,
    having,
    html_body,
    lacking,
    media,
    status,
    text,
)
from contracts.sandbox.fault import Effect, Fault
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer
from contracts.sandbox.reference import validation_error

_401 = "refusal-is-401"
_SHAPE = "authentication-error-schema"
_PREFIX = len(b"RYE/staging-")


def _wrong(name: str, sentence: str, requirement: str, trigger: Trigger, effect: Effect) -> Fault:
    return fault(name, sentence, requirement, on(401, when(trigger, effect)))


def _dies(name: str, words: str, trigger: Trigger) -> Fault:
    sentence = f"The server fails with 500 on {words}."
    return _wrong(f"500-on-{name}", sentence, "no-server-error", trigger, crash())


def bare(context: Context) -> bool:
    """A request without an Authorization field."""
    return context.bare


def empty(context: Context) -> bool:
    """A request with an empty Authorization field."""
    return context.request.values("authorization") == [b""]


def scheme_only(context: Context) -> bool:
    """A request with a bearer scheme and no token."""
    return context.request.scheme == b"bearer" and not context.request.token


def bearer(context: Context) -> bool:
    """A request with a bearer token."""
    return context.request.scheme == b"bearer" and bool(context.request.token)


def basic(context: Context) -> bool:
    """A request with Basic credentials."""
    return context.request.scheme == b"basic"


def strange_scheme(context: Context) -> bool:
    """A request with credentials of an unknown scheme."""
    return context.request.scheme not in {b"", b"bearer", b"basic"}


def twice(context: Context) -> bool:
    """A request with two Authorization fields."""
    return len(context.request.values("authorization")) > 1


def near(context: Context) -> bool:
    """A bearer token that begins like the key."""
    return context.request.token[: _PREFIX + 4] == context.key[: _PREFIX + 4]


def far(context: Context) -> bool:
    """A bearer token without the public prefix."""
    return bearer(context) and not context.request.token.startswith(b"RYE/")


def long(context: Context) -> bool:
    """A token of more than 512 bytes."""
    return len(context.request.token) > 512


def wrong_length(context: Context) -> bool:
    """A bearer token that is not as long as the key."""
    return bearer(context) and len(context.request.token) != len(context.key)


def token_with(pattern: bytes) -> Trigger:
    """A bearer token with the pattern in it."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return both(bearer, lambda context: compiled.search(context.request.token) is not None)


def _serialised(answer: Answer, _context: object) -> Answer:
    return answer.editing(lambda old: {"name": old["name"]})


_STATUSES = (
    _wrong(
        "absent-as-403", "A request without credentials is answered 403.", _401, bare, status(403)
    ),
    _wrong(
        "absent-as-400", "A request without credentials is answered 400.", _401, bare, status(400)
    ),
    _wrong(
        "absent-as-login",
        "A request without credentials is sent to the login page.",
        _401,
        bare,
        bodiless(302, {"Location": "https://console.rye.com/login"}),
    ),
    _wrong(
        "empty-as-400", "An empty Authorization field is answered 400.", _401, empty, status(400)
    ),
    _wrong(
        "scheme-alone-as-400",
        "A bearer scheme without a token is answered 400.",
        _401,
        scheme_only,
        status(400),
    ),
    _wrong("basic-as-403", "Basic credentials are answered 403.", _401, basic, status(403)),
    _wrong(
        "strange-scheme-as-501",
        "Credentials of an unknown scheme are answered 501.",
        "no-server-error",
        strange_scheme,
        crash(501),
    ),
    _wrong(
        "strange-scheme-as-400",
        "Credentials of an unknown scheme are answered 400.",
        _401,
        strange_scheme,
        status(400),
    ),
    _wrong(
        "two-fields-as-409", "Two Authorization fields are answered 409.", _401, twice, status(409)
    ),
    _wrong(
        "unknown-key-as-403",
        "A well-formed key that nobody has is answered 403.",
        _401,
        token_with(rb"\ARYE/"),
        status(403),
    ),
    _wrong(
        "unknown-key-as-404",
        "A well-formed key that nobody has is answered 404.",
        _401,
        token_with(rb"\ARYE/"),
        status(404),
    ),
    _wrong(
        "near-key-as-403",
        "A key that begins like the valid one is answered 403.",
        _401,
        near,
        status(403),
    ),
    _wrong(
        "far-key-as-400",
        "A token without the public prefix is answered 400.",
        _401,
        far,
        status(400),
    ),
    _wrong(
        "wrong-length-as-422",
        "A key of the wrong length is answered 422.",
        _401,
        wrong_length,
        lambda _answer, _context: validation_error(
            {"authorization": {"message": "invalid length"}}
        ),
    ),
)

_SHAPES = (
    _wrong(
        "absent-without-name",
        "The refusal of absent credentials lacks its name.",
        _SHAPE,
        bare,
        lacking("name"),
    ),
    _wrong(
        "absent-as-page",
        "The refusal of absent credentials is an HTML page.",
        "content-type-is-json",
        bare,
        html_body,
    ),
    _wrong(
        "empty-without-message",
        "The refusal of an empty Authorization lacks its message.",
        _SHAPE,
        empty,
        lacking("message"),
    ),
    _wrong(
        "scheme-alone-with-status",
        "The refusal of a lone scheme has a status member.",
        _SHAPE,
        scheme_only,
        having(status=401),
    ),
    _wrong(
        "basic-as-text",
        "The refusal of Basic credentials is plain text.",
        "content-type-is-json",
        basic,
        lambda answer, _context: replace(
            answer.with_field("Content-Type", "text/plain"), body=b"Unauthorized"
        ),
    ),
    _wrong(
        "strange-scheme-without-message",
        "The refusal of an unknown scheme lacks its message.",
        _SHAPE,
        strange_scheme,
        lacking("message"),
    ),
    _wrong(
        "two-fields-message-null",
        "The refusal of two Authorization fields has no message.",
        _SHAPE,
        twice,
        having(message=None),
    ),
    _wrong(
        "two-fields-message-list",
        "The refusal of two fields lists its messages.",
        _SHAPE,
        twice,
        having(message=["Invalid API key", "Invalid API key"]),
    ),
    _wrong(
        "bearer-serialised-error",
        "The refusal of a wrong key is a serialised Error.",
        _SHAPE,
        bearer,
        _serialised,
    ),
    _wrong(
        "near-key-with-code",
        "The refusal of a near key has a code member.",
        _SHAPE,
        near,
        having(code="KEY_REVOKED"),
    ),
    _wrong(
        "long-key-truncated-json",
        "The refusal of a long key stops early.",
        "body-is-json",
        long,
        text(lambda body: body[:30]),
    ),
    _wrong(
        "long-key-as-text",
        "The refusal of a long key is labelled text/plain.",
        "content-type-is-json",
        long,
        media("text/plain"),
    ),
    _wrong(
        "non-ascii-key-echoed",
        "The refusal of a key with odd bytes is not UTF-8.",
        "json-is-utf-8",
        token_with(rb"[\x80-\xff]"),
        text(lambda body: body.replace(b"API", b"\xff\xfe")),
    ),
    _wrong(
        "quoted-key-breaks-json",
        "A quotation mark in the key ends the refusal's string.",
        "body-is-json",
        token_with(rb'"'),
        text(lambda body: body.replace(b"API", b'"')),
    ),
    _wrong(
        "backslash-key-breaks-json",
        "A backslash in the key spoils the refusal's string.",
        "body-is-json",
        token_with(rb"\\"),
        text(lambda body: body.replace(b"API", b"\\q")),
    ),
)

_FAILURES = (
    _dies("absent-credentials", "a request without credentials", bare),
    _dies("empty-authorization", "an empty Authorization field", empty),
    _dies("scheme-alone", "a bearer scheme without a token", scheme_only),
    _dies("basic", "Basic credentials", basic),
    _dies(
        "basic-not-base64",
        "Basic credentials that are not base64",
        both(
            basic,
            lambda context: (
                not re.fullmatch(
                    rb"(?:[\w+/]{4})*(?:[\w+/]{2}==|[\w+/]{3}=)?", context.request.token
                )
            ),
        ),
    ),
    _dies("strange-scheme", "credentials of an unknown scheme", strange_scheme),
    _dies("two-authorization-fields", "two Authorization fields", twice),
    _dies("long-key", "a key of more than 512 bytes", long),
    _dies(
        "short-key",
        "a key of fewer than 4 characters",
        both(bearer, lambda context: len(context.request.token) < 4),
    ),
    _dies("non-ascii-key", "a key that is not ASCII", token_with(rb"[\x80-\xff]")),
    _dies("quote-in-key", "a key with an apostrophe", token_with(rb"'")),
    _dies("double-quote-in-key", "a key with a quotation mark", token_with(rb'"')),
    _dies("percent-in-key", "a key with a percent sign", token_with(rb"%")),
    _dies("backslash-in-key", "a key with a backslash", token_with(rb"\\")),
    _dies("brace-in-key", "a key with a brace", token_with(rb"[{}]")),
    _dies("dollar-in-key", "a key with a dollar sign", token_with(rb"\$")),
    _dies("blank-in-key", "a key with a blank in it", token_with(rb"[ \t]")),
    _dies("comma-in-key", "a key with a comma", token_with(rb",")),
    _dies("jwt", "a token that looks like a JWT", token_with(rb"\Aey[\w-]+\.")),
    _dies(
        "key-without-slash",
        "a key without a slash",
        both(bearer, lambda context: b"/" not in context.request.token),
    ),
    _dies(
        "key-without-hyphen",
        "a key with a slash and no hyphen",
        both(token_with(rb"/"), lambda context: b"-" not in context.request.token),
    ),
    _dies("production-key", "a key of another environment", token_with(rb"\ARYE/(?!staging-)")),
    _dies("near-key", "a key that begins like the valid one", near),
    _dies(
        "right-length",
        "a wrong key as long as the valid one",
        both(bearer, lambda context: len(context.request.token) == len(context.key)),
    ),
    _dies(
        "null-or-undefined",
        "the words null and undefined",
        token_with(rb"\A(null|undefined|none|nan)\Z"),
    ),
    _dies("number", "a key of digits alone", token_with(rb"\A\d+\Z")),
    _dies(
        "malformed-credentials",
        "anything but a scheme and a token",
        any_of(
            empty,
            scheme_only,
            lambda context: len(context.request.value("authorization").split()) > 2,
        ),
    ),
)

FAULTS = (*_STATUSES, *_SHAPES, *_FAILURES)
