"""lighttpd as a reverse proxy, as the documentation of mod_proxy shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deployments.deployment import Deployment, program
from tests.deployments.processes import Configuration, free_port, server
from tests.deployments.proxies.before import before_sandbox

CONFIGURATION = Configuration("""
server.document-root = "@folder"
server.bind = "127.0.0.1"
server.port = @port
server.upload-dirs = ("@folder")
server.modules += ("mod_proxy")
proxy.server = ("" => (("host" => "127.0.0.1", "port" => @upstream)))
""")


@contextmanager
def lighttpd(upstream: int, folder: Path) -> Iterator[str]:
    """Start lighttpd before an API."""
    port = free_port()
    file = folder / "lighttpd.conf"
    text = CONFIGURATION.substitute(folder=folder, port=port, upstream=upstream)
    file.write_text(text, "utf-8")
    with server(["lighttpd", "-D", "-f", str(file)], port=port, folder=folder) as url:
        yield url


NEEDS = (program("lighttpd", "lighttpd"),)

DEPLOYMENTS = (Deployment("lighttpd", before_sandbox(lighttpd), NEEDS),)
