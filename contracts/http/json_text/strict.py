"""Strict JSON: a body parsed as RFC 8259 defines it, with unique member names (RFC 7493 §2.3).

Python's own scanner does the parsing; what it is too lenient about is refused here: NaN and
Infinity, a byte order mark, other encodings, duplicate member names, excessive nesting, and
numbers too large to hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Final

from contracts.document.json_pointer import escape
from contracts.http.json_text.decoder import Decoder, Repeated
from contracts.http.json_text.encoding import read_text

MAX_DEPTH: Final = 100
"""Levels of nesting that are parsed: far above any API's, far below the interpreter's limit."""
MOST_REPORTED: Final = 20
"""Duplicate names and lone surrogates that are reported one by one; bodies can hold millions."""

# Possessive, so that a long string costs no backtracking memory; an unterminated one ends with the
# text.
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)'
_STRINGS = re.compile(_STRING, re.DOTALL)
_NO_BRACKETS = re.compile(r"[^\[\]{}]++")
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}
_BRACKETS = re.compile(_STRING + r"|([\[{])|([\]}])", re.DOTALL)
_CONSTANTS = re.compile(_STRING + r"|(NaN|-?Infinity)", re.DOTALL)
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANKS = " \t\r\n"
_TRAILING_COMMA = {
    ("]", "Expecting value"): "array",
    ("}", "Expecting property name enclosed in double quotes"): "object",
}
"""Python's error after a trailing comma before 3.13; newer versions report the comma itself."""


class JsonProblemKind(StrEnum):
    """What is wrong with a text that claims to be JSON."""

    GRAMMAR = "grammar"
    """It is not a JSON text (RFC 8259 §2)."""
    ENCODING = "encoding"
    """It is not UTF-8, or carries a byte order mark (RFC 8259 §8.1)."""
    DUPLICATE = "duplicate name"
    """An object has two members of the same name (RFC 7493 §2.3)."""
    DEPTH = "depth"
    """It is nested deeper than the suite parses."""
    SURROGATE = "lone surrogate"
    """A string holds a lone surrogate (RFC 8259 §8.2)."""


@dataclass(frozen=True, slots=True)
class JsonProblem:
    """One thing that keeps a text from being strict JSON.

    Arguments:
        kind: what sort of problem it is.
        where: `byte 17`, or a JSON pointer to the member or string.
        words: one sentence without its full stop, for a person.
    """

    kind: JsonProblemKind
    where: str
    words: str

    @property
    def fatal(self) -> bool:
        """Whether no value can be read from such a text."""
        return self.kind in {JsonProblemKind.GRAMMAR, JsonProblemKind.DEPTH}


def problems(data: bytes) -> tuple[object | None, tuple[JsonProblem, ...]]:
    """Parse a JSON text and list everything that is wrong with it.

    Integers become `int`, numbers written with a fraction or an exponent `Decimal`.

    Arguments:
        data: the bytes of the text, after content decoding.

    Returns:
        The value (None if a problem is fatal; the last of members with the same name) and the
        problems, those of the bytes before those of the text.
    """
    read = read_text(data)
    text = read.characters
    found = [_problem(JsonProblemKind.ENCODING, *each) for each in read.problems]

    # Counting is fast and usually enough: without that many brackets, nothing can nest that deep.
    if text.count("[") + text.count("{") > MAX_DEPTH:
        position = _too_deep(text)
        if position is not None:
            words = f"the text nests deeper than {MAX_DEPTH} levels"
            found.append(_problem(JsonProblemKind.DEPTH, read.offset(position), words))
            return None, tuple(found)

    decoder = Decoder()
    try:
        value: object = decoder.decode(text)
    except json.JSONDecodeError as error:
        position, words = _grammar(text, error)
        found.append(_problem(JsonProblemKind.GRAMMAR, read.offset(position), words))
        return None, tuple(found)
    if decoder.constants:
        for name, position in _constants(text):
            words = f"{name} is not JSON"
            found.append(_problem(JsonProblemKind.GRAMMAR, read.offset(position), words))
    if decoder.repeated:
        found.extend(_duplicates(value))
        value = _plain(value)
    if "\\u" in text and _SURROGATE_ESCAPE.search(text):
        found.extend(_surrogates(value))
    return (None if decoder.constants else value), tuple(found)


def _problem(kind: JsonProblemKind, offset: int, words: str) -> JsonProblem:
    return JsonProblem(kind, f"byte {offset}", words)


def _too_deep(text: str) -> int | None:
    # Removing strings and everything but brackets at once is faster than looking at each match.
    brackets = _NO_BRACKETS.sub("", _STRINGS.sub("", text))
    if max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) <= MAX_DEPTH:
        return None
    depth = 0
    for match in _BRACKETS.finditer(text):
        if match.group(1):
            depth += 1
            if depth > MAX_DEPTH:
                return match.start()
        elif match.group(2):
            depth -= 1
    return None


def _constants(text: str) -> Iterator[tuple[str, int]]:
    seen = set()
    for match in _CONSTANTS.finditer(text):
        name = match.group(1)
        if name and name not in seen:
            seen.add(name)
            yield name, match.start()


def _grammar(text: str, error: json.JSONDecodeError) -> tuple[int, str]:
    """Say where and how a text breaks the grammar, in the same words on every Python version."""
    position, message = error.pos, error.msg
    if not text:
        return position, "the body is empty"
    if not text.strip(_BLANKS):
        return position, "the body holds nothing but white space"
    if position >= len(text):
        return position, "the text ends too early"
    before = text[:position].rstrip(_BLANKS)
    if before.endswith(",") and (ended := _TRAILING_COMMA.get((text[position], message))):
        position, message = len(before) - 1, f"Illegal trailing comma before end of {ended}"
    there = json.dumps(text[position : position + 12])
    if message == "Extra data":
        return position, f"something follows the JSON text: {there}"
    return position, f"{message[0].lower()}{message[1:]}: {there}"


def _members(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Repeated):
        yield from value.pairs
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield str(index), item


def _walk(value: object) -> Iterator[tuple[str, object]]:
    """Yield every nested value with its JSON pointer, parents first, in the order of the text."""
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        pointer, current = waiting.pop()
        yield pointer, current
        if isinstance(current, dict | list):
            waiting.extend(
                reversed([(f"{pointer}/{escape(n)}", item) for n, item in _members(current)])
            )


def _duplicates(value: object) -> list[JsonProblem]:
    found: dict[str, JsonProblem] = {}
    for pointer, current in _walk(value):
        if not isinstance(current, Repeated):
            continue
        count: dict[str, int] = {}
        for name, _ in current.pairs:
            count[name] = count.get(name, 0) + 1
        for name, times in count.items():
            if times > 1 and len(found) < MOST_REPORTED:
                where = f"{pointer}/{escape(name)}"
                words = f"the name {json.dumps(name[:80])} stands {times} times in one object"
                found.setdefault(where, JsonProblem(JsonProblemKind.DUPLICATE, where, words))
    return list(found.values())


def _surrogates(value: object) -> list[JsonProblem]:
    found = []
    for pointer, current in _walk(value):
        texts = [current] if isinstance(current, str) else []
        if isinstance(current, dict):
            texts = list(current)
        if any(_SURROGATE.search(text) for text in texts):
            words = "a string has an unpaired surrogate"
            found.append(JsonProblem(JsonProblemKind.SURROGATE, pointer, words))
            if len(found) == MOST_REPORTED:
                break
    return found


def _plain(value: object) -> object:
    """Replace objects with duplicate names with plain ones, in which the last member counts."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
