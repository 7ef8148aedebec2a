"""Values that trip parsers of numbers, literals, quotes and lists, but do not look like attacks."""

from __future__ import annotations

from contracts.probes.headers.entry import Entry, Group, entry

_VALUES = {
    "empty": "",
    "inner-tab": "a\tb",
    "inner-blanks": "a     b",
    "digits-400": "9" * 400,
    "negative": "-1",
    "negative-zero": "-0",
    "int32-overflow": "2147483648",
    "int64-overflow": "9223372036854775808",
    "exponent": "1e999",
    "hexadecimal": "0x1F",
    "leading-zeros": "000001",
    "nan": "NaN",
    "infinity": "-Infinity",
    "null": "null",
    "undefined": "undefined",
    "true": "true",
    "object-object": "[object Object]",
    "empty-array": "[]",
    "json-object": '{"a": {"b": [1, null]}}',
    "json-broken": '{"a":',
    "json-proto": '{"__proto__": {"a": 1}}',
    "quote-unbalanced": '"abc',
    "quotes-empty": '""',
    "quote-escaped": '"a\\"b"',
    "commas": ",,,,",
    "semicolons": ";;;;",
    "equals": "=",
    "pairs": "a=b; c=d, e",
    "asterisk": "*",
    "dots": "..",
    "backslash": "\\",
    "backslash-at-end": "abc\\",
    "parentheses": ")(",
    "braces": "}{",
    "percent": "%",
    "percent-broken": "%zz",
    "percent-truncated": "%E0%A4%A",
    "text-escapes": "\\t\\x41\\u0041",
    "every-visible-character": "".join(map(chr, range(0x21, 0x7F))),
    "url": "https://a.example/b?c=d#e",
    "base-64": "eyJhbGciOiJub25lIn0.e30.",
    "one-very-long-list": ",".join(map(str, range(300))),
}

# The default profile's `every-visible-character` contains these characters too.
_NIGHTLY = {
    "tilde": "~",
    "plus": "+",
    "caret": "^",
    "pipe": "|",
    "ampersand": "&a=b&",
    "hash": "#",
    "question-mark": "?",
    "slash": "/",
    "at-sign": "@",
    "brackets": "][",
    "colons": "::",
    "angle-brackets": "><",
    "date": "1970-01-01T00:00:00Z",
    "empty-object": "{}",
    "false": "false",
    "decimal-comma": "1.234,56",
}


def entries() -> tuple[Entry, ...]:
    """Return the entries about values, each under a field name of its own."""
    return tuple(
        entry(
            Group.VALUE,
            f"value-{slug}",
            (f"X-Value-{slug.title()}", value),
            nightly=slug in _NIGHTLY,
        )
        for slug, value in (_VALUES | _NIGHTLY).items()
    )
