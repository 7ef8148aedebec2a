"""Send the plain request a number of times with bare httpx: the floor of the cost of asking.

python -m benchmarks.children.httpx_loop URL KEY NUMBER
"""

from __future__ import annotations

import sys

import httpx


def main(url: str, key: str, number: str) -> None:
    """Send the requests over one connection.

    Arguments:
        url: the operation's URL.
        key: the valid key.
        number: the number of requests.

    Raises:
        httpx.HTTPStatusError: an answer was not a success.
    """
    with httpx.Client(trust_env=False) as client:
        for _ in range(int(number)):
            client.get(url, headers={"Authorization": f"Bearer {key}"}).raise_for_status()


if __name__ == "__main__":
    main(*sys.argv[1:])
