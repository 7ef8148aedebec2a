"""The socket: one connection at a time, every byte recorded, every wait bounded.

A client library would refuse some of the requests that HTTP allows (blanks around a value) and
all that it forbids, and would hide the response's bytes behind its own objects. So the bytes are
written and read here, and the strict parser in `message` says when a response is complete.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
import time
from dataclasses import dataclass

from contracts.http.connector import Connector, FaultError, allow
from contracts.http.endpoint import Endpoint, Limits
from contracts.http.envelope import check_envelope
from contracts.http.exchange import FaultKind, TransportFault
from contracts.http.message import Response, parse_response

_LARGE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Recording:
    """The bytes that one attempt sent and received."""

    sent: bytes
    received: bytes
    closed: bool
    seconds: float
    connection: int
    reused: bool
    fault: TransportFault | None


class Transport:
    """Sends requests to one endpoint over one connection at a time.

    Arguments:
        endpoint: where requests go; no other can be requested (see envelope).
        limits: the limits of one exchange.
        tls: context for https; None for http.
        proxy: URL of an HTTP proxy, or None; the environment is ignored.
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
        self._connector = Connector(endpoint, self.limits.connect, tls, proxy)
        self._socket: socket.socket | None = None
        self._connections = 0

    @property
    def absolute_form(self) -> bool:
        """Whether request lines hold the whole URL, as a proxy requires for http."""
        return self._connector.absolute_form

    def proxy_fields(self) -> bytes:
        """Field lines for the proxy only, in requests that it forwards itself."""
        return self._connector.proxy_fields if self.absolute_form else b""

    def exchange(self, request: bytes, *, fresh: bool = False) -> Recording:
        """Send one request and read its response to the end, or to the fault that ended it.

        Arguments:
            request: the whole request as bytes.
            fresh: whether to open a new connection for it.

        Raises:
            EnvelopeError: if the request is outside the envelope.
        """
        check_envelope(
            request,
            authority=self.endpoint.authority.encode("ascii"),
            path=self.endpoint.path.encode("ascii"),
            others={self.endpoint.path_of(each).encode("ascii") for each in self.endpoint.others},
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
                self._socket = self._connector.connect(deadline)
                self._connections += 1
            closed = self._converse(self._socket, request, received, deadline)
        except FaultError as error:
            fault = error.fault
            closed = fault.kind in {FaultKind.CLOSED, FaultKind.CUT, FaultKind.RESET}
        except BaseException:  # interrupted: a late response would be taken for the next request's
            self.close()
            raise
        answer = parse_response(bytes(received), closed=closed)
        if fault is not None and (answer.problems or _is_bare_refusal(answer, fault)):
            fault = None  # a violation that was seen counts, whatever became of the rest
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
        """Read what the server sent unasked on the idle connection, then close it if there was any.

        The rest of a body that is longer than announced often arrives after a complete response.

        Arguments:
            patience: seconds to wait for it.
        """
        if self._socket is None or not _readable(self._socket, patience):
            return b""
        late = bytearray()
        until = time.monotonic() + 0.1
        with contextlib.suppress(OSError):
            while len(late) < 65536:
                allow(self._socket, 0.05, until)  # do not wait for a server that drips forever
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
        """Write the request and read until the response is complete; True if the server closed."""
        taken = self._write(sock, request, deadline)
        need, again, took = 1, 0, 0.0
        while True:
            try:
                allow(sock, self.limits.read, deadline)
                piece = sock.recv(65536)
            except TimeoutError as error:
                raise self._late(FaultKind.READ_TIMEOUT, self.limits.read, deadline) from error
            except ssl.SSLEOFError:
                piece = b""
            except OSError as error:
                raise FaultError.of(error) from error
            if not piece:
                return self._ended(received)
            received += piece
            if len(received) > self.limits.received:
                words = f"more than {self.limits.received} bytes came back"
                raise FaultError(FaultKind.TOO_LARGE, words)
            # Do not parse a large response again for each piece of it: wait for more for as long as
            # it took last time.
            more = _LARGE < len(received) < again and _readable(sock, took)
            if len(received) >= need and not more:
                again, began = 2 * len(received), time.monotonic()
                answer = parse_response(bytes(received), closed=False)
                took = time.monotonic() - began
                if answer.complete:
                    if not taken:
                        self.close()
                    return False
                need = max(answer.need, len(received) + 1)

    def _write(self, sock: socket.socket, request: bytes, deadline: float) -> bool:
        """Write the request; False if the server took only part of it.

        An early refusal may then be waiting to be read.
        """
        try:
            allow(sock, self.limits.write, deadline)
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
            raise FaultError(FaultKind.CLOSED, "the connection was closed without an answer")
        if not parse_response(bytes(received), closed=True).complete:
            words = f"the connection was closed after {len(received)} bytes of an unfinished answer"
            raise FaultError(FaultKind.CUT, words)
        return True

    def _late(self, kind: FaultKind, phase: float, deadline: float) -> FaultError:
        if time.monotonic() >= deadline:
            words = f"the exchange took longer than {self.limits.deadline:g} s"
            return FaultError(FaultKind.DEADLINE, words)
        return FaultError(kind, f"nothing moved for {phase:g} s")


def _is_bare_refusal(answer: Response, fault: TransportFault) -> bool:
    """Whether the reset followed a refusal without content, as Node's are.

    Any other response that is delimited by the connection's end may have been cut by the reset.
    """
    refused = answer.complete and answer.status >= 400 and not answer.content
    return refused and fault.kind is FaultKind.RESET


def _readable(sock: socket.socket, patience: float = 0.0) -> bool:
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(patience))
