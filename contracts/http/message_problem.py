"""What is irregular in a message, and which promise of HTTP it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProblemKind(StrEnum):
    """Which promise of HTTP a message's irregularity breaks."""

    SYNTAX = "syntax"
    FRAMING = "framing"


@dataclass(frozen=True, slots=True)
class MessageProblem:
    """One irregularity of a message: where it is, what stands there and what should."""

    kind: ProblemKind
    where: str
    expected: str
    found: str


def syntax(where: str, expected: str, found: bytes | str) -> MessageProblem:
    """Name a break of the syntax.

    Arguments:
        where: the part of the message.
        expected: what should stand there.
        found: what does, in octets or in words.
    """
    return MessageProblem(ProblemKind.SYNTAX, where, expected, _show(found))


def framing(where: str, expected: str, found: bytes | str) -> MessageProblem:
    """Name a break of the framing.

    Arguments:
        where: the part of the message.
        expected: what should stand there.
        found: what does, in octets or in words.
    """
    return MessageProblem(ProblemKind.FRAMING, where, expected, _show(found))


def _show(found: bytes | str) -> str:
    if isinstance(found, str):
        return found
    text = repr(found[:80])[1:]
    return text if len(found) <= 80 else f"{text}… ({len(found)} bytes)"
