"""A fault: one deliberate defect, variation or trouble that the sandbox can start with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer
from contracts.sandbox.wire import Script

Kind = Literal["fault", "variation", "environment"]

Admission = Callable[[Context], bool]
"""Decides whether a request's credentials are accepted."""

Effect = Callable[[Answer, Context], Answer]
"""Turns the conforming answer into the one that is sent."""

Rendering = Callable[[Answer, Context], Script | None]
"""Writes the answer as raw bytes; None leaves it to the HTTP server."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Fault:
    """One deliberate difference from the conforming API.

    Arguments:
        name: stable slug.
        sentence: the difference, in one sentence.
        kind: `fault` breaks a requirement, `variation` breaks none, `environment` is trouble that
            does not come from the API.
        requirement: id of the requirement that must catch a fault; None for the other kinds.
        admits: replaces the decision on credentials.
        answer: changes the conforming answer.
        wire: writes raw bytes instead of an answer.
        transient: whether an environment's trouble passes, so that a client that waits or retries
            gets its answer.

    Raises:
        ValueError: the name is not a slug, or the kind and the requirement don't match.
    """

    name: str
    sentence: str
    kind: Kind
    requirement: str | None = None
    admits: Admission | None = None
    answer: Effect | None = None
    wire: Rendering | None = None
    transient: bool = False

    def __post_init__(self) -> None:
        if not _SLUG.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no slug")
        if (self.kind == "fault") != (self.requirement is not None):
            raise ValueError(f"{self.name}: a fault, and no other kind, names its requirement")
