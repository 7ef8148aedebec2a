"""Faults in the JSON text that lenient parsers accept, or that no parser accepts."""

from __future__ import annotations

from contracts.sandbox.catalogue.build import chain, fault, on
from contracts.sandbox.catalogue.effects import before_close, text
from contracts.sandbox.fault import Fault

_TEXT = "body-is-json"
_UTF8 = "json-is-utf-8"
_UNIQUE = "member-names-are-unique"


def _extra(status: int, slug: str, words: str, member: bytes, requirement: str = _TEXT) -> Fault:
    """A fault in a member that the schema doesn't describe, so that only the JSON is wrong."""
    name, sentence = f"{status}-json-{slug}", f"The {status} body has {words}."
    return fault(name, sentence, requirement, on(status, before_close(b"," + member)))


def _swap(
    status: int, slug: str, words: str, swap: tuple[bytes, bytes], requirement: str = _TEXT
) -> Fault:
    name, sentence = f"{status}-json-{slug}", f"The {status} body has {words}."
    return fault(name, sentence, requirement, on(status, text(lambda body: body.replace(*swap, 1))))


def _whole(
    status: int,
    slug: str,
    words: str,
    *,
    before: bytes = b"",
    after: bytes = b"",
    requirement: str = _TEXT,
) -> Fault:
    name, sentence = f"{status}-json-{slug}", f"The {status} body {words}."
    return fault(name, sentence, requirement, on(status, text(lambda body: before + body + after)))


_NUMBERS = (
    _extra(200, "nan", "NaN in an extra member", b'"rate":NaN'),
    _extra(200, "infinity", "Infinity in an extra member", b'"rate":Infinity'),
    _extra(200, "minus-infinity", "-Infinity in an extra member", b'"rate":-Infinity'),
    _extra(200, "leading-zero", "a number with a leading zero", b'"branch":007'),
    _extra(200, "plus-sign", "a number with a plus sign", b'"change":+1'),
    _extra(200, "bare-point", "a number that begins with its point", b'"rate":.5'),
    _extra(200, "trailing-point", "a number that ends with its point", b'"rate":5.'),
    _extra(200, "hexadecimal", "a hexadecimal number", b'"id":0x1F'),
    _extra(200, "underscore", "a number with an underscore", b'"limit":1_000'),
    _extra(200, "thousands", "a number with a thousands separator", b'"limit":1,000'),
    _swap(422, "nan", "NaN for the value of a field", (b'"value":', b'"rejected":NaN,"value":')),
)

_STRINGS = (
    _extra(200, "raw-newline", "an unescaped newline in a string", b'"note":"two\nlines"'),
    _extra(200, "raw-tab", "an unescaped tab in a string", b'"note":"a\tb"'),
    _extra(200, "raw-nul", "an unescaped NUL in a string", b'"note":"a\x00b"'),
    _extra(200, "raw-escape", "an unescaped ESC in a string", b'"note":"\x1b[1m"'),
    _extra(200, "hex-escape", "an escape that JSON lacks", b'"note":"\\x41"'),
    _extra(200, "quote-escape", "an escaped apostrophe", b'"note":"it\\\'s"'),
    _extra(200, "bad-unicode-escape", "a broken \\u escape", b'"note":"\\u12G4"'),
    _swap(401, "raw-newline", "an unescaped newline in its message", (b"Invalid ", b"Invalid\n")),
    _swap(422, "raw-tab", "an unescaped tab in its message", (b"Validation ", b"Validation\t")),
)

_SYNTAX = (
    _extra(200, "trailing-comma", "a trailing comma", b""),
    _extra(401, "trailing-comma", "a trailing comma", b""),
    _extra(422, "trailing-comma", "a trailing comma", b""),
    _extra(200, "block-comment", "a block comment", b'"a":1/* cached */'),
    _extra(200, "line-comment", "a line comment", b'"a":1// cached\n'),
    _extra(200, "unquoted-name", "an unquoted member name", b"cached:true"),
    _extra(200, "undefined", "undefined for a value", b'"note":undefined'),
    _extra(200, "python-none", "Python's None for a value", b'"note":None'),
    _extra(200, "capital-true", "True for a value", b'"cached":True'),
    _extra(200, "missing-colon", "a member without a colon", b'"cached" true'),
    _extra(200, "form-feed", "a form feed between tokens", b'\x0c"cached":true'),
    _extra(200, "no-break-space", "a no-break space between tokens", b'\xc2\xa0"cached":true'),
    _swap(200, "missing-comma", "no comma between two members", (b',"balance"', b' "balance"')),
    _swap(200, "mongo-literal", "a MongoDB literal", (b"{", b'{"_id":ObjectId("65a1"),')),
    fault(
        "200-json-single-quotes",
        "The 200 body is quoted with apostrophes.",
        _TEXT,
        on(200, text(lambda body: body.replace(b'"', b"'"))),
    ),
    fault(
        "401-json-single-quotes",
        "The 401 body is quoted with apostrophes.",
        _TEXT,
        on(401, text(lambda body: body.replace(b'"', b"'"))),
    ),
)

_WHOLES = (
    _whole(200, "trailing-text", "has text after the JSON", after=b"\nOK"),
    _whole(200, "trailing-brace", "has one brace too many", after=b"}"),
    _whole(200, "trailing-semicolon", "ends with a semicolon", after=b";"),
    _whole(200, "trailing-nul", "ends with a NUL", after=b"\x00"),
    _whole(200, "two-texts", "is two JSON texts in two lines", after=b'\n{"cached":true}\n'),
    _whole(200, "concatenated", "is two JSON texts in a row", after=b"{}"),
    _whole(200, "xssi-prefix", "begins with a prefix against script inclusion", before=b")]}',\n"),
    _whole(200, "jsonp", "is wrapped in a callback", before=b"callback(", after=b");"),
    _whole(200, "for-loop-prefix", "begins with an endless loop", before=b"for(;;);"),
    _whole(
        200,
        "php-notice",
        "begins with a PHP notice",
        before=b"<br />\n<b>Notice</b>: Undefined index\n",
    ),
    _whole(401, "trailing-text", "has text after the JSON", after=b"\nUnauthorized"),
    _whole(
        401, "concatenated", "is followed by a second error", after=b'{"message":"Unauthorized"}'
    ),
    _whole(422, "trailing-html", "is followed by a page", after=b"<!-- 422 -->"),
    _whole(
        422, "xssi-prefix", "begins with a prefix against script inclusion", before=b"while(1);"
    ),
    fault("200-json-empty", "The 200 body is empty.", _TEXT, on(200, text(lambda _body: b""))),
    fault("401-json-empty", "The 401 body is empty.", _TEXT, on(401, text(lambda _body: b""))),
    fault("422-json-empty", "The 422 body is empty.", _TEXT, on(422, text(lambda _body: b""))),
    fault(
        "200-json-blank",
        "The 200 body is nothing but blanks.",
        _TEXT,
        on(200, text(lambda _body: b" \n")),
    ),
    fault(
        "200-json-truncated",
        "The 200 body stops early, and its length says so.",
        _TEXT,
        on(200, text(lambda body: body[:-9])),
    ),
    fault(
        "401-json-truncated",
        "The 401 body stops early, and its length says so.",
        _TEXT,
        on(401, text(lambda body: body[:40])),
    ),
    fault(
        "200-json-html",
        "The 200 body is a page under JSON's name.",
        _TEXT,
        on(200, text(lambda _body: b"<!DOCTYPE html><html><body>Welcome</body></html>")),
    ),
    fault(
        "401-json-plain-word",
        "The 401 body is a bare word under JSON's name.",
        _TEXT,
        on(401, text(lambda _body: b"Unauthorized")),
    ),
    fault(
        "422-json-form",
        "The 422 body is form-encoded under JSON's name.",
        _TEXT,
        on(422, text(lambda _body: b"name=ValidateError&message=Validation+failed")),
    ),
    fault(
        "200-json-yaml",
        "The 200 body is YAML under JSON's name.",
        _TEXT,
        on(200, text(lambda _body: b"drawdownEnabled: true\nbalance: {}\n")),
    ),
    fault(
        "200-json-event-stream",
        "The 200 body is an event under JSON's name.",
        _TEXT,
        on(200, text(lambda body: b"data: " + body + b"\n\n")),
    ),
)

_ENCODINGS = (
    _whole(200, "bom", "begins with a byte order mark", before=b"\xef\xbb\xbf", requirement=_UTF8),
    _whole(401, "bom", "begins with a byte order mark", before=b"\xef\xbb\xbf", requirement=_UTF8),
    _extra(200, "latin-1", "a byte of ISO 8859-1", b'"holder":"Jos\xe9"', _UTF8),
    _extra(200, "cut-utf-8", "half a UTF-8 sequence", b'"note":"5 \xe2\x82"', _UTF8),
    _extra(200, "overlong-utf-8", "an overlong UTF-8 sequence", b'"path":"a\xc0\xafb"', _UTF8),
    _extra(200, "utf-8-surrogate", "a surrogate in UTF-8", b'"note":"\xed\xa0\xbd"', _UTF8),
    _swap(401, "latin-1", "a byte of ISO 8859-1", (b"Invalid", b"Cl\xe9 invalid"), _UTF8),
    _swap(422, "latin-1", "a byte of ISO 8859-1", (b"Validation", b"Validaci\xf3n"), _UTF8),
    fault(
        "200-json-utf-16",
        "The 200 body is in UTF-16 with a byte order mark.",
        _UTF8,
        on(200, text(lambda body: body.decode().encode("utf-16"))),
    ),
    fault(
        "200-json-utf-16-be",
        "The 200 body is in UTF-16 without a byte order mark.",
        _UTF8,
        on(
            200,
            chain(
                before_close(b',"holder":"Jos\xc3\xa9"'),
                text(lambda body: body.decode().encode("utf-16-be")),
            ),
        ),
    ),
    fault(
        "401-json-utf-32",
        "The 401 body is in UTF-32.",
        _UTF8,
        on(401, text(lambda body: body.decode().encode("utf-32"))),
    ),
)

_NAMES = (
    _extra(200, "name-twice", "drawdownEnabled twice", b'"drawdownEnabled":false', _UNIQUE),
    _extra(200, "extra-name-twice", "an extra member twice", b'"a":1,"a":1', _UNIQUE),
    _extra(
        200,
        "escaped-name-twice",
        "one name twice, once in escapes",
        b'"\\u0064rawdownEnabled":true',
        _UNIQUE,
    ),
    _extra(
        200,
        "deep-name-twice",
        "one name twice deep in an extra member",
        b'"meta":[{"page":{"n":1,"n":2}}]',
        _UNIQUE,
    ),
    _swap(
        200,
        "nested-name-twice",
        "currencyCode twice",
        (b'{"currencyCode"', b'{"currencyCode":"EUR","currencyCode"'),
        _UNIQUE,
    ),
    _extra(401, "name-twice", "message twice", b'"message":"Unauthorized"', _UNIQUE),
    _extra(422, "name-twice", "status twice", b'"status":400', _UNIQUE),
    _swap(
        422,
        "nested-name-twice",
        "one field's message twice",
        (b'"value":', b'"message":"invalid","value":'),
        _UNIQUE,
    ),
)

FAULTS = (*_NUMBERS, *_STRINGS, *_SYNTAX, *_WHOLES, *_ENCODINGS, *_NAMES)
