"""Plain words for a schema: the values that it describes, and what it demands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from contracts.document.formats import FORMATS
from contracts.document.json_pointer import unescape

_ARTICLES = {"array": "an array", "integer": "an integer", "object": "an object", "null": "null"}


def name_schema(pointer: str, status: str) -> str:
    """Name the values that a schema describes.

    Arguments:
        pointer: JSON pointer to the schema in its document.
        status: the response's key, for schemas inside the response itself.
    """
    tokens = [unescape(token) for token in pointer.split("/")[1:]]
    if tokens[:2] == ["components", "schemas"] and len(tokens) > 2:
        subject, rest = tokens[2], tokens[3:]
    else:
        start = tokens.index("schema") + 1 if "schema" in tokens else len(tokens)
        subject, rest = f"the {status} body", tokens[start:]
    while rest:
        keyword, *rest = rest
        if keyword == "properties" and rest:
            name, *rest = rest
            subject = f"`{name}` of {subject}"
        elif keyword == "items":
            subject = f"each item of {subject}"
        elif keyword == "additionalProperties":
            subject = f"each further member of {subject}"
        elif keyword in ("anyOf", "oneOf") and rest:
            position, *rest = rest
            subject = f"branch {int(position) + 1} of {subject}"
    return subject


def say(keyword: str, value: object, schema: Mapping[str, object]) -> str:
    """Say what one keyword demands.

    Arguments:
        keyword: the keyword, or `required` with one name as its value.
        value: what it is set to.
        schema: the schema with the keyword; some neighbours change its meaning.

    Returns:
        A sentence with `{schema}` in place of the schema's name.
    """
    if keyword == "required":
        return _braced(f"`{value}` is present in ") + "{schema}"
    if keyword == "additionalProperties":
        names = value if isinstance(value, list) else []
        return "{schema} has no members" + _braced(f" but {listed(names)}" if names else "")
    return "{schema} " + _braced(f"is {demand(keyword, value, schema)}")


def demand(keyword: str, value: object, schema: Mapping[str, object]) -> str:
    """Say what a value must be to satisfy one keyword, after "is" or "expected".

    Arguments:
        keyword: an assertion, `anyOf`, `oneOf` or `not`.
        value: what it is set to.
        schema: the schema with the keyword; some neighbours change its meaning.
    """
    if keyword == "type":
        names = value if isinstance(value, list) else [value]
        words = " or ".join(_ARTICLES.get(str(name), f"a {name}") for name in names)
        return f"{words} or null" if schema.get("nullable") is True else words
    if keyword in ("minimum", "maximum"):
        exclusive = schema.get(f"exclusive{keyword.capitalize()}") is True
        return f"{_BOUNDS[keyword, exclusive]} {_spell(value)}"
    return _DEMANDS[keyword](value)


def listed(names: Iterable[object]) -> str:
    """Write names as a list for a sentence.

    Arguments:
        names: what to list, at least one.
    """
    *others, last = [f"`{name}`" for name in names]
    return f"{', '.join(others)} and {last}" if others else last


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _spell(value: object) -> str:
    return str(value) if isinstance(value, Decimal) else json.dumps(value, default=str)


def _braced(words: str) -> str:
    """Escape braces in text from the document, which is then passed to `str.format`."""
    return words.replace("{", "{{").replace("}", "}}")


_BOUNDS = {
    ("minimum", False): "at least",
    ("minimum", True): "more than",
    ("maximum", False): "at most",
    ("maximum", True): "less than",
}
_DEMANDS: dict[str, Callable[[object], str]] = {
    "format": lambda name: f"{name}: {FORMATS[str(name)].words}",
    "enum": lambda values: f"one of {', '.join(_spell(each) for each in _items(values))}",
    "const": _spell,
    "exclusiveMinimum": lambda bound: f"more than {_spell(bound)}",
    "exclusiveMaximum": lambda bound: f"less than {_spell(bound)}",
    "multipleOf": lambda step: f"a multiple of {_spell(step)}",
    "pattern": lambda pattern: f"a match of the pattern {pattern}",
    "minLength": lambda count: f"a string of at least {count} characters",
    "maxLength": lambda count: f"a string of at most {count} characters",
    "minItems": lambda count: f"an array of at least {count} items",
    "maxItems": lambda count: f"an array of at most {count} items",
    "uniqueItems": lambda _: "an array whose items differ from each other",
    "minProperties": lambda count: f"an object of at least {count} members",
    "maxProperties": lambda count: f"an object of at most {count} members",
    "anyOf": lambda schemas: f"valid by at least one of {len(_items(schemas))} schemas",
    "oneOf": lambda schemas: f"valid by exactly one of {len(_items(schemas))} schemas",
    "not": lambda _: "not valid by the schema under `not`",
}
