"""Lists: their items, and which items are on a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from contracts.sandbox.document import Schema
from contracts.sandbox.generated.parameters import Parameter, Query
from contracts.sandbox.message import Json

LENGTH: Final = 12
"""Number of items in a list."""

_NEWEST: Final = datetime(2026, 11, 1, tzinfo=UTC)
_CREATED: Final = ("createdAt", "created_at", "created")

LIMITS: Final = frozenset({"limit", "pageSize", "page_size", "perPage", "per_page", "first"})
FORWARD: Final = frozenset({"after", "cursor", "starting_after", "startingAfter", "pageToken"})
BACKWARD: Final = frozenset({"before", "ending_before", "endingBefore"})
_SINCE: Final = re.compile(r"(?:created_?)?(?:since|after|from)", re.IGNORECASE)
_UNTIL: Final = re.compile(r"(?:created_?)?(?:until|before|to)", re.IGNORECASE)

_MORE: Final = frozenset({"hasNextPage", "hasMore", "has_more"})
_FEWER: Final = frozenset({"hasPreviousPage"})
_END: Final = frozenset({"endCursor", "nextCursor", "next_cursor", "nextPageToken"})
_START: Final = frozenset({"startCursor", "prevCursor", "previousCursor"})


@dataclass(frozen=True)
class Page:
    """A sequence of a list's items, and what comes before and after it.

    Arguments:
        items: the items with their cursors.
        fewer: whether there are items before these.
        more: whether there are items after these.
        end: the cursor for the items after these; None for that of the last item.
        start: the cursor for the items before these; None for that of the first item.
    """

    items: Sequence[tuple[str, Json]]
    fewer: bool
    more: bool
    end: str | None = None
    start: str | None = None

    def members(self) -> Iterator[tuple[frozenset[str], Json]]:
        """Yield the members that describe the page: possible names and value.

        A cursor that leads nowhere is None.
        """
        first, last = (self.items[0][0], self.items[-1][0]) if self.items else (None, None)
        yield _MORE, self.more
        yield _FEWER, self.fewer
        yield _END, (self.end or last) if self.more else None
        yield _START, (self.start or first) if self.fewer else None


@dataclass(frozen=True)
class Listing:
    """The items of a list, newest first.

    Arguments:
        items: the items with their cursors.
        parameters: the documented query parameters.
        cursors: further cursors that exist, with nothing after them.
    """

    items: Sequence[tuple[str, Json]]
    parameters: Sequence[Parameter] = ()
    cursors: Collection[str] = ()

    def cursor_errors(self, query: Query) -> Iterator[tuple[str, str]]:
        """Yield errors for cursors that belong to no item, by parameter name."""
        known = {cursor for cursor, _ in self.items}.union(self.cursors)
        for name in query.keys() & (FORWARD | BACKWARD):
            if self._documents(name) and not set(query[name]) <= known:
                yield name, "expected the cursor of a page"

    def page(self, query: Query) -> Page:
        """Choose the items that a query asks for.

        Arguments:
            query: a query that conforms to the document.
        """
        kept = [(cursor, item) for cursor, item in self.items if self._is_asked(item, query)]
        start, end = 0, len(kept)
        order = [cursor for cursor, _ in self.items]
        after, before = self.value(query, FORWARD), self.value(query, BACKWARD)
        if after in order:
            start = sum(order.index(cursor) <= order.index(after) for cursor, _ in kept)
        elif after is not None:
            start = end
        if before in order:
            end = sum(order.index(cursor) < order.index(before) for cursor, _ in kept)
        elif before is not None:
            end = start
        limit = self._limit(query)
        if before is not None and after is None:
            start = max(start, end - limit)
        else:
            end = min(end, start + limit)
        return Page(kept[start:end], start > 0, end < len(kept))

    def _documents(self, name: str) -> bool:
        return any(each.name == name for each in self.parameters)

    def value(self, query: Query, names: frozenset[str]) -> str | None:
        """Return the value of the documented parameter that has one of these names.

        Arguments:
            query: the query.
            names: for example LIMITS.
        """
        found = (query[name][-1] for name in query if name in names and self._documents(name))
        return next(found, None)

    def _limit(self, query: Query) -> int:
        value = self.value(query, LIMITS)
        if value is not None and value.lstrip("+").isdecimal():
            return int(value)
        stated = (each.schema.get("default") for each in self.parameters if each.name in LIMITS)
        return next((each for each in stated if isinstance(each, int)), len(self.items))

    def _is_asked(self, item: Json, query: Query) -> bool:
        return all(
            keeps(item, values)
            for name, values in query.items()
            if self._documents(name) and (keeps := _filter(name, self.items))
        )


def make_items(make: Callable[[int], Json], stem: str) -> list[tuple[str, Json]]:
    """Make the items of a list with their cursors, each with its own id and time.

    Arguments:
        make: makes the item with a given number.
        stem: prefix of the ids, unless the document's example has one.
    """
    found = []
    for number in range(LENGTH):
        item = make(number)
        cursor = f"{number:04}"
        if isinstance(item, dict):
            if isinstance(item.get("id"), str):
                cursor = item["id"] = identified(item["id"], stem, number)
            _set_moment(item, number)
        found.append((cursor, item))
    return found


def identified(example: str, stem: str, number: int) -> str:
    """Make an id: the example's prefix and a number.

    Arguments:
        example: a value for the id's schema.
        stem: the prefix if the example has none.
        number: the number.
    """
    known = re.match(r"[A-Za-z]{1,12}_(?=[A-Za-z0-9]+$)", example)
    start = known[0] if known else f"{stem}_"
    digits = len(example) - len(start) if known and example[len(start) :].isdigit() else 6
    return f"{start}{number + 1:0{digits}}"


def _set_moment(item: dict[str, Any], number: int) -> None:
    moment = _NEWEST - timedelta(hours=number)
    for name in _CREATED:
        if isinstance(item.get(name), str):
            item[name] = moment.isoformat().replace("+00:00", "Z")


def _filter(
    name: str, items: Sequence[tuple[str, Json]]
) -> Callable[[Json, list[str]], bool] | None:
    """Return the filter that a parameter's name implies; None if it is not a filter."""
    if name in LIMITS | FORWARD | BACKWARD:
        return None
    members = {member for _, item in items if isinstance(item, dict) for member in item}
    for member in (name, name.removesuffix("s")):
        if member in members:
            return lambda item, values: _text(item.get(member)) in values
    created = next((each for each in _CREATED if each in members), None)
    if created and _SINCE.fullmatch(name):
        return lambda item, values: _moment(item[created]) >= _moment(values[-1])
    if created and _UNTIL.fullmatch(name):
        return lambda item, values: _moment(item[created]) <= _moment(values[-1])
    return None


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text.upper())
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def items_of(schema: Schema) -> tuple[str | None, Schema] | None:
    """Find the array of items in a list's schema; None if it is not a list.

    Arguments:
        schema: the body's schema, with all references resolved.

    Returns:
        The member's name (None for the body itself), and the array's schema.
    """
    if schema.get("type") == "array":
        return None, schema
    for name, each in schema.get("properties", {}).items():
        if each.get("type") == "array":
            return name, each
    return None
