"""A probe: a named reason for one request, with what the request carries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

Field = tuple[bytes, bytes]
"""One header field as it is sent: name and value, both bytes."""

RANDOM = "random fields"
"""The name of the probes whose fields are drawn at random."""

_NOT_HTTP = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r\n[ \t]|[ \t]:")


class Credential(StrEnum):
    """What a probe's credentials are, which decides the responses that are allowed."""

    VALID = "valid"
    """The configured key, as the document shows it."""
    ABSENT = "absent"
    """No credentials at all."""
    WRONG = "wrong"
    """Credentials that do not hold the configured key."""
    DRESSED = "dressed"
    """The configured key in a form that a server may accept or refuse."""
    DOUBLED = "doubled"
    """Two Authorization fields, one of them right."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How credentials are made from the key at the moment of sending.

    Arguments:
        slug: stable name, for instance `drop-last-character`.
        sentence: what it does, in words that never spell out a key.
        credential: what the result counts as.
        near: whether the result is so like the key that a careless comparison might accept it.
        attack: whether a firewall may ban its sender; such probes are sent last.
    """

    slug: str
    sentence: str
    credential: Credential
    near: bool = False
    attack: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """A named reason for one request.

    Arguments:
        name: stable and readable, unique within its family.
        family: the test that it belongs to.
        recipe: slug of the credential recipe (`valid` and `absent` are recipes too).
        credential: what the recipe's result counts as.
        fields: header fields besides the plain request's; one named like a plain field (Accept,
            User-Agent) replaces it.
        query: the query component without its question mark; None for the plain request's, if any.
        body: content of the request; None for no content.
        fresh: whether it needs a connection of its own.
        wire: what only a raw socket can send: a template of the whole request in which `{target}`,
            `{host}` and `{authorization}` are filled in; None for what HTTP clients send.
        attack: whether a firewall may ban its sender.
        near: see Recipe.
        path: the path after the base URL, percent-encoded; None for the plain request's.
    """

    name: str
    family: str
    recipe: str
    credential: Credential
    fields: tuple[Field, ...] = ()
    query: bytes | None = None
    body: bytes | None = None
    fresh: bool = False
    wire: bytes | None = None
    attack: bool = False
    near: bool = False
    path: str | None = None

    @property
    def plain(self) -> bool:
        """Whether the request is as documented, whatever its credentials."""
        varied = (self.query, self.path, self.body, self.wire)
        return not self.fields and all(each is None for each in varied)


def is_http(wire: bytes | None) -> bool:
    """Whether a request conforms to the grammar of HTTP/1.1.

    Control characters, line folding and blanks before a colon violate it (RFC 9112 §5).

    Arguments:
        wire: template of a request that only a raw socket sends; None for any other.
    """
    return wire is None or _NOT_HTTP.search(wire) is None
