"""A small API for the second operation, with code of its own; at most one fault at a time."""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KEY = "RYE/staging-" + secrets.token_urlsafe(24).replace("-", "x").replace("_", "y")
STATES = ("open", "paid", "refunded")
DELIVERIES = ("parcel", "pickup")
NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
IN_STORE = {"open": 60, "paid": 7, "refunded": 0}
"""How many orders there are: more than fit on a page, less, none."""

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """What a request asks: its query by name, and its credentials as they came."""

    query: dict[str, list[str]]
    credentials: tuple[str, ...]

    def value(self, name: str, default: str) -> str:
        return self.query.get(name, [default])[-1]


@dataclass(frozen=True)
class Answer:
    """A status and what becomes JSON."""

    status: int
    body: Any


Fault = Callable[[Asked, Answer], Answer]
"""Turns the right answer into the one that is sent."""


def answer(asked: Asked) -> Answer:
    """What a conforming server answers."""
    if asked.credentials != (f"Bearer {KEY}",):
        return Answer(401, {"name": "AuthenticationError", "message": "Unauthorized"})
    wrong = dict(_errors(asked))
    if wrong:
        fields = {name: {"message": message} for name, message in wrong.items()}
        return Answer(422, refusal(fields))
    return Answer(200, page(asked))


def refusal(fields: dict[str, Any]) -> dict[str, Any]:
    return {"name": "ValidateError", "message": "", "status": 400, "fields": fields}


def page(asked: Asked) -> dict[str, Any]:
    state, limit = asked.value("state", ""), int(asked.value("limit", "20"))
    since = asked.value("createdSince", "0001-01-01T00:00:00Z")
    start = int(asked.value("cursor", "c0")[1:])
    kept = [order(n, state, asked) for n in range(IN_STORE[state])]
    kept = [each for each in kept if datetime.fromisoformat(each["createdAt"]) >= _moment(since)]
    wanted = asked.query.get("delivery", list(DELIVERIES))
    kept = [each for each in kept if each["delivery"] in wanted]
    return {
        "orders": kept[start : start + limit],
        "pageSize": limit,
        "cursor": f"c{start}",
        "nextCursor": f"c{start + limit}" if start + limit < len(kept) else None,
    }


def order(number: int, state: str, asked: Asked) -> dict[str, Any]:
    created = NEWEST - timedelta(hours=number)
    found = {
        "id": f"ord_{number:06}",
        "state": state,
        "delivery": DELIVERIES[number % 2],
        "createdAt": created.isoformat(),
        "paidAt": None if state == "open" else (created + timedelta(hours=1)).isoformat(),
        "total": {"currencyCode": "USD", "amountSubunits": 1500 + number},
    }
    if asked.value("includeLines", "false") == "true":
        found["lines"] = [{"sku": f"sku-{number}", "quantity": 1 + number % 3}]
    return found


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _errors(asked: Asked) -> Iterator[tuple[str, str]]:
    query = asked.query
    for name in ("state", "limit", "cursor", "createdSince", "includeLines"):
        if len(query.get(name, ())) > 1:
            yield name, "given more than once"
    if asked.value("state", "") not in STATES:
        yield "state", f"expected one of {', '.join(STATES)}"
    limit = asked.value("limit", "20")
    if not re.fullmatch("[0-9]{1,2}", limit) or not 1 <= int(limit) <= 50:
        yield "limit", "expected an integer from 1 to 50"
    if not re.fullmatch("c[0-9]{1,6}", asked.value("cursor", "c0")):
        yield "cursor", "expected the nextCursor of a page"
    if asked.value("includeLines", "false") not in {"true", "false"}:
        yield "includeLines", "expected true or false"
    if not set(query.get("delivery", ())) <= set(DELIVERIES):
        yield "delivery", f"expected some of {', '.join(DELIVERIES)}"
    since = asked.value("createdSince", "2026-01-01T00:00:00Z")
    try:
        if not _DATE_TIME.fullmatch(since):
            raise ValueError(since)
        _moment(since)
    except ValueError:
        yield "createdSince", "expected a date-time"


class Shop:
    """The server, on loopback, in a thread of its own."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.url = ""
        self._fault = fault

    @contextmanager
    def serve(self) -> Iterator[Shop]:
        import uvicorn

        # asyncio sets TCP_NODELAY only where the protocol is named: 40 ms a request otherwise.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        route = Route("/api/v1/shops/shop_1/orders", self._answer)
        config = uvicorn.Config(Starlette(routes=[route]), log_level="critical", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True
        )
        thread.start()
        try:
            yield self
        finally:
            server.should_exit = True
            thread.join()
            listener.close()

    async def _answer(self, request: Request) -> Response:
        query: dict[str, list[str]] = {}
        for name, value in parse_qsl(request.url.query, keep_blank_values=True):
            query.setdefault(name, []).append(value)
        asked = Asked(query, tuple(request.headers.getlist("authorization")))
        given = answer(asked)
        if self._fault is not None:
            given = self._fault(asked, given)
        challenge = {"WWW-Authenticate": "Bearer"} if given.status == 401 else {}
        return JSONResponse(given.body, given.status, challenge)


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
        return Answer(500, {"message": "Internal Server Error"}) if failed else given

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
    return Answer(200, page(Asked({"state": ["paid"]}, ()))) if given.status == 422 else given


def key_prefix_suffices(asked: Asked, given: Answer) -> Answer:
    near = [each for each in asked.credentials if each.startswith(f"Bearer {KEY[:-1]}")]
    return answer(replace(asked, credentials=(f"Bearer {KEY}",))) if near else given


def refused_with_403(_: Asked, given: Answer) -> Answer:
    return replace(given, status=403) if given.status == 401 else given


def validated_before_authentication(asked: Asked, given: Answer) -> Answer:
    wrong = answer(replace(asked, credentials=(f"Bearer {KEY}",)))
    return wrong if wrong.status == 422 else given


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
    "a truncated key will do": ("bad-key-is-refused", key_prefix_suffices),
    "403 for a wrong key": ("refusal-is-401", refused_with_403),
}
"""Each fault with the requirement that has to catch it."""

VARIATIONS: dict[str, Fault | None] = {
    "as documented": None,
    "validation before authentication": validated_before_authentication,
    "more members than documented": with_orders(lambda each: {**each, "note": None}),
    "status 422 in the body": lambda _, given: (
        replace(given, body={**given.body, "status": 422}) if given.status == 422 else given
    ),
}
"""Ways to conform."""
