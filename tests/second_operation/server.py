"""A small API for the second operation, with code of its own; at most one fault at a time."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KEY = "RYE/staging-" + secrets.token_urlsafe(24).replace("-", "x").replace("_", "y")
STATES = ("open", "paid", "refunded")
DELIVERIES = ("parcel", "pickup")
NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
SHOPS = ("shop_1", "shop_2")
IN_STORE = {"open": 60, "paid": 7, "refunded": 0}
"""How many orders there are: more than fit on a page, less, none."""

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """What a request asks: its query by name, its credentials as they came, and which shop."""

    query: dict[str, list[str]]
    credentials: tuple[str, ...]
    shop: str = SHOPS[0]
    fields: dict[str, list[str]] = field(default_factory=dict)

    @property
    def with_key(self) -> Asked:
        """The same, with the right key."""
        return replace(self, credentials=(f"Bearer {KEY}",))

    def value(self, name: str, default: str) -> str:
        return self.query.get(name, [default])[-1]


@dataclass(frozen=True)
class Answer:
    """A status and what becomes JSON."""

    status: int
    body: Any
    media_type: str = "application/json"


Fault = Callable[[Asked, Answer], Answer]
"""Turns the right answer into the one that is sent."""


def answer(asked: Asked) -> Answer:
    """What a conforming server answers."""
    if asked.credentials != (f"Bearer {KEY}",):
        return Answer(401, {"name": "AuthenticationError", "message": "Unauthorized"})
    if asked.shop not in SHOPS:
        return NOT_FOUND
    wrong = dict(_errors(asked))
    if wrong:
        fields = {name: {"message": message} for name, message in wrong.items()}
        return Answer(422, refusal(fields))
    return Answer(200, page(asked))


NOT_FOUND = Answer(404, {"name": "NotFoundError", "message": "no such shop"})


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
        "shopId": asked.shop,
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


def asked_by(query: str, fields: list[tuple[str, str]], shop: str) -> Asked:
    """What a request asks, from its parts as they came."""
    pairs, named = {}, {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        pairs.setdefault(name, []).append(value)
    for name, value in fields:
        named.setdefault(name.lower(), []).append(value)
    return Asked(pairs, tuple(named.get("authorization", ())), shop, named)


def given_to(asked: Asked, fault: Fault | None = None) -> Answer:
    """What the server answers with one fault."""
    given = answer(asked)
    return given if fault is None else fault(asked, given)


def respond(request: bytes, fault: Fault | None = None) -> bytes:
    """The whole answer to a whole request, for tests that open no socket."""
    head, *lines = request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    path, _, query = head.split(" ")[1].partition("?")
    fields = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    given = given_to(asked_by(query, fields, unquote(path.split("/")[-2])), fault)
    content = json.dumps(given.body).encode()
    challenge = "WWW-Authenticate: Bearer\r\n" if given.status == 401 else ""
    top = f"HTTP/1.1 {given.status} As it says\r\nContent-Type: {given.media_type}\r\n{challenge}"
    return f"{top}Content-Length: {len(content)}\r\n\r\n".encode() + content


class Shop:
    """The server, on loopback, in a thread of its own."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.url = ""
        self.asked: list[str] = []
        self._fault = fault

    @contextmanager
    def serve(self) -> Iterator[Shop]:
        import uvicorn

        # asyncio sets TCP_NODELAY only where the protocol is named: 40 ms a request otherwise.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        routes = [
            Route("/api/v1/shops/{shop}/orders", self._answer),
            Route("/api/v1/billing/balance", self._balance),
        ]
        config = uvicorn.Config(Starlette(routes=routes), log_level="critical", lifespan="off")
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

    async def _balance(self, request: Request) -> Response:
        """The first operation, as documented: one host serves several."""
        self.asked.append(request.url.path)
        if request.headers.getlist("authorization") != [f"Bearer {KEY}"]:
            refused = {"name": "AuthenticationError", "message": "Unauthorized"}
            return JSONResponse(refused, 401, {"WWW-Authenticate": "Bearer"})
        amount = {"currencyCode": "USD", "amountSubunits": 1500}
        return JSONResponse({"drawdownEnabled": True, "balance": amount})

    async def _answer(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        fields = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in request.headers.raw]
        asked = asked_by(request.url.query, fields, request.path_params["shop"])
        given = given_to(asked, self._fault)
        challenge = {"WWW-Authenticate": "Bearer"} if given.status == 401 else {}
        return JSONResponse(given.body, given.status, challenge, given.media_type)
