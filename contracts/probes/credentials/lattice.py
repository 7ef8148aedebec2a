"""The lattice of credentials: every recipe by slug, and the only code that builds them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from contracts.document.openapi.security import AUTHORIZATION, BEARER
from contracts.http.api_key import Key
from contracts.http.probe import Credential, Field, Recipe
from contracts.probes.credentials import guesses, near, plausible, presentations
from contracts.probes.credentials import malformed as junk
from contracts.probes.credentials.entry import Entry, Inapplicable, octets

FAMILIES: tuple[str, ...] = (
    presentations.RIGHT,
    junk.MALFORMED,
    plausible.PLAUSIBLE,
    near.NEAR,
    near.FURTHER,
    near.NOT_HTTP,
    guesses.CARELESS,
    presentations.GATEWAY,
    plausible.UNUSUAL,
    presentations.OTHER,
    presentations.DOUBLED,
    guesses.INJECTION,
)
"""The readable groups of recipes, in the order in which they are sent."""

_SCHEMES = frozenset({b"bearer", b"basic", b"token", b"apikey"})

_ENTRIES: Mapping[str, Entry] = {
    entry.recipe.slug: entry
    for entry in sorted(
        (
            *junk.ENTRIES,
            *plausible.ENTRIES,
            *near.ENTRIES,
            *guesses.ENTRIES,
            *presentations.ENTRIES,
        ),
        key=lambda entry: (entry.recipe.attack, FAMILIES.index(entry.family)),
    )
}

RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {slug: entry.recipe for slug, entry in _ENTRIES.items()}
)
"""Every recipe by slug, attack-shaped ones last."""

RIGHT: tuple[str, ...] = tuple(
    slug for slug, recipe in RECIPES.items() if recipe.credential is Credential.VALID
)
"""The recipes whose result is the right key by HTTP's rules."""

DEFAULT: tuple[str, ...] = tuple(slug for slug, entry in _ENTRIES.items() if entry.default)
"""Recipes that the default profile sends instead of the right key, attack-shaped ones last."""

EXTENDED: tuple[str, ...] = tuple(slug for slug in _ENTRIES if slug not in RIGHT)
"""Recipes that the nightly profile sends instead of the right key: all others."""


def build(slug: str, key: Key) -> tuple[Field, ...]:
    """Make the header fields of a recipe at the moment of sending.

    The same slug and key always make the same fields.

    Arguments:
        slug: the recipe.
        key: the right key.

    Raises:
        KeyError: if there is no such recipe.
        Inapplicable: if the recipe does not make a wrong key from a key like this one.
    """
    entry = _ENTRIES[slug]
    fields = tuple(key.scheme.present(*field) for field in entry.make(key))
    if entry.recipe.credential is Credential.WRONG:
        _refuse_right_key(entry.recipe, fields, octets(key.whole))
    if key.scheme != BEARER and entry.family != presentations.RIGHT:
        _refuse_plain_key(entry.recipe, fields, key)
    return fields


def applicable(key: Key, slugs: Iterable[str] = DEFAULT) -> list[Recipe]:
    """List the recipes that apply to a key, without duplicates of what an earlier one sends.

    Arguments:
        key: the right key.
        slugs: which recipes to consider, in order.
    """
    seen: set[tuple[Field, ...]] = set()
    recipes = []
    for slug in slugs:
        try:
            fields = build(slug, key)
        except Inapplicable:
            continue
        if fields not in seen:
            seen.add(fields)
            recipes.append(RECIPES[slug])
    return recipes


def family_of(slug: str) -> str:
    """Return the readable group that a recipe belongs to, one of FAMILIES.

    Arguments:
        slug: the recipe.
    """
    return _ENTRIES[slug].family


def transformed_secrets(key: Key) -> Iterator[tuple[str, str]]:
    """Yield slug and result of each recipe that transforms the secret: as secret as the key.

    Arguments:
        key: the right key.
    """
    for slug, entry in _ENTRIES.items():
        if entry.transform is not None:
            yield slug, entry.transform(key.secret)


def _refuse_plain_key(recipe: Recipe, fields: tuple[Field, ...], key: Key) -> None:
    """Refuse to send the key as documented under another label.

    Many a form of a bearer token is just the key in a field that holds the key alone. And a server
    that takes Basic's user name for the key need not check the password, nor what follows it.
    """
    _, right = key.scheme.present(AUTHORIZATION, octets(f"Bearer {key.whole}"))
    start = octets(f"{key.whole}:")
    for name, value in fields:
        if name.lower() != key.scheme.name:
            continue
        same = len(fields) == 1 and value.strip(b" \t") == right
        pair = _basic_pair(value) if recipe.credential is Credential.WRONG else b""
        if same or pair.startswith(start):
            raise Inapplicable(recipe.slug, "under this scheme it is the key as documented")


def _basic_pair(value: bytes) -> bytes:
    """User name and password under Basic; empty if there are none."""
    word, _, encoded = value.strip(b" \t").partition(b" ")
    if word.lower() != b"basic":
        return b""
    try:
        return base64.b64decode(encoded.strip(b" \t"), validate=True)
    except ValueError:
        return b""


def _refuse_right_key(recipe: Recipe, fields: tuple[Field, ...], key: bytes) -> None:
    """Refuse to send the right key under the label of a wrong one."""
    for _, value in fields:
        # Keys near the right one may contain all of it, but not where the key is read.
        held = not recipe.near and key in value
        if held or key in _readings(value, generously=not recipe.near):
            raise Inapplicable(recipe.slug, "it would send the right key of this run")


def _readings(value: bytes, *, generously: bool) -> set[bytes]:
    """The values that a server may take for the key in a field's value.

    Only a generous reading undoes quotation marks and percent-encoding: some keys near the right
    one differ from it in just that.
    """
    token = value.strip()
    readings = {token}
    while len(words := token.split(None, 1)) == 2 and words[0].lower() in _SCHEMES:
        token = words[1].strip()
        readings.add(token)
    for reading in tuple(readings) if generously else ():
        readings |= {reading.strip(b"\"'"), unquote_to_bytes(reading)}
    for reading in tuple(readings):
        try:
            decoded = base64.b64decode(reading + b"=" * (-len(reading) % 4), b"-_")
        except (ValueError, binascii.Error):
            continue
        readings |= {decoded, decoded.removeprefix(b":"), decoded.removesuffix(b":")}
    return readings
