"""Serve one hostile server until standard input ends; first write its URL and its key.

python -m benchmarks.children.hostile_server NAME
"""

from __future__ import annotations

import sys

from benchmarks.hostile_servers import SERVERS
from contracts.sandbox.server import Sandbox


def main(name: str) -> None:
    """Serve it.

    Arguments:
        name: one of the hostile servers.
    """
    with Sandbox(fault=SERVERS[name]) as sandbox:
        print(sandbox.url, sandbox.key, flush=True)
        sys.stdin.read()
        print(len(sandbox.log), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
