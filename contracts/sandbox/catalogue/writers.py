"""Answers written to the socket byte by byte, which no HTTP server would send."""

from __future__ import annotations

from collections.abc import Callable

from contracts.sandbox.catalogue.build import fault, wire_on
from contracts.sandbox.fault import Fault, Rendering
from contracts.sandbox.message import Answer
from contracts.sandbox.wire import Script

Writer = Callable[[Answer], bytes]
"""Turns an answer into the bytes for the socket."""


def script(write: Writer) -> Rendering:
    """A rendering that writes the answer's bytes immediately and closes the connection."""
    return lambda answer, _context: Script((write(answer),), status=answer.status)


def written(status: int, name: str, words: str, requirement: str, write: Writer) -> Fault:
    """A fault in the bytes of answers with that status, which completes its name and words."""
    sentence = f"The {status} {words}."
    return fault(f"{status}-{name}", sentence, requirement, wire=wire_on(status, script(write)))
