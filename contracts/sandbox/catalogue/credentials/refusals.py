"""Faults in the status or shape of the refusal of one family of bad credentials."""

from __future__ import annotations

from dataclasses import replace

from contracts.sandbox.catalogue.build import where_401
from contracts.sandbox.catalogue.credentials.bad_credentials import (
    bare,
    basic,
    bearer,
    empty,
    far,
    long,
    near,
    scheme_only,
    strange_scheme,
    token_with,
    twice,
    wrong_length,
)
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
from contracts.sandbox.message import Answer
from contracts.sandbox.reference import validation_error

_401 = "refusal-is-401"
_SHAPE = "authentication-error-schema"


def _serialised(answer: Answer, _context: object) -> Answer:
    return answer.editing(lambda old: {"name": old["name"]})


_STATUSES = (
    where_401(
        "absent-as-403", "A request without credentials is answered 403.", _401, bare, status(403)
    ),
    where_401(
        "absent-as-400", "A request without credentials is answered 400.", _401, bare, status(400)
    ),
    where_401(
        "absent-as-login",
        "A request without credentials is sent to the login page.",
        _401,
        bare,
        bodiless(302, {"Location": "https://console.rye.com/login"}),
    ),
    where_401(
        "empty-as-400", "An empty Authorization field is answered 400.", _401, empty, status(400)
    ),
    where_401(
        "scheme-alone-as-400",
        "A bearer scheme without a token is answered 400.",
        _401,
        scheme_only,
        status(400),
    ),
    where_401("basic-as-403", "Basic credentials are answered 403.", _401, basic, status(403)),
    where_401(
        "strange-scheme-as-501",
        "Credentials of an unknown scheme are answered 501.",
        "no-server-error",
        strange_scheme,
        crash(501),
    ),
    where_401(
        "strange-scheme-as-400",
        "Credentials of an unknown scheme are answered 400.",
        _401,
        strange_scheme,
        status(400),
    ),
    where_401(
        "two-fields-as-409", "Two Authorization fields are answered 409.", _401, twice, status(409)
    ),
    where_401(
        "unknown-key-as-403",
        "A well-formed key that nobody has is answered 403.",
        _401,
        token_with(rb"\ARYE/"),
        status(403),
    ),
    where_401(
        "unknown-key-as-404",
        "A well-formed key that nobody has is answered 404.",
        _401,
        token_with(rb"\ARYE/"),
        status(404),
    ),
    where_401(
        "near-key-as-403",
        "A key that begins like the valid one is answered 403.",
        _401,
        near,
        status(403),
    ),
    where_401(
        "far-key-as-400",
        "A token without the public prefix is answered 400.",
        _401,
        far,
        status(400),
    ),
    where_401(
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
    where_401(
        "absent-without-name",
        "The refusal of absent credentials lacks its name.",
        _SHAPE,
        bare,
        lacking("name"),
    ),
    where_401(
        "absent-as-page",
        "The refusal of absent credentials is an HTML page.",
        "content-type-is-json",
        bare,
        html_body,
    ),
    where_401(
        "empty-without-message",
        "The refusal of an empty Authorization lacks its message.",
        _SHAPE,
        empty,
        lacking("message"),
    ),
    where_401(
        "scheme-alone-with-status",
        "The refusal of a lone scheme has a status member.",
        _SHAPE,
        scheme_only,
        having(status=401),
    ),
    where_401(
        "basic-as-text",
        "The refusal of Basic credentials is plain text.",
        "content-type-is-json",
        basic,
        lambda answer, _context: replace(
            answer.with_field("Content-Type", "text/plain"), body=b"Unauthorized"
        ),
    ),
    where_401(
        "strange-scheme-without-message",
        "The refusal of an unknown scheme lacks its message.",
        _SHAPE,
        strange_scheme,
        lacking("message"),
    ),
    where_401(
        "two-fields-message-null",
        "The refusal of two Authorization fields has no message.",
        _SHAPE,
        twice,
        having(message=None),
    ),
    where_401(
        "two-fields-message-list",
        "The refusal of two fields lists its messages.",
        _SHAPE,
        twice,
        having(message=["Invalid API key", "Invalid API key"]),
    ),
    where_401(
        "bearer-serialised-error",
        "The refusal of a wrong key is a serialised Error.",
        _SHAPE,
        bearer,
        _serialised,
    ),
    where_401(
        "near-key-with-code",
        "The refusal of a near key has a code member.",
        _SHAPE,
        near,
        having(code="KEY_REVOKED"),
    ),
    where_401(
        "long-key-truncated-json",
        "The refusal of a long key stops early.",
        "body-is-json",
        long,
        text(lambda body: body[:30]),
    ),
    where_401(
        "long-key-as-text",
        "The refusal of a long key is labelled text/plain.",
        "content-type-is-json",
        long,
        media("text/plain"),
    ),
    where_401(
        "non-ascii-key-echoed",
        "The refusal of a key with odd bytes is not UTF-8.",
        "json-is-utf-8",
        token_with(rb"[\x80-\xff]"),
        text(lambda body: body.replace(b"API", b"\xff\xfe")),
    ),
    where_401(
        "quoted-key-breaks-json",
        "A quotation mark in the key ends the refusal's string.",
        "body-is-json",
        token_with(rb'"'),
        text(lambda body: body.replace(b"API", b'"')),
    ),
    where_401(
        "backslash-key-breaks-json",
        "A backslash in the key spoils the refusal's string.",
        "body-is-json",
        token_with(rb"\\"),
        text(lambda body: body.replace(b"API", b"\\q")),
    ),
)


FAULTS = (*_STATUSES, *_SHAPES)
