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


LONGEST_NAME = 200
"""Characters of a field's name that an irregularity tells."""
MOST_PROBLEMS = 20
"""Irregularities of one kind that are named: a message can hold a hundred thousand."""


class Problems(list[MessageProblem]):
    """A message's irregularities, the first ones of each kind.

    Arguments:
        seen: how many there were in all.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0

    def append(self, problem: MessageProblem) -> None:
        """Add one, unless there are many of its kind already.

        Arguments:
            problem: what is irregular.
        """
        self.seen += 1
        if sum(each.kind is problem.kind for each in self) < MOST_PROBLEMS:
            super().append(problem)


def syntax(where: str, expected: str, found: bytes | str) -> MessageProblem:
    """Name a break of the syntax.

    Arguments:
        where: the part of the message.
        expected: what should stand there.
        found: what does, in octets or in words.
    """
    return MessageProblem(ProblemKind.SYNTAX, where[:LONGEST_NAME], expected, _show(found))


def framing(where: str, expected: str, found: bytes | str) -> MessageProblem:
    """Name a break of the framing.

    Arguments:
        where: the part of the message.
        expected: what should stand there.
        found: what does, in octets or in words.
    """
    return MessageProblem(ProblemKind.FRAMING, where[:LONGEST_NAME], expected, _show(found))


def _show(found: bytes | str) -> str:
    if isinstance(found, str):
        return found
    text = repr(found[:80])[1:]
    return text if len(found) <= 80 else f"{text}… ({len(found)} bytes)"
