"""Schemas as the generator takes them: no references, no `allOf`, no keyword that it has wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any, Final

from contracts.sandbox.document import Schema, resolved

_MOST_ALTERNATIVES: Final = 32
_MOST_REPEATS: Final = 2
"""How often a schema may stand within itself."""

# Nothing else is passed on: the generator evaluates keywords of its own as Python.
_KEPT: Final = (
    "type",
    "format",
    "minLength",
    "maxLength",
    "minItems",
    "uniqueItems",
    "multipleOf",
    "required",
)
_RANGES: Final = {"int32": (-(2**31), 2**31 - 1)}
_SPAN: Final = 9_999
_MOST_ITEMS: Final = 2
_FIXED: Final = {
    "date-time": ["2026-02-03T04:05:06Z", "2026-05-06T07:08:09.123Z", "2026-08-09T10:11:12+02:00"],
    "date": ["2026-02-03", "2026-05-06", "2026-08-09"],
    "time": ["04:05:06Z", "10:11:12.5+02:00"],
    "byte": ["c2FuZGJveA=="],
}
"""The generator's own moments depend on the time of day, and it knows no Base64."""
NULL: Final[Schema] = {"type": "null"}


class UnservableError(ValueError):
    """A document that can't be served; says in one sentence why."""


def alternatives(document: Schema, schema: Any, above: tuple[str, ...] = ()) -> list[Schema]:
    """Write a schema out as what a value may be: each alternative by itself says all of it.

    Arguments:
        document: the whole of it.
        schema: one of its schemas.
        above: the references that lead to it, for an end where one leads back.
    """
    if isinstance(schema, dict) and "$ref" in schema:
        reference = str(schema["$ref"])
        if above.count(reference) == _MOST_REPEATS:
            return []
        above = (*above, reference)
        return alternatives(document, resolved(document, {"$ref": reference}), above)
    if not isinstance(schema, dict):
        return [{"type": "string"}]
    found = _own(document, schema, above)
    parts = [alternatives(document, part, above) for part in schema.get("allOf", ())]
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            branches = (alternatives(document, each, above) for each in schema[keyword])
            parts.append([each for branch in branches for each in branch])
    for part in parts:
        merged = (_merged(one, other) for one, other in product(found, part))
        found = [each for each in merged if each is not None][:_MOST_ALTERNATIVES]
    # Without a type beside it, `nullable` allows nothing (OpenAPI 3.0.3, Proposal 2019-10-31).
    if schema.get("nullable") is True and "type" in schema and "enum" not in schema:
        found.append(NULL)
    return found


def _own(document: Schema, schema: Schema, above: tuple[str, ...]) -> list[Schema]:
    """What a schema says itself, one alternative for each of its types."""
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return [each for kind in kinds for each in _own(document, {**schema, "type": kind}, above)]
    found: Schema = {name: schema[name] for name in _KEPT if name in schema}
    if kinds is None and ("properties" in schema or "additionalProperties" in schema):
        kinds = found["type"] = "object"
    if "const" in schema or "enum" in schema:
        found["enum"] = list(schema.get("enum", [schema.get("const")]))
    elif kinds == "object":
        return list(_object(document, schema, found, above))
    elif kinds == "array":
        items = one_of(alternatives(document, schema.get("items", {}), above))
        most = schema.get("maxItems", max(_MOST_ITEMS, found.get("minItems", 0)))
        found |= {"items": items or NULL, "maxItems": most if items else 0}
    elif kinds in {"integer", "number"}:
        found |= _range(schema)
    elif kinds == "string":
        found |= _text(schema)
    return [found]


def _object(
    document: Schema, schema: Schema, found: Schema, above: tuple[str, ...]
) -> Iterator[Schema]:
    described = dict(schema.get("properties", {}))
    more = schema.get("additionalProperties")
    if not described and isinstance(more, dict) and more:
        # What holds for any member can be seen in one.
        described, found["required"] = {"example": more}, ["example"]
    properties = {
        name: one
        for name, each in described.items()
        if (one := one_of(alternatives(document, each, above))) is not None
    }
    if set(found.get("required", ())) & set(described) <= set(properties):
        yield {**found, "properties": properties}


def one_of(found: list[Schema]) -> Schema | None:
    """Write alternatives as one schema; None where there is none.

    Arguments:
        found: see alternatives.
    """
    if not found:
        return None
    return found[0] if len(found) == 1 else {"anyOf": found}


def _merged(one: Schema, other: Schema) -> Schema | None:
    """What keeps both; None for what can't."""
    kinds = {each["type"] for each in (one, other) if "type" in each}
    if len(kinds) > 1 and kinds != {"integer", "number"}:
        return None
    merged = {**one, **other}
    if len(kinds) > 1:
        merged["type"] = "integer"
    if "enum" in one and "enum" in other:
        merged["enum"] = [value for value in one["enum"] if value in other["enum"]]
        if not merged["enum"]:
            return None
    if "required" in one and "required" in other:
        merged["required"] = list(dict.fromkeys((*one["required"], *other["required"])))
    if "properties" in one and "properties" in other:
        properties = dict(one["properties"])
        for name, each in other["properties"].items():
            pairs = product(_branches(properties.get(name, {})), _branches(each))
            both = [pair for a, b in pairs if (pair := _merged(a, b)) is not None]
            if not both:
                return None
            properties[name] = one_of(both[:_MOST_ALTERNATIVES])
        merged["properties"] = properties
    return merged


def _branches(schema: Schema) -> list[Schema]:
    branches: list[Schema] = schema.get("anyOf", [schema])
    return branches


def _range(schema: Schema) -> Schema:
    """Whole bounds of a number, narrow enough to read."""
    step = schema.get("multipleOf", 1)
    low, high = _RANGES.get(str(schema.get("format")), (None, None))
    least, most = schema.get("minimum", low), schema.get("maximum", high)
    below, beyond = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if below is True:
        least += step
    elif below is not None and below is not False:
        least = below + step
    if beyond is True:
        most -= step
    elif beyond is not None and beyond is not False:
        most = beyond - step
    if least is None or least == low:
        least = 0 if most is None or most >= 0 else most - _SPAN
    if most is None or most > least + _SPAN:
        most = least + _SPAN
    return {"minimum": least, "maximum": most}


def _text(schema: Schema) -> Schema:
    """Text that a pattern describes is drawn here: the generator forgets about its length."""
    example, pattern = schema.get("example"), schema.get("pattern")
    if isinstance(example, str) and _keeps(example, schema):
        return {"enum": [example]}
    if schema.get("format") in _FIXED:
        return {"enum": _FIXED[schema["format"]]}
    if pattern is None:
        return {}
    import rstr  # noqa: PLC0415

    try:
        drawn = (rstr.xeger(pattern) for _ in range(100))
        fitting = [text for text in drawn if _keeps(text, schema)]
    except Exception:  # a construct that the library does not know, whatever it raises for that
        fitting = []
    if not fitting:
        raise UnservableError(
            f"the sandbox can't make a text of the pattern {pattern:.80}: give it an example."
        )
    return {"enum": fitting[:5]}


def _keeps(text: str, schema: Schema) -> bool:
    try:
        fits = re.search(schema.get("pattern", ""), text) is not None
    except re.error:
        fits = True  # an ECMA pattern: the document's own example will know
    return fits and schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
