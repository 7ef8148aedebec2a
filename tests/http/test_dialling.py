"""Connecting to names: unknown, slow, with several addresses, with none that answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from contracts.http.endpoint import Endpoint, Limits
from contracts.http.exchange import FaultKind
from tests.http.endpoints import OK, PATH, attempt, fault_of, unused_port
from tests.http.servers import Server, answering


def test_a_refused_connection_is_said_to_be_one() -> None:
    recording = attempt(Endpoint("http", "127.0.0.1", unused_port(), PATH))
    assert fault_of(recording) is FaultKind.REFUSED
    assert recording.connection == 0


def test_an_unknown_name_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    recording = attempt(Endpoint("http", "no.such.host.test", 80, PATH))
    assert fault_of(recording) is FaultKind.NAME
    assert recording.fault is not None
    assert "no.such.host.test" in recording.fault.words


def test_a_look_up_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def hangs(*_: object, **__: object) -> list[object]:
        over.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    try:
        recording = attempt(
            Endpoint("http", "slow.host.test", 80, PATH), limits=Limits(connect=0.2, deadline=5.0)
        )
    finally:
        over.set()
    assert fault_of(recording) is FaultKind.CONNECT_TIMEOUT
    assert recording.fault is not None
    assert "slow.host.test was not looked up" in recording.fault.words


@contextmanager
def full_backlog() -> Iterator[int]:
    """A port that takes no more connections and refuses none."""
    listener = socket.socket()
    waiting = []
    try:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            sock = socket.socket()
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
            waiting.append(sock)
        yield listener.getsockname()[1]
    finally:
        for sock in (listener, *waiting):
            sock.close()


def addresses(*ports: int) -> object:
    kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    return lambda *_args, **_options: [(*kind, ("127.0.0.1", port)) for port in ports]


def test_all_addresses_of_a_name_share_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    with full_backlog() as port:
        monkeypatch.setattr(socket, "getaddrinfo", addresses(port, port, port))
        limits = Limits(connect=0.4, deadline=5.0)
        recording = attempt(Endpoint("http", "api.test", 80, PATH), limits=limits)
    assert fault_of(recording) is FaultKind.CONNECT_TIMEOUT
    assert recording.seconds < 1


def test_the_next_address_is_tried_where_one_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    with full_backlog() as dead, Server(answering(OK)) as server:
        ports = (dead, unused_port(), server.port)
        monkeypatch.setattr(socket, "getaddrinfo", addresses(*ports))
        limits = Limits(connect=0.6, deadline=5.0)
        recording = attempt(Endpoint("http", "api.test", 80, PATH), limits=limits)
    assert recording.received == OK
