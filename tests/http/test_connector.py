"""Connecting under TLS and through proxies, and nothing from the surroundings."""

from __future__ import annotations

import os
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from contracts.http.endpoint import Endpoint, Limits
from contracts.http.exchange import FaultKind
from contracts.http.transport import Transport
from contracts.run.settings import tls_context
from tests.http.endpoints import OK, PATH, attempt, endpoint, fault_of, request_to, unused_port
from tests.http.servers import Connection, Script, Server, answering, answering_once, deaf

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
