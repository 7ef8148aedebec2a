"""A real reverse proxy in front of the sandbox: its ways are not the API's, and break nothing."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from contracts.run.verdict import ExitStatus
from contracts.sandbox.server import Sandbox
from tests.support import end_of, environment, start_suite

pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")

CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass {upstream};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Connection "";
        }}
    }}
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextmanager
def nginx(upstream: str, folder: Path) -> Iterator[str]:
    """Start nginx before an upstream; gives its URL once it accepts connections."""
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(folder=folder, port=port, upstream=upstream), "utf-8"
    )
    process = subprocess.Popen(["nginx", "-c", str(configuration), "-p", str(folder)])
    try:
        while True:
            assert process.poll() is None, (folder / "error.log").read_text()
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except ConnectionRefusedError:
                continue
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def run(url: str, key: str, folder: Path):
    env = environment(CHECKOUT_INTENTS_API_KEY=key)
    return end_of(start_suite(folder, "--target", url, env=env), folder)


def test_a_conforming_api_behind_a_proxy_passes(tmp_path: Path):
    (tmp_path / "nginx").mkdir()
    with Sandbox() as sandbox, nginx(sandbox.url, tmp_path / "nginx") as url:
        result = run(url, sandbox.key, tmp_path / "reports")
    assert result.status == ExitStatus.PASS, result.output


def test_a_fault_is_found_through_a_proxy(tmp_path: Path):
    (tmp_path / "nginx").mkdir()
    fault = "200-balance-currency-code-missing"
    with Sandbox(fault=fault) as sandbox, nginx(sandbox.url, tmp_path / "nginx") as url:
        result = run(url, sandbox.key, tmp_path / "reports")
    assert result.status == ExitStatus.FAIL, result.output
    broken = [r["id"] for r in result.record["requirements"] if r["verdict"] == "fail"]
    assert broken == ["balance-response-schema"]


def test_a_proxy_without_its_api_is_inconclusive(tmp_path: Path):
    (tmp_path / "nginx").mkdir()
    with nginx(f"http://127.0.0.1:{free_port()}", tmp_path / "nginx") as url:
        result = run(url, "RYE/staging-NobodyHasThisKey123", tmp_path / "reports")
    assert result.status == ExitStatus.INCONCLUSIVE, result.output
    assert "502" in result.record["reason"]
