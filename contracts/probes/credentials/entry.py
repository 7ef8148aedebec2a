"""An entry of the lattice: a recipe together with the way to build it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contracts.http.api_key import Key
from contracts.http.probe import Credential, Field, Recipe

Maker = Callable[[Key], tuple[Field, ...]]


class Inapplicable(ValueError):  # noqa: N818 - a property of the recipe, not an error
    """A recipe that yields nothing new for this key; the message says why without spelling it.

    Arguments:
        slug: the recipe.
        reason: half a sentence.
    """

    def __init__(self, slug: str, reason: str) -> None:
        super().__init__(f"{slug}: {reason}")
        self.slug = slug
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Entry:
    """One node of the lattice.

    Arguments:
        recipe: the recipe, as reports and probes carry it.
        family: the readable group that it belongs to.
        make: makes the header fields from a key.
        default: whether the default profile sends it.
        transform: for keys near the right one, the change to the secret, whose result is as
            secret as the key; None for all others.
    """

    recipe: Recipe
    family: str
    make: Maker
    default: bool = True
    transform: Callable[[str], str] | None = None


def authorization(value: str | bytes) -> tuple[Field, ...]:
    """Make one Authorization field.

    Arguments:
        value: its value; text is sent as UTF-8.
    """
    return ((b"Authorization", octets(value)),)


def octets(value: str | bytes) -> bytes:
    """Encode text for sending; bytes are returned as they are.

    Arguments:
        value: text or bytes.
    """
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")


def wrong(
    family: str,
    slug: str,
    sentence: str,
    value: str | bytes | Callable[[Key], str | bytes],
    *,
    default: bool = True,
    near: bool = False,
    attack: bool = False,
) -> Entry:
    """Make an entry that sends one Authorization field without the right key.

    Arguments:
        family: the readable group that it belongs to.
        slug: stable name.
        sentence: what it does, without spelling out a key.
        value: the field's value, or how to make it from the key.
        default: whether the default profile sends it.
        near: whether the result resembles the key.
        attack: whether a firewall may ban its sender.
    """

    def make(key: Key) -> tuple[Field, ...]:
        return authorization(value(key) if callable(value) else value)

    recipe = Recipe(slug, sentence, Credential.WRONG, near=near, attack=attack)
    return Entry(recipe, family, make, default)


def near(
    family: str,
    slug: str,
    sentence: str,
    transform: Callable[[str], str],
    *,
    default: bool = True,
) -> Entry:
    """Make an entry that transforms the secret and keeps the public prefix.

    Its recipe is inapplicable to a key that the transformation leaves unchanged or empty.

    Arguments:
        family: the readable group that it belongs to.
        slug: stable name.
        sentence: what it does, without spelling out a key.
        transform: the change to the secret.
        default: whether the default profile sends it.
    """

    def make(key: Key) -> tuple[Field, ...]:
        result = transform(key.secret)
        if not result or result == key.secret:
            raise Inapplicable(slug, "it changes nothing in a key like this one")
        return authorization(f"Bearer {key.prefix}{result}")

    recipe = Recipe(slug, sentence, Credential.WRONG, near=True)
    return Entry(recipe, family, make, default, transform)
