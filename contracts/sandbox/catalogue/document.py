"""The published document, as input for generated faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.sandbox.document import resolved

_PACKAGE = Path(__file__).resolve().parents[2]
_CARRIED = _PACKAGE / "spec" / "openapi.yaml"

DOCUMENT = _CARRIED if _CARRIED.is_file() else _PACKAGE.parent / "spec" / "openapi.yaml"
"""A wheel has the document inside the package, a checkout next to it."""

ANY_MEMBER = "*"
"""In a path, stands for the first member of an object whose member names are free."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a response body that a schema describes.

    Arguments:
        path: member names from the root of the body.
        schema: the schema for it, references resolved.
        required: whether the parent schema requires it.
    """

    path: tuple[str, ...]
    schema: dict[str, Any]
    required: bool


def responses(document: dict[str, Any]) -> dict[int, list[Place]]:
    """Find every place in every response body of the document's first operation, by status."""
    item = next(iter(document["paths"].values()))
    return {
        int(status): list(_walk(document, media["schema"], (), required=True))
        for status, response in item["get"]["responses"].items()
        for media in response["content"].values()
    }


def _walk(
    document: dict[str, Any], schema: dict[str, Any], path: tuple[str, ...], *, required: bool
) -> Iterator[Place]:
    schema = resolved(document, schema)
    yield Place(path, schema, required)
    demanded = schema.get("required", [])
    for name, below in schema.get("properties", {}).items():
        yield from _walk(document, below, (*path, name), required=name in demanded)
    additional = schema.get("additionalProperties")
    if isinstance(additional, dict):
        yield from _walk(document, additional, (*path, ANY_MEMBER), required=False)
