"""HAProxy, as section 2.6 of its configuration manual shows, and banning who errs too often."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from contracts.run.verdict import ExitStatus
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
    @rules
    default_backend servers

backend servers
    server server1 127.0.0.1:@upstream maxconn 32
""")

BAN = """
stick-table type ip size 100k expire 30m store http_err_cnt
http-request track-sc0 src
http-request deny deny_status 403 if { sc_http_err_cnt(0) gt 60 }
"""
"""Each answer of 4xx counts as an error; a run provokes twice as many."""

BAN_OF_CONNECTIONS = """
stick-table type ip size 100k expire 30m store http_err_cnt
tcp-request connection track-sc0 src
tcp-request connection reject if { sc_http_err_cnt(0) gt 60 }
"""


@contextmanager
def haproxy(upstream: int, folder: Path, *, rules: str = "") -> Iterator[str]:
    """Start HAProxy before an API, with rules of its front end."""
    port = free_port()
    file = folder / "haproxy.cfg"
    text = CONFIGURATION.substitute(port=port, upstream=upstream, rules=rules)
    file.write_text(text, "utf-8")
    with server(["haproxy", "-db", "-f", str(file)], port=port, folder=folder) as url:
        yield url


NEEDS = (program("haproxy", "haproxy"),)

DEPLOYMENTS = (
    Deployment("haproxy", before_sandbox(haproxy), NEEDS),
    Deployment(
        "haproxy-bans",
        before_sandbox(partial(haproxy, rules=BAN)),
        NEEDS,
        ExitStatus.INCONCLUSIVE,
        reason="banned",
        profiles=("default",),
    ),
    Deployment(
        "haproxy-rejects-connections",
        before_sandbox(partial(haproxy, rules=BAN_OF_CONNECTIONS)),
        NEEDS,
        ExitStatus.INCONCLUSIVE,
        # Whether a reset, while connecting or behind it, or an end comes first is a race.
        reason="the plain valid request failed 3 times in a row: ",
        profiles=("default",),
    ),
)
