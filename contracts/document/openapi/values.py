"""Object parameters and OpenAPI 3.1 schemas, reduced to parameters with one plain value each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts.document.parameters import Parameter

Deref = Callable[[str, object], tuple[str, object]]
"""Follows the references at a place in the document."""


def single_valued(parameter: Parameter, deref: Deref) -> Iterator[Parameter]:
    """Split a documented parameter into those that appear in a query or a path.

    An object in a query becomes one parameter per property: `filter[state]` in the style
    `deepObject`, `state` in the style `form` (OpenAPI 3.0 §4.7.12.2.2).

    Arguments:
        parameter: as it is documented.
        deref: follows the references at a place.

    Raises:
        DocumentError: a reference is dangling.
    """
    schema = _plain(parameter.schema, deref, parameter.pointer)
    properties = schema.get("properties")
    style = parameter.described.get("style", "form")
    exploded = style == "deepObject" or (
        style == "form" and parameter.described.get("explode") is not False
    )
    if parameter.place != "query" or not isinstance(properties, Mapping) or not exploded:
        yield replace(parameter, schema=schema)
        return
    required = schema.get("required")
    for name, described in properties.items():
        pointer, found = deref(f"{parameter.pointer}/schema/properties/{name}", described)
        yield replace(
            parameter,
            name=f"{parameter.name}[{name}]" if style == "deepObject" else str(name),
            required=parameter.required and isinstance(required, list) and name in required,
            pointer=pointer,
            described={},
            schema=_plain(found, deref, pointer),
        )


def _plain(schema: object, deref: Deref, pointer: str) -> Mapping[str, object]:
    """Rewrite a 3.1 schema of one value in 3.0's terms, without null: no parameter can be null."""
    found: dict[str, Any] = dict(schema) if isinstance(schema, Mapping) else {}
    for keyword in ("anyOf", "oneOf"):
        branches = [deref(pointer, each)[1] for each in found.get(keyword) or ()]
        valued = [b for b in branches if isinstance(b, Mapping) and b.get("type") != "null"]
        if len(valued) == 1:
            found = {**valued[0], **{k: v for k, v in found.items() if k != keyword}}
    declared = found.get("type")
    if isinstance(declared, list):
        names = [name for name in declared if name != "null"]
        found.pop("type")
        if len(names) == 1:
            found["type"] = names[0]
    if "const" in found:
        found["enum"] = [found["const"]]
    for bound in ("Minimum", "Maximum"):
        excluded = found.get(f"exclusive{bound}")
        if excluded is not None and not isinstance(excluded, bool):
            found |= {bound.lower(): excluded, f"exclusive{bound}": True}
    return found
