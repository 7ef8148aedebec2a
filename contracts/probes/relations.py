"""Requests that show an operation's relations: a list read page by page, both ways, and filtered.

Each request depends on the responses before it, so that they are determined step by step.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from urllib.parse import parse_qsl

from contracts.document.operation import Operation
from contracts.document.parameters import encode
from contracts.document.relations.stated import Filter
from contracts.document.relations.values import SANE, at, text_at
from contracts.probes.documented import BAD_KEYS

MOST_PAGES = 4
"""Pages that are followed: a list that fits on the longest page ends within them."""

_PAGES = 2
_LONGEST = 100
"""Items that are requested at once."""

MOST_FILTERS = 6


@dataclass(frozen=True)
class Step:
    """One request for a list.

    Arguments:
        name: of the probe.
        query: replaces the plain request's.
        recipe: of its key.
    """

    name: str
    query: bytes
    recipe: str = "valid"

    def without_key(self) -> Iterator[Step]:
        """The same without the key: a cursor or an id must not give access to what it refers to."""
        for recipe in BAD_KEYS:
            yield Step(f"{self.name} {_KEYLESS[recipe]}", self.query, recipe)


_KEYLESS = {"absent": "without a key", "random-key-1": "with a wrong key"}


def steps(operation: Operation) -> Generator[Step, object, None]:
    """Yield requests one by one; expects each response's JSON value to be sent back, or None.

    Arguments:
        operation: the operation, whose folder states the relations.
    """
    relations = operation.relations
    if relations.items is None:
        return
    longest = _query(operation, **_limit(operation, _LONGEST))
    whole = yield Step("the whole list", longest)
    items = relations.items_in(whole)
    if not items:
        return
    size = _limit(operation, ceil(len(items) / _PAGES))
    cursor, second, led = None, None, []
    for number in range(1, MOST_PAGES + 1):
        turned = size
        if relations.after is not None and cursor is not None:
            turned = {**size, relations.after: cursor}
        step = Step(f"page {number}", _query(operation, **turned))
        page = yield step
        if number == 2:
            second, led = page, [step]
        cursor = relations.next_in(page)
        if relations.after is None or cursor is None:
            break
    back = relations.previous_in(second)
    if relations.before and back is not None:
        # The last item before the cursor; the first item of the first page would be wrong.
        query = _query(operation, **_limit(operation, 1), **{relations.before: back})
        led.append(Step("the page before page 2", query))
        yield led[-1]
    filters = dict(_filtered(operation, items))
    for name, value in filters.items():
        yield Step(f"filter {name}", _query(operation, **{name: value}))
    yield Step("the whole list again", longest)
    if filters:
        led.append(Step("filters", _query(operation, **filters)))
    for step in led:
        yield from step.without_key()


def _limit(operation: Operation, wanted: int) -> dict[str, str]:
    """The allowed limit that is nearest to a number of items."""
    name = operation.relations.limit
    schema = next((p.schema for p in operation.query_parameters if p.name == name), {})
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(high, int):
        wanted = min(wanted, high)
    if isinstance(low, int):
        wanted = max(wanted, low)
    return {} if name is None else {name: str(wanted)}


def _filtered(operation: Operation, items: Sequence[object]) -> Iterator[tuple[str, str]]:
    """A value for each filter that keeps some of the items, and not all if possible.

    Filters whose values the document lists are left out: they are sent as documented values.
    """
    listed = {each.name for each in operation.query_parameters if "enum" in each.schema}
    filters = [each for each in operation.relations.filters.items() if each[0] not in listed]
    for name, kept in filters[:MOST_FILTERS]:
        value = _telling(kept, items)
        if value is not None:
            yield name, value


def _telling(kept: Filter, items: Sequence[object]) -> str | None:
    firsts = (
        each[0] if isinstance(each, list) and each else each for each in _members(kept, items)
    )
    values = [each for each in (text_at(first, "") for first in firsts) if each]
    values = [each for each in values if SANE.fullmatch(each)]
    if not values:
        return None
    if kept.comparison != "=":
        return sorted(values)[len(values) // 2]
    return min(values, key=values.count)


def _members(kept: Filter, items: Sequence[object]) -> Iterator[object]:
    return (at(item, kept.pointer) for item in items)


def _query(operation: Operation, **changed: str) -> bytes:
    plain = (operation.plain.query or b"").decode("ascii")
    return encode({**dict(parse_qsl(plain, keep_blank_values=True)), **changed})
