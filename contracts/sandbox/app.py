"""The sandbox's application: the conforming API with at most one fault applied to it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from html import escape
from time import monotonic
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Route

from contracts.sandbox.history import Connection, Context, Run, Visit
from contracts.sandbox.message import Answer, Request
from contracts.sandbox.reference import Balance, partial
from contracts.sandbox.wire import EXTENSION, Line, content, play

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from contracts.sandbox.api import Api
    from contracts.sandbox.fault import Fault

_MOST_CONTENT = 1 << 20


def build(run: Run, fault: Fault | None) -> Starlette:
    """Build the ASGI application of one sandbox.

    Arguments:
        run: the sandbox's state.
        fault: the fault to apply, if any.
    """
    api = run.api or Balance(run.account)
    operation = Route(api.route, _Operation(run, fault, api))
    return Starlette(routes=[operation, Route("/{path:path}", _Elsewhere(run))])


class _Elsewhere:
    """Every path but the operation's: a 404 page, as express answers."""

    def __init__(self, run: Run) -> None:
        self._run = run

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = _request(scope, await content(receive, _MOST_CONTENT) or b"")
        place = self._run.note(request)
        await _send(_not_found(request), self._run, place, send)


class _Operation:
    """GET of the operation, with the fault applied."""

    def __init__(self, run: Run, fault: Fault | None, api: Api) -> None:
        self._run = run
        self._fault = fault
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        run, line = self._run, _line(scope)
        body = await content(receive, _MOST_CONTENT)
        request = _request(scope, body or b"")
        place = run.note(request)
        if request.method != "GET":
            await _send(_not_found(request), run, place, send)
            return
        if body is None:
            await _send(Answer(413, ((b"Connection", b"close"),)), run, place, send)
            return
        run.arrivals.append(monotonic())
        connection = line.state.setdefault("connection", Connection(request.port))
        context = Context(request, self._api.entitles(request, run.key), run, connection)
        answer = respond(self._api, self._fault, context)
        script = self._fault.wire(answer, context) if self._fault and self._fault.wire else None
        if script is not None:
            run.log[place] = replace(run.log[place], status=script.status)
            await play(script, line, receive)
            return
        if answer.delay:
            await asyncio.sleep(answer.delay)
        if answer.interim:
            line.transport.write(answer.interim)
        await _send(answer, run, place, send)


def respond(api: Api, fault: Fault | None, context: Context) -> Answer:
    """Answer a request and add it to the history.

    Arguments:
        api: the API that is served.
        fault: the fault to apply, if any.
        context: the request.
    """
    run, request = context.run, context.request
    admitted = context.entitled
    if fault is not None and fault.admits is not None:
        admitted = fault.admits(context)
    answer = api.respond(request, admitted=admitted)
    run.counts[answer.status] += 1
    context.nth = run.counts[answer.status]
    visit = Visit(context.entitled, answer.status, bool(request.body), request.query)
    if fault is not None and fault.answer is not None:
        answer = fault.answer(answer, context)
    if admitted:
        answer = partial(request, answer)
    run.visits.append(visit)
    context.connection.visits.append(visit)
    return answer


def _line(scope: Scope) -> Line:
    line: Line = scope["extensions"][EXTENSION]
    return line


def _request(scope: Scope, body: bytes) -> Request:
    query: bytes = scope["query_string"]
    target: bytes = scope["raw_path"] + (b"?" + query if query else b"")
    port = scope["client"][1] if scope["client"] else 0
    line = _line(scope)
    return Request(scope["method"], target, line.fields, body, port, line.padded)


def _not_found(request: Request) -> Answer:
    path = escape(request.target.partition(b"?")[0].decode("latin-1"))
    page = f"<!DOCTYPE html>\n<html><body><pre>Cannot {request.method} {path}</pre></body></html>\n"
    media_type = (b"Content-Type", b"text/html; charset=utf-8")
    return Answer(404, (media_type,), page.encode())


async def _send(answer: Answer, run: Run, place: int, send: Send) -> None:
    run.log[place] = replace(run.log[place], status=answer.status)
    start = {"type": "http.response.start", "status": answer.status}
    await send({**start, "headers": list(answer.framed())})
    await send({"type": "http.response.body", "body": answer.body})
