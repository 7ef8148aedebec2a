"""`python -m contracts sandbox`: serve the sandbox until it is told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NoReturn

from contracts.sandbox.reference import PATH
from contracts.sandbox.server import Sandbox

if TYPE_CHECKING:
    from contracts.sandbox.fault import Fault

EXIT_UNUSABLE = 4
"""Exit status for settings that can't be used."""

_HEADINGS = {
    "fault": "Faults: the suite must fail (or warn, for a SHOULD)",
    "variation": "Variations: the suite must pass",
    "environment": "Environment: the suite must be inconclusive, or get through where it passes",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _UnusableError(message)


class _UnusableError(Exception):
    """Settings that can't be used, in one sentence."""


def main(argv: Sequence[str]) -> int:
    """Serve the sandbox, or list what it can do differently.

    Arguments:
        argv: the arguments after `python -m contracts sandbox`.

    Returns:
        0 after Ctrl-C, SIGTERM or a listing; 4 for settings that can't be used.
    """
    try:
        options = _parser().parse_args(argv)
        if options.list_faults:
            _list()
            return 0
        return _serve(options.port, options.fault)
    except _UnusableError as error:
        print(f"contracts sandbox: {error}", file=sys.stderr, flush=True)
        return EXIT_UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m contracts sandbox",
        description="Serve the billing API on loopback, conforming or with one fault.",
    )
    parser.add_argument(
        "--port", type=_port, default=0, metavar="N", help="TCP port (default: a free one)"
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--fault", metavar="NAME", help="what it does differently")
    choice.add_argument("--list-faults", action="store_true", help="list the names, and stop")
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no TCP port.")
    return int(text)


def _serve(port: int, fault: str | None) -> int:
    try:
        sandbox = Sandbox(fault, port=port)
    except LookupError as error:
        raise _UnusableError(error.args[0]) from None
    stopping = threading.Event()
    try:
        sandbox.start()
    except OSError as error:
        reason = error.strerror or str(error)
        raise _UnusableError(f"Port {port} can't be had: {reason}.") from None
    previous = {
        number: signal.signal(number, lambda *_: stopping.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        print("\n".join(_greeting(sandbox)), flush=True)
        stopping.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        sandbox.stop()
    return 0


def _greeting(sandbox: Sandbox) -> list[str]:
    lines = [
        f"The billing API listens at {sandbox.url} until Ctrl-C.",
        f"Its throw-away key is {sandbox.key}",
        f"curl -i -H 'Authorization: Bearer {sandbox.key}' {sandbox.url}{PATH}",
    ]
    if sandbox.fault is not None:
        lines.append(f"{sandbox.fault.kind} {sandbox.fault.name}: {sandbox.fault.sentence}")
    return lines


def _list() -> None:
    from contracts.sandbox.catalogue import CATALOGUE  # noqa: PLC0415

    kinds = list(_HEADINGS)
    entries = sorted(CATALOGUE.values(), key=lambda entry: kinds.index(entry.kind))
    width = max(len(entry.name) for entry in entries)
    breadth = max(len(entry.requirement or "-") for entry in entries)
    blocks = [
        "\n".join((_HEADINGS[kind], *_rows(group, width, breadth)))
        for kind, group in groupby(entries, key=lambda entry: entry.kind)
    ]
    print("\n\n".join(blocks), flush=True)


def _rows(entries: Iterable[Fault], width: int, breadth: int) -> list[str]:
    return [
        f"  {entry.name:{width}}  {entry.kind:11}  {entry.requirement or '-':{breadth}}"
        f"  {entry.sentence}"
        for entry in entries
    ]
