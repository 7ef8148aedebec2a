"""Servers as processes of their own: started, waited for, and ended whatever happens."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from string import Template

from tests.deployments.deployment import find

HOST = "127.0.0.1"
PATIENCE = 30
"""Seconds in which a server must take connections, and in which it must end."""


class Configuration(Template):
    """A configuration file with `@port` and the like in it, since `$` and `%` are taken there."""

    delimiter = "@"


def free_port() -> int:
    """Pick a TCP port that nobody listens on."""
    with socket.create_server((HOST, 0)) as server:
        return server.getsockname()[1]


@contextmanager
def server(
    command: Sequence[str],
    *,
    port: int,
    folder: Path,
    env: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Run a server; gives its base URL once it takes connections.

    Arguments:
        command: what starts it in the foreground.
        port: that it listens on.
        folder: where it works, and where its output goes.
        env: variables beyond the ones that every process has.
    """
    program, *arguments = command
    output = folder / f"{Path(program).name}-{port}.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [find(program) or program, *arguments],
            cwd=folder,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await_connection(process, port, output)
        yield f"http://{HOST}:{port}"
    finally:
        _end(process)


def _await_connection(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, output.read_text("utf-8", "replace")
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, output.read_text("utf-8", "replace")
            time.sleep(0.02)
        else:
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server with all its workers, which share a process group."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
