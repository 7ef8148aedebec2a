"""The forms of a secret: itself, its encodings, and what the recipes make of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace

from contracts.http.api_key import Key
from contracts.probes.credentials import transformed_secrets

WINDOW = 8
"""How many consecutive characters of a secret count as the secret."""

WINDOW_OF_DIGITS = 12
"""How many, where all are hexadecimal digits: reports are full of hashes, times and counts, and
8 of their digits are now and then those of a key by chance."""

WINDOW_OF_BASE64 = 9
"""How many of base64: what 8 characters make, wherever they stand in what is encoded."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to read a secret off a text.

    Arguments:
        name: what is said where it is found.
        text: the secret in this form.
        window: how many consecutive characters of the text count.
        telling: whether to leave out windows that ordinary text has too and that tell nothing.
    """

    name: str
    text: str
    window: int = WINDOW
    telling: bool = False


def encodings(secret: str) -> Iterator[Form]:
    """Give each form in which a secret may be read off.

    Letter case and escapes are no forms: they are ignored and undone where the text is read.

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


def listings(secret: str) -> Iterator[Form]:
    """Give the forms in which programs list the octets of a secret, as node prints a Buffer.

    Arguments:
        secret: what must not be seen.
    """
    octets = secret.encode("utf-8", "surrogatepass")
    for separator in (" ", ":"):
        # 8 octets of two digits, with what stands between them
        yield Form("in hexadecimal", octets.hex(separator), 3 * WINDOW - 1)
    for separator in (",", ", "):
        text = separator.join(str(octet) for octet in octets)
        yield Form("in decimal numbers", text, 3 * WINDOW - 1)


def derived(key: Key) -> Iterator[Form]:
    """Give the forms of what the recipes make of a key's secret.

    Arguments:
        key: the whole key.
    """
    for slug, secret in transformed_secrets(key):
        if slug.startswith("change-position-"):
            # Beside the one new character, the encodings of the key itself cover these.
            at = int(slug.removeprefix("change-position-")) - 1
            if at < len(secret):
                around = secret[max(0, at - WINDOW_OF_DIGITS) : at + WINDOW_OF_DIGITS + 1]
                yield Form("in the form of a wrong key", around, telling=True)
            continue
        for form in encodings(secret):
            yield replace(form, name=f"in the form of a wrong key {form.name}", telling=True)


def _base64(octets: bytes, shift: int) -> str:
    """Encode octets that stand at an offset within a longer text (RFC 4648 §4).

    Characters that hold bits of what comes before or after are left out.
    """
    text = b64encode(bytes(shift) + octets).decode("ascii")
    return text[-(-shift * 8 // 6) : (shift + len(octets)) * 8 // 6]
