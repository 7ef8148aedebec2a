"""Serve one hostile server until standard input ends, after printing its URL and key.

python -m benchmarks.children.hostile_server NAME
"""

from __future__ import annotations

import sys

from benchmarks.hostile_servers import SERVERS
from contracts.sandbox.server import Sandbox


def main(name: str) -> None:
    """Serve it until standard input ends.

    Arguments:
        name: the hostile server's name.
    """
    with Sandbox(fault=SERVERS[name]) as sandbox:
        print(sandbox.url, sandbox.key, flush=True)
        sys.stdin.read()
        print(len(sandbox.log), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
