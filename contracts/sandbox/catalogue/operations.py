"""What an operation of any document can do differently, above all how it reads its parameters.

The catalogue is the balance's, which has none; these entries are for what `generated/` serves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, urlencode

from contracts.sandbox.catalogue.build import also, fault, on, variation
from contracts.sandbox.fault import Effect
from contracts.sandbox.generated.api import Generated
from contracts.sandbox.generated.listing import BACKWARD, FORWARD, LIMITS, Listing, Page
from contracts.sandbox.generated.parameters import Query, read_query
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer, Json

Change = Callable[[Listing, Query, Page], Page]


def _page(change: Change) -> Effect:
    """Another page than the right one, where a list is served."""

    def effect(answer: Answer, context: Context) -> Answer:
        api = context.run.api
        return api.serve_page(context.request, change) if isinstance(api, Generated) else answer

    return on(200, effect)


def _without(*names: str) -> Effect:
    """What the same request gets without some of its parameters."""
    return _asked(lambda query: {n: values for n, values in query.items() if n not in names})


def _asked(change: Callable[[Query], Query]) -> Effect:
    """What a request with another query gets."""

    def effect(answer: Answer, context: Context) -> Answer:
        api, path = context.run.api, context.request.target.partition(b"?")[0]
        query = urlencode(change(read_query(context.request.query)), doseq=True, quote_via=quote)
        target = path + (b"?" + query.encode("ascii") if query else b"")
        if api is None:
            return answer
        return api.respond(replace(context.request, target=target), admitted=True)

    return on(200, effect)


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
    """The last page leads to the first one that has another behind it."""
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
    """The order of each page is right, and the second page has what belongs before the first."""
    if listing.value(query, FORWARD) is None:
        return page
    return listing.page({n: each for n, each in query.items() if n not in FORWARD})


def _somebody_else_s(answer: Answer, _: Context) -> Answer:
    return answer.editing(
        lambda body: (
            {**body, "id": f"{body['id']}0"} if isinstance(body, dict) and "id" in body else body
        )
    )


def _few(listing: Listing, query: Query, page: Page) -> Page:
    """No page has more than two items, those next to its cursor."""
    if len(page.items) <= 2:
        return page
    if listing.value(query, BACKWARD) is not None:
        return replace(page, items=page.items[-2:], fewer=True)
    return replace(page, items=page.items[:2], more=True)


def _not_found_first(answer: Answer, context: Context) -> Answer:
    """Whoever asks learns what does not exist."""
    api = context.run.api
    found = api.respond(context.request, admitted=True) if api is not None else answer
    return found if found.status == 404 else answer


def _in_no_state(item: Json) -> Json:
    known = [name for name in ("state", "status", "type") if name in item]
    return {**item, **dict.fromkeys(known, "lost")}


def _lost(listing: Listing, query: Query, page: Page) -> Page:
    del listing, query
    return replace(page, items=[(cursor, _in_no_state(item)) for cursor, item in page.items])


FAULTS = (
    fault(
        "parameter-opens",
        "A request with a query needs no key.",
        "bad-key-is-refused",
        admits=also(lambda context: bool(context.request.query)),
    ),
    fault(
        "not-found-for-all",
        "What does not exist is told without a key too.",
        "refusal-is-401",
        on(401, _not_found_first),
    ),
    fault(
        "not-found-as-text",
        "The 404 is a text in JSON.",
        "status-404-schema",
        on(404, lambda answer, _: answer.with_body(b'"Not Found"')),
    ),
    fault(
        "undocumented-state",
        "An item is in a state that the document does not have.",
        "success-body-schema",
        _page(_lost),
    ),
    fault(
        "limit-ignored",
        "A page has all items, whatever its limit.",
        "limit-is-respected",
        _without(*LIMITS),
    ),
    fault(
        "limit-off-by-one",
        "A page has one item more than its limit.",
        "limit-is-respected",
        _page(_one_more),
    ),
    fault(
        "last-item-lost",
        "A page has one item less than its limit, and the next one goes on behind that.",
        "pages-continue",
        _page(_loses_the_last),
    ),
    fault(
        "cursor-ignored",
        "Every page is the first one.",
        "cursor-ends",
        _page(_first_again),
    ),
    fault(
        "cursor-loops",
        "The last page leads back to itself.",
        "cursor-ends",
        _page(_leads_back),
    ),
    fault(
        "pages-overlap",
        "A page begins with the last item of the one before.",
        "pages-continue",
        _page(_again),
    ),
    fault(
        "page-skips-an-item",
        "A page leaves out its first item, unless it is the first page.",
        "pages-continue",
        _page(_skips),
    ),
    fault(
        "filter-ignored",
        "A filter keeps everything.",
        "filters-filter",
        _page(_all),
    ),
    fault(
        "wrong-order",
        "Each page is in the opposite order.",
        "order-is-kept",
        _page(_backwards),
    ),
    fault(
        "somebody-elses",
        "What is served has another id than was asked for.",
        "answer-is-for-the-request",
        on(200, _somebody_else_s),
    ),
    variation(
        "empty-list",
        "The list has no items.",
        _page(lambda _listing, _query, _page: Page((), fewer=False, more=False)),
    ),
    variation(
        "one-item",
        "The list has one item.",
        _page(
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
        _page(_few),
    ),
)
