"""A client that hides nothing: raw bytes over one socket."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from contracts.sandbox.reference import PATH
from contracts.sandbox.server import Sandbox


@dataclass(frozen=True)
class Reply:
    """What came back, split where HTTP splits it."""

    raw: bytes
    status: int
    fields: dict[str, str]
    body: bytes

    def json(self) -> Any:
        import json

        return json.loads(self.body)


def exchange(
    sandbox: Sandbox,
    *fields: bytes,
    authorization: bytes | None = None,
    query: bytes = b"",
    body: bytes = b"",
    timeout: float = 5.0,
) -> bytes:
    """Send one request that closes its connection and return every byte that comes back."""
    host, port = sandbox.url.split("://")[1].rsplit(":", 1)
    lines = [b"GET " + PATH.encode() + query + b" HTTP/1.1", b"Host: x", b"Connection: close"]
    if authorization is not None:
        lines.append(b"Authorization: " + authorization)
    if body:
        lines.append(b"Content-Length: %d" % len(body))
    received = b""
    with (
        socket.create_connection((host, int(port)), timeout=timeout) as connection,
        suppress(TimeoutError, ConnectionError),
    ):
        connection.sendall(b"\r\n".join((*lines, *fields)) + b"\r\n\r\n" + body)
        while chunk := connection.recv(1 << 16):
            received += chunk
    return received


def get(
    sandbox: Sandbox,
    *fields: bytes,
    authorization: bytes | None = None,
    query: bytes = b"",
    body: bytes = b"",
) -> Reply:
    """Send one request and read its answer, which a Content-Length must frame."""
    raw = exchange(sandbox, *fields, authorization=authorization, query=query, body=body)
    head, _, content = raw.partition(b"\r\n\r\n")
    status_line, *lines = head.decode("latin-1").split("\r\n")
    named = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Reply(raw, int(status_line.split(" ")[1]), named, content)


def key_of(sandbox: Sandbox) -> bytes:
    return b"Bearer " + sandbox.key.encode()
