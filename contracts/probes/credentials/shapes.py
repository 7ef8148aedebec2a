"""Variations of a secret: others of the same shape, and ones that differ in places."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Iterable
from functools import lru_cache

_HEXADECIMAL = ("0123456789abcdef", "0123456789ABCDEF")
_CLASSES = (string.digits, string.ascii_lowercase, string.ascii_uppercase)


def similar(secret: str, seed: str, length: int | None = None) -> str:
    """Make a pseudo-random secret of the same shape: digits for digits, letters for letters.

    It depends on the seed and the shape alone, so that retries send the same, and it differs from
    the secret even if case is ignored.

    Arguments:
        secret: the secret whose shape to copy.
        seed: determines the pseudo-random choice, for instance a recipe's slug.
        length: of the result in characters; None for the secret's own.
    """
    size = len(secret) if length is None else length
    shape = (secret or "a") * (size // max(len(secret), 1) + 1)
    known = {character: _alphabet(character, secret) or character for character in set(shape)}
    alphabets = [known[character] for character in shape[:size]]
    if all(len(alphabet) == 1 for alphabet in alphabets):
        alphabets = [string.ascii_letters + string.digits] * size
    for attempt in range(256):
        entropy = hashlib.shake_256(f"{seed} {attempt}".encode()).digest(2 * size)
        result = "".join(
            alphabet[int.from_bytes(entropy[2 * at : 2 * at + 2], "big") % len(alphabet)]
            for at, alphabet in enumerate(alphabets)
        )
        if result.lower() != secret.lower():
            break
    return result


def changed(secret: str, positions: Iterable[int]) -> str:
    """Replace the characters at some positions with others of the same kind.

    The replacement is half an alphabet away: it differs even if case is ignored, and in the bits
    of a last character that base64 keeps.

    Arguments:
        secret: what to change.
        positions: indexes from 0; those beyond the end are ignored.
    """
    characters = list(secret)
    for position in positions:
        if 0 <= position < len(characters):
            characters[position] = _opposite(secret[position], secret)
    return "".join(characters)


def next_to(character: str, step: int) -> str | None:
    """Return a character's neighbour in its alphabet, or None at the alphabet's end.

    Arguments:
        character: a digit or letter; anything else has no neighbours.
        step: 1 or -1.
    """
    for alphabet in _CLASSES:
        at = alphabet.find(character)
        if at >= 0:
            return alphabet[at + step] if 0 <= at + step < len(alphabet) else None
    return None


def _opposite(character: str, secret: str) -> str:
    alphabet = _alphabet(character, secret)
    if alphabet is None:
        return "_" if character == "-" else "-"
    return alphabet[(alphabet.index(character) + len(alphabet) // 2) % len(alphabet)]


def _alphabet(character: str, secret: str) -> str | None:
    """The alphabet that a character was probably drawn from; None for symbols."""
    marks = _marks(secret)
    if marks and not marks <= set(string.digits):
        for alphabet in _HEXADECIMAL:
            if marks <= set(alphabet) and character in alphabet:
                return alphabet
    return next((alphabet for alphabet in _CLASSES if character in alphabet), None)


@lru_cache(maxsize=16)
def _marks(secret: str) -> frozenset[str]:
    """The letters and digits of a secret."""
    return frozenset(mark for mark in secret if mark.isalnum())
