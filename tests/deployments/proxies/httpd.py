"""Apache httpd as a reverse proxy, as the documentation of mod_proxy shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deployments.deployment import Deployment, program
from tests.deployments.processes import Configuration, free_port, server
from tests.deployments.proxies.before import before_sandbox

CONFIGURATION = Configuration("""
ServerRoot "@folder"
ServerName localhost
Listen 127.0.0.1:@port
PidFile httpd.pid
Mutex pthread
ErrorLog /dev/stderr

LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
User www-data
Group www-data

ProxyPass "/" "http://127.0.0.1:@upstream/"
ProxyPassReverse "/" "http://127.0.0.1:@upstream/"
@rules
""")


@contextmanager
def httpd(upstream: int, folder: Path, *, rules: str = "") -> Iterator[str]:
    """Start Apache httpd before an API; its User and Group matter to root alone.

    Arguments:
        upstream: the API's port.
        folder: where it works.
        rules: directives of other modules.
    """
    port = free_port()
    file = folder / "httpd.conf"
    text = CONFIGURATION.substitute(folder=folder, port=port, upstream=upstream, rules=rules)
    file.write_text(text, "utf-8")
    command = ["apache2", "-f", str(file), "-D", "FOREGROUND"]
    with server(command, port=port, folder=folder) as url:
        yield url


NEEDS = (program("apache2", "apache2"),)

DEPLOYMENTS = (Deployment("httpd", before_sandbox(httpd), NEEDS),)
