"""The unspecified surface: properties in bodies that the document does not name."""

from __future__ import annotations

from collections.abc import Iterator, MutableSet
from itertools import islice

from contracts.document.clauses import SchemaNode
from contracts.document.json_pointer import escape
from contracts.judging.reading import Reading, of_body

MOST_MEMBERS = 500
"""Unspecified members that are noted in a run: a server may use random names."""

MOST_LOOKED_AT = 100_000
"""Members of one body that are examined: an array's items share one pointer."""

LONGEST = 200
"""Characters of one pointer that are noted."""


def note_unspecified(noted: MutableSet[str], reading: Reading) -> None:
    """Add a served body's unspecified members to those already noted, within limits.

    Arguments:
        noted: JSON pointers; modified in place.
        reading: of any response.
    """
    if not reading.readable or not 200 <= reading.status < 300:
        return
    for pointer in _first_unspecified(reading) if len(noted) < MOST_MEMBERS else ():
        if len(noted) >= MOST_MEMBERS:
            return
        noted.add(pointer)


@of_body
def _first_unspecified(reading: Reading) -> tuple[str, ...]:
    validator = reading.operation.validator(reading.status, reading.media_type)
    if validator is None:
        return ()
    found: dict[str, None] = {}
    for pointer in islice(unspecified(validator.root, reading.json[0]), MOST_LOOKED_AT):
        found[pointer if len(pointer) <= LONGEST else f"{pointer[: LONGEST - 1]}…"] = None
        if len(found) == MOST_MEMBERS:
            break
    return tuple(found)


def unspecified(node: SchemaNode, value: object, where: str = "") -> Iterator[str]:
    """Yield the JSON pointers of properties that a schema allows but does not name.

    Arguments:
        node: the schema.
        value: the body as json_text parses it.
        where: the pointer of the value.
    """
    if isinstance(value, dict):
        for name, member in value.items():
            here = f"{where}/{escape(name)}"
            child = _described(node, name)
            if child is None:
                yield here
            else:
                yield from unspecified(child, member, here)
    elif isinstance(value, list) and node.items is not None:
        for member in value:
            yield from unspecified(node.items, member, f"{where}/*")


def _described(node: SchemaNode, name: str) -> SchemaNode | None:
    if name in node.properties:
        return node.properties[name]
    branches = (each for listed in node.branches.values() for each in listed)
    for part in (*node.parts, *branches):
        found = _described(part, name)
        if found is not None:
            return found
    return node.extra
