"""The socket: one connection at a time, every byte on record, every wait bounded.

A client library would refuse some of the requests that HTTP allows (blanks around a value) and
all that it forbids, and would hide what came back behind objects of its own. So the bytes are
written and read here, and the one strict reader in `message` says when an answer is whole.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import time
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from contracts.http.dialling import LookUpTimeoutError, dial
from contracts.http.envelope import check_envelope
from contracts.http.exchange import FaultKind, TransportFault
from contracts.http.message import Response, parse_response


@dataclass(frozen=True)
class Limits:
    """What one exchange may cost: seconds for each phase and in all, and bytes."""

    connect: float = 5.0
    write: float = 5.0
    read: float = 10.0
    deadline: float = 15.0
    received: int = 2 * 1024 * 1024

    @classmethod
    def within(cls, seconds: float) -> Limits:
        """Make limits for a deadline other than the default.

        Arguments:
            seconds: how long a whole exchange may take.
        """
        return cls(
            connect=min(cls.connect, seconds),
            write=min(cls.write, seconds),
            read=min(cls.read, seconds),
            deadline=seconds,
        )


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests go.

    Arguments:
        scheme: `http` or `https`.
        host: name or address, without brackets.
        port: TCP port.
        path: the operation's path on that host, percent-encoded.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as in a Host field: the scheme's default port left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = {"http": 80, "https": 443}[self.scheme]
        return host if self.port == default else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Recording:
    """What one attempt put on the wire and took from it."""

    sent: bytes
    received: bytes
    closed: bool
    seconds: float
    connection: int
    reused: bool
    fault: TransportFault | None


class _TroubleError(Exception):
    def __init__(self, kind: FaultKind, words: str) -> None:
        super().__init__(words)
        self.fault = TransportFault(kind, words)


class Transport:
    """Sends requests to one endpoint over one connection at a time.

    Arguments:
        endpoint: where requests go; nothing else can be asked (see envelope).
        limits: what one exchange may cost.
        tls: context for https; None for http.
        proxy: URL of an HTTP proxy, or None; the environment is never asked.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
        proxy: str | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.limits = limits or Limits()
        self._tls = tls
        self._proxy = urlsplit(proxy) if proxy else None
        self._socket: socket.socket | None = None
        self._connections = 0

    @property
    def absolute_form(self) -> bool:
        """Whether request lines hold the whole URL, as a proxy wants them for http."""
        return self._proxy is not None and self.endpoint.scheme == "http"

    def proxy_fields(self) -> bytes:
        """Field lines that only the proxy reads, for requests that it forwards itself."""
        if not self.absolute_form or self._proxy is None or not self._proxy.username:
            return b""
        return b"Proxy-Authorization: " + self._proxy_credentials() + b"\r\n"

    def exchange(self, request: bytes, *, fresh: bool = False) -> Recording:
        """Send one request and read its answer to the end, or to the trouble that ended it.

        Arguments:
            request: the whole request as bytes.
            fresh: whether to open a connection of its own for it.

        Raises:
            EnvelopeError: if the request is outside the envelope.
        """
        check_envelope(
            request,
            authority=self.endpoint.authority.encode("ascii"),
            path=self.endpoint.path.encode("ascii"),
            proxied=self.absolute_form,
        )
        if fresh:
            self.close()
        began = time.monotonic()
        deadline = began + self.limits.deadline
        reused = self._socket is not None
        received = bytearray()
        closed, fault = False, None
        try:
            if self._socket is None:
                self._socket = self._connect(deadline)
                self._connections += 1
            closed = self._converse(self._socket, request, received, deadline)
        except _TroubleError as trouble:
            fault = trouble.fault
            closed = fault.kind in {FaultKind.CLOSED, FaultKind.CUT, FaultKind.RESET}
        answer = parse_response(bytes(received), closed=closed)
        if fault is not None and (answer.problems or _is_bare_refusal(answer, fault)):
            fault = None  # one violation seen stands, whatever became of the rest
        if fault is not None or not answer.persistent:
            self.close()
        return Recording(
            request,
            bytes(received),
            closed,
            time.monotonic() - began,
            self._connections,
            reused,
            fault,
        )

    def settle(self, patience: float = 0.0) -> bytes:
        """Take what the server sent unasked on the idle connection, and then leave it.

        A body longer than announced often arrives only after the answer was whole.

        Arguments:
            patience: seconds to wait for it.
        """
        if self._socket is None or not _readable(self._socket, patience):
            return b""
        late = bytearray()
        until = time.monotonic() + 0.1
        with contextlib.suppress(OSError):
            while len(late) < 65536:
                self._wait(self._socket, 0.05, until)  # who drips for ever isn't heard to the end
                piece = self._socket.recv(65536)
                if not piece:
                    break
                late += piece
        self.close()
        return bytes(late)

    def close(self) -> None:
        """Close the connection; the next exchange opens another."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.close()
            self._socket = None

    def _converse(
        self, sock: socket.socket, request: bytes, received: bytearray, deadline: float
    ) -> bool:
        """Write the request and read until the answer is whole; returns whether it was closed."""
        taken = self._write(sock, request, deadline)
        need = 1
        while True:
            try:
                self._wait(sock, self.limits.read, deadline)
                piece = sock.recv(65536)
            except TimeoutError as error:
                raise self._late(FaultKind.READ_TIMEOUT, self.limits.read, deadline) from error
            except ssl.SSLEOFError:
                piece = b""
            except ssl.SSLError as error:
                raise _TroubleError(FaultKind.TLS, _tls_words(error)) from error
            except OSError as error:
                raise _TroubleError(FaultKind.RESET, _words(error)) from error
            if not piece:
                return self._ended(received)
            received += piece
            if len(received) > self.limits.received:
                words = f"more than {self.limits.received} bytes came back"
                raise _TroubleError(FaultKind.TOO_LARGE, words)
            if len(received) >= need:
                answer = parse_response(bytes(received), closed=False)
                if answer.complete:
                    if not taken:
                        self.close()
                    return False
                need = _patience(answer, len(received))

    def _write(self, sock: socket.socket, request: bytes, deadline: float) -> bool:
        """Write the request; False where the server took only part of it.

        An early refusal may then be there to read.
        """
        try:
            self._wait(sock, self.limits.write, deadline)
            sock.sendall(request)
        except TimeoutError as error:
            if not _readable(sock):
                raise self._late(FaultKind.WRITE_TIMEOUT, self.limits.write, deadline) from error
            return False
        except OSError:
            return False
        return True

    @staticmethod
    def _ended(received: bytearray) -> bool:
        if not received:
            raise _TroubleError(FaultKind.CLOSED, "the connection was closed without an answer")
        if not parse_response(bytes(received), closed=True).complete:
            words = f"the connection was closed after {len(received)} bytes of an unfinished answer"
            raise _TroubleError(FaultKind.CUT, words)
        return True

    def _late(self, kind: FaultKind, phase: float, deadline: float) -> _TroubleError:
        if time.monotonic() >= deadline:
            words = f"the exchange took longer than {self.limits.deadline:g} s"
            return _TroubleError(FaultKind.DEADLINE, words)
        return _TroubleError(kind, f"nothing moved for {phase:g} s")

    @staticmethod
    def _wait(sock: socket.socket, phase: float, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(min(phase, left))

    def _connect(self, deadline: float) -> socket.socket:
        """Open a connection, through the proxy and under TLS where those are asked for."""
        via = self._proxy
        host, port = self.endpoint.host, self.endpoint.port
        if via is not None:
            host, port = via.hostname or "", via.port or 80
        limit = min(self.limits.connect, max(0.001, deadline - time.monotonic()))
        try:
            sock = dial(host, port, time.monotonic() + limit)
        except socket.gaierror as error:
            words = f"the name {host} could not be resolved ({error.strerror})"
            raise _TroubleError(FaultKind.NAME, words) from error
        except LookUpTimeoutError as error:
            words = f"the name {host} was not looked up within {limit:g} s"
            raise _TroubleError(FaultKind.CONNECT_TIMEOUT, words) from error
        except TimeoutError as error:
            words = f"{host}:{port} did not accept a connection within {limit:g} s"
            raise _TroubleError(FaultKind.CONNECT_TIMEOUT, words) from error
        except ConnectionRefusedError as error:
            words = f"{host}:{port} refused the connection"
            raise _TroubleError(FaultKind.REFUSED, words) from error
        except OSError as error:
            raise _TroubleError(FaultKind.NETWORK, f"{host}:{port}: {_words(error)}") from error
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is None:
            return sock
        until = time.monotonic() + limit
        try:
            if via is not None:
                self._tunnel(sock, until)
            self._wait(sock, limit, until)
            return self._tls.wrap_socket(sock, server_hostname=self.endpoint.host)
        except TimeoutError as error:
            sock.close()
            words = f"no TLS connection with {host}:{port} within {limit:g} s"
            raise _TroubleError(FaultKind.CONNECT_TIMEOUT, words) from error
        except ssl.SSLError as error:
            sock.close()
            raise _TroubleError(FaultKind.TLS, _tls_words(error)) from error
        except OSError as error:
            sock.close()
            raise _TroubleError(FaultKind.RESET, _words(error)) from error
        except _TroubleError:
            sock.close()
            raise

    def _tunnel(self, sock: socket.socket, until: float) -> None:
        """Ask the proxy for a tunnel to the endpoint (RFC 9110 §9.3.6)."""
        host = f"[{self.endpoint.host}]" if ":" in self.endpoint.host else self.endpoint.host
        where = f"{host}:{self.endpoint.port}".encode("ascii")
        request = b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n" % (where, where)
        if self._proxy is not None and self._proxy.username:
            request += b"Proxy-Authorization: " + self._proxy_credentials() + b"\r\n"
        self._wait(sock, self.limits.connect, until)
        sock.sendall(request + b"\r\n")
        answer = b""
        while b"\r\n\r\n" not in answer and len(answer) < 65536:
            self._wait(sock, self.limits.connect, until)
            piece = sock.recv(4096)
            if not piece:
                break
            answer += piece
        parsed = parse_response(answer, closed=True)
        if not 200 <= parsed.status < 300:
            words = f"the proxy answered CONNECT with {parsed.status or 'no HTTP'}"
            raise _TroubleError(FaultKind.PROXY, words)

    def _proxy_credentials(self) -> bytes:
        user = unquote((self._proxy and self._proxy.username) or "")
        password = unquote((self._proxy and self._proxy.password) or "")
        return b"Basic " + b64encode(f"{user}:{password}".encode())


def _is_bare_refusal(answer: Response, fault: TransportFault) -> bool:
    """Whether the reset came behind a refusal that is a header section alone, as node's are.

    Any other answer that only the connection's end delimits may have been cut by the reset.
    """
    refused = answer.complete and answer.status >= 400 and not answer.content
    return refused and fault.kind is FaultKind.RESET


def _patience(answer: Response, have: int) -> int:
    """How many bytes to wait for before the answer is worth reading again."""
    return answer.need if answer.need > have else have + 1


def _readable(sock: socket.socket, patience: float = 0.0) -> bool:
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(patience * 1000))


def _words(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _tls_words(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the server's certificate was not accepted: {error.verify_message}"
    return "TLS failed: " + str(error.reason or error).replace("_", " ").lower()
