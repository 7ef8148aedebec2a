"""The sandbox's memory: the run, the connection, and the current request."""

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
    """One request as logged, for tests.

    Arguments:
        time: `time.monotonic` on arrival, in seconds.
        method: as sent; empty if the bytes were not an HTTP request.
        target: the raw request target.
        fields: the raw header fields, in order.
        port: the client's port.
        status: the status of the answer; 0 for no answer.
    """

    time: float
    method: str
    target: bytes
    fields: tuple[Field, ...]
    port: int
    status: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """What is remembered of an answered request to the operation.

    Arguments:
        entitled: whether it carried the valid key as documented.
        status: the status that the conforming API answers with.
        content: whether the request had content.
        query: the query component.
    """

    entitled: bool
    status: int
    content: bool
    query: bytes


@dataclass(slots=True)
class Connection:
    """A client's connection and its requests."""

    port: int
    visits: list[Visit] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """The state of one sandbox during its lifetime.

    Arguments:
        key: the one valid key.
        account: the account whose balance is read.
        api: the API that is served; None for the balance.
        visits: every answered request to the operation, oldest first.
        counts: how often each status was the conforming answer.
        arrivals: `time.monotonic` for every request to the operation, in seconds.
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
        """Log a request on arrival and return its index in the log."""
        self.log.append(
            Received(monotonic(), request.method, request.target, request.fields, request.port)
        )
        return len(self.log) - 1


@dataclass(slots=True)
class Context:
    """The request being answered, and everything before it.

    Arguments:
        request: the request.
        entitled: whether it carries the valid key as documented.
        run: the sandbox's state.
        connection: the client's connection.
        nth: how often the conforming API has answered with this status, including now.
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
        """Whether the request has no credentials at all."""
        return not self.request.values("authorization")
