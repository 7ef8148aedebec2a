"""What stands behind the proxies: the embedded API, or one of its faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from contracts.sandbox.server import Sandbox
from tests.deployments.deployment import KEY, Served

Proxy = Callable[[int, Path], AbstractContextManager[str]]
"""Starts a proxy before the API on a port of loopback; gives the proxy's base URL."""

SILENT = "no-word-on-caching"
"""A variation that leaves it to caches what they store, as most frameworks do."""

Start = Callable[[Path], AbstractContextManager[Served]]


def port_of(sandbox: Sandbox) -> int:
    """Give the port that an embedded API listens on."""
    return int(sandbox.url.rpartition(":")[2])


def before_sandbox(proxy: Proxy, fault: str | None = None) -> Start:
    """Put a proxy before the embedded API.

    Arguments:
        proxy: starts it.
        fault: what it does differently, by its name in the catalogue.
    """

    @contextmanager
    def start(folder: Path) -> Iterator[Served]:
        with Sandbox(fault, key=KEY) as sandbox, proxy(port_of(sandbox), folder) as url:
            yield Served(url, KEY)

    return start


def before_app(proxy: Proxy, app: Start) -> Start:
    """Put a proxy before an application.

    Arguments:
        proxy: starts it.
        app: serves the application.
    """

    @contextmanager
    def start(folder: Path) -> Iterator[Served]:
        with app(folder) as served, proxy(int(served.url.rpartition(":")[2]), folder) as url:
            yield served._replace(url=url)

    return start
