"""Requirements: the promises of one operation, one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

NUMBER_FORMATS: Final = frozenset({"int32", "int64", "float", "double"})
"""Formats that restrict the range of a number."""

SPELLING: Final = "integers-have-no-fraction"
"""The requirement on how integers are written."""
MEDIA_TYPE: Final = "content-type-is-json"
"""The requirement on the media types of answers."""

ABOUT_CLAUSES: Final = {
    "number-formats-hold": ("format", NUMBER_FORMATS),
    SPELLING: ("type", frozenset({"integer"})),
}
"""Requirements tested by the clauses with a given keyword, and the keyword's values there."""

ABOUT_JSON: Final = frozenset(
    {"body-is-json", "json-is-utf-8", "member-names-are-unique", "strings-are-unicode"}
)
"""Requirements that any JSON body tests."""

_RFC: Final = re.compile(r"RFC ([1-9][0-9]*) §((?:[1-9][0-9]*|[A-Z])(?:\.[1-9][0-9]*)*)", re.ASCII)


class Level(StrEnum):
    """The severity of a requirement."""

    MUST = "MUST"
    """Breaking it fails the run."""
    SHOULD = "SHOULD"
    """Breaking it is a warning."""


OF_SOME_BODIES: Final = frozenset({*ABOUT_CLAUSES, *ABOUT_JSON})
"""Requirements that not every body tests."""


class Chance(Enum):
    """Whether a document lets a requirement be observed."""

    CERTAIN = "whoever asks sees it"
    PERHAPS = "the server may show it"
    NONE = "nothing can show it"

    @classmethod
    def of(cls, possible: bool, certain: bool) -> Chance:
        """Return the chance that follows from what may and what must be seen.

        Arguments:
            possible: whether some response may show it.
            certain: whether some response must show it.
        """
        return cls.CERTAIN if possible and certain else cls.PERHAPS if possible else cls.NONE


@dataclass(frozen=True, slots=True)
class Requirement:
    """One promise.

    Arguments:
        id: a slug, stable from release to release.
        level: its severity.
        sentence: what it says.
        source: where it is stated: a JSON pointer into the document, or `RFC 9110 §15.5.2`.
        quote: the source's words; None if a new document words an inherited one differently.
        server_dependent: whether it can only be observed if the server happens to show it: if
            unobserved, it does not prevent a pass.
        schema_of: the response key whose bodies' schema it is about; None for any other.
        replaces: id of the inherited requirement that it replaces, from which it takes every key
            that it does not state itself; None for any other.
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
        """JSON pointer to its place in the document; None for an RFC section."""
        return self.source if self.source.startswith("/") else None

    @property
    def source_url(self) -> str | None:
        """URL of its RFC section; None if the source is in the document."""
        match = _RFC.fullmatch(self.source)
        if match is None:
            return None
        number, section = match.groups()
        part = "appendix" if section[0].isalpha() else "section"
        return f"https://www.rfc-editor.org/rfc/rfc{number}#{part}-{section}"
