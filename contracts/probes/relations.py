"""What shows the relations of an operation: a list read page by page, forwards and back, filtered.

What is asked follows from what was served before, so that it is found out step by step.
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
"""Items that are asked for at once."""

MOST_FILTERS = 6


@dataclass(frozen=True)
class Step:
    """One request for a list.

    Arguments:
        name: of the probe.
        query: that it has instead of the plain one's.
        recipe: of its key.
    """

    name: str
    query: bytes
    recipe: str = "valid"

    def without_key(self) -> Iterator[Step]:
        """The same without the key: what a cursor or an id leads to is hidden like all else."""
        for recipe in BAD_KEYS:
            yield Step(f"{self.name} {_KEYLESS[recipe]}", self.query, recipe)


_KEYLESS = {"absent": "without a key", "random-key-1": "with a wrong key"}


def steps(operation: Operation) -> Generator[Step, object, None]:
    """Say what to ask, one by one; each answer's JSON value is wanted back, None for any other.

    Arguments:
        operation: whose folder states relations.
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
        # The last item before the cursor, where the first page's first one would be wrong.
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
    """The limit that comes nearest to a number of items."""
    name = operation.relations.limit
    schema = next((p.schema for p in operation.query_parameters if p.name == name), {})
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(high, int):
        wanted = min(wanted, high)
    if isinstance(low, int):
        wanted = max(wanted, low)
    return {} if name is None else {name: str(wanted)}


def _filtered(operation: Operation, items: Sequence[object]) -> Iterator[tuple[str, str]]:
    """A value for each filter that keeps some of the items, and not all where that can be.

    Those that the document lists are asked as documented values.
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
