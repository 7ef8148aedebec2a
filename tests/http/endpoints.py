"""Where the tests' servers are, and the plain requests to them."""

from __future__ import annotations

import socket

from contracts.http.endpoint import Endpoint
from contracts.http.exchange import FaultKind
from contracts.http.transport import Recording, Transport
from tests.http.servers import Server

PATH = "/api/v1/billing/balance"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def endpoint(server: Server, scheme: str = "http", host: str = "127.0.0.1") -> Endpoint:
    return Endpoint(scheme, host, server.port, PATH)


def request_to(where: Endpoint, extra: bytes = b"", *, absolute: bool = False) -> bytes:
    start = f"{where.scheme}://{where.authority}" if absolute else ""
    line = f"GET {start}{where.path} HTTP/1.1\r\nHost: {where.authority}\r\n"
    return line.encode() + extra + b"\r\n"


def fault_of(recording: Recording) -> FaultKind:
    assert recording.fault is not None
    assert recording.fault.words
    return recording.fault.kind


def unused_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def attempt(where: Endpoint, **options: object) -> Recording:
    transport = Transport(where, **options)  # type: ignore[arg-type]
    absolute = transport.absolute_form
    recording = transport.exchange(request_to(where, transport.proxy_fields(), absolute=absolute))
    transport.close()
    return recording
