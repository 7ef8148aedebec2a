"""A request's parameters, read as the document describes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from contracts.sandbox.document import Schema, resolved

_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,18}(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,2})?", re.ASCII)
_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)
_MOST_PARAMETERS: Final = 1000

Query = dict[str, list[str]]
"""The values of a query, by name."""


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    Arguments:
        name: as the document spells it.
        place: `query`, `path`, `header` or `cookie`.
        required: whether a request must have it.
        several: whether it may be repeated.
        schema: the schema of each value.
        example: a value from the document; None if it has none.
    """

    name: str
    place: str
    required: bool
    several: bool
    schema: Schema
    example: Any

    def error(self, values: Sequence[str]) -> str | None:
        """Describe what is wrong with its values; None if nothing is.

        Arguments:
            values: its values in a request.
        """
        if not values:
            return f"'{self.name}' is required" if self.required else None
        if len(values) > 1 and not self.several:
            return "expected one value"
        return next((words for value in values if (words := _error(self.schema, value))), None)


def read_parameters(document: Schema, *owners: Schema) -> list[Parameter]:
    """Read the parameters of an operation.

    Arguments:
        document: the whole document.
        owners: the objects that list parameters: the path first, then the operation.
    """
    found: dict[tuple[str, str], Parameter] = {}
    for described in (each for owner in owners for each in owner.get("parameters", ())):
        stated = resolved(document, described)
        schema = resolved(document, stated.get("schema", {}))
        several = schema.get("type") == "array"
        one = resolved(document, schema.get("items", {})) if several else schema
        named = (stated.get("example"), schema.get("example"), one.get("example"))
        example = next((each for each in named if each is not None), one.get("default"))
        place = str(stated["in"])
        found[place, stated["name"]] = Parameter(
            name=stated["name"],
            place=place,
            required=place == "path" or stated.get("required") is True,
            several=several,
            schema=one,
            example=example[0] if isinstance(example, list) and example else example,
        )
    return list(found.values())


def read_query(query: bytes) -> Query:
    """Parse a query as a form.

    Arguments:
        query: the query as sent, without its question mark.
    """
    found: Query = {}
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True)[
        :_MOST_PARAMETERS
    ]:
        found.setdefault(name, []).append(value)
    return found


def errors(parameters: Sequence[Parameter], query: Query) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a query, by parameter name.

    Arguments:
        parameters: the documented parameters.
        query: the query.
    """
    known = {each.name: each for each in parameters if each.place == "query"}
    for name in query.keys() - known.keys():
        yield name, "an excess property and therefore not allowed"
    for name, parameter in known.items():
        words = parameter.error(query.get(name, ()))
        if words:
            yield name, words


def _error(schema: Schema, value: str) -> str | None:
    kinds = schema.get("type", "string")
    checks = (
        _error_of(schema, kind, value) for kind in ([kinds] if isinstance(kinds, str) else kinds)
    )
    return min(checks, key=lambda words: words is not None)


def _error_of(schema: Schema, kind: str, value: str) -> str | None:
    if "enum" in schema:
        names = [
            str(each).lower() if isinstance(each, bool) else str(each) for each in schema["enum"]
        ]
        return None if value in names else f"expected one of {', '.join(names)}"
    if kind in {"integer", "number"}:
        form = _INTEGER if kind == "integer" else _NUMBER
        if not form.fullmatch(value):
            return f"expected {'an integer' if kind == 'integer' else 'a number'}"
        number = float(value)
        if not schema.get("minimum", number) <= number <= schema.get("maximum", number):
            return "out of range"
        return None
    if kind == "boolean":
        return None if value in {"true", "false"} else "expected a boolean"
    return _error_of_text(schema, value)


def _error_of_text(schema: Schema, value: str) -> str | None:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return "too short or too long"
    try:
        if re.search(schema.get("pattern", ""), value) is None:
            return "of another pattern"
    except re.error:
        pass  # an ECMAScript pattern that Python can't compile; accept any value
    try:
        if schema.get("format") == "date":
            date.fromisoformat(value)
        elif schema.get("format") == "date-time":
            if not _MOMENT.fullmatch(value):
                return "expected a date-time"
            datetime.fromisoformat(value.upper())
    except ValueError:
        return f"expected a {schema['format']}"
    return None
