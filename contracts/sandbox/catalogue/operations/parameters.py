"""Parameters that replace a key, or that are refused or fail although documented."""

from __future__ import annotations

from collections.abc import Callable

from contracts.sandbox.catalogue.build import also, fault, on, when
from contracts.sandbox.catalogue.effects import crash
from contracts.sandbox.catalogue.operations.asked import as_if
from contracts.sandbox.generated.api import Generated
from contracts.sandbox.generated.listing import BACKWARD, FORWARD, LIMITS
from contracts.sandbox.generated.parameters import Query, read_query
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer

_HALF = 2


def _names(*names: str) -> Callable[[Context], bool]:
    """Requests whose query has one of these names."""
    return lambda context: not read_query(context.request.query).keys().isdisjoint(names)


def _filters(context: Context) -> bool:
    """Requests whose query has a parameter other than those for paging."""
    return bool(read_query(context.request.query).keys() - LIMITS - FORWARD - BACKWARD)


def _begins_like_the_key(context: Context) -> bool:
    token = context.request.token
    return len(token) * _HALF >= len(context.key) and context.key.startswith(token)


def _any_of_them(choose: Callable[[Generated, Query], bool]) -> Callable[[Context], bool]:
    def chosen(context: Context) -> bool:
        api = context.run.api
        return isinstance(api, Generated) and choose(api, read_query(context.request.query))

    return chosen


def _has_the_largest(api: Generated, query: Query) -> bool:
    """A number in the query is the largest documented one."""
    return any(
        value == str(each.schema["maximum"])
        for each in api.parameters
        for value in query.get(each.name, ())
        if "maximum" in each.schema
    )


def _has_the_last(api: Generated, query: Query) -> bool:
    """A value in the query is the last documented one."""
    return any(
        value == str(each.schema["enum"][-1])
        for each in api.parameters
        for value in query.get(each.name, ())
        if "enum" in each.schema
    )


def _breaks_one(api: Generated, query: Query) -> bool:
    """A parameter has an invalid value."""
    known = {each.name: each for each in api.parameters}
    return any(known[name].error(values) for name, values in query.items() if name in known)


def _without_fields(answer: Answer, _: Context) -> Answer:
    return answer.with_body(b'{"error":"invalid"}')


FAULTS = (
    fault(
        "parameter-opens",
        "A request with a query needs no key.",
        "bad-key-is-refused",
        admits=also(lambda context: bool(context.request.query)),
    ),
    fault(
        "cursor-opens",
        "A request that goes on behind a cursor needs no key.",
        "bad-key-is-refused",
        admits=also(_names(*FORWARD)),
    ),
    fault(
        "filter-opens",
        "A request with a filter needs no key.",
        "bad-key-is-refused",
        admits=also(_filters),
    ),
    fault(
        "key-prefix-opens",
        "Half of the key is enough of it.",
        "bad-key-is-refused",
        admits=also(_begins_like_the_key),
    ),
    fault(
        "largest-value-refused",
        "A number is refused that is just within its documented range.",
        "valid-key-gets-200",
        on(
            200,
            when(
                _any_of_them(_has_the_largest),
                as_if(lambda query: {name: ["no number"] for name in query}),
            ),
        ),
    ),
    fault(
        "last-value-fails",
        "The server fails where a parameter has the last of its documented values.",
        "no-server-error",
        on(200, when(_any_of_them(_has_the_last), crash())),
    ),
    fault(
        "broken-value-fails",
        "The server fails where a parameter has a value that it can't have.",
        "no-server-error",
        on(422, when(_any_of_them(_breaks_one), crash())),
    ),
    fault(
        "repeated-parameter-fails",
        "The server fails where a parameter is given twice.",
        "no-server-error",
        when(
            lambda context: (
                context.entitled
                and any(len(each) > 1 for each in read_query(context.request.query).values())
            ),
            crash(),
        ),
    ),
    fault(
        "validation-error-without-fields",
        "A 422 does not say what is wrong.",
        "validate-error-schema",
        on(422, _without_fields),
    ),
)
