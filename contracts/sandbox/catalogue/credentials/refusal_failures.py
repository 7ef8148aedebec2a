"""Faults in which one family of bad credentials makes the server fail with 500."""

from __future__ import annotations

import re

from contracts.sandbox.catalogue.build import Trigger, any_of, both, where_401
from contracts.sandbox.catalogue.credentials.bad_credentials import (
    bare,
    basic,
    bearer,
    empty,
    long,
    near,
    scheme_only,
    strange_scheme,
    token_with,
    twice,
)
from contracts.sandbox.catalogue.effects import (
    crash,
)
from contracts.sandbox.fault import Fault


def _dies(name: str, words: str, trigger: Trigger) -> Fault:
    sentence = f"The server fails with 500 on {words}."
    return where_401(f"500-on-{name}", sentence, "no-server-error", trigger, crash())


FAULTS = (
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
