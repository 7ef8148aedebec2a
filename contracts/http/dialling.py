"""Connecting to a name: the look-up and all of its addresses share one time limit."""

from __future__ import annotations

import queue
import socket
import threading
import time
from ipaddress import ip_address
from typing import Any

Address = tuple[Any, ...]


class LookUpTimeoutError(TimeoutError):
    """The system's resolver did not respond in time."""


def dial(host: str, port: int, until: float) -> socket.socket:
    """Connect to the first of a name's addresses that accepts.

    Arguments:
        host: name or address.
        port: TCP port.
        until: time on the monotonic clock at which to give up.

    Raises:
        socket.gaierror: the name does not resolve.
        LookUpTimeoutError: it was not resolved in time.
        TimeoutError: no address responded in time.
        OSError: no address accepted the connection.
    """
    addresses = _addresses(host, port, until)
    failure: OSError = TimeoutError()
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        left = until - time.monotonic()
        if left <= 0:
            break
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(left / (len(addresses) - tried))
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


def _addresses(host: str, port: int, until: float) -> list[Address]:
    """Resolve a name in a thread: the system's resolver may take minutes and has no time limit."""
    if _is_address(host):
        return _look_up(host, port)
    found: queue.SimpleQueue[list[Address] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(_look_up(host, port))
        except Exception as error:
            found.put(error)

    threading.Thread(target=look_up, name="name look-up", daemon=True).start()
    try:
        result = found.get(timeout=max(0.0, until - time.monotonic()))
    except queue.Empty:
        raise LookUpTimeoutError(f"{host} was not looked up in time") from None
    if isinstance(result, Exception):
        raise result
    return result


def _look_up(host: str, port: int) -> list[Address]:
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
