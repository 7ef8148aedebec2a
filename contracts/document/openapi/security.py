"""How a request presents its key, according to a document's security schemes."""

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
    """The header field that carries the key, and the word before it.

    Arguments:
        field: the name of the header field.
        word: `Bearer` or `Basic`; empty if the field holds the key alone.
    """

    field: bytes
    word: bytes

    @property
    def name(self) -> bytes:
        """The field's name in lower case."""
        return self.field.lower()

    def present(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        """Translate a field that presents a bearer token into this scheme.

        Fields other than Authorization, and words other than Bearer, are left as they are.

        Arguments:
            name: the field's name; a lower-case name stays lower-case.
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
            # A word in any other case than the document's is part of the value.
            return name, before + (gap[1:] + token if word == b"Bearer" else word + gap + token) + (
                behind
            )
        shown = {b"bearer": self.word.lower(), b"BEARER": self.word.upper()}.get(word, self.word)
        return name, before + shown + gap + self.encode(token) + behind

    def encode(self, token: bytes) -> bytes:
        """Encode a key to follow the word: for Basic, as a user name or a `user:password` pair.

        Arguments:
            token: the key; without a colon it is a user name with an empty password.
        """
        if self.word != b"Basic":
            return token
        return b64encode(token if b":" in token else token + b":")

    def lengths(self, shown: int) -> tuple[tuple[int, bool], ...]:
        """Return the possible lengths of a key of which only the encoded length is known.

        Arguments:
            shown: the length of what follows the word.

        Returns:
            Each length, with whether the key is a pair of user name and password.
        """
        if self.word != b"Basic":
            return ((shown, False),)
        longest = shown // 4 * 3  # base64 pads up to two octets
        decoded = range(longest, max(longest - 3, 1), -1)
        return tuple((n - (not pair), pair) for pair in (False, True) for n in decoded)

    def curl(self, variable: str) -> str:
        """Return the curl option that presents the key.

        Arguments:
            variable: the environment variable that holds it.
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
    """Return how an operation's key is presented: the first supported alternative.

    Arguments:
        security: the operation's `security` or, if it has none, the document's; any one of its
            entries suffices.
        schemes: the document's security schemes by name, references followed.

    Returns:
        The scheme; None if no key is required.

    Raises:
        ValueError: no alternative is supported; the message lists them in one sentence.
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
        # Authorization never holds a bare key (RFC 9110 §11.6.2); such documents mean Bearer.
        own = field.lower() == AUTHORIZATION.decode().lower()
        return BEARER if own else Scheme(field.encode("ascii"), b""), ""
    details = " ".join(_said(kind or "nothing", place and f"in {place}"))
    return None, f"{name} ({details})"


def _said(*words: str) -> Iterator[str]:
    return (word for word in words if word)
