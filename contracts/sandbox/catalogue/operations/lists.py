"""Lists whose limits, cursors, filters or order don't match the parameters."""

from __future__ import annotations

from dataclasses import replace

from contracts.sandbox.catalogue.build import fault, variation
from contracts.sandbox.catalogue.operations.asked import served, without
from contracts.sandbox.generated.listing import BACKWARD, FORWARD, LIMITS, Listing, Page
from contracts.sandbox.generated.parameters import Query


def _one_more(listing: Listing, query: Query, page: Page) -> Page:
    known = [cursor for cursor, _ in page.items]
    behind = listing.page({name: each for name, each in query.items() if name not in LIMITS})
    further = [each for each in behind.items if each[0] not in known]
    turned = listing.value(query, LIMITS) is None or listing.value(query, BACKWARD) is not None
    if turned or not page.more or not further:
        return page
    return replace(page, items=[*page.items, further[0]], more=len(further) > 1)


def _loses_the_last(listing: Listing, query: Query, page: Page) -> Page:
    if listing.value(query, LIMITS) is None or not page.more or len(page.items) < 2:
        return page
    return replace(page, items=page.items[:-1], end=page.items[-1][0])


def _leads_back(listing: Listing, query: Query, page: Page) -> Page:
    """The last page leads back to the first page that leads anywhere."""
    after = listing.value(query, FORWARD)
    return replace(page, more=True, end=after) if after and not page.more else page


def _again(listing: Listing, query: Query, page: Page) -> Page:
    after = listing.value(query, FORWARD)
    before = [each for each in listing.items if each[0] == after]
    return replace(page, items=[*before, *page.items][: len(page.items)]) if page.items else page


def _skips(listing: Listing, query: Query, page: Page) -> Page:
    skipped = listing.value(query, FORWARD) and len(page.items) > 1
    return replace(page, items=page.items[1:]) if skipped else page


def _all(listing: Listing, query: Query, _: Page) -> Page:
    turning = LIMITS | FORWARD | BACKWARD
    return listing.page({name: each for name, each in query.items() if name in turning})


def _backwards(_listing: Listing, _query: Query, page: Page) -> Page:
    if not page.items:
        return page
    start, end = page.items[0][0], page.items[-1][0]
    return replace(page, items=page.items[::-1], start=start, end=end)


def _first_again(listing: Listing, query: Query, page: Page) -> Page:
    """Each page is in order, but the second one has items from before the first."""
    if listing.value(query, FORWARD) is None:
        return page
    return listing.page({n: each for n, each in query.items() if n not in FORWARD})


def _few(listing: Listing, query: Query, page: Page) -> Page:
    """No page has more than two items, those next to its cursor."""
    if len(page.items) <= 2:
        return page
    if listing.value(query, BACKWARD) is not None:
        return replace(page, items=page.items[-2:], fewer=True)
    return replace(page, items=page.items[:2], more=True)


def _none_before(listing: Listing, query: Query, page: Page) -> Page:
    """The page before a cursor is always the first page."""
    if listing.value(query, BACKWARD) is None:
        return page
    return listing.page({n: each for n, each in query.items() if n not in BACKWARD})


def _ignores_one(listing: Listing, query: Query, page: Page) -> Page:
    """The last documented filter has no effect."""
    turning = LIMITS | FORWARD | BACKWARD
    filters = [each.name for each in listing.parameters if each.name not in turning]
    if not filters or filters[-1] not in query:
        return page
    return listing.page({n: each for n, each in query.items() if n != filters[-1]})


FAULTS = (
    fault(
        "limit-ignored",
        "A page has all items, whatever its limit.",
        "limit-is-respected",
        without(*LIMITS),
    ),
    fault(
        "limit-off-by-one",
        "A page has one item more than its limit.",
        "limit-is-respected",
        served(_one_more),
    ),
    fault(
        "last-item-lost",
        "A page has one item less than its limit, and the next one goes on behind that.",
        "pages-continue",
        served(_loses_the_last),
    ),
    fault(
        "cursor-ignored",
        "Every page is the first one.",
        "cursor-ends",
        served(_first_again),
    ),
    fault(
        "cursor-loops",
        "The last page leads back to itself.",
        "cursor-ends",
        served(_leads_back),
    ),
    fault(
        "backward-cursor-ignored",
        "What lies before a cursor is the first page.",
        "pages-continue",
        served(_none_before),
    ),
    fault(
        "pages-overlap",
        "A page begins with the last item of the one before.",
        "pages-continue",
        served(_again),
    ),
    fault(
        "page-skips-an-item",
        "A page leaves out its first item, unless it is the first page.",
        "pages-continue",
        served(_skips),
    ),
    fault(
        "filter-ignored",
        "A filter keeps everything.",
        "filters-filter",
        served(_all),
    ),
    fault(
        "one-filter-ignored",
        "The last of the documented filters keeps everything.",
        "filters-filter",
        served(_ignores_one),
    ),
    fault(
        "wrong-order",
        "Each page is in the opposite order.",
        "order-is-kept",
        served(_backwards),
    ),
    variation(
        "empty-list",
        "The list has no items.",
        served(lambda _listing, _query, _page: Page((), fewer=False, more=False)),
    ),
    variation(
        "one-item",
        "The list has one item.",
        served(
            lambda listing, query, page: Page(
                page.items[:1] if listing.value(query, FORWARD) is None else (),
                fewer=False,
                more=False,
            )
        ),
    ),
    variation(
        "short-pages",
        "No page has more than two items, however many are asked for.",
        served(_few),
    ),
)
