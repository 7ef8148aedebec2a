"""A run on a scripted transport, for tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from contracts.document.catalogue import Catalogue
from contracts.http.endpoint import Endpoint
from contracts.http.envelope import check_envelope
from contracts.http.exchange import Exchange, FaultKind, TransportFault
from contracts.http.probe import Credential, Probe
from contracts.http.transport import Recording
from contracts.run.client import Client
from contracts.run.run import Run, Skipped
from tests.support import ROOT

CATALOGUE = Catalogue.load(ROOT / "contracts/billing/requirements.toml")
KEY = "RYE/staging-Qz7vKp2mX9r4b8WnT3cLs6Hd"
PATH = "/api/v1/billing/balance"
ENDPOINT = Endpoint("http", "127.0.0.1", 80, PATH)

Reply = bytes | TransportFault
Answering = Callable[[bytes], Reply]


def answer(status: int, body: object, *fields: str) -> bytes:
    content = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Reason", "Content-Type: application/json", *fields]
    lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


GOOD = answer(
    200, {"drawdownEnabled": True, "balance": {"currencyCode": "USD", "amountSubunits": 5}}
)
POOR = answer(200, {"drawdownEnabled": True, "balance": {"currencyCode": "USD"}})
REFUSED = answer(401, {"name": "AuthenticationError", "message": "no"}, "WWW-Authenticate: Bearer")
BUSY = answer(429, {})
GATEWAY = answer(503, {})
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n'
RESET = TransportFault(FaultKind.RESET, "connection reset by peer")
SILENT = TransportFault(FaultKind.READ_TIMEOUT, "nothing moved for 10 s")


class Clock:
    """Seconds that pass only where somebody waits for them."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class ScriptedTransport:
    """Stands in for the socket, behind the same envelope: a function answers."""

    answering: Answering
    clock: Clock
    seconds: float = 0.0
    absolute_form: bool = False
    endpoint: Endpoint = ENDPOINT
    requests: list[bytes] = field(default_factory=list)
    fresh: list[bool] = field(default_factory=list)
    late: list[bytes] = field(default_factory=list)
    reused: list[bool] = field(default_factory=list)
    patience: list[float] = field(default_factory=list)

    def exchange(self, request: bytes, *, fresh: bool) -> Recording:
        check_envelope(
            request,
            authority=self.endpoint.authority.encode(),
            path=self.endpoint.path.encode(),
            others={self.endpoint.path_of(each).encode() for each in self.endpoint.others},
            proxied=self.absolute_form,
        )
        self.requests.append(request)
        self.fresh.append(fresh)
        self.clock.now += self.seconds
        reply = self.answering(request)
        fault = reply if isinstance(reply, TransportFault) else None
        received = b"" if isinstance(reply, TransportFault) else reply
        reused = self.reused.pop(0) if self.reused else False
        return Recording(request, received, fault is not None, self.seconds, 1, reused, fault)

    def settle(self, patience: float = 0.0) -> bytes:
        self.patience.append(patience)
        return self.late.pop(0) if self.late else b""

    def proxy_fields(self) -> bytes:
        return b""

    def close(self) -> None:
        """There is nothing to close."""


@dataclass
class Bench:
    """A run on a scripted transport, and everything that it is made of."""

    run: Run
    transport: ScriptedTransport
    clock: Clock

    @property
    def client(self) -> Client:
        return self.run.client

    def probe(self, recipe: str = "valid", **more: Any) -> Probe:
        kinds = {"valid": Credential.VALID, "absent": Credential.ABSENT}
        credential = kinds.get(recipe, Credential.WRONG)
        return Probe("a probe", "a family", recipe, credential, **more)

    def ask(self, recipe: str = "valid", **more: Any) -> Exchange | Skipped:
        return self.run.ask(self.probe(recipe, **more))


Make = Callable[..., Bench]


def with_key(request: bytes) -> bool:
    return f"Authorization: Bearer {KEY}".encode() in request


def conforming(request: bytes) -> bytes:
    return GOOD if with_key(request) else REFUSED
