"""Parameters: their documentation, and values that are valid or invalid by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from urllib.parse import quote, urlencode

Deref = Callable[[str, object], tuple[str, object]]
"""Follows the references at a place in the document."""

LONGEST: Final = 1000
"""Length limit of a value made to break a `maxLength`: servers accept a request line of this
size (RFC 9112 §3), so only the operation itself can refuse it."""

_MOMENTS: Final = {"date-time": "2025-01-01T00:00:00Z", "date": "2025-01-01"}
_NO_NUMBER, _NO_MEMBER, _NO_MOMENT = "abc", "no-such-value", "yesterday"

MOST_MEMBERS: Final = 8
"""Members of one `enum` that are tried, the last one included."""

_OF_THE_CLIENT: Final = frozenset({"accept", "authorization", "content-type"})
"""Header fields (lower case) whose description as a parameter is ignored (OpenAPI 3.0,
Parameter Object): media types and security schemes define them instead."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation.

    Arguments:
        name: as in the query or, in braces, in the path.
        place: `query`, `path`, `header` or `cookie`.
        required: whether a request must have it.
        pointer: JSON pointer to its description.
        described: the description.
        schema: the schema of its value; for an array, of each item.
        several: whether it may be repeated: an exploded array, one item each time.
    """

    name: str
    place: str
    required: bool
    pointer: str
    described: Mapping[str, object] = field(default_factory=dict, repr=False, hash=False)
    schema: Mapping[str, object] = field(default_factory=dict, repr=False, hash=False)
    several: bool = False

    @cached_property
    def example(self) -> str | None:
        """A value that the document names or, if it names none, one that fits the type.

        None for free text: the id of something that exists cannot be made up.
        """
        for value in _named(self.described, self.schema):
            return text(value)
        kind, form = self.schema.get("type"), self.schema.get("format")
        if kind == "boolean":
            return "true"
        if kind in ("integer", "number"):
            low = _bound(self.schema, "minimum", 1)
            return text(low) if low is not None else "1"
        return _MOMENTS.get(str(form))

    @cached_property
    def kept(self) -> Mapping[str, str]:
        """Valid values that mean the same to every server, by label.

        Text without an `enum` has only its default: a made-up cursor or id may be valid by its
        schema and still not exist.
        """
        schema = self.schema
        found: dict[str, object] = {}
        if isinstance(schema.get("enum"), list):
            members = [value for value in _listed(schema) if value is not None]
            if len(members) > MOST_MEMBERS:
                members = [*members[: MOST_MEMBERS - 1], members[-1]]
            found |= {str(value): value for value in members}
        elif schema.get("type") == "boolean":
            found |= {"true": True, "false": False}
        elif schema.get("type") in ("integer", "number"):
            bounds = (("minimum", 1), ("maximum", -1))
            found |= {name: _bound(schema, name, inward) for name, inward in bounds}
        elif schema.get("format") in _MOMENTS:
            found["a moment"] = _MOMENTS[str(schema["format"])]
        if schema.get("default") not in (None, *found.values()):
            found["default"] = schema["default"]
        return {words: text(value) for words, value in found.items() if _is_scalar(value)}

    @cached_property
    def broken(self) -> Mapping[str, str]:
        """Values that break the schema, or are valid but made up, by label."""
        return dict(self._broken())

    def _broken(self) -> Iterator[tuple[str, str]]:
        schema, kind = self.schema, self.schema.get("type")
        if kind in ("integer", "number"):
            yield "no number", _NO_NUMBER
            if kind == "integer":
                yield "a fraction", "1.5"
            low, high = (_bound(schema, name, 0) for name in ("minimum", "maximum"))
            if low is not None:
                yield "below minimum", text(low - 1)
            if high is not None:
                yield "above maximum", text(high + 1)
        elif isinstance(schema.get("enum"), list):
            if _NO_MEMBER not in _listed(schema):
                yield "not in enum", _NO_MEMBER
        elif kind == "boolean":
            yield "no boolean", _NO_MEMBER
        elif schema.get("format") in _MOMENTS:
            yield f"no {schema['format']}", _NO_MOMENT
        elif kind in ("string", None):
            yield "made up", _NO_MEMBER
            least, most = schema.get("minLength"), schema.get("maxLength")
            if isinstance(least, int) and least > 0:
                yield "too short", "a" * (least - 1)
            if isinstance(most, int) and most < LONGEST:
                yield "too long", "a" * (most + 1)


def read_parameters(place: str, described: object, deref: Deref) -> Iterator[Parameter]:
    """Read a list of parameters.

    Arguments:
        place: JSON pointer to their array.
        described: the value there; None if there is none.
        deref: follows the references at a place.

    Raises:
        DocumentError: a reference is dangling.
    """
    for index, value in enumerate(described if isinstance(described, list) else []):
        pointer, content = deref(f"{place}/{index}", value)
        parameter = content if isinstance(content, Mapping) else {}
        where, name = str(parameter.get("in", "")), str(parameter.get("name", ""))
        if where == "header" and name.lower() in _OF_THE_CLIENT:
            continue
        schema = _of_one_value(f"{pointer}/schema", parameter.get("schema"), deref)
        yield Parameter(
            name=name,
            place=where,
            required=parameter.get("required") is True or where == "path",
            pointer=pointer,
            described=parameter,
            schema=schema,
            several=where == "query" and _is_array(pointer, parameter, deref),
        )


def _of_one_value(pointer: str, schema: object, deref: Deref) -> Mapping[str, object]:
    """The schema of a single value: for an array, that of its items."""
    pointer, schema = deref(pointer, schema)
    if isinstance(schema, Mapping) and schema.get("type") == "array":
        _, schema = deref(f"{pointer}/items", schema.get("items"))
    return schema if isinstance(schema, Mapping) else {}


def _is_array(pointer: str, parameter: Mapping[str, object], deref: Deref) -> bool:
    """Whether it is an array with one parameter per item (style `form`, exploded)."""
    _, schema = deref(f"{pointer}/schema", parameter.get("schema"))
    if parameter.get("style", "form") != "form" or parameter.get("explode", True) is not True:
        return False
    return isinstance(schema, Mapping) and schema.get("type") == "array"


def text(value: object) -> str:
    """Write a parameter's value as in a URL, before percent-encoding.

    Arguments:
        value: a string, a number or a boolean.
    """
    return str(value).lower() if isinstance(value, bool) else str(value)


def encode(pairs: Mapping[str, str | Sequence[str]]) -> bytes:
    """Write a query component (OpenAPI 3.0 §4.7.12, style `form`).

    Arguments:
        pairs: names, each with one value or several.
    """
    return urlencode(pairs, doseq=True, quote_via=quote).encode("ascii")


def _named(described: Mapping[str, object], schema: Mapping[str, object]) -> Iterator[object]:
    """The values that the document names, those most specific to the parameter first."""
    examples = described.get("examples")
    first = next(iter(examples.values()), None) if isinstance(examples, Mapping) else None
    candidates = (
        described.get("example"),
        first.get("value") if isinstance(first, Mapping) else None,
        schema.get("example"),
        schema.get("default"),
        *_listed(schema),
    )
    for candidate in candidates:
        value = candidate[0] if isinstance(candidate, list) and candidate else candidate
        if _is_scalar(value):
            yield value


def _listed(schema: Mapping[str, object]) -> list[object]:
    values = schema.get("enum")
    return values if isinstance(values, list) else []


def _is_scalar(value: object) -> bool:
    return value is not None and not isinstance(value, dict | list)


def _bound(schema: Mapping[str, object], name: str, inward: int) -> int | None:
    """An integer bound of the schema, moved inward if the bound itself is excluded."""
    value = schema.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value + inward if schema.get(f"exclusive{name.capitalize()}") is True else value
