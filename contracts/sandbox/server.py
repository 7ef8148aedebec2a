"""The sandbox's server: a thread, a socket on loopback and the application."""

from __future__ import annotations

import asyncio
import secrets
import socket
import string
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from contracts.sandbox.history import Received, Run
from contracts.sandbox.reference import PATH
from contracts.system import reuse_address

if TYPE_CHECKING:
    import ssl

    from contracts.sandbox.api import Api
    from contracts.sandbox.fault import Fault

KEY_PREFIX = "RYE/staging-"
_KEY_LENGTH = 32
_ALPHABET = string.ascii_letters + string.digits
_MOST_HEADERS = 64 * 1024
_IDLE_SECONDS = 75
_FAREWELL_SECONDS = 1.0


class Sandbox:
    """An operation on loopback with at most one fault, served while a `with` block lasts.

    Arguments:
        fault: name of a catalogue entry, or a custom fault; None for a conforming API.
        host: address to listen on.
        port: TCP port; 0 for any free one.
        key: the one valid key; None for a throw-away one.
        ssl_context: context for serving https; None for http.
        api: the API that is served; None for the balance.

    Raises:
        LookupError: the catalogue has no fault of that name.
    """

    def __init__(
        self,
        fault: str | Fault | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        key: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        api: Api | None = None,
    ) -> None:
        self.fault: Fault | None = _select(fault, api) if isinstance(fault, str) else fault
        self.key = throwaway_key() if key is None else key
        self._host, self._port = host, port
        self._ssl = ssl_context
        self._run = Run(self.key.encode(), api=api)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopping: asyncio.Event | None = None
        self._failure: Exception | None = None

    @property
    def url(self) -> str:
        """The base URL, without a path."""
        scheme = "http" if self._ssl is None else "https"
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{scheme}://{host}:{self._port}"

    @property
    def example(self) -> str:
        """A path and query that is answered with 200."""
        return self._run.api.example if self._run.api else PATH

    @property
    def log(self) -> list[Received]:
        """Every request received so far, oldest first."""
        return self._run.log

    def start(self) -> Self:
        """Listen, and return once connections are accepted.

        Raises:
            OSError: the address is not available.
        """
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        # asyncio sets TCP_NODELAY only if the protocol is given: 40 ms per request otherwise.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            reuse_address(listener)
            listener.bind((self._host, self._port))
            listener.listen(128)
        except OSError:
            listener.close()
            raise
        listener.setblocking(False)
        self._port = listener.getsockname()[1]
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._serve, args=(listener, ready), name="sandbox", daemon=True
        )
        self._thread.start()
        ready.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def stop(self) -> None:
        """Close the socket and every connection, and end the thread."""
        loop, thread, stopping = self._loop, self._thread, self._stopping
        if loop is None or thread is None or stopping is None:
            return
        loop.call_soon_threadsafe(stopping.set)
        thread.join()
        self._loop = self._thread = self._stopping = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        loop = self._loop = asyncio.new_event_loop()
        loop.set_exception_handler(_on_trouble)
        try:
            loop.run_until_complete(self._until_stopped(loop, listener, ready))
        except Exception as error:  # start() raises it again
            self._failure = error
        finally:
            loop.close()
            listener.close()
            ready.set()

    async def _until_stopped(
        self, loop: asyncio.AbstractEventLoop, listener: socket.socket, ready: threading.Event
    ) -> None:
        # uvicorn's own Server polls ten times a second whether it should stop; our own loop around
        # its protocol starts and stops within a millisecond.
        from uvicorn.config import Config  # noqa: PLC0415
        from uvicorn.server import ServerState  # noqa: PLC0415

        from contracts.sandbox.app import build  # noqa: PLC0415
        from contracts.sandbox.wire import Protocol  # noqa: PLC0415

        config = Config(
            build(self._run, self.fault),
            http=Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=_IDLE_SECONDS,
            h11_max_incomplete_event_size=_MOST_HEADERS,
        )
        state = ServerState()
        self._stopping = asyncio.Event()

        def protocol() -> asyncio.Protocol:
            return Protocol(config, state, server.close, self._unreadable)

        server = await loop.create_server(protocol, sock=listener, ssl=self._ssl)
        ready.set()
        await self._stopping.wait()
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=_FAREWELL_SECONDS)
        await asyncio.sleep(0)

    def _unreadable(self, port: int) -> None:
        from time import monotonic  # noqa: PLC0415

        self._run.log.append(Received(monotonic(), "", b"", (), port, 400))


def throwaway_key() -> str:
    """A random key in the format of staging keys."""
    return KEY_PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_KEY_LENGTH))


def _select(name: str, api: Api | None) -> Fault:
    from contracts.sandbox.catalogue import CATALOGUE, OPERATIONS, select  # noqa: PLC0415

    return select(name, CATALOGUE if api is None else OPERATIONS)


def _on_trouble(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Ignore clients that hang up or fail a handshake; report the sandbox's own errors."""
    if not isinstance(context.get("exception"), OSError):
        loop.default_exception_handler(context)
