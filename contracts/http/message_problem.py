"""Irregularities of messages, and the part of HTTP that each violates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum


class ProblemKind(StrEnum):
    """The part of HTTP that an irregularity violates."""

    SYNTAX = "syntax"
    FRAMING = "framing"


@dataclass(frozen=True, slots=True)
class MessageProblem:
    """One irregularity of a message: where it is, what was expected there and what was found."""

    kind: ProblemKind
    where: str
    expected: str
    found: str


LONGEST_NAME = 200
"""Characters of a field's name that an irregularity shows."""
MOST_PROBLEMS = 20
"""Irregularities of one kind that are listed: a message can hold a hundred thousand."""


class Problems(list[MessageProblem]):
    """The first irregularities of each kind in a message.

    Arguments:
        seen: how many there were in all.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self._listed: Counter[ProblemKind] = Counter()

    def append(self, problem: MessageProblem) -> None:
        """Add one, unless there are already many of its kind.

        Arguments:
            problem: what is irregular.
        """
        self.seen += 1
        if self._listed[problem.kind] < MOST_PROBLEMS:
            self._listed[problem.kind] += 1
            super().append(problem)


def syntax(where: str, expected: str, found: bytes | str) -> MessageProblem:
    """Return a violation of the syntax.

    Arguments:
        where: the part of the message.
        expected: what should be there.
        found: what is there, in octets or in words.
    """
    return MessageProblem(ProblemKind.SYNTAX, where[:LONGEST_NAME], expected, _show(found))


def framing(where: str, expected: str, found: bytes | str) -> MessageProblem:
    """Return a violation of the framing.

    Arguments:
        where: the part of the message.
        expected: what should be there.
        found: what is there, in octets or in words.
    """
    return MessageProblem(ProblemKind.FRAMING, where[:LONGEST_NAME], expected, _show(found))


def _show(found: bytes | str) -> str:
    if isinstance(found, str):
        return found
    text = repr(found[:80])[1:]
    return text if len(found) <= 80 else f"{text}… ({len(found)} bytes)"
