"""What the sandbox remembers: the run, the connection, and the request being answered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from contracts.sandbox.message import Field, Request
from contracts.sandbox.reference import Account

if TYPE_CHECKING:
    from contracts.sandbox.api import Api


@dataclass(frozen=True, slots=True)
class Received:
    """One request as the log keeps it, for tests.

    Arguments:
        time: `time.monotonic` at its arrival, in seconds.
        method: as sent; empty where the bytes were no HTTP request.
        target: the raw request target.
        fields: the raw header fields, in their order.
        port: the client's port.
        status: what was answered; 0 for no answer.
    """

    time: float
    method: str
    target: bytes
    fields: tuple[Field, ...]
    port: int
    status: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """What is remembered of a request to the operation that was answered.

    Arguments:
        entitled: whether it carried the valid key as documented.
        status: what the conforming API answers.
        content: whether it had any.
        query: the query component.
    """

    entitled: bool
    status: int
    content: bool
    query: bytes


@dataclass(slots=True)
class Connection:
    """A client's connection and what came over it."""

    port: int
    visits: list[Visit] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """The state of one sandbox from its start to its end.

    Arguments:
        key: the one valid key.
        account: whose balance is read.
        api: what is served; None for the balance.
        visits: every request to the operation that was answered, oldest first.
        counts: how often each status was the conforming answer.
        arrivals: `time.monotonic` of every request to the operation, in seconds.
        log: every request, for tests.
    """

    key: bytes
    account: Account = field(default_factory=Account)
    api: Api | None = None
    visits: list[Visit] = field(default_factory=list)
    counts: Counter[int] = field(default_factory=Counter)
    arrivals: list[float] = field(default_factory=list)
    log: list[Received] = field(default_factory=list)

    def note(self, request: Request) -> int:
        """Log a request at its arrival and return its place in the log."""
        self.log.append(
            Received(monotonic(), request.method, request.target, request.fields, request.port)
        )
        return len(self.log) - 1


@dataclass(slots=True)
class Context:
    """The request being answered, and all that came before it.

    Arguments:
        request: what came in.
        entitled: whether it carries the valid key as documented.
        run: the sandbox's state.
        connection: the client's connection.
        nth: how often the conforming API's status was answered so far, this time included.
    """

    request: Request
    entitled: bool
    run: Run
    connection: Connection
    nth: int = 0

    @property
    def key(self) -> bytes:
        """The one valid key."""
        return self.run.key

    @property
    def bare(self) -> bool:
        """Whether the request carries no credentials at all."""
        return not self.request.values("authorization")
