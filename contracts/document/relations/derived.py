"""Relations suggested by the names in a document, for a person to review."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeGuard

if TYPE_CHECKING:
    from contracts.document.operation import Operation

_LIMITS: Final = frozenset({"limit", "pageSize", "page_size", "perPage", "per_page", "first"})
_AFTER: Final = frozenset({"after", "cursor", "starting_after", "startingAfter", "pageToken"})
_BEFORE: Final = frozenset({"before", "ending_before", "endingBefore"})
_NEXT: Final = frozenset({"endCursor", "nextCursor", "next_cursor", "nextPageToken"})
_PREVIOUS: Final = frozenset({"startCursor", "prevCursor", "previousCursor", "previous_cursor"})
_MORE: Final = frozenset({"hasNextPage", "hasMore", "has_more"})
_LISTS: Final = frozenset({"data", "items", "results", "entries", "records"})
_CREATED: Final = ("createdAt", "created_at", "created")
_SINCE: Final = re.compile(r"created_?(?:since|after|from)", re.IGNORECASE)
_UNTIL: Final = re.compile(r"created_?(?:until|before|to)", re.IGNORECASE)
_NEWEST: Final = re.compile(r"\b(?:newest|latest|most recent)\b[^.]{0,20}\bfirst\b", re.IGNORECASE)
_OLDEST: Final = re.compile(r"\boldest\b[^.]{0,20}\bfirst\b", re.IGNORECASE)
_ID: Final = re.compile(r"id|\w+Id|\w+_id")

_DEEPEST: Final = 6
"""Deepest nesting of schemas that is searched."""

Schema = Mapping[str, Any]
Table = dict[str, Any]


def derive(operation: Operation) -> Table:
    """Suggest relations in the form of `requirements.toml`; empty if no name is recognized.

    Arguments:
        operation: any operation.
    """
    body = _Members(operation).of_success()
    listed = _list_of(operation, body)
    if listed is None:
        return _resource(operation, body)
    pointer, item = listed
    around = {at: name for at, name in _places(body) if not at.startswith(f"{pointer}/")}
    found: Table = {"items": pointer}
    if "id" in item:
        found["id"] = "/id"
    names = [each.name for each in operation.query_parameters]
    known = {"limit": _LIMITS, "after": _AFTER, "before": _BEFORE}
    turning = {key: name for key, those in known.items() for name in names if name in those}
    places = {"next": _NEXT, "previous": _PREVIOUS, "more": _MORE}
    told = {
        key: at for key, those in places.items() for at, name in around.items() if name in those
    }
    if "after" not in turning or not ("next" in told or "id" in found):
        turning.pop("after", None)
        told.clear()
    found |= turning | told
    order = _order(operation, item)
    if order:
        found["order"] = order
    filters = dict(_filters([name for name in names if name not in turning.values()], item))
    return {**found, "filters": filters} if filters else found


def _resource(operation: Operation, body: Schema) -> Table:
    """The relation of a single resource's id to the last path parameter."""
    last = re.search(r"\{([^{}]*)\}\Z", operation.path)
    if last is None or "id" not in body or not _ID.fullmatch(last[1]):
        return {}
    return {"echoes": {last[1]: "/id"}}


def _list_of(operation: Operation, body: Schema) -> tuple[str, Schema] | None:
    """JSON pointer to the items of a list, and the items' members."""
    turning = _LIMITS | _AFTER | _BEFORE
    paged = any(each.name in turning for each in operation.query_parameters)
    for name, below in body.items():
        if isinstance(below, _Array) and (paged or name in _LISTS or not name):
            return (f"/{name}" if name else ""), below
    return None


def _places(members: Schema, above: str = "") -> Iterator[tuple[str, str]]:
    for name, below in members.items():
        yield f"{above}/{name}", name
        if not isinstance(below, _Array):
            yield from _places(below, f"{above}/{name}")


def _order(operation: Operation, item: Schema) -> str | None:
    created = next((name for name in _CREATED if name in item), None)
    stated = operation.resolve(operation.pointer)
    texts = [stated.get(name) for name in ("summary", "description")] if _is(stated) else []
    words = " ".join(str(each) for each in texts if each)
    if created is None or bool(_NEWEST.search(words)) == bool(_OLDEST.search(words)):
        return None
    return f"/{created} {'descending' if _NEWEST.search(words) else 'ascending'}"


def _filters(names: list[str], item: Schema) -> Iterator[tuple[str, str]]:
    created = next((name for name in _CREATED if name in item), None)
    for name in names:
        member = next((each for each in (name, name.removesuffix("s")) if each in item), None)
        if member is not None:
            yield name, f"/{member}"
        elif created and _SINCE.fullmatch(name):
            yield name, f">= /{created}"
        elif created and _UNTIL.fullmatch(name):
            yield name, f"<= /{created}"


class _Array(dict[str, Any]):
    """The members of an array's items."""


class _Members:
    """Reads the members that a schema names in any of its branches."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation

    def of_success(self) -> Table:
        """The members of the 200 body; for an array, those of its items under the empty name."""
        described = self._operation.response(200)
        pointer = described.json_schema if described else None
        if pointer is None:
            return {}
        members = self._of(pointer, self._operation.resolve(pointer), 0)
        return {"": members} if isinstance(members, _Array) else members

    def _of(self, pointer: str, schema: object, depth: int) -> Table:
        pointer, schema = self._operation.document.deref(pointer, schema)
        if not _is(schema) or depth > _DEEPEST:
            return {}
        if "items" in schema:
            return _Array(self._of(f"{pointer}/items", schema["items"], depth + 1))
        found: Table = {}
        for keyword in ("allOf", "anyOf", "oneOf"):
            for index, each in enumerate(schema.get(keyword, ())):
                found |= self._of(f"{pointer}/{keyword}/{index}", each, depth + 1)
        properties = schema.get("properties", {})
        for name, each in properties.items() if _is(properties) else ():
            found[str(name)] = self._of(f"{pointer}/properties/{name}", each, depth + 1)
        return found


def _is(value: object) -> TypeGuard[Schema]:
    return isinstance(value, Mapping)
