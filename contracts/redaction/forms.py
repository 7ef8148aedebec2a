"""The forms of a secret: itself, its encodings, and what the recipes derive from it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace

from contracts.http.api_key import Key
from contracts.probes.credentials import transformed_secrets

WINDOW = 8
"""How many consecutive characters of a secret count as the secret."""

WINDOW_OF_DIGITS = 12
"""How many, if all are hexadecimal digits: reports are full of hashes, times and counts, and
8 of their digits sometimes match a key by chance."""

WINDOW_OF_BASE64 = 9
"""How many characters of base64: what 8 characters encode to, at any offset."""

_REPEATED = re.compile(r"(.)\1{7,}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a text can reveal a secret.

    Arguments:
        name: its name in messages.
        text: the secret in this form.
        window: how many consecutive characters of the text count as the secret.
    """

    name: str
    text: str
    window: int = WINDOW


def encodings(secret: str) -> Iterator[Form]:
    """Yield each form in which a secret may be readable.

    Letter case, escapes and lists of numbers are no forms: they are ignored or undone when the text
    is read.

    Arguments:
        secret: what must not be seen.
    """
    yield Form("as it is", secret)
    octets = secret.encode("utf-8", "surrogatepass")
    if not secret.isascii():
        yield Form("as it is", octets.decode("latin-1"))
    yield Form("in hexadecimal", octets.hex(), WINDOW_OF_DIGITS)
    for shift in range(3):
        text = _base64(octets, shift)
        yield Form("in base64", text, WINDOW_OF_BASE64)
        yield Form("in base64", text.replace("+", "-").replace("/", "_"), WINDOW_OF_BASE64)


def derived(key: Key) -> Iterator[Form]:
    """Yield the forms of what the recipes derive from a key's secret.

    Arguments:
        key: the whole key.
    """
    for slug, secret in transformed_secrets(key):
        if slug.startswith("change-position-"):
            # Apart from the one new character, the key's own encodings cover these.
            at = int(slug.removeprefix("change-position-")) - 1
            if at < len(secret):
                around = secret[max(0, at - WINDOW_OF_DIGITS) : at + WINDOW_OF_DIGITS + 1]
                yield Form("in the form of a wrong key", around)
            continue
        if len(secret) < WINDOW:
            continue  # that many characters of the key itself may be shown
        # Without this, what a recipe repeats would match at every character of a text.
        for form in encodings(_REPEATED.sub(r"\1" * (WINDOW - 1), secret)):
            yield replace(form, name=f"in the form of a wrong key {form.name}")


def _base64(octets: bytes, shift: int) -> str:
    """Encode octets that are at an offset within a longer text (RFC 4648 §4).

    Characters that contain bits of the text before or after are left out.
    """
    text = b64encode(bytes(shift) + octets).decode("ascii")
    return text[-(-shift * 8 // 6) : (shift + len(octets)) * 8 // 6]
