"""Relations between request and response that no schema can express.

A folder states them in its `requirements.toml`, one per line:

    [operation.relations]
    items = "/data"
    id = "/id"
    limit = "limit"
    after = "after"
    next = "/pageInfo/endCursor"
    more = "/pageInfo/hasNextPage"
    order = "/createdAt descending"
    filters = { state = "/state", createdSince = ">= /createdAt" }
    echoes = { id = "/id" }
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from contracts.document.clauses import DocumentError
from contracts.document.parameters import Parameter
from contracts.document.relations.values import at, text_at

_POINTER: Final = re.compile(r"(?:/(?:[^~]|~[01])*)?", re.DOTALL)
_ORDER: Final = re.compile(r"(/\S+) (ascending|descending)")
_FILTER: Final = re.compile(r"(?:(>=|<=) )?(/.*)", re.DOTALL)
_POINTERS: Final = ("items", "id", "next", "more", "previous")
_PARAMETERS: Final = ("limit", "after", "before")
_TABLES: Final = ("filters", "echoes")
_KEYS: Final = (*_POINTERS, *_PARAMETERS, "order", *_TABLES)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items a parameter selects: by equality with its values, or by a bound.

    Arguments:
        pointer: JSON pointer into an item.
        comparison: `=`, `>=` or `<=`.
    """

    pointer: str
    comparison: str = "="


@dataclass(frozen=True)
class Relations:
    """What holds between the parameters of an operation and its successful bodies.

    Arguments:
        items: JSON pointer to the array of a list's items; None if the operation has no list.
        id: JSON pointer in an item to its identifier.
        limit: the parameter that sets the maximum number of items on a page.
        after: the parameter that takes a cursor and returns the page after it.
        before: the parameter that takes a cursor and returns the page before it.
        next: JSON pointer to the cursor for `after`; None if it is the id of the last item.
        previous: JSON pointer to the cursor for `before`; None if it is the id of the first.
        more: JSON pointer to whether there is a next page; None if a cursor tells that.
        order: JSON pointer in an item to the sort key, and whether the order is descending.
        filters: the items that parameters select.
        echoes: JSON pointers into the body to the echoed value of a parameter, by its name.
    """

    items: str | None = None
    id: str | None = None
    limit: str | None = None
    after: str | None = None
    before: str | None = None
    next: str | None = None
    previous: str | None = None
    more: str | None = None
    order: tuple[str, bool] | None = None
    filters: Mapping[str, Filter] = field(default_factory=dict, hash=False)
    echoes: Mapping[str, str] = field(default_factory=dict, hash=False)

    def items_in(self, body: object) -> list[object] | None:
        """The items of a page; None if there is no such array.

        Arguments:
            body: the JSON value that was served.
        """
        items = at(body, self.items)
        return items if isinstance(items, list) else None

    def ids_in(self, body: object) -> list[str]:
        """The ids of a page's items; items without one are skipped.

        Arguments:
            body: the JSON value that was served.
        """
        found = (text_at(item, self.id) for item in self.items_in(body) or ())
        return [each for each in found if each is not None]

    def leads_on(self, body: object) -> bool:
        """Whether a page says that another one follows.

        Arguments:
            body: the JSON value that was served.
        """
        if self.more is not None:
            return at(body, self.more) is True
        return self._cursor(body, self.next, -1) is not None

    def next_in(self, body: object) -> str | None:
        """The cursor to the page that follows; None if none does.

        Arguments:
            body: the JSON value that was served.
        """
        return self._cursor(body, self.next, -1) if self.leads_on(body) else None

    def previous_in(self, body: object) -> str | None:
        """The cursor to the page before.

        Arguments:
            body: the JSON value that was served.
        """
        return self._cursor(body, self.previous, 0)

    def _cursor(self, body: object, pointer: str | None, place: int) -> str | None:
        if pointer is not None:
            return text_at(body, pointer)
        ids = self.ids_in(body)
        return ids[place] if ids else None

    @property
    def stated(self) -> frozenset[str]:
        """Which relations are stated: `limit`, `cursor`, `pages`, `order`, `filters`, `echoes`."""
        follows = self.after is not None and (self.next is not None or self.id is not None)
        known = {
            "limit": self.limit is not None,
            "cursor": follows,
            "pages": follows and self.id is not None,
            "order": self.order is not None,
            "filters": bool(self.filters),
            "echoes": bool(self.echoes),
        }
        return frozenset(name for name, holds in known.items() if holds)


def read_relations(table: object, parameters: tuple[Parameter, ...]) -> Relations:
    """Read the relations that a folder states.

    Arguments:
        table: its table of relations; None if it has none.
        parameters: the operation's.

    Raises:
        DocumentError: a relation is unknown, names a parameter that the document does not have,
            or has a value that can't be read; the message says in one sentence which.
    """
    if table is None:
        return Relations()
    if not isinstance(table, Mapping):
        raise DocumentError("relations: expected a table.")
    for name in table:
        if name not in _KEYS:
            raise DocumentError(f"relations.{name:.60}: expected one of {', '.join(_KEYS)}.")
    known = {each.name for each in parameters if each.place in {"path", "query"}}
    found = Relations(**dict(_members(table)))
    named = (found.limit, found.after, found.before, *found.filters, *found.echoes)
    for name in named:
        if name is not None and name not in known:
            raise DocumentError(f"relations: the document has no parameter {name:.60}.")
    of_items = (found.id, found.limit, found.after, found.before, found.order, found.filters)
    if found.items is None and any(of_items):
        raise DocumentError("relations.items: expected a JSON pointer to the items of the list.")
    return found


def _members(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in _POINTERS:
        if name in table:
            yield name, _matched(_POINTER, name, table[name], "a JSON pointer")[0]
    for name in _PARAMETERS:
        if name in table:
            yield name, _matched(re.compile(".+", re.DOTALL), name, table[name], "a name")[0]
    if "order" in table:
        match = _matched(_ORDER, "order", table["order"], "such as '/createdAt descending'")
        yield "order", (match[1], match[2] == "descending")
    for name in _TABLES:
        if not isinstance(table.get(name, {}), Mapping):
            raise DocumentError(f"relations.{name}: expected a table of parameters.")
    filters = table.get("filters", {}).items()
    expected = "a JSON pointer, behind '>= ' or '<= ' where it is no equal"
    matches = {n: _matched(_FILTER, f"filters.{n:.60}", each, expected) for n, each in filters}
    yield "filters", {name: Filter(each[2], each[1] or "=") for name, each in matches.items()}
    echoes = table.get("echoes", {}).items()
    yield (
        "echoes",
        {n: _matched(_POINTER, f"echoes.{n:.60}", each, "a JSON pointer")[0] for n, each in echoes},
    )


def _matched(pattern: re.Pattern[str], name: str, value: object, expected: str) -> re.Match[str]:
    match = pattern.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise DocumentError(f"relations.{name}: expected {expected}, found {value!r:.60}.")
    return match
