"""`python -m contracts sandbox`: serve the sandbox until it is stopped."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from contracts.cli.operations import catalogue_of
from contracts.cli.parser import Parser, refuse
from contracts.http.target import SettingsError
from contracts.run.session import sandbox_of
from contracts.rye import FIRST, RYE
from contracts.system import wait_for

if TYPE_CHECKING:
    from contracts.document.catalogue import Catalogue
    from contracts.sandbox.fault import Fault
    from contracts.sandbox.server import Sandbox

_HEADINGS = {
    "fault": "Faults: the suite must fail (or warn, for a SHOULD)",
    "variation": "Variations: the suite must pass",
    "environment": "Environment: the suite must be inconclusive, or pass if the trouble does",
}


def main(argv: Sequence[str]) -> int:
    """Serve the sandbox, or list its faults and variations.

    Arguments:
        argv: the arguments after `python -m contracts sandbox`.

    Returns:
        0 after Ctrl-C, SIGTERM or a listing; 4 for settings that can't be used.
    """
    options = _parser().parse_args(argv)
    if options.list_faults is not None:
        _list(options.list_faults, options.operation)
        return 0
    return _serve(options.port, options.fault, options.operation)


def _parser() -> Parser:
    parser = Parser(
        prog="python -m contracts sandbox",
        description="Serve an operation on loopback, conforming or with one fault.",
    )
    parser.add_argument(
        "--operation",
        metavar="NAME",
        help="an operation's folder, or its method and path (default: billing)",
    )
    parser.add_argument(
        "--port", type=_port, default=0, metavar="N", help="TCP port (default: a free one)"
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--fault", metavar="NAME", help="how it deviates")
    choice.add_argument(
        "--list-faults",
        nargs="*",
        metavar="WORD",
        help="list what --fault takes and exit; each WORD filters the list: a kind (fault, "
        "variation, environment), or part of a name, a requirement or a sentence",
    )
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a TCP port.")
    return int(text)


def _serve(port: int, fault: str | None, operation: str | None) -> int:
    try:
        catalogue = catalogue_of(operation)
        sandbox = sandbox_of(catalogue, fault, port=port)
    except LookupError as error:
        refuse("sandbox", error.args[0])
    except (SettingsError, ValueError) as error:
        refuse("sandbox", str(error))
    stopping = threading.Event()
    try:
        sandbox.start()
    except OSError as error:
        reason = error.strerror or str(error)
        refuse("sandbox", f"Port {port} is not available: {reason}.")
    previous = {
        number: signal.signal(number, lambda *_: stopping.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        print("\n".join(_greeting(sandbox, catalogue)), flush=True)
        wait_for(stopping)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        sandbox.stop()
    return 0


def _greeting(sandbox: Sandbox, catalogue: Catalogue) -> list[str]:
    operation, name = catalogue.operation, catalogue.path.resolve().parent.name
    lines = [
        f"{operation.method.upper()} {operation.path} is served at {sandbox.url} until Ctrl-C.",
        f"Its throw-away key is {sandbox.key}",
        f"curl -i -H 'Authorization: Bearer {sandbox.key}' {quote(sandbox.url + sandbox.example)}",
        f"{RYE.key_variable}={sandbox.key} {_python()} -m pytest -m {name} --target {sandbox.url}",
    ]
    if sandbox.fault is not None:
        lines.append(f"{sandbox.fault.kind} {sandbox.fault.name}: {sandbox.fault.sentence}")
    return lines


def _python() -> str:
    """The interpreter's path as one would type it in the working directory."""
    python = Path(sys.executable)
    here = Path.cwd()
    return quote(str(python.relative_to(here) if python.is_relative_to(here) else python))


def _list(words: Sequence[str], operation: str | None) -> None:
    from contracts.sandbox.catalogue import CATALOGUE, OPERATIONS  # noqa: PLC0415

    kinds = list(_HEADINGS)
    catalogue = CATALOGUE if operation in {None, FIRST} else OPERATIONS
    entries = [each for each in catalogue.values() if all(_has(each, word) for word in words)]
    if not entries:
        refuse("sandbox", f"nothing in the catalogue matches {' and '.join(map(repr, words))}")
    entries.sort(key=lambda entry: kinds.index(entry.kind))
    width = max(len(entry.name) for entry in entries)
    breadth = max(len(entry.requirement or "-") for entry in entries)
    blocks = [
        "\n".join((_HEADINGS[kind], *_rows(group, width, breadth)))
        for kind, group in groupby(entries, key=lambda entry: entry.kind)
    ]
    print("\n\n".join(blocks), flush=True)


def _has(entry: Fault, word: str) -> bool:
    """Whether an entry is of a kind or contains a word."""
    if word in _HEADINGS:
        return entry.kind == word
    texts = (entry.name, entry.requirement or "", entry.sentence)
    return any(word.casefold() in text.casefold() for text in texts)


def _rows(entries: Iterable[Fault], width: int, breadth: int) -> list[str]:
    return [
        f"  {entry.name:{width}}  {entry.kind:11}  {entry.requirement or '-':{breadth}}"
        f"  {entry.sentence}"
        for entry in entries
    ]
