"""Requirements: the promises of one operation, one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

NUMBER_FORMATS: Final = frozenset({"int32", "int64", "float", "double"})
"""Formats that are ranges of numbers."""

SPELLING: Final = "integers-have-no-fraction"
"""The requirement on how integers are written."""
MEDIA_TYPE: Final = "content-type-is-json"
"""The requirement on the media types of answers."""

ABOUT_CLAUSES: Final = {
    "number-formats-hold": ("format", NUMBER_FORMATS),
    SPELLING: ("type", frozenset({"integer"})),
}
"""Requirements that clauses with a keyword put to the test, and what the keyword says there."""

ABOUT_JSON: Final = frozenset(
    {"body-is-json", "json-is-utf-8", "member-names-are-unique", "strings-are-unicode"}
)
"""Requirements that any body in JSON puts to the test."""

_RFC: Final = re.compile(r"RFC ([1-9][0-9]*) §((?:[1-9][0-9]*|[A-Z])(?:\.[1-9][0-9]*)*)", re.ASCII)


class Level(StrEnum):
    """How much a requirement weighs."""

    MUST = "MUST"
    """Breaking it fails the run."""
    SHOULD = "SHOULD"
    """Breaking it is a warning."""


OF_SOME_BODIES: Final = frozenset({*ABOUT_CLAUSES, *ABOUT_JSON})
"""Requirements of which a body may show nothing."""


class Chance(Enum):
    """Whether a document lets a requirement be observed."""

    CERTAIN = "whoever asks sees it"
    PERHAPS = "the server may show it"
    NONE = "nothing can show it"

    @classmethod
    def of(cls, possible: bool, certain: bool) -> Chance:
        """Give the chance of what may, or must, be seen.

        Arguments:
            possible: whether an answer may show it.
            certain: whether some answer has to.
        """
        return cls.CERTAIN if possible and certain else cls.PERHAPS if possible else cls.NONE


@dataclass(frozen=True, slots=True)
class Requirement:
    """One promise.

    Arguments:
        id: a slug, stable from release to release.
        level: how much it weighs.
        sentence: what it says.
        source: where it stands: a JSON pointer into the document, or `RFC 9110 §15.5.2`.
        quote: the words that stand there; None where an inherited source has other words.
        server_dependent: whether it can only be observed if the server happens to show it:
            unobserved, it does not hold up a pass.
        schema_of: the status whose bodies' schema it is about; None for any other requirement.
        replaces: id of the inherited requirement whose place it takes, with all that it does not
            state itself; None for any other.
    """

    id: str
    level: Level
    sentence: str
    source: str
    quote: str | None = None
    server_dependent: bool = False
    schema_of: str | None = None
    replaces: str | None = None

    @property
    def pointer(self) -> str | None:
        """Its place in the document; None for an RFC section."""
        return self.source if self.source.startswith("/") else None

    @property
    def source_url(self) -> str | None:
        """Where its RFC section can be read; None for what stands in the document."""
        match = _RFC.fullmatch(self.source)
        if match is None:
            return None
        number, section = match.groups()
        part = "appendix" if section[0].isalpha() else "section"
        return f"https://www.rfc-editor.org/rfc/rfc{number}#{part}-{section}"
