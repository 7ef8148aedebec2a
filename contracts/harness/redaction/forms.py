"""The forms of a secret: itself, its encodings, and what the recipes make of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from contracts.harness.credentials import transformed_secrets

WINDOW = 8
"""How many consecutive characters of a secret count as the secret."""

WINDOW_OF_DIGITS = 12
"""How many, where all are hexadecimal digits: reports are full of hashes, times and counts, and
8 of their digits are now and then those of a key by chance."""


def encodings(secret: str) -> Iterator[tuple[str, str]]:
    """Give name and text of each form in which a secret may be read off.

    Letter case and escapes are no forms: they are ignored and undone where the text is read.

    Arguments:
        secret: what must not be seen.
    """
    yield "as it is", secret
    octets = secret.encode("utf-8", "surrogatepass")
    if not secret.isascii():
        yield "as it is", octets.decode("latin-1")
    yield "in hexadecimal", octets.hex()
    for shift in range(3):
        text = _base64(octets, shift)
        yield "in base64", text
        yield "in base64", text.replace("+", "-").replace("/", "_")


def derived(key: str) -> Iterator[tuple[str, str]]:
    """Give name and text of what the recipes make of a key's secret, and of its encodings.

    Arguments:
        key: the whole key.
    """
    for slug, secret in transformed_secrets(key):
        if slug.startswith("change-position-"):
            # Beside the one new character, the encodings of the key itself cover these.
            yield "in the form of a wrong key", secret
            continue
        for name, text in encodings(secret):
            yield f"in the form of a wrong key {name}", text


def _base64(octets: bytes, shift: int) -> str:
    """Encode octets that stand at an offset within a longer text (RFC 4648 §4).

    Characters that hold bits of what comes before or after are left out.
    """
    text = b64encode(bytes(shift) + octets).decode("ascii")
    return text[-(-shift * 8 // 6) : (shift + len(octets)) * 8 // 6]
