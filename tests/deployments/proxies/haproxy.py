"""HAProxy, as section 2.6 of its configuration manual shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deployments.deployment import Deployment, program
from tests.deployments.processes import Configuration, free_port, server
from tests.deployments.proxies.before import before_sandbox

CONFIGURATION = Configuration("""
global
    maxconn 256

defaults
    mode http
    timeout connect 5000ms
    timeout client 50000ms
    timeout server 50000ms

frontend http-in
    bind 127.0.0.1:@port
    default_backend servers

backend servers
    server server1 127.0.0.1:@upstream maxconn 32
""")


@contextmanager
def haproxy(upstream: int, folder: Path) -> Iterator[str]:
    """Start HAProxy before an API."""
    port = free_port()
    file = folder / "haproxy.cfg"
    file.write_text(CONFIGURATION.substitute(port=port, upstream=upstream), "utf-8")
    with server(["haproxy", "-db", "-f", str(file)], port=port, folder=folder) as url:
        yield url


NEEDS = (program("haproxy", "haproxy"),)

DEPLOYMENTS = (Deployment("haproxy", before_sandbox(haproxy), NEEDS, quick=True),)
