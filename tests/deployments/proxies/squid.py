"""squid as an accelerator, as its wiki shows ("Configuring a Basic Reverse Proxy")."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deployments.deployment import Deployment, program
from tests.deployments.processes import Configuration, free_port, server
from tests.deployments.proxies.before import SILENT, before_sandbox

CONFIGURATION = Configuration("""
http_port 127.0.0.1:@port accel defaultsite=127.0.0.1 no-vhost
cache_peer 127.0.0.1 parent @upstream 0 no-query originserver login=PASSTHRU name=api
acl our_sites dstdomain 127.0.0.1
http_access allow our_sites
cache_peer_access api allow our_sites
cache_peer_access api deny all

visible_hostname localhost
pid_filename none
access_log none
cache_log /dev/stderr
cache_store_log none
coredump_dir @folder
pinger_enable off
shutdown_lifetime 0 seconds
""")


@contextmanager
def squid(upstream: int, folder: Path) -> Iterator[str]:
    """Start squid before an API; without `login=` it would keep the client's key to itself."""
    port = free_port()
    file = folder / "squid.conf"
    text = CONFIGURATION.substitute(folder=folder, port=port, upstream=upstream)
    file.write_text(text, "utf-8")
    with server(["squid", "-N", "-f", str(file)], port=port, folder=folder) as url:
        yield url


NEEDS = (program("squid", "squid"),)

DEPLOYMENTS = (Deployment("squid", before_sandbox(squid, SILENT), NEEDS),)
