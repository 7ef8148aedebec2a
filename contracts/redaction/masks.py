"""Masks: what replaces a secret, as long, as valid, and judged alike.

An escape stays an escape, a number stays a number and non-ASCII stays non-ASCII; quotes, brackets
and spaces are kept. Letters and digits become asterisks, which reveal nothing; an exact mask keeps
letter case and digits too, for patterns and formats that depend on them.
"""

from __future__ import annotations

import re

MASK = "*"

_TOKEN = re.compile(
    r"""
      \\u(?P<unicode>[0-9A-Fa-f]{4})
    | \\u\{(?P<braced>[0-9A-Fa-f]{2,6})\}
    | \\x(?P<hexadecimal>[0-9A-Fa-f]{2})
    | \\(?P<octal>[0-3][0-7]{2})
    | %(?P<percent>[0-9A-Fa-f]{2})
    | &\#[xX](?P<entity>[0-9A-Fa-f]{2,6})
    | &\#(?P<decimal>[0-9]{2,7})
    | (?P<json>\\["\\/bfnrt])
    | (?P<other>\\[\x21-\x7e])
    | (?P<two>[\xc2-\xdf][\x80-\xbf])
    | (?P<three>(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf])
    | (?P<four>(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2})
    | (?P<beyond>[\x80-\xff])
    | (?P<kept>["{}\[\]:,\x00-\x20\x7f]+)
    | (?P<word>[A-Za-z0-9]+)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SPELLED = {
    "braced": "2a",
    "hexadecimal": "2a",
    "octal": "052",
    "percent": "2A",
    "entity": "2a",
    "decimal": "42",
}
"""The asterisk's code in the digits of each escape."""

_STANDING = {
    "json": r"\/",
    "other": r"\*",
    "two": "\xc2\xbf",
    "three": "\xe2\x96\x88",
    "four": "\xf0\x9f\x94\x92",
    "beyond": "\xff",
}
"""Replacements of fixed length: for UTF-8, a sequence as long; for an invalid octet, another."""

_NUMBERS = re.compile(r"[-+.0-9,\s\[\]]*")
"""Text made of numbers alone, such as a printed list of octets."""

_EXACT = ((r"[a-f]", "a"), (r"[g-z]", "x"), (r"[A-F]", "A"), (r"[G-Z]", "X"))
_LEADING_ZERO = re.compile(r"(?<![0-9.])0(?=[0-9])")


def mask(text: str, start: int, end: int, *, exact: bool = False) -> str:
    """Return the mask for a piece of a text.

    Arguments:
        text: octets, one character each.
        start: where the piece begins.
        end: where it ends; neither may cut an escape or UTF-8 sequence.
        exact: whether to keep which octets are letters of which case, digits or signs.
    """
    piece = text[start:end]
    if exact or _NUMBERS.fullmatch(piece):
        # A number with a leading zero is invalid JSON, and stays so.
        zeros = {found.start() - start for found in _LEADING_ZERO.finditer(text, start, end)}
        return _TOKEN.sub(lambda token: _exactly(token, zeros), piece)
    return _TOKEN.sub(_roughly, piece)


def _roughly(token: re.Match[str]) -> str:
    kind = token.lastgroup
    if kind in {"word", "sign"}:
        return MASK * len(token[0])
    return token[0] if kind is None else _escaped(token, kind)


def _exactly(token: re.Match[str], zeros: set[int]) -> str:
    kind = token.lastgroup
    if kind in {"sign", None}:
        return token[0]
    if kind != "word":
        return _escaped(token, str(kind))
    word = token[0]
    for letters, letter in _EXACT:
        word = re.sub(letters, letter, word)
    digits = (
        "0" if token.start() + at in zeros else "1" if character.isdigit() else character
        for at, character in enumerate(word)
    )
    return "".join(digits)


def _escaped(token: re.Match[str], kind: str) -> str:
    if kind == "kept":
        return token[0]
    if kind in _STANDING:
        return _STANDING[kind]
    digits = token[kind]
    if kind == "unicode":
        number = int(digits, 16)
        # Surrogates stay surrogates, each of its half.
        spelled = "d83d" if 0xD800 <= number < 0xDC00 else "dd12"
        spelled = spelled if 0xD800 <= number < 0xE000 else "002a"
    else:
        spelled = _SPELLED[kind].zfill(len(digits))
    return token[0].replace(digits, spelled)
