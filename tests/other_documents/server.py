"""One small server for all four documents, with code of its own: conforming, or wrong once."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

KEY = "sk_test_" + secrets.token_urlsafe(24).replace("-", "x").replace("_", "y")
BALANCE = {
    "object": "balance",
    "livemode": False,
    "available": [{"amount": 2**40, "currency": "eur", "source_types": {"card": 1}}],
}
NOTES = [
    {"kind": "text", "text": None},
    {"kind": "list", "weight": 0.5, "items": [{"kind": "text", "text": "milk"}]},
]

Change = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the right body of a success into the one that is sent."""


def unchanged(body: dict[str, Any]) -> dict[str, Any]:
    return body


class Servers:
    """The four APIs on loopback, in a thread of their own.

    Arguments:
        change: what is wrong with a success.
        lenient: how a key is compared: as a whole, or its beginning alone.
    """

    def __init__(self, change: Change = unchanged, *, lenient: bool = False) -> None:
        self.url = ""
        self._change = change
        self._lenient = lenient

    @contextmanager
    def serve(self) -> Iterator[Servers]:
        import uvicorn

        # asyncio sets TCP_NODELAY only where the protocol is named: 40 ms a request otherwise.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        routes = [
            Route("/balance", self._balance),
            Route("/v2/stations/{id}/größe am tag", self._sizes),
            Route("/api/notes", self._notes),
            Route("/reading", self._reading),
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

    def _is_key(self, given: str) -> bool:
        return given.startswith(KEY[:-1]) if self._lenient else given == KEY

    def _has(self, request: Request, field: str) -> bool:
        given = request.headers.getlist(field)
        return len(given) == 1 and self._is_key(given[0])

    async def _balance(self, request: Request) -> Response:
        given = request.headers.getlist("authorization")
        word, _, encoded = (given[0] if len(given) == 1 else "").partition(" ")
        try:
            user = base64.b64decode(encoded, validate=True).decode().partition(":")[0]
        except ValueError:
            user = ""
        if word.lower() != "basic" or not self._is_key(user):
            challenge = {"WWW-Authenticate": 'Basic realm="funds"'}
            return self._error(401, "invalid_request_error", challenge)
        query = request.query_params
        wrong = query.get("expand[currency]", "eur") not in ("eur", "usd")
        if wrong or query.get("expand[pending]", "true") not in ("true", "false"):
            return self._error(400, "invalid_request_error")
        more = {"pending": BALANCE["available"]} if "expand[pending]" in query else {}
        return JSONResponse(self._change({**BALANCE, **more}))

    @staticmethod
    def _error(status: int, kind: str, fields: dict[str, str] | None = None) -> Response:
        return JSONResponse({"error": {"type": kind, "message": "No"}}, status, fields)

    async def _sizes(self, request: Request) -> Response:
        if not self._has(request, "x-api-key"):
            return PlainTextResponse("No key", 401, {"WWW-Authenticate": "Key"})
        days = request.query_params.getlist("days") or ["1"]
        if request.path_params["id"] != "7" or not all(
            each.isascii() and each.isdigit() and 1 <= int(each) <= 14 for each in days
        ):
            return Response(status_code=400)
        body = self._change({"id": 7, "1": 0.25, "7": 3})
        return Response(json.dumps(body), 200, media_type="application/vnd.sizes+json")

    async def _notes(self, request: Request) -> Response:
        given = request.headers.getlist("authorization")
        scheme, _, token = (given[0] if len(given) == 1 else "").partition(" ")
        if scheme.lower() != "bearer" or not self._is_key(token):
            body = {"title": "Unauthorized", "status": 401}
            problem, challenge = "application/problem+json", {"WWW-Authenticate": "Bearer"}
            return JSONResponse(body, 401, challenge, media_type=problem)
        limit, kind = (
            request.query_params.get(n, d) for n, d in (("limit", "9"), ("kind", "text"))
        )
        if kind not in ("text", "list"):
            return JSONResponse({"title": "kind"}, 422, media_type="application/problem+json")
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= 50):
            return JSONResponse({"detail": [{"loc": ["query", "limit"]}]}, 422)
        return JSONResponse(self._change({"notes": NOTES[: int(limit)], "next": None}))

    async def _reading(self, request: Request) -> Response:
        if not self._has(request, "api-key"):
            return PlainTextResponse("Forbidden", 403)
        return PlainTextResponse("12.5 kWh")
