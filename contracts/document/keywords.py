"""The schemas of OpenAPI as dialects of jsonschema: draft 4 for 3.0, draft 2020-12 for 3.1.

Formats are enforced, patterns are ECMA-262, and numbers with a fraction are decimals, exact at
any size. In 3.0, `nullable` lets null pass the whole schema, and an integer must be written as
one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from jsonschema import Draft4Validator, Draft202012Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import create

from contracts.document.formats import FORMATS, TYPES, is_integral, is_number, is_of
from contracts.document.openapi.patterns import read_pattern

Errors = Iterator[ValidationError]
Schema = Mapping[str, Any]
Keyword = Callable[[Any, Any, Any, Any], Errors]

SPELLING: Final = "integer-spelling"
"""Keyword of errors about an integer that is written with a fraction or an exponent."""


def _type(_: Validator, name: str, value: object, schema: Schema) -> Errors:
    if TYPES[name](value):
        if name == "integer" and not isinstance(value, int):
            yield ValidationError("spelled otherwise", validator=SPELLING, validator_value=name)
    elif value is not None or schema.get("nullable") is not True:
        yield ValidationError("not of the type")


def _type_31(_: Validator, declared: object, value: object, _schema: Schema) -> Errors:
    if not is_of(declared, value):
        yield ValidationError("not of the type")


def _required(_: Validator, names: list[str], value: object, _schema: Schema) -> Errors:
    if isinstance(value, dict) and any(name not in value for name in names):
        yield ValidationError("a member is missing")


def _format(_: Validator, name: str, value: object, schema: Schema) -> Errors:
    form = FORMATS[name]
    if not form.applies(value) or form.holds(value):
        return
    declared = schema.get("type")
    if declared in ("integer", ["integer"]) and not is_integral(value):
        return  # reported under `type`
    yield ValidationError("not of the format")


def _pattern(_: Validator, pattern: str, value: object, _schema: Schema) -> Errors:
    if isinstance(value, str) and read_pattern(pattern).refutes(value):
        yield ValidationError("no match")


def _multiple_of(_: Validator, step: int | Decimal, value: object, _schema: Schema) -> Errors:
    if is_number(value) and not _is_multiple(Decimal(value), Decimal(step)):
        yield ValidationError("no multiple")


def _is_multiple(value: Decimal, step: Decimal) -> bool:
    # Uses digits only: the remainder of decimals of very different magnitude is undefined.
    digits, exponent = _scale(value)
    step_digits, step_exponent = _scale(step)
    power = exponent - step_exponent
    if power >= 0:
        return digits * pow(10, power, step_digits) % step_digits == 0
    return digits == 0 or (
        -power < 2 * len(value.as_tuple().digits) and digits % (step_digits * 10**-power) == 0
    )


def _scale(number: Decimal) -> tuple[int, int]:
    _, digits, exponent = number.as_tuple()
    return int(Decimal((0, digits, 0))), int(exponent)


def _unique_items(_: Validator, unique: bool, value: object, _schema: Schema) -> Errors:
    if unique and isinstance(value, list) and len({_key(item) for item in value}) < len(value):
        yield ValidationError("items repeat")


def _key(value: object) -> object:
    """A key that two values share if JSON Schema considers them equal (draft 4 core §3.6)."""
    if isinstance(value, dict):
        return dict, frozenset((name, _key(item)) for name, item in value.items())
    if isinstance(value, list):
        return list, tuple(_key(item) for item in value)
    return isinstance(value, bool), value


def _enum(_: Validator, allowed: list[object], value: object, _schema: Schema) -> Errors:
    key = _key(value)
    if all(_key(each) != key for each in allowed):
        yield ValidationError("none of the values")


def _const(_: Validator, wanted: object, value: object, _schema: Schema) -> Errors:
    if _key(wanted) != _key(value):
        yield ValidationError("another value")


def _additional(validator: Any, allowed: Any, value: object, schema: Schema) -> Errors:
    if not isinstance(value, dict):
        return
    extra = [name for name in value if name not in schema.get("properties", {})]
    if isinstance(allowed, Mapping):
        for name in extra:
            yield from validator.descend(value[name], allowed, path=name)
    elif extra and not allowed:
        yield ValidationError("members too many")  # jsonschema's own words name them all


def _unless_null(keyword: Keyword) -> Keyword:
    """Let null pass where the schema is nullable (OpenAPI 3.0.0 §4.7.24)."""

    def check(validator: Validator, argument: object, value: object, schema: Schema) -> Errors:
        if value is None and schema.get("nullable") is True:
            return iter(())
        return keyword(validator, argument, value, schema)

    return check


_DRAFT4: Final = Draft4Validator.VALIDATORS
_KEPT = (
    "properties",
    "items",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
)
_COMBINED = ("allOf", "anyOf", "oneOf", "not")
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_COMMON: Final[dict[str, Keyword]] = {
    **{name: _DRAFT4[name] for name in _KEPT},
    "additionalProperties": _additional,
    "required": _required,
    "format": _format,
    "pattern": _pattern,
    "multipleOf": _multiple_of,
    "uniqueItems": _unique_items,
}
_KEYWORDS: Final[dict[str, Keyword]] = {
    **_COMMON,
    **{name: _DRAFT4[name] for name in ("minimum", "maximum")},
    **{name: _unless_null(_DRAFT4[name]) for name in _COMBINED},
    "enum": _unless_null(_enum),
    "type": _type,
}
_KEYWORDS_31: Final[dict[str, Keyword]] = {
    **_COMMON,
    **{name: Draft202012Validator.VALIDATORS[name] for name in (*_COMBINED, *_BOUNDS)},
    "enum": _enum,
    "const": _const,
    "type": _type_31,
}
_TYPE_CHECKER: Final = Draft4Validator.TYPE_CHECKER.redefine(
    "number", lambda _checker, value: is_number(value)
)


def _dialect(keywords: Mapping[str, Keyword]) -> type[Validator]:
    return create(
        meta_schema={},  # none: the document is checked against OpenAPI's own elsewhere
        validators=keywords,
        type_checker=_TYPE_CHECKER,
        id_of=lambda _schema: "",  # `id` is not a keyword in OpenAPI's schemas
    )


OpenApi30Validator: Final = _dialect(_KEYWORDS)
"""jsonschema validator of OpenAPI 3.0 schemas whose references have been followed."""

OpenApi31Validator: Final = _dialect(_KEYWORDS_31)
"""The same for OpenAPI 3.1."""
