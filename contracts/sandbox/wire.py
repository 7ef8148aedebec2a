"""The sandbox's end of the socket: uvicorn's protocol, plus bytes that it would not send."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import struct
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send
    from uvicorn.config import Config
    from uvicorn.server import ServerState

EXTENSION = "contracts.sandbox"
"""The ASGI extension that carries the `Line`."""

LOG = logging.getLogger("contracts.sandbox")
LOG.setLevel(logging.ERROR)


class End(Enum):
    """What happens to the connection after a script's bytes."""

    CLOSE = "close"
    RESET = "reset"
    HOLD = "hold"
    """Stays open and silent until the client closes it."""
    REFUSE = "refuse"
    """Closes, and the server accepts no new connections."""


@dataclass(frozen=True, slots=True)
class Script:
    """What is written to the socket instead of an answer.

    Arguments:
        parts: bytes to write, and seconds to wait between them.
        end: what happens to the connection afterwards.
        status: the status for the log; 0 for none.
    """

    parts: tuple[bytes | float, ...] = ()
    end: End = End.CLOSE
    status: int = 0


@dataclass(slots=True)
class Line:
    """A connection as seen by the application.

    Arguments:
        transport: writes raw bytes.
        fields: the current request's header fields, names in the case received.
        padded: whether whitespace follows the Authorization field's value.
        state: the application's data, kept for the connection's lifetime.
        refuse: makes the server accept no new connections.
    """

    transport: asyncio.Transport
    fields: tuple[tuple[bytes, bytes], ...]
    padded: bool
    state: dict[str, Any]
    refuse: Callable[[], None]


_PADDED = re.compile(rb"(?im)^authorization:[^\r\n]*[ \t]\r\n")


class _Recorder(h11.Connection):
    """An h11 connection that keeps the last request's fields in their original case."""

    fields: tuple[tuple[bytes, bytes], ...] = ()
    padded = False

    def receive_data(self, data: bytes) -> None:
        if data:
            self.padded = _PADDED.search(data) is not None
        super().receive_data(data)

    def next_event(self) -> Any:
        event = super().next_event()
        if isinstance(event, h11.Request):
            self.fields = tuple(event.headers.raw_items())
        return event


class Protocol(H11Protocol):
    """uvicorn's protocol, with the transport passed to the application and logging silenced.

    Arguments:
        config: uvicorn's settings.
        server_state: the connections and tasks, shared by a server's protocols.
        refuse: makes the server accept no new connections.
        unreadable: called with the client's port for bytes that are not an HTTP request.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        refuse: Callable[[], None],
        unreadable: Callable[[int], None],
    ) -> None:
        super().__init__(config, server_state, {})
        self.logger = LOG
        self.access_log = False
        self._recorder = _Recorder(h11.SERVER, config.h11_max_incomplete_event_size or 65536)
        self.conn = self._recorder
        self._refuse = refuse
        self._unreadable = unreadable

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wrap the application so that it gets the transport."""
        super().connection_made(transport)
        self.app = self._lined(self.app, transport)

    def send_400_response(self, msg: str) -> None:
        """Answer bytes that are not an HTTP request, even in the middle of an answer."""
        self._unreadable(self.client[1] if self.client else 0)
        try:
            super().send_400_response(msg)
        except h11.LocalProtocolError:
            self.transport.close()

    def _lined(self, app: ASGIApp, transport: asyncio.Transport) -> ASGIApp:
        state: dict[str, Any] = {}

        async def lined(scope: Scope, receive: Receive, send: Send) -> None:
            line = Line(
                transport, self._recorder.fields, self._recorder.padded, state, self._refuse
            )
            scope["extensions"] = {EXTENSION: line}
            _take_origin_form(scope)
            await app(scope, receive, send)

        return lined


def _take_origin_form(scope: MutableMapping[str, Any]) -> None:
    """Replace an absolute-form target by its path: servers must accept it (RFC 9112 §3.2.2)."""
    path: str = scope["path"]
    if not path.startswith(("http://", "https://")):
        return
    scope["path"] = "/" + path.split("://", 1)[1].partition("/")[2]


async def content(receive: Receive, most: int) -> bytes | None:
    """Read the whole content of a request; None if it is too large.

    Arguments:
        receive: ASGI's channel.
        most: maximum number of bytes.
    """
    body = b""
    while True:
        event = await receive()
        body += bytes(event.get("body", b""))
        if len(body) > most:
            return None
        if not event.get("more_body", False):
            return body


async def play(script: Script, line: Line, receive: Receive) -> None:
    """Write a script to the socket and wait until the connection has ended.

    Arguments:
        script: what to write.
        line: the connection to write to.
        receive: ASGI's channel, which reports when the client has gone.
    """
    for part in script.parts:
        if isinstance(part, bytes):
            line.transport.write(part)
        elif await _gone_within(part, receive):
            return
    if script.end is End.REFUSE:
        line.refuse()
    if script.end is End.RESET:
        _reset(line.transport)
    elif script.end is not End.HOLD:
        line.transport.close()
    await _gone(receive)


def _reset(transport: asyncio.Transport) -> None:
    """Close with RST: SO_LINGER with a timeout of zero."""
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _gone_within(seconds: float, receive: Receive) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await _gone(receive)
    except TimeoutError:
        return False
    return True
