"""An exchange: one request as actually sent and the response as actually received."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from contracts.http.kept.large import Message, Octets
from contracts.http.kept.shelf import Shelf
from contracts.http.message import Request, Response, parse_request, parse_response
from contracts.http.probe import Probe


class FaultKind(StrEnum):
    """Why an exchange has no complete response; never a response of the API itself."""

    NAME = "name not found"
    REFUSED = "connection refused"
    TLS = "TLS"
    RESET = "connection reset"
    CLOSED = "connection closed without an answer"
    CUT = "connection closed amid an answer"
    CONNECT_TIMEOUT = "time-out while connecting"
    READ_TIMEOUT = "time-out while waiting for the answer"
    WRITE_TIMEOUT = "time-out while sending"
    DEADLINE = "the exchange's deadline passed"
    TOO_LARGE = "more bytes than the suite takes"
    PROXY = "the proxy refused"
    NETWORK = "network trouble"


SLOW_FAULTS = frozenset(
    {
        FaultKind.READ_TIMEOUT,
        FaultKind.WRITE_TIMEOUT,
        FaultKind.CONNECT_TIMEOUT,
        FaultKind.DEADLINE,
        FaultKind.TOO_LARGE,
    }
)
"""Faults that cost a time-out, or a whole response, each time they occur."""


@dataclass(frozen=True, slots=True)
class TransportFault:
    """Why there was no complete response, in words for a person."""

    kind: FaultKind
    words: str


@dataclass(frozen=True)
class Exchange:
    """One attempt: what was sent, what came back, and when.

    Arguments:
        number: position in the run, from 1.
        probe: the reason for the request.
        sent: the request's bytes as written to the socket, with credentials masked.
        received: every byte that came back before the next request, as read from the socket; in
            the published form, secrets are masked here too.
        closed: whether the server closed the connection during or right after its response.
        started: seconds since the run began.
        seconds: how long the exchange took.
        connection: number of the connection that carried it, from 1.
        attempt: 1 for the first, more for a retry.
        fault: why there is no complete response, or None.
        echoes: whether a secret came back, so that its published form is masked.
        marked: whether the published form would be judged differently from what was received.
    """

    number: int
    probe: Probe
    sent: bytes
    received: bytes = field(repr=False)  # decoding it could reveal secrets to a traceback's reader
    closed: bool
    started: float
    seconds: float
    connection: int
    attempt: int = 1
    fault: TransportFault | None = None
    echoes: bool = False
    marked: bool = False

    @property
    def request(self) -> Request:
        """The request, parsed from the bytes that were sent."""
        return _request(self.sent)

    @property
    def response(self) -> Response:
        """The response, parsed from the bytes that were received."""
        large = self.large
        if large is not None:
            return large.response(closed=self.closed)
        return _response(self.received, self.closed)

    @property
    def large(self) -> Message | None:
        """The received message, if it is too large to be stored as is."""
        held = vars(self)["_received"]
        return held if isinstance(held, Message) else None

    @property
    def is_cut(self) -> bool:
        """Whether some of what was received has been dropped."""
        return self.large is not None and self.large.is_cut

    def cut(self) -> None:
        """Keep only the beginning of what was received, and an outline of the response."""
        large = self.large
        if large is not None and self.response:
            vars(self)["_received"] = large.cut()


# Set here, since in the class body a dataclass would take it for a default.
Exchange.received = Octets("_received")  # type: ignore[assignment]


def put_away(shelf: Shelf, *exchanges: Exchange) -> None:
    """Keep exchanges whole if there is room for all of them, or cut them.

    Arguments:
        shelf: what a run keeps.
        exchanges: one judged exchange, as it was received and as it is published.
    """
    if not all(shelf.put(each.large) for each in exchanges if each.large is not None):
        for each in exchanges:
            each.cut()


# Messages are parsed once for all readers: the checks of one exchange, and those that span a whole
# run, of which a gate reads thousands within half a second.


@lru_cache(maxsize=4096)
def _request(sent: bytes) -> Request:
    return parse_request(sent)


@lru_cache(maxsize=4096)
def _response(received: bytes, closed: bool) -> Response:
    return parse_response(received, closed=closed)
