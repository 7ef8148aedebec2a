"""The schemas of OpenAPI 3.0 as a dialect of jsonschema: draft 4 with the differences that matter.

Compared with draft 4: `nullable` lets null through its schema whole; integers are told from
numbers by how they are written; formats are held to; patterns are those of ECMA-262; and numbers
with a fraction are decimals, exact whatever their size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from jsonschema import Draft4Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import create

from contracts.document.formats import FORMATS, TYPES, compile_pattern, is_integral, is_number

Errors = Iterator[ValidationError]
Schema = Mapping[str, Any]
Keyword = Callable[[Any, Any, Any, Any], Errors]

SPELLING: Final = "integer-spelling"
"""Keyword of the errors for an integer that is written with a fraction or an exponent."""


def _type(_: Validator, name: str, value: object, schema: Schema) -> Errors:
    if TYPES[name](value):
        if name == "integer" and not isinstance(value, int):
            yield ValidationError("spelled otherwise", validator=SPELLING, validator_value=name)
    elif value is not None or schema.get("nullable") is not True:
        yield ValidationError("not of the type")


def _required(_: Validator, names: list[str], value: object, _schema: Schema) -> Errors:
    if isinstance(value, dict) and any(name not in value for name in names):
        yield ValidationError("a member is missing")


def _format(_: Validator, name: str, value: object, schema: Schema) -> Errors:
    form = FORMATS[name]
    if not form.applies(value) or form.holds(value):
        return
    if schema.get("type") == "integer" and not is_integral(value):
        return  # the type says so
    yield ValidationError("not of the format")


def _pattern(_: Validator, pattern: str, value: object, _schema: Schema) -> Errors:
    if isinstance(value, str) and not compile_pattern(pattern).search(value):
        yield ValidationError("no match")


def _multiple_of(_: Validator, step: int | Decimal, value: object, _schema: Schema) -> Errors:
    if is_number(value) and not _is_multiple(Decimal(value), Decimal(step)):
        yield ValidationError("no multiple")


def _is_multiple(value: Decimal, step: Decimal) -> bool:
    # By the digits alone: the remainder of decimals far apart in size is not defined.
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
    """What two values have in common when JSON Schema calls them equal (draft 4 core §3.6)."""
    if isinstance(value, dict):
        return dict, frozenset((name, _key(item)) for name, item in value.items())
    if isinstance(value, list):
        return list, tuple(_key(item) for item in value)
    return isinstance(value, bool), value


def _enum(_: Validator, allowed: list[object], value: object, _schema: Schema) -> Errors:
    key = _key(value)
    if all(_key(each) != key for each in allowed):
        yield ValidationError("none of the values")


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
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
)
_KEYWORDS: Final[dict[str, Keyword]] = {
    **{name: _DRAFT4[name] for name in _KEPT},
    **{name: _unless_null(_DRAFT4[name]) for name in ("allOf", "anyOf", "oneOf", "not")},
    "additionalProperties": _additional,
    "enum": _unless_null(_enum),
    "type": _type,
    "required": _required,
    "format": _format,
    "pattern": _pattern,
    "multipleOf": _multiple_of,
    "uniqueItems": _unique_items,
}

OpenApi30Validator: Final = create(
    meta_schema={},  # none: the document is held against OpenAPI's own elsewhere
    validators=_KEYWORDS,
    type_checker=Draft4Validator.TYPE_CHECKER.redefine(
        "number", lambda _checker, value: is_number(value)
    ),
    id_of=lambda _schema: "",  # `id` is no keyword of OpenAPI's schemas
)
"""jsonschema's validator of OpenAPI 3.0 schemas whose references have been followed."""
