"""The socket, over real connections: what it sends, records, waits for and gives up on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from contracts.http.endpoint import Limits
from contracts.http.envelope import EnvelopeError
from contracts.http.exchange import FaultKind
from contracts.http.message import parse_response
from contracts.http.message_problem import ProblemKind
from contracts.http.transport import Recording, Transport
from tests.http.endpoints import OK, endpoint, fault_of, request_to
from tests.http.servers import Connection, Script, Server, answering, answering_once, deaf, silent

QUICK = Limits(connect=2.0, write=0.3, read=0.3, deadline=0.6)


@contextmanager
def talking(
    *scripts: Script, limits: Limits | None = None, window: int | None = None
) -> Iterator[tuple[Transport, Server, bytes]]:
    with Server(*scripts, window=window) as server:
        transport = Transport(endpoint(server), limits)
        try:
            yield transport, server, request_to(transport.endpoint)
        finally:
            transport.close()


def recorded(*scripts: Script, limits: Limits | None = None) -> Recording:
    with talking(*scripts, limits=limits) as (transport, _, request):
        return transport.exchange(request)


# --- Answers -------------------------------------------------------------------------------------


def test_what_is_sent_and_received_is_recorded_byte_for_byte() -> None:
    extra = b"X-Odd:  \t a  b\xff\x80 \r\nx-odd: \r\nX-ODD:,\r\nX: a\r\n b\r\nX-Nul: a\x00b\r\n"
    odd = b"HTTP/1.1 200 \xa1OK!\r\ncontent-LENGTH:   2\r\nX:\xff\r\n\r\n{}"
    with talking(answering(odd)) as (transport, server, _):
        request = request_to(transport.endpoint, extra)
        recording = transport.exchange(request)
    assert server.requests == [request]
    assert recording.sent == request
    assert recording.received == odd
    assert recording.fault is None
    assert not recording.closed


def test_one_connection_carries_request_after_request() -> None:
    with talking(answering(OK)) as (transport, server, request):
        recordings = [transport.exchange(request) for _ in range(3)]
    assert [r.connection for r in recordings] == [1, 1, 1]
    assert [r.reused for r in recordings] == [False, True, True]
    assert server.connections == 1
    assert all(r.received == OK for r in recordings)


def test_a_fresh_request_has_a_connection_of_its_own() -> None:
    with talking(answering(OK)) as (transport, _, request):
        recordings = [transport.exchange(request, fresh=fresh) for fresh in (False, True, False)]
    assert [r.connection for r in recordings] == [1, 2, 2]
    assert [r.reused for r in recordings] == [False, False, True]


@pytest.mark.parametrize(
    "answer",
    [
        OK.replace(b"Content", b"Connection: close\r\nContent"),
        OK.replace(b"1.1", b"1.0"),
        OK + b"HTTP/1.1 408 Request Time-out\r\n\r\n",
        b"HTTP/1.1 200 OK\n\n",
    ],
    ids=["close", "HTTP/1.0", "late 408", "irregular"],
)
def test_a_connection_that_may_not_be_used_again_is_not(answer: bytes) -> None:
    with talking(answering_once(answer)) as (transport, _, request):
        assert transport.exchange(request).connection == 1
        assert transport.exchange(request).connection == 2


def test_an_answer_in_pieces_is_waited_for() -> None:
    recording = recorded(answering(*(OK[at : at + 1] for at in range(len(OK)))))
    assert recording.received == OK
    assert recording.fault is None


def test_interim_responses_do_not_end_the_waiting() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    recording = recorded(answering(early, early, OK))
    assert recording.received == early * 2 + OK


def test_an_answer_may_end_with_its_connection() -> None:
    recording = recorded(answering_once(b"HTTP/1.1 200 OK\r\n\r\n", b"{", b"}"))
    assert recording.closed
    assert recording.fault is None
    assert parse_response(recording.received, closed=True).content == b"{}"


def test_a_large_chunked_answer_is_read_whole() -> None:
    chunks = b"".join(b"%x\r\n%b\r\n" % (n, b"a" * n) for n in (1, 70_000, 200_000, 3))
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    recording = recorded(answering(head, chunks, b"0\r\n\r\n"))
    assert recording.fault is None
    assert len(parse_response(recording.received, closed=False).content) == 270_004


def test_nothing_outside_the_envelope_is_even_connected_for() -> None:
    with talking(answering(OK)) as (transport, server, request):
        for other in (request.replace(b"GET", b"POST"), request.replace(b"balance", b"b")):
            with pytest.raises(EnvelopeError):
                transport.exchange(other)
    assert server.connections == 0


# --- Idle connections and late bytes -------------------------------------------------------------


def test_settling_leaves_a_quiet_connection_alone() -> None:
    with talking(answering(OK)) as (transport, _, request):
        assert transport.settle() == b""
        transport.exchange(request)
        assert transport.settle() == b""
        assert transport.exchange(request).connection == 1


def test_late_surplus_is_seen_and_ends_the_connection() -> None:
    def late(connection: Connection) -> None:
        connection.request()
        connection.send(OK)
        connection.server.go.wait()
        connection.send(b"{}")
        connection.server.done.set()
        connection.hold()

    with talking(late, answering(OK)) as (transport, server, request):
        transport.exchange(request)
        server.go.set()
        server.wait()
        assert transport.settle() == b"{}"
        assert transport.exchange(request).connection == 2


def test_late_surplus_without_end_is_not_heard_to_its_end() -> None:
    def babbling(connection: Connection) -> None:
        connection.request()
        connection.send(OK)
        connection.server.go.wait()
        for _ in range(1000):
            connection.send(b".")
            connection.server.done.set()
            time.sleep(0.01)

    with talking(babbling) as (transport, server, request):
        transport.exchange(request)
        server.go.set()
        server.wait()
        began = time.monotonic()
        assert transport.settle().startswith(b".")
        assert time.monotonic() - began < 60


def test_a_connection_closed_while_idle_is_noticed_before_the_next_request() -> None:
    with talking(answering_once(OK)) as (transport, server, request):
        transport.exchange(request)
        server.wait()
        assert transport.settle() == b""
        recording = transport.exchange(request)
    assert (recording.connection, recording.reused, recording.fault) == (2, False, None)


def test_a_connection_closed_before_its_second_answer_is_a_stale_one() -> None:
    def once(connection: Connection) -> None:
        connection.request()
        connection.send(OK)
        connection.request()

    with talking(once, answering(OK)) as (transport, _, request):
        transport.exchange(request)
        stale = transport.exchange(request)
        again = transport.exchange(request)
    assert fault_of(stale) in {FaultKind.CLOSED, FaultKind.RESET}
    assert (stale.reused, stale.received) == (True, b"")
    assert (again.connection, again.fault) == (2, None)


# --- Trouble -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pieces",
    [
        (b"HTTP/1.1 2",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 81\r\n",),
        (OK[:-1],),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",),
        (b"HTTP/1.1 100 Continue\r\n\r\n",),
    ],
    ids=["status line", "header", "content", "chunks", "interim"],
)
def test_an_answer_cut_short_is_the_environments(pieces: tuple[bytes, ...]) -> None:
    recording = recorded(answering_once(*pieces))
    assert fault_of(recording) is FaultKind.CUT
    assert recording.received == b"".join(pieces)
    assert recording.closed


def test_a_connection_closed_without_an_answer_is_the_environments() -> None:
    recording = recorded(answering_once())
    assert fault_of(recording) is FaultKind.CLOSED
    assert recording.received == b""


def resetting(*pieces: bytes) -> Script:
    """Send pieces, and reset once the client has them."""

    def script(connection: Connection) -> None:
        connection.request()
        connection.send(*pieces)
        time.sleep(0.05)
        connection.reset()

    return script


@pytest.mark.parametrize(
    "received",
    [b"", OK[:-1], b"HTTP/1.1 200 OK\r\n\r\n{", b"HTTP/1.1 401 Unauthorized\r\n\r\n{"],
    ids=["at once", "amid content", "until close", "refusal until close"],
)
def test_a_reset_is_the_environments(received: bytes) -> None:
    recording = recorded(resetting(received))
    assert fault_of(recording) is FaultKind.RESET
    assert recording.received == received


def test_a_reset_behind_a_bare_refusal_takes_nothing_from_it() -> None:
    refusal = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n"
    recording = recorded(resetting(refusal))
    assert recording.fault is None
    assert recording.received == refusal


def test_a_message_that_contradicts_itself_stands_though_it_never_ended() -> None:
    def stalling(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}")
        connection.hold()

    recording = recorded(stalling, limits=QUICK)
    assert recording.fault is None
    [problem] = parse_response(recording.received, closed=recording.closed).problems
    assert problem.kind is ProblemKind.FRAMING


def test_silence_is_given_up_on() -> None:
    recording = recorded(silent, limits=QUICK)
    assert fault_of(recording) is FaultKind.READ_TIMEOUT
    assert recording.seconds == pytest.approx(0.3, abs=0.2)
    assert not recording.closed


def dripping(connection: Connection) -> None:
    connection.request()
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        connection.send(b" ")
        time.sleep(0.02)


def test_a_drip_meets_the_deadline() -> None:
    recording = recorded(dripping, limits=QUICK)
    assert fault_of(recording) is FaultKind.DEADLINE
    assert 0.5 < recording.seconds < 1.2
    assert recording.received.startswith(b"HTTP/1.1 200 OK")


def test_an_endless_body_meets_the_cap() -> None:
    def endless(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.send(b" " * 65536)

    recording = recorded(endless, limits=Limits(received=300_000))
    assert fault_of(recording) is FaultKind.TOO_LARGE
    assert 300_000 < len(recording.received) < 400_000


def test_trouble_does_not_outlive_its_connection() -> None:
    with talking(silent, answering(OK), limits=QUICK) as (transport, _, request):
        assert transport.exchange(request).fault is not None
        recording = transport.exchange(request)
    assert (recording.connection, recording.reused, recording.fault) == (2, False, None)


# --- Requests that the server doesn't take whole -------------------------------------------------

REFUSAL = b"HTTP/1.1 431 Too Large\r\nContent-Length: 0\r\n\r\n"


def refusing_early(connection: Connection) -> None:
    connection.sock.recv(1000)
    connection.send(REFUSAL)


def refusing_and_deaf(connection: Connection) -> None:
    refusing_early(connection)
    connection.server.go.wait()


def large(transport: Transport) -> bytes:
    return request_to(transport.endpoint, b"X: " + b"a" * 12_000_000 + b"\r\n")


@pytest.mark.parametrize("script", [refusing_early, refusing_and_deaf])
def test_an_early_refusal_is_read_while_the_request_is_still_being_written(
    script: Script,
) -> None:
    with talking(script, answering(OK), limits=QUICK, window=4096) as (transport, _, request):
        recording = transport.exchange(large(transport))
        assert recording.fault is None
        assert recording.received == REFUSAL
        assert transport.exchange(request).connection == 2


def test_a_request_that_nobody_takes_is_given_up_on() -> None:
    with talking(deaf, limits=QUICK, window=4096) as (transport, _, _):
        recording = transport.exchange(large(transport))
    assert fault_of(recording) is FaultKind.WRITE_TIMEOUT
