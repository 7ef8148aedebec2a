"""Varnish with its built-in rules, as its users' guide starts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.deployments.deployment import Deployment, mistake, program
from tests.deployments.processes import Configuration, free_port, server
from tests.deployments.proxies.before import SILENT, before_sandbox

CONFIGURATION = Configuration("""
vcl 4.1;

backend default {
    .host = "127.0.0.1";
    .port = "@upstream";
}
@rules
""")

CACHES_WITH_CREDENTIALS = """
sub vcl_recv {
    return (hash);
}
"""
"""Skips the built-in rule that passes requests with credentials by."""

CACHES_ANYTHING = """
sub vcl_recv {
    return (hash);
}

sub vcl_backend_response {
    set beresp.ttl = 5m;
}
"""
"""Gives refusals a time to live, too: of itself, Varnish stores none."""


@contextmanager
def varnish(upstream: int, folder: Path, *, rules: str = "") -> Iterator[str]:
    """Start Varnish before an API, with rules that go before the built-in ones."""
    port = free_port()
    file = folder / "default.vcl"
    file.write_text(CONFIGURATION.substitute(upstream=upstream, rules=rules), "utf-8")
    command = ["varnishd", "-F", "-j", "none", "-n", str(folder / "work"), "-f", str(file)]
    command += ["-a", f"127.0.0.1:{port}", "-s", "malloc,16m"]
    with server(command, port=port, folder=folder) as url:
        yield url


NEEDS = (program("varnishd", "varnish"),)

DEPLOYMENTS = (
    Deployment("varnish", before_sandbox(varnish, SILENT), NEEDS),
    mistake(
        "varnish-caches-with-credentials",
        before_sandbox(partial(varnish, rules=CACHES_WITH_CREDENTIALS), SILENT),
        NEEDS,
        "bad-key-is-refused",
    ),
    mistake(
        "varnish-caches-anything",
        before_sandbox(partial(varnish, rules=CACHES_ANYTHING), SILENT),
        NEEDS,
        "valid-key-gets-200",
    ),
)
