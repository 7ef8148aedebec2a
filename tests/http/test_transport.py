"""The socket, over real connections: what it sends, records, waits for and gives up on."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from contracts.http.envelope import EnvelopeError
from contracts.http.exchange import FaultKind
from contracts.http.message import ProblemKind, parse_response
from contracts.http.transport import Endpoint, Limits, Recording, Transport
from contracts.run.settings import tls_context
from tests.http.servers import Connection, Script, Server, answering, answering_once, silent

PATH = "/api/v1/billing/balance"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
QUICK = Limits(connect=2.0, write=0.3, read=0.3, deadline=0.6)


def endpoint(server: Server, scheme: str = "http", host: str = "127.0.0.1") -> Endpoint:
    return Endpoint(scheme, host, server.port, PATH)


def request_to(where: Endpoint, extra: bytes = b"", *, absolute: bool = False) -> bytes:
    start = f"{where.scheme}://{where.authority}" if absolute else ""
    line = f"GET {start}{where.path} HTTP/1.1\r\nHost: {where.authority}\r\n"
    return line.encode() + extra + b"\r\n"


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


def fault_of(recording: Recording) -> FaultKind:
    assert recording.fault is not None
    assert recording.fault.words
    return recording.fault.kind


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


def deaf(connection: Connection) -> None:
    connection.sock.recv(1000)
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


# --- Connecting ----------------------------------------------------------------------------------


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


# --- TLS -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, str]:
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return ca, str(path)


def certified(ca: trustme.CA, *names: str, not_after: datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*names, not_after=not_after).configure_cert(context)
    return context


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_https_is_spoken_where_the_certificate_is_right(
    authority: tuple[trustme.CA, str], host: str
) -> None:
    ca, path = authority
    with Server(answering(OK), tls=certified(ca, host)) as server:
        transport = Transport(endpoint(server, "https", host), tls=tls_context(path))
        recordings = [transport.exchange(request_to(transport.endpoint)) for _ in range(2)]
        transport.close()
    assert [(r.received, r.connection) for r in recordings] == [(OK, 1), (OK, 1)]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_living_versions_of_tls_do(
    authority: tuple[trustme.CA, str], version: ssl.TLSVersion
) -> None:
    ca, path = authority
    context = certified(ca, "localhost")
    context.minimum_version = context.maximum_version = version
    with Server(answering(OK), tls=context) as server:
        recording = attempt(endpoint(server, "https", "localhost"), tls=tls_context(path))
    assert recording.received == OK


def refused_by_tls(server_context: ssl.SSLContext, ca_file: str | None) -> str:
    with Server(answering(OK), tls=server_context) as server:
        recording = attempt(endpoint(server, "https", "localhost"), tls=tls_context(ca_file))
    assert fault_of(recording) is FaultKind.TLS
    assert recording.received == b""
    assert server.requests == []
    assert recording.fault is not None
    return recording.fault.words


def test_an_unknown_authority_is_not_trusted(authority: tuple[trustme.CA, str]) -> None:
    words = refused_by_tls(certified(trustme.CA(), "localhost"), authority[1])
    assert "certificate was not accepted" in words
    assert "issuer" in words


def test_the_public_authorities_know_nothing_of_ours(authority: tuple[trustme.CA, str]) -> None:
    assert "issuer" in refused_by_tls(certified(authority[0], "localhost"), None)


def test_a_certificate_for_another_host_is_not_trusted(authority: tuple[trustme.CA, str]) -> None:
    words = refused_by_tls(certified(authority[0], "staging.api.rye.com"), authority[1])
    assert "Hostname mismatch" in words


def test_an_expired_certificate_is_not_trusted(authority: tuple[trustme.CA, str]) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    context = certified(authority[0], "localhost", not_after=yesterday)
    assert "expired" in refused_by_tls(context, authority[1])


def test_an_old_version_of_tls_is_not_spoken(authority: tuple[trustme.CA, str]) -> None:
    ca, path = authority
    context = certified(ca, "localhost")
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    assert "TLS failed" in refused_by_tls(context, path)


def test_plain_http_where_tls_is_expected_is_tls_trouble(
    authority: tuple[trustme.CA, str],
) -> None:
    def plain(connection: Connection) -> None:
        connection.sock.recv(10)
        connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.hold()

    with Server(plain) as server:
        recording = attempt(endpoint(server, "https"), tls=tls_context(authority[1]))
    assert fault_of(recording) is FaultKind.TLS
    assert recording.fault is not None
    assert "TLS failed" in recording.fault.words


def test_a_handshake_that_never_comes_meets_the_limit(authority: tuple[trustme.CA, str]) -> None:
    limits = Limits(connect=0.3)
    with Server(deaf) as server:
        where = endpoint(server, "https")
        recording = attempt(where, tls=tls_context(authority[1]), limits=limits)
    assert fault_of(recording) is FaultKind.CONNECT_TIMEOUT
    assert recording.seconds < 1


# --- Proxies -------------------------------------------------------------------------------------

REMOTE = Endpoint("https", "staging.api.rye.com", 443, PATH)
REMOTE_PLAIN = Endpoint("http", "staging.api.rye.com", 80, PATH)
BASIC = b"Proxy-Authorization: Basic dXNlcjpwQHNz\r\n"


def tunnel(context: ssl.SSLContext) -> Script:
    """Open a tunnel, at the other end of which sits the endpoint itself."""

    def script(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        connection.secure(context)
        answering(OK)(connection)

    return script


@pytest.mark.parametrize(("user", "line"), [("", b""), ("user:p%40ss@", BASIC)])
def test_https_goes_through_a_tunnel(
    authority: tuple[trustme.CA, str], user: str, line: bytes
) -> None:
    ca, path = authority
    with Server(tunnel(certified(ca, REMOTE.host))) as proxy:
        via = f"http://{user}127.0.0.1:{proxy.port}"
        recording = attempt(REMOTE, tls=tls_context(path), proxy=via)
    where = b"staging.api.rye.com:443"
    connect = b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n" % (where, where)
    assert recording.received == OK
    assert proxy.requests == [connect + line + b"\r\n", recording.sent]
    assert b"Proxy" not in recording.sent


def test_the_proxy_itself_is_not_taken_for_the_endpoint(
    authority: tuple[trustme.CA, str],
) -> None:
    ca, path = authority
    with Server(tunnel(certified(ca, "localhost"))) as proxy:
        via = f"http://localhost:{proxy.port}"
        recording = attempt(REMOTE, tls=tls_context(path), proxy=via)
    assert fault_of(recording) is FaultKind.TLS


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "407"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "502"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "no HTTP"),
        (b"", "no HTTP"),
    ],
)
def test_a_tunnel_refused_is_the_proxys_word(
    authority: tuple[trustme.CA, str], answer: bytes, words: str
) -> None:
    with Server(answering_once(answer)) as proxy:
        via = f"http://user:p%40ss@127.0.0.1:{proxy.port}"
        recording = attempt(REMOTE, tls=tls_context(authority[1]), proxy=via)
    assert fault_of(recording) is FaultKind.PROXY
    assert recording.fault is not None
    assert words in recording.fault.words
    assert "p@ss" not in recording.fault.words
    assert recording.received == b""


def test_a_proxy_that_drips_meets_the_limit(authority: tuple[trustme.CA, str]) -> None:
    def slow(connection: Connection) -> None:
        connection.request()
        for _ in range(200):
            connection.send(b"H")
            time.sleep(0.05)

    with Server(slow) as proxy:
        via = f"http://127.0.0.1:{proxy.port}"
        recording = attempt(
            REMOTE, tls=tls_context(authority[1]), proxy=via, limits=Limits(connect=0.3)
        )
    assert fault_of(recording) is FaultKind.CONNECT_TIMEOUT
    assert recording.seconds < 1


@pytest.mark.parametrize(("user", "line"), [("", b""), ("user:p%40ss@", BASIC)])
def test_http_goes_to_a_proxy_in_absolute_form(user: str, line: bytes) -> None:
    with Server(answering(OK)) as proxy:
        recording = attempt(REMOTE_PLAIN, proxy=f"http://{user}127.0.0.1:{proxy.port}")
    assert recording.received == OK
    assert proxy.requests == [
        b"GET http://staging.api.rye.com/api/v1/billing/balance HTTP/1.1\r\n"
        b"Host: staging.api.rye.com\r\n" + line + b"\r\n"
    ]


def test_a_proxy_that_is_not_there_is_named() -> None:
    port = unused_port()
    recording = attempt(REMOTE_PLAIN, proxy=f"http://user:p%40ss@127.0.0.1:{port}")
    assert fault_of(recording) is FaultKind.REFUSED
    assert recording.fault is not None
    assert f"127.0.0.1:{port}" in recording.fault.words
    assert "ss" not in recording.fault.words.replace("refused", "")


# --- Surroundings --------------------------------------------------------------------------------


def test_the_environment_has_no_influence(
    authority: tuple[trustme.CA, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ca, path = authority
    dead = f"http://127.0.0.1:{unused_port()}"
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, dead)
        monkeypatch.setenv(name.lower(), dead)
    (tmp_path / ".netrc").write_text("default login x password y\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    log = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, path)
    monkeypatch.setenv("SSL_CERT_DIR", os.path.dirname(path))  # noqa: PTH120 - a string is needed
    context = certified(ca, "localhost")
    with Server(answering(OK), tls=context) as server:
        where = endpoint(server, "https", "localhost")
        trusting = attempt(where, tls=tls_context(path))
        doubting = attempt(where, tls=tls_context(None))
    assert trusting.received == OK
    assert server.requests == [request_to(where)]
    assert fault_of(doubting) is FaultKind.TLS
    assert not log.exists()


@pytest.mark.parametrize(
    ("scheme", "host", "port", "authority"),
    [
        ("http", "localhost", 80, "localhost"),
        ("https", "localhost", 443, "localhost"),
        ("https", "localhost", 80, "localhost:80"),
        ("http", "::1", 80, "[::1]"),
        ("http", "::1", 8000, "[::1]:8000"),
    ],
)
def test_the_default_port_is_left_out_of_host(
    scheme: str, host: str, port: int, authority: str
) -> None:
    assert Endpoint(scheme, host, port, PATH).authority == authority


def test_limits_within_a_deadline_are_none_longer_than_it() -> None:
    assert Limits.within(2.0) == Limits(connect=2.0, write=2.0, read=2.0, deadline=2.0)
    assert Limits.within(60.0) == Limits(deadline=60.0)
