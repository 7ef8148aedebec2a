"""Caddy as a reverse proxy, as its quick start shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contracts.sandbox.server import Sandbox
from tests.deployments.deployment import KEY, Deployment, Served, program
from tests.deployments.processes import Configuration, free_port, server
from tests.deployments.proxies.authorization import key_check
from tests.deployments.proxies.before import before_sandbox, port_of

CONFIGURATION = Configuration("""
{
    admin off
    storage file_system @folder
}

:@port {
    bind 127.0.0.1
    @rules
    reverse_proxy 127.0.0.1:@upstream
}
""")


@contextmanager
def caddy(upstream: int, folder: Path, *, rules: str = "") -> Iterator[str]:
    """Start Caddy before an API, with rules for what comes before it."""
    port = free_port()
    file = folder / "Caddyfile"
    text = CONFIGURATION.substitute(folder=folder, port=port, upstream=upstream, rules=rules)
    file.write_text(text, "utf-8")
    command = ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"]
    with server(command, port=port, folder=folder, env={"HOME": str(folder)}) as url:
        yield url


@contextmanager
def authorized(folder: Path) -> Iterator[Served]:
    """Start Caddy with an authorization service before an API."""
    with Sandbox(key=KEY) as sandbox, key_check(folder) as check:
        rules = f"forward_auth {check} {{\nuri /auth\n}}"
        with caddy(port_of(sandbox), folder, rules=rules) as url:
            yield Served(url, KEY)


NEEDS = (program("caddy", "caddy"),)

DEPLOYMENTS = (
    Deployment("caddy", before_sandbox(caddy), NEEDS),
    Deployment("caddy-forward-auth", authorized, NEEDS),
)
