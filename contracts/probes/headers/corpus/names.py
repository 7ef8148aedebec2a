"""Field names from the whole alphabet of tokens, and names with a meaning to runtimes."""

from __future__ import annotations

from contracts.probes.headers.entry import Entry, Group, entry

_SYMBOLS = {
    "exclamation-mark": "!",
    "number-sign": "#",
    "dollar-sign": "$",
    "percent-sign": "%",
    "ampersand": "&",
    "apostrophe": "'",
    "asterisk": "*",
    "plus-sign": "+",
    "hyphen": "-",
    "full-stop": ".",
    "caret": "^",
    "underscore": "_",
    "grave-accent": "`",
    "vertical-line": "|",
    "tilde": "~",
}

# Names that JavaScript objects inherit, that Python and template engines look up, and members of
# this API's own bodies.
_MEANINGFUL = (
    "__proto__",
    "constructor",
    "prototype",
    "hasOwnProperty",
    "toString",
    "length",
    "null",
    "id",
    "user",
    "status",
    "stack",
    "balance",
    "currencyCode",
    "amountSubunits",
    "drawdownEnabled",
)

_MEANINGFUL_TOO = (
    "valueOf",
    "__defineGetter__",
    "then",
    "toJSON",
    "__class__",
    "self",
    "undefined",
    "NaN",
    "true",
    "body",
    "headers",
    "error",
    "name",
    "message",
    "fields",
)

_SHAPES = {
    "all-symbols": "!#$%&'*+-.^_`|~",
    "one-letter": "a",
    "one-upper-case-letter": "Z",
    "one-digit": "0",
    "digits-only": "1234567890",
    "negative-number": "-1",
    "lower-case": "x-lower-case",
    "upper-case": "X-UPPER-CASE",
    "mixed-case": "xX-mIxEd-CaSe",
    "under-score": "X_Under_Score",
    "dots": "x.dotted.name",
    "leading-hyphen": "-Leading",
    "trailing-hyphen": "Trailing-",
    "double-hyphen": "X--Double",
    "double-dot": "..",
    "template": "$_GET",
    "all-letters-and-digits": "AbcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "255-characters": "X-" + "n" * 253,
}


def entries() -> tuple[Entry, ...]:
    """Return the entries about names."""
    group = Group.NAME
    nightly = (entry(group, f"name-{name}", (name, "1"), nightly=True) for name in _MEANINGFUL_TOO)
    return (
        *(entry(group, f"name-{name}", (name, "1")) for name in _MEANINGFUL),
        *(entry(group, f"name-{slug}", (name, "1")) for slug, name in _SHAPES.items()),
        *(entry(group, f"name-{slug}-alone", (name, "1")) for slug, name in _SYMBOLS.items()),
        entry(group, "name-in-both-cases", ("X-Both-Cases", "a"), ("x-both-cases", "b")),
        entry(group, "name-in-both-spellings", ("X-Spelling", "a"), ("X_Spelling", "b")),
        *nightly,
        entry(group, "name-256-characters", ("X-" + "n" * 254, "1"), nightly=True),
        entry(group, "name-1000-characters", ("X-" + "n" * 998, "1"), nightly=True),
    )
