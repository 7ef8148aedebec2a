"""What the parameters of a list mean: limit, cursors, order, filters.

Judged by the responses to well-formed requests with the key, whichever probe sent them. A request
with an invalid parameter shows nothing: a lenient server may answer it with anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from contracts.document.operation import Operation
from contracts.document.parameters import Parameter
from contracts.document.parameters import text as written
from contracts.document.relations.stated import Filter
from contracts.document.relations.values import SANE, sortable, text
from contracts.judging.checks.registry import Judged, finding, sequence_check
from contracts.judging.checks.relations.pages import (
    Page,
    Value,
    earlier_than,
    led_back_to,
    left_out_between,
    pages_of,
)
from contracts.judging.reading import Reading

_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)


@sequence_check("limit-is-respected")
def limit_is_respected(readings: Sequence[Reading]) -> Judged:
    """A page has no more items than its limit, or than the documented default."""
    observed, findings = [], []
    for page in pages_of(readings):
        limit = _limit(page)
        if limit is None:
            continue
        observed.append(page.reading)
        if page.content.count > limit:
            expected = f"no more than {limit}"
            where, found = page.relations.items or "", f"{page.content.count} items"
            findings.append(finding(page.reading, "limit-is-respected", where, expected, found))
    return observed, findings


@sequence_check("cursor-ends")
def cursor_ends(readings: Sequence[Reading]) -> Judged:
    """Following the cursor makes progress: to a page with a cursor of its own, or to the last."""
    observed, findings = [], []
    pages = pages_of(readings)
    for page in pages:
        earlier, where = (
            earlier_than(page, pages),
            page.relations.next or page.relations.items or "",
        )
        content = page.content
        lost = content.leads_on and content.next is None
        if earlier or lost:
            observed.append(page.reading)
        if lost:
            expected, found = "a cursor to the page that is said to follow", "none"
            findings.append(finding(page.reading, "cursor-ends", where, expected, found))
        elif _leads_back(page, earlier):
            expected, found = "a cursor that no earlier page had", repr(content.next)
            findings.append(finding(page.reading, "cursor-ends", where, expected, found))
    return observed, findings


@sequence_check("pages-continue")
def pages_continue(readings: Sequence[Reading]) -> Judged:
    """Across two consecutive pages, no item is repeated and none is missing."""
    observed, findings = [], []
    pages = pages_of(readings)
    for page in pages:
        earlier = earlier_than(page, pages) or led_back_to(page, pages)
        ids = page.content.ids
        if (not earlier and len(ids) < 2) or _leads_back(page, earlier):
            continue  # a cursor that leads back repeats the items, which cursor-ends reports
        observed.append(page.reading)
        where = page.relations.items or ""
        twice = _twice(page, earlier)
        if twice is not None:
            expected, found = "items that were on no page before", repr(twice)
            findings.append(finding(page.reading, "pages-continue", where, expected, found))
            continue
        forwards = page.after is not None
        left_out = None
        if earlier:
            behind, before = (page, earlier[0]) if forwards else (earlier[0], page)
            left_out = left_out_between(behind, before, pages)
        if left_out is not None:
            expected = (
                "the items that follow those of the page before"
                if forwards
                else "the items right before those of the page that led back"
            )
            found = f"{left_out!r} is on neither"
            findings.append(finding(page.reading, "pages-continue", where, expected, found))
    return observed, findings


@sequence_check("order-is-kept")
def order_is_kept(readings: Sequence[Reading]) -> Judged:
    """Items are in the stated order."""
    observed, findings = [], []
    pages = pages_of(readings)
    for page in pages:
        if page.relations.order is None:
            continue
        pointer, descends = page.relations.order
        earlier = earlier_than(page, pages)
        # If a page does not continue where the last one ended, their joint order means nothing.
        goes_on = not _leads_back(page, earlier) and _twice(page, earlier) is None
        before = earlier[:1] if goes_on else []
        members = [value for each in (*before, page) for value in each.content.sorted_by]
        values = [(value.shown, value.sortable) for value in members if value.sortable]
        if len(values) < 2:
            continue
        observed.append(page.reading)
        for (one, first), (other, second) in pairwise(values):
            wrong = first < second if descends else first > second
            if first[0] == second[0] and wrong:
                direction = "descending" if descends else "ascending"
                where = f"{page.relations.items}/*{pointer}"
                expected, found = f"{direction} order", f"{other} behind {one}"
                findings.append(finding(page.reading, "order-is-kept", where, expected, found))
                break
    return observed, findings


@sequence_check("filters-filter")
def filters_filter(readings: Sequence[Reading]) -> Judged:
    """Every item matches the filter."""
    observed, findings = [], []
    for page in pages_of(readings):
        stated = page.relations.filters.items() if page.content.count else ()
        filters = [(name, each, _keeps(page, name, each)) for name, each in stated]
        if any(keeps for _, _, keeps in filters):
            observed.append(page.reading)
        for name, each, keeps in filters:
            members = page.content.filtered_by[name]
            wrong = next((value for value in members if keeps and not keeps(value)), None)
            if wrong is not None:
                where = f"{page.relations.items}/*{each.pointer}"
                found = f"{wrong.shown} for {name}={', '.join(page.given[name])}"
                expected = f"what {name} keeps"
                findings.append(finding(page.reading, "filters-filter", where, expected, found))
    return observed, findings


def _leads_back(page: Page, earlier: Sequence[Page]) -> bool:
    """Whether a page's cursor is one that led to it."""
    cursor = page.content.next
    return cursor is not None and cursor in {each.content.next for each in earlier}


def _limit(page: Page) -> int | None:
    """The most items that a page may have; None if no valid limit is given or documented."""
    name = page.relations.limit
    parameter = _parameter(page.reading.operation, name)
    if name is None or parameter is None:
        return None
    value = page.given.get(name)
    stated = parameter.schema.get("default") if value is None else page.one(name)
    if not _COUNT.fullmatch(text(stated) or ""):
        return None
    limit = int(str(stated))
    low, high = (parameter.schema.get(bound) for bound in ("minimum", "maximum"))
    above = not isinstance(low, int) or limit >= low
    below = not isinstance(high, int) or limit <= high
    return limit if above and below and limit > 0 else None


def _keeps(page: Page, name: str, kept: Filter) -> Callable[[Value], bool] | None:
    """A filter's predicate for an item's member; None if the filter was not given or is invalid."""
    values = page.given.get(name, ())
    parameter = _parameter(page.reading.operation, name)
    if parameter is None or not values or not all(map(SANE.fullmatch, values)):
        return None
    listed = parameter.schema.get("enum")
    if isinstance(listed, list) and not set(values) <= {written(each) for each in listed}:
        return None
    if kept.comparison == "=":
        return lambda value: bool(set(values) & set(value.texts))
    bound = sortable(values[0])
    if len(values) > 1 or bound is None or bound[0] == "text":
        return None
    kind, least = bound

    def lies_on_its_side(value: Value) -> bool:
        if value.sortable is None or value.sortable[0] != kind:
            return True
        one, other = float(value.sortable[1]), float(least)
        return one >= other if kept.comparison == ">=" else one <= other

    return lies_on_its_side


def _parameter(operation: Operation, name: str | None) -> Parameter | None:
    return next((each for each in operation.query_parameters if each.name == name), None)


def _twice(page: Page, earlier: Sequence[Page]) -> str | None:
    """An item that is twice on a page, or also on an earlier one."""
    known = {each for other in earlier for each in other.content.ids}
    ids = page.content.ids
    return next((each for at, each in enumerate(ids) if each in known or each in ids[:at]), None)
