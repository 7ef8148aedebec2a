"""The sandbox's server: quick, clean, and open about what it received."""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
import threading
import time

import pytest

from contracts.sandbox.fault import Fault
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer
from contracts.sandbox.reference import PATH
from contracts.sandbox.server import Sandbox
from tests.sandbox.sandbox_client import exchange, get, key_of


def connect(sandbox: Sandbox) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=5)


def status_of(connection: http.client.HTTPConnection, method: str, path: str) -> int:
    connection.request(method, path)
    response = connection.getresponse()
    response.read()
    return response.status


def test_it_starts_and_stops_at_once() -> None:
    with Sandbox():
        pass
    started = time.perf_counter()
    for _ in range(10):
        with Sandbox() as sandbox:
            get(sandbox)
    assert (time.perf_counter() - started) / 10 < 0.05


def test_it_stops_while_a_client_waits() -> None:
    sandbox = Sandbox("never-answers").start()
    waiting = threading.Thread(target=exchange, args=(sandbox,))
    waiting.start()
    while not sandbox.log:
        time.sleep(0.001)
    started = time.perf_counter()
    sandbox.stop()
    assert time.perf_counter() - started < 0.5
    waiting.join(timeout=5)
    assert not waiting.is_alive()


def test_its_port_is_free_after_the_stop() -> None:
    with Sandbox() as sandbox:
        port = int(sandbox.url.rsplit(":", 1)[1])
    with Sandbox(port=port) as again:
        assert get(again).status == 401


def test_a_busy_port_is_an_os_error() -> None:
    with Sandbox() as sandbox, pytest.raises(OSError, match="in use"):
        Sandbox(port=int(sandbox.url.rsplit(":", 1)[1])).start()


def test_other_methods_and_paths_are_not_found() -> None:
    with Sandbox() as sandbox:
        connection = connect(sandbox)
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
            assert status_of(connection, method, PATH) == 404
        for path in ("/", PATH + "/", "/api/v1/billing", "/%3Cscript%3E"):
            assert status_of(connection, "GET", path) == 404
        connection.close()


def test_an_absolute_target_is_taken() -> None:
    with Sandbox() as sandbox:
        connection = connect(sandbox)
        connection.putrequest("GET", f"http://staging.api.rye.com{PATH}", skip_host=True)
        connection.putheader("Host", "staging.api.rye.com")
        connection.putheader("Authorization", f"Bearer {sandbox.key}")
        connection.endheaders()
        assert connection.getresponse().status == 200
        connection.close()


def test_the_log_holds_what_was_received() -> None:
    with Sandbox() as sandbox:
        before = time.monotonic()
        get(sandbox, b"X-CaSe: kept", authorization=key_of(sandbox))
        get(sandbox, query=b"?a=1")
        first, second = sandbox.log
    assert before <= first.time <= second.time <= time.monotonic()
    assert (first.method, first.target, first.status) == ("GET", PATH.encode(), 200)
    assert (b"X-CaSe", b"kept") in first.fields
    assert (second.target, second.status) == (PATH.encode() + b"?a=1", 401)
    assert first.port != second.port


def test_one_connection_carries_many_requests() -> None:
    with Sandbox() as sandbox:
        connection = connect(sandbox)
        assert {status_of(connection, "GET", PATH) for _ in range(20)} == {401}
        connection.close()
        assert len({received.port for received in sandbox.log}) == 1


def test_bytes_that_are_no_request_get_400_and_are_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with Sandbox() as sandbox:
        host, port = sandbox.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nbad header\r\n\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 400 ")
        assert [received.status for received in sandbox.log] == [400]
    assert not caplog.records


def test_it_serves_https(caplog: pytest.LogCaptureFixture) -> None:
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    with Sandbox(ssl_context=context) as sandbox:
        address = sandbox.url.removeprefix("https://")
        stranger = http.client.HTTPSConnection(address, context=trusting, timeout=5)
        with pytest.raises(ssl.SSLCertVerificationError):
            stranger.request("GET", PATH)
        authority.configure_trust(trusting)
        friend = http.client.HTTPSConnection(address, context=trusting, timeout=5)
        friend.request("GET", PATH, headers={"Authorization": f"Bearer {sandbox.key}"})
        assert friend.getresponse().status == 200
        friend.close()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_keys_are_thrown_away() -> None:
    keys = {Sandbox().key for _ in range(20)}
    assert len(keys) == 20
    assert all(len(key) >= 36 and key.startswith("RYE/staging-") for key in keys)


def test_a_stated_limit_is_kept_on_the_servers_clock() -> None:
    with Sandbox("limit-stated") as sandbox:
        replies = [get(sandbox, authorization=key_of(sandbox)) for _ in range(12)]
        assert [reply.status for reply in replies] == [200] * 10 + [429] * 2
        assert replies[0].fields["ratelimit-policy"] == '"reads";q=10;w=1'
        assert replies[0].fields["ratelimit"] == '"reads";r=9;t=1'
        assert replies[-1].fields["retry-after"] == "1"
        assert sum(received.status == 429 for received in sandbox.log) == 2
        time.sleep(1.05)
        assert get(sandbox, authorization=key_of(sandbox)).status == 200


def test_its_own_errors_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    def break_down(_answer: Answer, _context: Context) -> Answer:
        raise RuntimeError("the sandbox itself is broken")

    with Sandbox(Fault("broken", "It breaks.", "variation", answer=break_down)) as sandbox:
        assert get(sandbox).status == 500
    assert "the sandbox itself is broken" in caplog.text
