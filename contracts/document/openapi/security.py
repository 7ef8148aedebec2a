"""How a request presents its key: what a document's security schemes say of it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

AUTHORIZATION: Final = b"Authorization"

_BEARER = re.compile(rb"([ \t]*)(bearer)([ \t]+)(.*?)([ \t]*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Scheme:
    """Where the key stands in a request, and behind which word.

    Arguments:
        field: the name of the header field.
        word: `Bearer` or `Basic`; empty where the field holds the key alone.
    """

    field: bytes
    word: bytes

    @property
    def name(self) -> bytes:
        """The field's name in lower case."""
        return self.field.lower()

    def present(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        """Write a field that presents a key as a bearer token does as one of this scheme.

        What stands in another field than Authorization, or under another word, stays what it is.

        Arguments:
            name: the field's name; in lower case it stays so.
            value: its value, for instance `Bearer KEY`.
        """
        if name.lower() != AUTHORIZATION.lower() or self == BEARER:
            return name, value
        name = self.name if name.islower() else self.field
        match = _BEARER.fullmatch(value)
        if match is None or not match[4]:
            return name, value.replace(b"Bearer", self.word) if self.word else value
        before, word, gap, token, behind = match.groups()
        if not self.word:
            # A word in another case than the document's is part of what stands there.
            return name, before + (gap[1:] + token if word == b"Bearer" else word + gap + token) + (
                behind
            )
        shown = {b"bearer": self.word.lower(), b"BEARER": self.word.upper()}.get(word, self.word)
        return name, before + shown + gap + self.encode(token) + behind

    def encode(self, token: bytes) -> bytes:
        """Write a key as it stands behind the word: under Basic it is a user name, or a whole pair.

        Arguments:
            token: the key; `user:password` is both, any other has an empty password.
        """
        if self.word != b"Basic":
            return token
        return b64encode(token if b":" in token else token + b":")

    def lengths(self, shown: int) -> tuple[tuple[int, bool], ...]:
        """Give the lengths that a key may have of which only the length is seen.

        Arguments:
            shown: of what stands behind the word.

        Returns:
            Each with whether the key is a pair of user name and password.
        """
        if self.word != b"Basic":
            return ((shown, False),)
        longest = shown // 4 * 3  # base64 pads up to two octets
        decoded = range(longest, max(longest - 3, 1), -1)
        return tuple((n - (not pair), pair) for pair in (False, True) for n in decoded)

    def curl(self, variable: str) -> str:
        """Write curl's option that presents the key.

        Arguments:
            variable: environment variable that holds it.
        """
        if self.word == b"Basic":
            colon = f'$(case "${variable}" in (*:*) ;; (*) echo : ;; esac)'
            return f'-u "${variable}{colon}"'
        word = f"{self.word.decode()} " if self.word else ""
        return f'-H "{self.field.decode()}: {word}${variable}"'


BEARER: Final = Scheme(AUTHORIZATION, b"Bearer")
"""RFC 6750 §2.1."""
BASIC: Final = Scheme(AUTHORIZATION, b"Basic")
"""RFC 7617."""

_HTTP = {"bearer": BEARER, "basic": BASIC}
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def read_scheme(security: object, schemes: Mapping[str, object]) -> Scheme | None:
    """Read how an operation's key is presented: the first way that this suite knows.

    Arguments:
        security: the operation's `security` or, where it has none, the document's; each of its
            entries suffices.
        schemes: what the document describes under their names, references followed.

    Returns:
        The scheme; None where no key is asked for.

    Raises:
        ValueError: there is no such way; says in one sentence what there is instead.
    """
    found = security if isinstance(security, list) else []
    if {} in found:
        return None  # a key is optional
    words = []
    for alternative in found:
        names = list(alternative) if isinstance(alternative, Mapping) else []
        if len(names) == 1:
            scheme, said = _read(names[0], schemes.get(names[0]))
            if scheme is not None:
                return scheme
            words.append(said)
        elif names:
            words.append(f"{' and '.join(map(str, names))} together")
    if not words:
        return None
    raise ValueError(
        f"it takes {', or '.join(words):.200}: this suite presents one key, as a bearer token, as "
        "Basic's user name, or in a header field."
    )


def _read(name: str, described: object) -> tuple[Scheme | None, str]:
    about = described if isinstance(described, Mapping) else {}
    kind, place = str(about.get("type", "")), str(about.get("in", ""))
    field = str(about.get("name", ""))
    if kind in ("oauth2", "openIdConnect"):
        return BEARER, ""
    if kind == "http":
        scheme = str(about.get("scheme", "")).lower()
        return _HTTP.get(scheme), f"{name} (HTTP's {scheme or 'nothing'})"
    if kind == "apiKey" and place == "header" and _NAME.fullmatch(field):
        # That field holds no bare key (RFC 9110 §11.6.2): Bearer is what documents mean by it.
        own = field.lower() == AUTHORIZATION.decode().lower()
        return BEARER if own else Scheme(field.encode("ascii"), b""), ""
    details = " ".join(_said(kind or "nothing", place and f"in {place}"))
    return None, f"{name} ({details})"


def _said(*words: str) -> Iterator[str]:
    return (word for word in words if word)
