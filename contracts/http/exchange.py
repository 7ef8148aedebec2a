"""An exchange: one request as really sent and the response as really received."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from contracts.http.kept.large import Message, Octets
from contracts.http.kept.shelf import Shelf
from contracts.http.message import Request, Response, parse_request, parse_response
from contracts.http.probe import Probe


class FaultKind(StrEnum):
    """What kept an exchange from having an answer; never the API's own response."""

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
"""Those that cost a time-out, or a whole answer, each time they are met."""


@dataclass(frozen=True, slots=True)
class TransportFault:
    """Why there was no whole answer, in words for a person."""

    kind: FaultKind
    words: str


@dataclass(frozen=True)
class Exchange:
    """One attempt: what was sent, what came back, and when.

    Arguments:
        number: position in the run, from 1.
        probe: the reason for the request.
        sent: the request's bytes as written to the socket, but for credentials, which are masked.
        received: every byte that came back before the next request, as read from the socket; in
            what is published of an exchange, masks cover what is secret of both.
        closed: whether the server closed the connection within or right after its answer.
        started: seconds since the run began.
        seconds: how long the exchange took.
        connection: number of the connection that carried it, from 1.
        attempt: 1 for the first, more for a retry.
        fault: why there is no whole answer, or None.
        echoes: whether a secret came back, so that masks stand in what is published of it.
        marked: whether what is published would be judged otherwise than what was received.
    """

    number: int
    probe: Probe
    sent: bytes
    received: bytes = field(repr=False)  # a traceback's reader could undo its codings
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
        """The request, read back from the bytes that were sent."""
        return _request(self.sent)

    @property
    def response(self) -> Response:
        """The response, read from the bytes that were received."""
        large = self.large
        if large is not None:
            return large.response(closed=self.closed)
        return _response(self.received, self.closed)

    @property
    def large(self) -> Message | None:
        """What was received, where it is too large to be kept as it is."""
        held = vars(self)["_received"]
        return held if isinstance(held, Message) else None

    @property
    def is_cut(self) -> bool:
        """Whether not all that was received is kept."""
        return self.large is not None and self.large.is_cut

    def cut(self) -> None:
        """Keep only the beginning of what was received, and what the response says in short."""
        if self.large is not None and self.response:
            self.large.cut()


# Set here, since a dataclass takes what stands in its body for a default.
Exchange.received = Octets("_received")  # type: ignore[assignment]


def put_away(shelf: Shelf, *exchanges: Exchange) -> None:
    """Keep exchanges whole where there is room for all of them, or cut them.

    Arguments:
        shelf: what a run keeps.
        exchanges: one that has been judged, as it was received and as it is published.
    """
    if not all(shelf.put(each.large) for each in exchanges if each.large is not None):
        for each in exchanges:
            each.cut()


# Messages are read once for all who look at them: the checks of one exchange, and then those that
# span all of a run, of which a gate reads thousands within half a second.


@lru_cache(maxsize=4096)
def _request(sent: bytes) -> Request:
    return parse_request(sent)


@lru_cache(maxsize=4096)
def _response(received: bytes, closed: bool) -> Response:
    return parse_response(received, closed=closed)
