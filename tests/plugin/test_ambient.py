"""What arrives is what a probe means, whatever surrounds the run: files, variables, cookies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from contracts.rye import RYE
from contracts.sandbox.fault import Fault
from contracts.sandbox.server import Sandbox
from tests.support import Result, end_of, environment, outcomes, start_suite

KEY = "RYE/staging-Qz7vKp2mX9r4b8WnT3cLs6Hd"
SEED = ("--hypothesis-seed", "11")
COOKIES = Fault(
    "cookies-and-no-challenge",
    "Every answer sets a cookie, and a SHOULD is broken.",
    "variation",
    answer=lambda answer, _context: answer.without("WWW-Authenticate").adding(
        "Set-Cookie", "session=1234; Path=/"
    ),
)
FOREIGN = "machine 127.0.0.1 login somebody password else\ndefault login other password one\n"


@pytest.fixture(scope="module")
def proxied() -> Iterator[tuple[str, list[str]]]:
    """A proxy that nobody asked for, and what came to it all the same."""
    seen: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.requestline)
            self.send_error(502)

        do_CONNECT = do_GET  # noqa: N815 - as http.server spells it

        def log_message(self, *_arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


def surroundings(folder: Path, proxy: str) -> dict[str, str]:
    """Everything that HTTP clients, TLS libraries and Python read beside what they are told."""
    home = folder / "home"
    home.mkdir()
    for name in (".netrc", "_netrc", ".curlrc"):
        (home / name).write_text(FOREIGN)
        (home / name).chmod(0o600)
    junk = folder / "junk.pem"
    junk.write_text("no certificate\n")
    proxies = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    certificates = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    return {
        "HOME": str(home),
        "NETRC": str(home / ".netrc"),
        "NO_PROXY": "",
        "no_proxy": "",
        **dict.fromkeys(proxies, proxy),
        **dict.fromkeys(certificates, str(junk)),
        "SSLKEYLOGFILE": str(folder / "keys.log"),
        "PYTHONWARNINGS": "error",
        "PYTHONHASHSEED": "1",
        "PYTHONUTF8": "0",
        "LC_ALL": "C",
        "TZ": "Asia/Kathmandu",
        "SCHEMATHESIS_HOOKS": "no_such_module",
        "SCHEMATHESIS_BASE_URL": "http://127.0.0.1:9",
        "HYPOTHESIS_PROFILE": "ci",
        "CI": "true",
    }


@pytest.fixture(scope="module")
def runs(
    tmp_path_factory: pytest.TempPathFactory, proxied: tuple[str, list[str]]
) -> tuple[Sandbox, Sandbox, Result]:
    """A run in peace, and one amid all this against a server that sets cookies."""
    folder = tmp_path_factory.mktemp("ambient")
    around = surroundings(folder, proxied[0])
    with Sandbox(key=KEY) as quiet, Sandbox(fault=COOKIES, key=KEY) as noisy:
        started = [
            start_suite(folder / name, "--target", sandbox.url, *SEED, env=env)
            for name, sandbox, env in (
                ("quiet", quiet, environment(**{RYE.key_variable: KEY})),
                ("noisy", noisy, environment(**around, **{RYE.key_variable: KEY})),
            )
        ]
        in_peace, result = (end_of(each, folder / "noisy") for each in started)
    assert in_peace.status == 0, in_peace.output[-2000:]
    return quiet, noisy, result


def arrived(sandbox: Sandbox) -> list[tuple[str, bytes, list[tuple[bytes, bytes]]]]:
    """Everything that came, but for the port in the host's name."""
    port = sandbox.url.rpartition(":")[2].encode()
    return [
        (each.method, each.target, [(n, v.replace(port, b"PORT")) for n, v in each.fields])
        for each in sandbox.log
    ]


def own_cookies(fields: list[tuple[bytes, bytes]]) -> bool:
    """Whether a request gives the server's own cookies back: one does, on purpose and keyless."""
    return (b"Cookie", b"session=1234") in fields and b"Authorization" not in dict(fields)


def test_not_a_byte_of_what_arrives_is_changed(runs: tuple[Sandbox, Sandbox, Result]) -> None:
    quiet, noisy, result = runs
    assert result.status == 0, result.output[-3000:]
    assert len(quiet.log) > 200
    others = [each for each in arrived(noisy) if not own_cookies(each[2])]
    assert len(arrived(noisy)) - len(others) == 1
    for one, other in zip(arrived(quiet), others, strict=True):
        assert one == other


def test_no_foreign_credentials_and_no_cookie_arrive(
    runs: tuple[Sandbox, Sandbox, Result],
) -> None:
    _, noisy, _ = runs
    plain = [
        {name.lower(): value for name, value in each.fields}
        for each in noisy.log
        if len(each.fields) <= 6 and not own_cookies(list(each.fields))
    ]
    assert plain
    assert not any(b"session=" in fields.get(b"cookie", b"") for fields in plain)
    assert not any(b"c29tZWJvZHk6ZWxzZQ" in value for f in plain for value in f.values())


def test_no_proxy_is_used_that_was_not_asked_for(
    runs: tuple[Sandbox, Sandbox, Result], proxied: tuple[str, list[str]]
) -> None:
    assert runs[2].record["requests"] == len(runs[1].log)
    assert proxied[1] == []


def test_no_key_of_a_connection_is_logged(
    runs: tuple[Sandbox, Sandbox, Result], tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert not (runs[2].folder.parent / "keys.log").exists()


def test_a_warning_stays_a_warning_where_warnings_are_errors(
    runs: tuple[Sandbox, Sandbox, Result],
) -> None:
    """Projects that run with `-W error` hear of a broken SHOULD, and of nothing that failed."""
    result = runs[2]
    assert (result.record["verdict"], result.record["complete"]) == ("pass", True)
    assert result.requirement("challenge-on-401")["verdict"] == "warn"
    assert "= warnings: broken SHOULDs =" in result.output
    assert result.terminal_counts()["warning"] == 0
    assert outcomes(result.terminal_counts()) == result.page_counts() == result.record_counts()
