"""`probe` says of a request that got no answer that nothing is known, never that it was kept."""

from __future__ import annotations

import socket
import threading
from contextlib import closing

import pytest

from contracts.run import client
from tests.cli.probing import KEPT, Ask


def closing_server(port: socket.socket, opening: bytes) -> None:
    """Answer every connection with these bytes, and close it."""
    while True:
        try:
            connection, _ = port.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            connection.sendall(opening)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is waited for who will not come back."""
    monkeypatch.setattr(client, "RESTART_WAITS", (0.0, 0.0, 0.0))


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("name", ["plain", "absent", "json-object", "control-in-value"])
@pytest.mark.parametrize("opening", [b"", b"HTTP/1.1 200 OK\r\nContent-Le"])
def test_a_closed_connection_is_never_kept(ask: Ask, name: str, opening: bytes) -> None:
    """Not even where HTTP allows a server to close it."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        threading.Thread(target=closing_server, args=(server, opening), daemon=True).start()
        url = "http://127.0.0.1:{1}".format(*server.getsockname())
        status, output, _ = ask(name, "--target", url)
    assert status == 75, output
    assert KEPT not in output
    assert output.rstrip().rpartition("\n")[2].startswith("inconclusive: ")


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("name", ["plain", "json-object", "control-in-value"])
@pytest.mark.parametrize("host", ["127.0.0.1", "nowhere.localhost"])
def test_nobody_who_answers_is_inconclusive(
    ask: Ask, name: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    if host != "127.0.0.1":
        error = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: raise_(error))
    scheme = "http" if host == "127.0.0.1" else "https"
    status, output, _ = ask(name, "--target", f"{scheme}://{host}:{port}")
    assert status == 75, output
    assert f"target   {scheme}://{host}:{port}/" in output
    assert KEPT not in output


def raise_(error: Exception) -> None:
    raise error
