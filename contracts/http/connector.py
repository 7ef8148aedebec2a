"""Connecting: TCP to the endpoint or its proxy, the proxy's tunnel, and TLS."""

from __future__ import annotations

import socket
import ssl
import time
from base64 import b64encode
from urllib.parse import unquote, urlsplit

from contracts.http.dialling import LookUpTimeoutError, dial
from contracts.http.endpoint import Endpoint
from contracts.http.exchange import FaultKind, TransportFault
from contracts.http.message import parse_response


class FaultError(Exception):
    """What ends an exchange without a complete response; caught where the exchange is recorded.

    Arguments:
        kind: the kind of fault.
        words: a description for a person.
    """

    def __init__(self, kind: FaultKind, words: str) -> None:
        super().__init__(words)
        self.fault = TransportFault(kind, words)

    @classmethod
    def of(cls, error: OSError) -> FaultError:
        """Wrap an error that broke an open connection.

        Arguments:
            error: as raised by the socket; not a time-out.
        """
        if not isinstance(error, ssl.SSLError):
            return cls(FaultKind.RESET, _words(error))
        if isinstance(error, ssl.SSLCertVerificationError):
            words = f"the server's certificate was not accepted: {error.verify_message}"
        else:
            words = "TLS failed: " + str(error.reason or error).replace("_", " ").lower()
        return cls(FaultKind.TLS, words)


class Connector:
    """Opens connections to one endpoint.

    Arguments:
        endpoint: where requests go.
        limit: seconds for TCP, and again for the tunnel and TLS together.
        tls: context for https; None for http.
        proxy: URL of an HTTP proxy, or None; the environment is ignored.
    """

    def __init__(
        self, endpoint: Endpoint, limit: float, tls: ssl.SSLContext | None, proxy: str | None
    ) -> None:
        self._endpoint = endpoint
        self._limit = limit
        self._tls = tls
        self._proxy = urlsplit(proxy) if proxy else None

    @property
    def absolute_form(self) -> bool:
        """Whether request lines hold the whole URL, as a proxy requires for http."""
        return self._proxy is not None and self._endpoint.scheme == "http"

    @property
    def proxy_fields(self) -> bytes:
        """Field lines for the proxy only: its credentials, if it has any."""
        if self._proxy is None or not self._proxy.username:
            return b""
        user, password = unquote(self._proxy.username), unquote(self._proxy.password or "")
        return b"Proxy-Authorization: Basic %b\r\n" % b64encode(f"{user}:{password}".encode())

    def connect(self, deadline: float) -> socket.socket:
        """Open a connection, through the proxy and with TLS if configured.

        Arguments:
            deadline: time on the monotonic clock at which to give up.

        Raises:
            FaultError: it could not be opened.
        """
        host, port = self._endpoint.host, self._endpoint.port
        if self._proxy is not None:
            host, port = self._proxy.hostname or "", self._proxy.port or 80
        limit = min(self._limit, max(0.001, deadline - time.monotonic()))
        sock = _dial(host, port, limit)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is None:
            return sock
        until = time.monotonic() + limit
        try:
            if self._proxy is not None:
                self._tunnel(sock, until)
            allow(sock, limit, until)
            return self._tls.wrap_socket(sock, server_hostname=self._endpoint.host)
        except TimeoutError as error:
            sock.close()
            words = f"no TLS connection with {host}:{port} within {limit:g} s"
            raise FaultError(FaultKind.CONNECT_TIMEOUT, words) from error
        except OSError as error:
            sock.close()
            raise FaultError.of(error) from error
        except FaultError:
            sock.close()
            raise

    def _tunnel(self, sock: socket.socket, until: float) -> None:
        """Ask the proxy for a tunnel to the endpoint (RFC 9110 §9.3.6)."""
        host = f"[{self._endpoint.host}]" if ":" in self._endpoint.host else self._endpoint.host
        where = f"{host}:{self._endpoint.port}".encode("ascii")
        request = b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n" % (where, where)
        allow(sock, self._limit, until)
        sock.sendall(request + self.proxy_fields + b"\r\n")
        answer = b""
        while b"\r\n\r\n" not in answer and len(answer) < 65536:
            allow(sock, self._limit, until)
            piece = sock.recv(4096)
            if not piece:
                break
            answer += piece
        parsed = parse_response(answer, closed=True)
        if not 200 <= parsed.status < 300:
            words = f"the proxy answered CONNECT with {parsed.status or 'no HTTP'}"
            raise FaultError(FaultKind.PROXY, words)


def allow(sock: socket.socket, seconds: float, deadline: float) -> None:
    """Set the time limit of a socket's next operation.

    Arguments:
        sock: a connected socket.
        seconds: the longest that the operation may take.
        deadline: time on the monotonic clock at which to give up.

    Raises:
        TimeoutError: the deadline has passed.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    sock.settimeout(min(seconds, left))


def _dial(host: str, port: int, limit: float) -> socket.socket:
    try:
        return dial(host, port, time.monotonic() + limit)
    except socket.gaierror as error:
        words = f"the name {host} could not be resolved ({error.strerror})"
        raise FaultError(FaultKind.NAME, words) from error
    except LookUpTimeoutError as error:
        words = f"the name {host} was not looked up within {limit:g} s"
        raise FaultError(FaultKind.CONNECT_TIMEOUT, words) from error
    except TimeoutError as error:
        words = f"{host}:{port} did not accept a connection within {limit:g} s"
        raise FaultError(FaultKind.CONNECT_TIMEOUT, words) from error
    except ConnectionRefusedError as error:
        words = f"{host}:{port} refused the connection"
        raise FaultError(FaultKind.REFUSED, words) from error
    except OSError as error:
        raise FaultError(FaultKind.NETWORK, f"{host}:{port}: {_words(error)}") from error


def _words(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
