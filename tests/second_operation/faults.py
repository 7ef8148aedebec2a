"""Faults of the second operation's server, and ways to conform; one at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.second_operation.server import (
    KEY,
    NOT_FOUND,
    SHOPS,
    Answer,
    Asked,
    Fault,
    answer,
    order,
    page,
    refusal,
)

FAILED = Answer(500, {"name": "RuntimeError", "message": "something went wrong"})


def with_orders(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Fault:
    """A fault of every order on a page."""

    def fault(_: Asked, given: Answer) -> Answer:
        if given.status != 200:
            return given
        orders = [change(each) for each in given.body["orders"]]
        return replace(given, body={**given.body, "orders": orders})

    return fault


def with_page(**members: Any) -> Fault:
    """A fault of a page's own members."""

    def fault(_: Asked, given: Answer) -> Answer:
        return replace(given, body={**given.body, **members}) if given.status == 200 else given

    return fault


def without(name: str) -> Fault:
    """A member that is missing from every order."""
    return with_orders(lambda each: {key: value for key, value in each.items() if key != name})


def refusing(name: str, *values: str) -> Fault:
    """A documented value that is refused."""

    def fault(asked: Asked, given: Answer) -> Answer:
        if given.status == 200 and asked.value(name, "") in values:
            return Answer(422, refusal({name: {"message": "not supported"}}))
        return given

    return fault


def failing(name: str, *values: str) -> Fault:
    """A value that makes the server fail."""

    def fault(asked: Asked, given: Answer) -> Answer:
        failed = given.status != 401 and asked.value(name, "") in values
        return FAILED if failed else given

    return fault


def refused_without_fields(_: Asked, given: Answer) -> Answer:
    body = {key: value for key, value in given.body.items() if key != "fields"}
    return replace(given, body=body) if given.status == 422 else given


def refused_with_texts(_: Asked, given: Answer) -> Answer:
    if given.status != 422:
        return given
    texts = {name: each["message"] for name, each in given.body["fields"].items()}
    return replace(given, body=refusal(texts))


def empty_page_is_null(_: Asked, given: Answer) -> Answer:
    empty = given.status == 200 and not given.body["orders"]
    return replace(given, body={**given.body, "orders": None}) if empty else given


def one_order_too_many(asked: Asked, given: Answer) -> Answer:
    if given.status != 200 or len(given.body["orders"]) < 50:
        return given
    more = order(99, asked.value("state", ""), asked)
    return replace(given, body={**given.body, "orders": [*given.body["orders"], more]})


def never_validates(asked: Asked, given: Answer) -> Answer:
    lenient = replace(asked, query={"state": ["paid"]})
    return Answer(200, page(lenient)) if given.status == 422 else given


def key_prefix_suffices(asked: Asked, given: Answer) -> Answer:
    near = [each for each in asked.credentials if each.startswith(f"Bearer {KEY[:-1]}")]
    return answer(asked.with_key) if near else given


def refused_with_403(_: Asked, given: Answer) -> Answer:
    return replace(given, status=403) if given.status == 401 else given


def validated_before_authentication(asked: Asked, given: Answer) -> Answer:
    wrong = answer(asked.with_key)
    return wrong if wrong.status == 422 else given


def opened_by(*names: str, times: int = 1, wrong: bool = True) -> Fault:
    """A route whose authentication is forgotten where a parameter is given."""

    def fault(asked: Asked, given: Answer) -> Answer:
        if given.status != 401 or (asked.credentials and not wrong):
            return given
        values = {**asked.fields, **asked.query}
        opened = any(len(values.get(name, ())) >= times for name in names)
        return answer(asked.with_key) if opened else given

    return fault


def crashing_twice(name: str) -> Fault:
    """A parameter that is read as text, and crashes where it is a list."""

    def fault(asked: Asked, given: Answer) -> Answer:
        twice = given.status != 401 and len(asked.query.get(name, ())) > 1
        return FAILED if twice else given

    return fault


def instead(status: int, answered: Answer) -> Fault:
    """Another answer wherever one of a status comes."""
    return lambda _, given: answered if given.status == status else given


def of_any_shop(change: Fault) -> Fault:
    """A fault of all shops but the first one."""
    return lambda asked, given: given if asked.shop == SHOPS[0] else change(asked, given)


def looked_up_first(asked: Asked, given: Answer) -> Answer:
    """Whether the shop exists is told before the key is looked at."""
    return NOT_FOUND if asked.shop not in SHOPS else given


def looked_up_for_wrong_keys(asked: Asked, given: Answer) -> Answer:
    return looked_up_first(asked, given) if asked.credentials else given


def first_shop_for_all(asked: Asked, given: Answer) -> Answer:
    """The page was stored without its shop."""
    return answer(replace(asked, shop=SHOPS[0])) if given.status == 200 else given


def cursor_not_found(asked: Asked, given: Answer) -> Answer:
    """A cursor that leads nowhere is not found, rather than invalid."""
    wrong = given.status == 422 and list(given.body["fields"]) == ["cursor"]
    return (
        replace(NOT_FOUND, body={"name": "NotFoundError", "message": "no page"}) if wrong else given
    )


def last_value_counts(asked: Asked, given: Answer) -> Answer:
    """A parameter that is given twice is none too many."""
    if given.status != 422:
        return given
    single = {name: values[-1:] for name, values in asked.query.items() if name != "delivery"}
    return answer(replace(asked, query={**asked.query, **single}))


def problem(_: Asked, given: Answer) -> Answer:
    return replace(given, media_type="application/problem+json") if given.status == 404 else given


def _line(quantity: Any) -> Fault:
    return with_orders(
        lambda each: (
            {**each, "lines": [{"sku": "s", "quantity": quantity}]} if "lines" in each else each
        )
    )


FAULTS: dict[str, tuple[str, Fault]] = {
    "422 without fields": ("validate-error-schema", refused_without_fields),
    "422 with texts as fields": ("validate-error-schema", refused_with_texts),
    "an order without its total": ("order-page-schema", without("total")),
    "a page size as text": ("order-page-schema", with_page(pageSize="20")),
    "a state of its own": ("order-page-schema", with_orders(lambda o: {**o, "state": "lost"})),
    "a null cursor": ("order-page-schema", with_page(cursor=None)),
    "a day for a moment": (
        "order-page-schema",
        with_orders(lambda o: {**o, "createdAt": o["createdAt"][:10]}),
    ),
    "null for an empty page": ("order-page-schema", empty_page_is_null),
    "51 orders on the largest page": ("order-page-schema", one_order_too_many),
    "lines of nothing": ("order-page-schema", _line(0)),
    "a page size beyond int32": ("number-formats-hold", with_page(pageSize=2**31)),
    "a page size with a fraction": ("integers-have-no-fraction", with_page(pageSize=20.0)),
    "the largest page refused": ("valid-key-gets-200", refusing("limit", "50")),
    "a documented state refused": ("valid-key-gets-200", refusing("state", "refunded")),
    "fails for limit=abc": ("no-server-error", failing("limit", "abc")),
    "fails for a documented flag": ("no-server-error", failing("includeLines", "true")),
    "a cursor opens": ("bad-key-is-refused", opened_by("cursor")),
    "a cursor opens without a key alone": ("bad-key-is-refused", opened_by("cursor", wrong=False)),
    "a flag opens": ("bad-key-is-refused", opened_by("includeLines")),
    "two deliveries open": ("bad-key-is-refused", opened_by("delivery", times=2)),
    "fails for limit=1&limit=50": ("no-server-error", crashing_twice("limit")),
    "fails for a made-up cursor": ("no-server-error", failing("cursor", "no-such-value")),
    "an example refused": ("valid-key-gets-200", refusing("cursor", "c20")),
    "a 500 of another shape": (
        "status-500-schema",
        lambda asked, given: (
            Answer(500, {"error": "oops"}) if asked.value("limit", "") == "abc" else given
        ),
    ),
    "400 for what is invalid": (
        "status-is-documented",
        lambda _, given: replace(given, status=400) if given.status == 422 else given,
    ),
    "403 for another page": (
        "valid-key-gets-200",
        lambda asked, given: (
            Answer(403, given.body) if given.status == 200 and "cursor" in asked.query else given
        ),
    ),
    "fails for a shop that can't be": (
        "no-server-error",
        lambda asked, given: (
            FAILED if given.status == 404 and asked.shop == "no-such-value" else given
        ),
    ),
    "404 without a name": ("status-404-schema", instead(404, Answer(404, {"message": "none"}))),
    "404 in another type": (
        "content-type-is-json",
        instead(404, Answer(404, NOT_FOUND.body, "text/plain")),
    ),
    "404 before the key": ("refusal-is-401", looked_up_first),
    "404 before a wrong key": ("refusal-is-401", looked_up_for_wrong_keys),
    "an empty page for no shop": (
        "unknown-resource-gets-404",
        instead(404, Answer(200, {"orders": [], "pageSize": 20, "cursor": "", "nextCursor": None})),
    ),
    "400 for no shop": ("unknown-resource-gets-404", instead(404, Answer(400, NOT_FOUND.body))),
    "500 for no shop": ("no-server-error", instead(404, FAILED)),
    "another shop's orders": ("resource-is-its-own", first_shop_for_all),
    "the other shop refused": (
        "valid-key-gets-200",
        of_any_shop(lambda _, given: NOT_FOUND if given.status == 200 else given),
    ),
    "the other shop without totals": ("order-page-schema", of_any_shop(without("total"))),
    "the other shop is open": (
        "bad-key-is-refused",
        of_any_shop(lambda asked, given: answer(asked.with_key) if given.status == 401 else given),
    ),
    "a truncated key will do": ("bad-key-is-refused", key_prefix_suffices),
    "403 for a wrong key": ("refusal-is-401", refused_with_403),
}
"""Each fault with the requirement that has to catch it."""

VARIATIONS: dict[str, Fault | None] = {
    "as documented": None,
    "validation before authentication": validated_before_authentication,
    "more members than documented": with_orders(lambda each: {**each, "note": None}),
    "lenient": never_validates,
    "the last value counts": last_value_counts,
    "404 for a cursor of no page": cursor_not_found,
    "status 422 in the body": lambda _, given: (
        replace(given, body={**given.body, "status": 422}) if given.status == 422 else given
    ),
}
"""Ways to conform."""


def _as_400(_: Asked, given: Answer) -> Answer:
    return replace(given, status=400) if given.status == 422 else given


CONTENT = """
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/NotFoundError'
"""
PROBLEM = CONTENT.replace("/json", "/problem+json")
TEXT = """
          content:
            text/plain:
              schema:
                type: string
"""

Edit = tuple[str, str]

DOCUMENTS: dict[str, tuple[Edit, Fault | None]] = {
    "400 where it is invalid": (("'422':", "'400':"), _as_400),
    "4XX where it is invalid": (("'422':", "4XX:"), None),
    "400 as any 4XX": (("'422':", "4XX:"), _as_400),
    "any other status": (("'422':", "default:"), _as_400),
    "404 as a problem": ((CONTENT, PROBLEM), problem),
    "404 without content": ((CONTENT, "\n"), None),
    "404 in words": ((CONTENT, TEXT), instead(404, Answer(404, "none", "text/plain"))),
}
"""Documents that state other statuses, each by what replaces what, with a server that keeps it."""
