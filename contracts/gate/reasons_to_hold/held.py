"""The exception with which the gate holds a report."""

from __future__ import annotations


class HeldError(Exception):
    """The gate holds a report.

    Arguments:
        code: stable name of the reason, for programs.
        reason: the reason in one sentence, for a person.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
