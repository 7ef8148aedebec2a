"""Schema assertions in a canonical form, and whether one allows more than another."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Final

Facts = Mapping[str, Any]
"""Assertions by keyword; a missing one allows everything."""


class Shift(Enum):
    """How the set of valid values moves when an assertion changes."""

    NARROWS = "narrows"
    WIDENS = "widens"
    ALTERS = "alters"


_LOWER: Final = {"minLength", "minItems", "minProperties"}
_UPPER: Final = {"maxLength", "maxItems", "maxProperties"}
_READ_ELSEWHERE: Final = {
    *("$ref", "allOf", "anyOf", "oneOf", "properties", "required", "items"),
    *("additionalProperties", "unevaluatedProperties", "type", "nullable", "enum", "const"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "discriminator"),
    *("readOnly", "writeOnly", "$defs", "definitions", "$id", "$anchor", "$schema"),
}
DOCUMENTATION: Final = (
    *("title", "description", "summary", "default", "example", "examples"),
    *("externalDocs", "xml", "$comment"),
)
"""Keywords that restrict no value."""
_FORMATS: Final = {("int32", "int64"), ("float", "double")}
"""Pairs of formats in which the first allows less than the second."""


def canonical(value: object) -> object:
    """Return a hashable form that is the same for values that JSON considers equal.

    Arguments:
        value: any value of a document.
    """
    if isinstance(value, Mapping):
        return "object", frozenset((name, canonical(item)) for name, item in value.items())
    if isinstance(value, list):
        return "array", tuple(canonical(item) for item in value)
    return isinstance(value, bool), value


def spell(value: object) -> str:
    """Write a value of a document as JSON.

    Arguments:
        value: any value of a document.
    """
    return json.dumps(value, ensure_ascii=False, default=str)


def read_facts(schema: Mapping[str, object]) -> dict[str, Any]:
    """Read the assertions that a schema makes by itself, in either dialect of OpenAPI 3.

    Arguments:
        schema: a schema without its subschemas.
    """
    facts: dict[str, Any] = {}
    types = schema.get("type")
    if types is not None:
        names = {str(each) for each in types} if isinstance(types, list) else {str(types)}
        facts["type"] = frozenset(names - {"null"} or names)
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(values, list):
        # Whether null is allowed is recorded under `nullable`.
        facts["enum"] = {canonical(each): spell(each) for each in values if each is not None}
    for keyword in ("minimum", "maximum"):
        bound = _bound(schema, keyword)
        if bound is not None:
            facts[keyword] = bound
    discriminator = schema.get("discriminator")
    if isinstance(discriminator, Mapping):  # the component names that it maps to don't matter
        mapping = discriminator.get("mapping")
        keys = sorted(mapping) if isinstance(mapping, Mapping) else []
        facts["discriminator"] = (discriminator.get("propertyName"), *keys)
    for keyword, value in schema.items():
        said = keyword in _READ_ELSEWHERE or keyword in DOCUMENTATION or keyword == "deprecated"
        if said or keyword.startswith("x-") or value is False or value is None:
            continue
        if keyword not in _LOWER or value != 0:
            facts[keyword] = value
    return facts


def combine(facts: dict[str, Any], more: Facts) -> None:
    """Add assertions that hold at the same time, as those of `allOf` do.

    Arguments:
        facts: where they are added.
        more: which ones.
    """
    for keyword, value in more.items():
        if keyword not in facts:
            facts[keyword] = value
            continue
        shift = compare(keyword, facts[keyword], value)
        if shift is Shift.NARROWS:
            facts[keyword] = value
        elif shift is Shift.ALTERS:
            facts[keyword] = _both(keyword, facts[keyword], value)


def compare(keyword: str, old: Any, new: Any) -> Shift | None:
    """Return how the set of valid values moves when an assertion changes; None if it does not.

    Arguments:
        keyword: which assertion.
        old: as in `Facts`, None where it is missing.
        new: the same.
    """
    if canonical(old) == canonical(new):
        return None
    if old is None:
        return Shift.NARROWS
    if new is None:
        return Shift.WIDENS
    return _COMPARE.get(keyword, _alters)(old, new)


def say_fact(keyword: str, value: Any) -> str:
    """Describe an assertion in a few words.

    Arguments:
        keyword: which one.
        value: as in `Facts`; None where it is missing.
    """
    if value is None:
        return "not stated"
    if keyword == "type":
        return " or ".join(sorted(value))
    if keyword == "enum":
        return "one of " + ", ".join(value.values())
    if keyword in ("minimum", "maximum"):
        bound, exclusive = value
        sign = {"minimum": "≥>", "maximum": "≤<"}[keyword][exclusive]
        return f"{sign} {bound}"
    if keyword == "discriminator":
        name, *keys = value
        return f"by {name}" + (f": {', '.join(map(str, keys))}" if keys else "")
    return value if isinstance(value, str) else spell(value)


def _bound(schema: Mapping[str, object], keyword: str) -> tuple[Any, bool] | None:
    exclusive = schema.get(f"exclusive{keyword.capitalize()}")
    bounds = []
    if _is_number(schema.get(keyword)):
        bounds.append((schema[keyword], exclusive is True))
    if _is_number(exclusive):
        bounds.append((exclusive, True))
    if not bounds:
        return None
    strongest = max if keyword == "minimum" else min
    return strongest(bounds, key=lambda bound: _order(keyword, bound))


def _order(keyword: str, bound: tuple[Any, bool]) -> tuple[Any, bool]:
    value, exclusive = bound
    return value, exclusive if keyword == "minimum" else not exclusive


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _both(keyword: str, one: Any, other: Any) -> Any:
    if keyword == "type":
        return one & other or one
    if keyword == "enum":
        return {key: words for key, words in one.items() if key in other}
    return sorted([spell(one), spell(other)])


def _types(old: frozenset[str], new: frozenset[str]) -> Shift:
    def within(some: frozenset[str], others: frozenset[str]) -> bool:
        return all(t in others or (t == "integer" and "number" in others) for t in some)

    if within(new, old):
        return Shift.NARROWS
    return Shift.WIDENS if within(old, new) else Shift.ALTERS


def _values(old: Mapping[object, str], new: Mapping[object, str]) -> Shift | None:
    if new.keys() == old.keys():
        return None  # a different spelling or order
    if new.keys() <= old.keys():
        return Shift.NARROWS
    return Shift.WIDENS if old.keys() <= new.keys() else Shift.ALTERS


def _formats(old: object, new: object) -> Shift:
    if (new, old) in _FORMATS:
        return Shift.NARROWS
    return Shift.WIDENS if (old, new) in _FORMATS else Shift.ALTERS


def _grows(old: Any, new: Any) -> Shift:
    if not _is_number(old) or not _is_number(new):
        return Shift.ALTERS
    return Shift.NARROWS if new > old else Shift.WIDENS


def _shrinks(old: Any, new: Any) -> Shift:
    return _grows(new, old)


def _bounds(keyword: str) -> Callable[[Any, Any], Shift]:
    def compare_bounds(old: tuple[Any, bool], new: tuple[Any, bool]) -> Shift:
        higher = _order(keyword, new) > _order(keyword, old)
        return Shift.NARROWS if higher == (keyword == "minimum") else Shift.WIDENS

    return compare_bounds


def _multiples(old: Any, new: Any) -> Shift:
    if not (_is_number(old) and _is_number(new) and old > 0 and new > 0):
        return Shift.ALTERS
    try:
        if Decimal(new) % Decimal(old) == 0:
            return Shift.NARROWS
        return Shift.WIDENS if Decimal(old) % Decimal(new) == 0 else Shift.ALTERS
    except ArithmeticError:  # Decimal can't compute the remainder of numbers far apart in size
        return Shift.ALTERS


def _nullable(old: bool, _new: bool) -> Shift:
    return Shift.NARROWS if old else Shift.WIDENS


def _alters(_old: object, _new: object) -> Shift:
    return Shift.ALTERS


_COMPARE: Final[dict[str, Callable[[Any, Any], Shift | None]]] = {
    "type": _types,
    "enum": _values,
    "format": _formats,
    "nullable": _nullable,
    "minimum": _bounds("minimum"),
    "maximum": _bounds("maximum"),
    "multipleOf": _multiples,
    **dict.fromkeys(_LOWER, _grows),
    **dict.fromkeys(_UPPER, _shrinks),
}
