r"""Building blocks of field grammars: tokens, quoted strings, lists, weights, comments.

Values are read as latin-1, so that every byte is one character. Repetitions are possessive
(`*+`), which keeps the time linear in values of any length.
"""

from __future__ import annotations

import re

TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"  # noqa: S105 - RFC 9110's word
QUOTED = r'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*+"'
OWS = r"[\t ]*+"
WORD = rf"(?:{TOKEN}|{QUOTED})"
PARAMETERS = rf"(?:{OWS};{OWS}(?:{TOKEN}={WORD})?)*+"
WEIGHT = r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)"
ENTITY_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*+"'
HOST = r"(?:[0-9A-Za-z._\-]++|\[[0-9A-Fa-f:.]++\])"
PORT = r"(?:[0-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
AUTHORITY = rf"{HOST}(?::{PORT})?"

_ELEMENT = r'(?:[^",]++|"(?:[^"\\]++|\\.)*+")*+'


def fits(pattern: str, value: str) -> bool:
    """Whether the whole value matches the pattern.

    Arguments:
        pattern: a regular expression.
        value: a field value or a part of one.
    """
    return re.fullmatch(pattern, value) is not None


def elements(value: str) -> list[str] | None:
    """Split a list at its commas, except those in quoted strings (RFC 9110 §5.6.1).

    Empty elements are dropped, as a recipient must; None means an unterminated quoted string.

    Arguments:
        value: a field value.
    """
    element = re.compile(_ELEMENT, re.DOTALL)
    found: list[str] = []
    position = 0
    while True:
        match = element.match(value, position)
        if match is None:  # pragma: no cover - the pattern matches the empty string
            return None
        if item := match[0].strip(" \t"):
            found.append(item)
        position = match.end()
        if position == len(value):
            return found
        if value[position] != ",":
            return None
        position += 1


def each(pattern: str, value: str, *, least: int = 1) -> bool:
    """Whether the value is a list whose elements all match the pattern.

    Arguments:
        pattern: a regular expression for one element.
        value: a field value.
        least: the minimum number of elements. RFC 7230 §7 required one of most lists; RFC 9110
            lets them be empty, so servers differ and an empty one counts as malformed.
    """
    items = elements(value)
    return items is not None and len(items) >= least and all(fits(pattern, i) for i in items)


def without_comments(value: str) -> str | None:
    """Remove the comments from a value (RFC 9110 §5.6.5); None if their parentheses do not match.

    Arguments:
        value: a field value.
    """
    kept: list[str] = []
    depth = 0
    escaped = False
    for character in value:
        if escaped:
            escaped = False
        elif depth and character == "\\":
            escaped = True
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth < 0:
                return None
        elif not depth:
            kept.append(character)
    return None if depth or escaped else "".join(kept)


def weighted(item: str, value: str) -> list[tuple[str, float]] | None:
    """Read a list of weighted items: codings, charsets, languages (RFC 9110 §12.4.2).

    Arguments:
        item: a regular expression for the item before its weight.
        value: a field value, or several joined by commas.

    Returns:
        The items in lower case with their weights; None if the value breaks the grammar.
    """
    items = elements(value)
    if items is None:
        return None
    found: list[tuple[str, float]] = []
    for element in items:
        match = re.fullmatch(rf"({item})(?:{OWS};{OWS}[qQ]=({WEIGHT}))?", element)
        if match is None:
            return None
        found.append((match[1].lower(), float(match[2] or "1")))
    return found
