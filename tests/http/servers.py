"""Small servers on loopback that do exactly what a script says, byte by byte."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from types import TracebackType

PATIENCE = 10.0
"""Seconds after which a script gives up, so that a broken test can't hang."""


class Connection:
    """One accepted connection, as its script sees it."""

    def __init__(self, sock: socket.socket, server: Server) -> None:
        self.sock = sock
        self.server = server

    def request(self) -> bytes:
        """Read one request; empty where the client has closed."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.sock.recv(65536)
            if not piece:
                return b""
            data += piece
        self.server.requests.append(data)
        return data

    def send(self, *pieces: bytes) -> None:
        """Send pieces, each of them in a segment of its own."""
        for piece in pieces:
            self.sock.sendall(piece)

    def hold(self) -> None:
        """Read and say nothing more until the client closes."""
        while self.sock.recv(65536):
            pass

    def reset(self) -> None:
        """Close with a reset instead of an end."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def secure(self, context: ssl.SSLContext) -> None:
        """Go on under TLS."""
        self.sock = context.wrap_socket(self.sock, server_side=True)


Script = Callable[[Connection], None]


class Server:
    """Gives each connection to the next script, the last one to all further connections.

    Arguments:
        scripts: what to do with each connection.
        tls: context to speak TLS with, or None.
        window: bytes that the receiving sockets take unread; None for the system's choice.
    """

    def __init__(
        self, *scripts: Script, tls: ssl.SSLContext | None = None, window: int | None = None
    ) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.go = threading.Event()
        self.done = threading.Event()
        self._scripts = scripts
        self._tls = tls
        self._listener = socket.socket()
        if window is not None:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(8)
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Server:
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.go.set()
        for sock in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)
        self._listener.close()

    def wait(self) -> None:
        """Wait until a script has said that it is done."""
        assert self.done.wait(PATIENCE)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                script = self._scripts[min(self.connections, len(self._scripts) - 1)]
                self.connections += 1
                self._open.append(sock)
                thread = threading.Thread(target=self._serve, args=(sock, script))
                self._threads.append(thread)
                thread.start()

    def _serve(self, sock: socket.socket, script: Script) -> None:
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(sock, self)
        with contextlib.suppress(OSError):
            if self._tls is not None:
                connection.secure(self._tls)
            script(connection)
        with contextlib.suppress(OSError):
            connection.sock.close()
        self.done.set()


def answering(*pieces: bytes) -> Script:
    """Answer every request of a connection alike."""

    def script(connection: Connection) -> None:
        while connection.request():
            connection.send(*pieces)

    return script


def answering_once(*pieces: bytes) -> Script:
    """Answer the first request and close."""

    def script(connection: Connection) -> None:
        connection.request()
        connection.send(*pieces)

    return script


def silent(connection: Connection) -> None:
    """Never answer."""
    connection.request()
    connection.hold()


def deaf(connection: Connection) -> None:
    """Take nothing that is sent."""
    connection.sock.recv(1000)
    connection.server.go.wait()
