"""Effects that serve what another request would get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, urlencode

from contracts.sandbox.catalogue.build import on
from contracts.sandbox.fault import Effect
from contracts.sandbox.generated.api import Generated
from contracts.sandbox.generated.listing import Listing, Page
from contracts.sandbox.generated.parameters import Query, read_query
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer

Change = Callable[[Listing, Query, Page], Page]
"""Takes the list, the query and the right page, and returns the page to serve."""


def served(change: Change) -> Effect:
    """A page other than the right one, if a list is served."""

    def effect(answer: Answer, context: Context) -> Answer:
        api = context.run.api
        return api.serve_page(context.request, change) if isinstance(api, Generated) else answer

    return on(200, effect)


def without(*names: str) -> Effect:
    """What the same request gets without some of its parameters, if it gets 200."""
    return on(200, as_if(lambda query: {n: each for n, each in query.items() if n not in names}))


def as_if(change: Callable[[Query], Query]) -> Effect:
    """What the valid key gets for another query."""

    def effect(answer: Answer, context: Context) -> Answer:
        path = context.request.target.partition(b"?")[0]
        query = urlencode(change(read_query(context.request.query)), doseq=True, quote_via=quote)
        return _respond(answer, context, path + (b"?" + query.encode("ascii") if query else b""))

    return effect


def as_if_for(path: Callable[[Generated], str]) -> Effect:
    """What the valid key gets for another path."""

    def effect(answer: Answer, context: Context) -> Answer:
        api = context.run.api
        if not isinstance(api, Generated):
            return answer
        return _respond(answer, context, path(api).encode("latin-1"))

    return effect


def as_if_admitted(answer: Answer, context: Context) -> Answer:
    """What the valid key gets for the same request."""
    return _respond(answer, context, context.request.target)


def _respond(answer: Answer, context: Context, target: bytes) -> Answer:
    api = context.run.api
    if api is None:
        return answer
    return api.respond(replace(context.request, target=target), admitted=True)
