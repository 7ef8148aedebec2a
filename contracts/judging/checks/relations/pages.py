"""Pages of lists that were served to documented requests."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, unquote

from contracts.document.relations.stated import Relations
from contracts.document.relations.values import NOTHING, at, sortable, texts
from contracts.http.probe import Credential
from contracts.judging.reading import Reading, of_body

_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Value:
    """A member of an item, in the forms that are compared.

    Arguments:
        shown: as a finding shows it.
        texts: as it is written in a query; for an array, each of its values.
        sortable: its sort key; None if it has no order.
    """

    shown: str
    texts: tuple[str, ...]
    sortable: tuple[str, float | str] | None


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a page, as far as relations are about it.

    Arguments:
        count: the number of items.
        ids: the items' ids.
        leads_on: whether it says that another page follows.
        next: the cursor to the page that follows; None if none does.
        previous: the cursor to the page before.
        sorted_by: each item's member that the list is sorted by.
        filtered_by: each item's member that a filter tests, by the filter's parameter.
    """

    count: int
    ids: tuple[str, ...]
    leads_on: bool
    next: str | None
    previous: str | None
    sorted_by: tuple[Value, ...]
    filtered_by: Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was served, and the request for it.

    Arguments:
        reading: the exchange.
        series: identifies the list: path, and parameters except limit and cursors.
        given: parameters of the query.
        content: its content.
    """

    reading: Reading
    series: tuple[object, ...]
    given: Mapping[str, tuple[str, ...]]
    content: Content

    @property
    def relations(self) -> Relations:
        """What its parameters mean."""
        return self.reading.operation.relations

    @property
    def number(self) -> int:
        """The exchange's number."""
        return self.reading.exchange.number

    @property
    def after(self) -> str | None:
        """The cursor after which it starts."""
        return self.one(self.relations.after)

    @property
    def before(self) -> str | None:
        """The cursor before which it ends."""
        return self.one(self.relations.before)

    def one(self, name: str | None) -> str | None:
        """The value of a parameter that was given exactly once; None otherwise."""
        values = self.given.get(name, ()) if name is not None else ()
        return values[0] if len(values) == 1 else None


def pages_of(readings: Sequence[Reading]) -> list[Page]:
    """The pages that were served to documented requests, in the order of sending."""
    found = []
    for reading in readings:
        relations = reading.operation.relations
        given = given_by(reading) if relations.items is not None else None
        content = _content(reading) if given is not None else None
        if given is None or content is None:
            continue
        turning = {relations.limit, relations.after, relations.before}
        others = sorted((n, values) for n, values in given.items() if n not in turning)
        found.append(Page(reading, (_path(reading), tuple(others)), given, content))
    return found


@of_body
def _content(reading: Reading) -> Content | None:
    relations, body = reading.operation.relations, reading.json[0]
    items = relations.items_in(body)
    if items is None:
        return None
    sorted_by = relations.order[0] if relations.order else None
    return Content(
        len(items),
        tuple(relations.ids_in(body)),
        relations.leads_on(body),
        relations.next_in(body),
        relations.previous_in(body),
        tuple(_value(item, sorted_by) for item in items) if sorted_by is not None else (),
        {
            name: tuple(_value(item, each.pointer) for item in items)
            for name, each in relations.filters.items()
        },
    )


def _value(item: object, pointer: str) -> Value:
    value = at(item, pointer)
    shown = "nothing" if value is NOTHING else repr(value)[:_LONGEST_SHOWN]
    return Value(shown, tuple(texts(value)), sortable(value))


def given_by(reading: Reading) -> dict[str, tuple[str, ...]] | None:
    """The query of a served request with the key and nothing else odd; None for any other."""
    probe = reading.probe
    bare = not probe.fields and probe.body is None and probe.wire is None
    if not bare or probe.credential is not Credential.VALID:
        return None
    if not reading.answered or reading.status != 200 or not reading.readable:
        return None
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    query = (reading.exchange.request.query or b"").decode("latin-1")
    for name, value in parse_qsl(query, keep_blank_values=True):
        found[name] += (value,)
    known = {each.name for each in reading.operation.query_parameters}
    return dict(found) if found.keys() <= known else None


def earlier_than(page: Page, pages: Sequence[Page]) -> list[Page]:
    """The pages whose cursors led to a page, the nearest first."""
    found: list[Page] = []
    cursor = page.after
    while cursor is not None:
        number = found[-1].number if found else page.number
        led = [
            each
            for each in pages
            if each.series == page.series and each.content.next == cursor and each.number < number
        ]
        if not led:
            break
        found.append(led[-1])
        cursor = led[-1].after
    return found


def led_back_to(page: Page, pages: Sequence[Page]) -> list[Page]:
    """The page whose `previous` cursor led to a page, if any."""
    if page.before is None or page.after is not None:
        return []
    led = [
        each
        for each in pages
        if each.series == page.series
        and each.content.previous == page.before
        and each.number < page.number
    ]
    return led[-1:]


def left_out_between(page: Page, before: Page, pages: Sequence[Page]) -> str | None:
    """An item between two pages that longer pages, both earlier and later, show there."""
    if not page.content.ids or not before.content.ids:
        return None
    last, first = before.content.ids[-1], page.content.ids[0]
    longer = [
        each
        for each in pages
        if each.series == page.series and {last, first} <= set(each.content.ids)
    ]
    if not longer or not longer[0].number < page.number < longer[-1].number:
        return None  # the item may have been added or removed in between
    between = [
        each.content.ids[each.content.ids.index(last) + 1 : each.content.ids.index(first)]
        for each in longer
    ]
    return next((each for each in between[0] if all(each in other for other in between)), None)


def _path(reading: Reading) -> str:
    return reading.exchange.request.target.partition(b"?")[0].decode("latin-1")


def in_path(reading: Reading) -> dict[str, tuple[str, ...]]:
    """The values of the parameters in a request's path."""
    names, pattern = _template(reading.operation.path)
    match = pattern.search(_path(reading))
    values = map(unquote, match.groups()) if match else ()
    return {name: (value,) for name, value in zip(names, values, strict=False)}


@lru_cache(maxsize=64)
def _template(path: str) -> tuple[list[str], re.Pattern[str]]:
    """The parameter names in a path, and a pattern for their values at the end of a target."""
    parts = re.split(r"\{([^{}]*)\}", path)
    pattern = "([^/]*)".join(map(re.escape, parts[::2]))
    return parts[1::2], re.compile(rf"{pattern}\Z")
