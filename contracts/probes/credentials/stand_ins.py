"""What recipes make of a key of which only the length is known.

A reader of a report has no key. Keys of the same length, one of each shape that keys have, stand in
for it: what a recipe makes of all of them, it makes of that key too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from contracts.document.openapi.security import BEARER, Scheme
from contracts.http.api_key import Key
from contracts.http.api_profile import ApiProfile
from contracts.http.probe import Field
from contracts.http.target import MINIMUM_SECRET
from contracts.probes.credentials.entry import Inapplicable
from contracts.probes.credentials.lattice import RECIPES, build, family_of

Fields = tuple[Field, ...]

_SCHEME = re.compile(rb"[ \t]*(?:(?:bearer|basic|digest|token|apikey|negotiate)(?=[ \t]|$))?", re.I)
_VISIBLE = re.compile(rb"[\x21-\x7e]")
_BEYOND = re.compile(rb"[\x80-\xff]")

_LETTERS = "h3VnQ9kXz5TgW2bJr8LyD6sPm4CfE7Ua"
_SHAPES = (
    _LETTERS,
    "48151623427309586710",
    "kqzplmxvbtrwydnshcjfguea",
    "KQZPLMXVBTRWYDNSHCJFGUEA",
    "3fa9c07be41d58260",
    "-.!_~/+$:",
    "abcdefghijklmnopqrstuvwxyz",
    "00000000-0000-0000-0000-0000",
    "a",
)
"""Patterns that are repeated to the length of a stand-in's secret."""


def outline(value: bytes) -> bytes:
    """Return what a mask leaves of credentials: their scheme, their blanks, their length.

    Arguments:
        value: a field value, masked or not.
    """
    shown = len(_scheme(value))
    rest = _BEYOND.sub(b"\xaa", _VISIBLE.sub(b"*", value[shown:]))
    return value[:shown] + rest


_LONGEST_NAME = 16
"""Longest environment name in a public prefix that is considered."""


def prefixes(length: int, api: ApiProfile) -> list[str]:
    """Return the public prefixes that a key may have, one of each length, likely ones first.

    Arguments:
        length: of the whole key, in characters.
        api: the API that the key is for.
    """
    base = re.sub("[a-z]+-$", "", api.staging_prefix)
    named = (f"{base}{'q' * size}-" for size in range(1, _LONGEST_NAME + 1))
    found = (api.staging_prefix, api.production_prefix, "", *named)
    return [each for each in found if length >= len(each) + MINIMUM_SECRET] or [""]


class StandIns:
    """Keys of one length with one public prefix.

    Arguments:
        prefix: the public prefix; empty for none.
        length: of the whole key, in characters.
        api: the API that the key is for.
        scheme: how it is presented.
        pair: whether the key is a user name and a password.
    """

    def __init__(
        self,
        prefix: str,
        length: int,
        api: ApiProfile,
        scheme: Scheme = BEARER,
        *,
        pair: bool = False,
    ) -> None:
        size = length - len(prefix)
        secrets = {(shape * (size // len(shape) + 1))[:size] for shape in _SHAPES}
        secrets |= {f"a{'!' * (size - 1)}", f"{_LETTERS * size}"[: size - 1] + "!"}
        if pair:  # with a short name, and with a long one
            secrets = {f"{s[:at]}:{s[at + 1 :]}" for s in secrets for at in (1, len(s) - 2)}
        self._keys = [Key(prefix, secret, api, scheme) for secret in sorted(secrets)]
        self._made: dict[str, list[Fields | None]] = {}
        self._outlines: dict[str, frozenset[Fields]] = {}

    def fits(self, recipe: str, fields: Iterable[Field]) -> bool:
        """Whether fields may be what a recipe makes, as far as their masked form shows.

        If the result's length depends on the key's characters, any length between the extremes is
        accepted.

        Arguments:
            recipe: its slug.
            fields: as they were sent, masked or not.
        """
        shown = tuple((name, outline(value)) for name, value in fields)
        made = self._outlined(recipe)
        if shown in made:
            return True
        return len(made) > 1 and any(
            _is_between(shown, least, most) for least in made for most in made
        )

    def due(self, slugs: Iterable[str]) -> list[str]:
        """Keep the recipes that are applicable to any key of this length.

        Arguments:
            slugs: recipes.
        """
        seen: dict[str, list[set[Fields]]] = {}
        found = []
        for slug in slugs:
            before = seen.setdefault(family_of(slug), [set() for _ in self._keys])
            made = self._make(slug)
            if all(f is not None and f not in b for f, b in zip(made, before, strict=True)):
                found.append(slug)
            for fields, those in zip(made, before, strict=True):
                those.update([fields] if fields is not None else ())
        return found

    def _outlined(self, recipe: str) -> frozenset[Fields]:
        if recipe not in self._outlines:
            self._outlines[recipe] = frozenset(
                tuple((name, outline(value)) for name, value in fields)
                for fields in self._make(recipe)
                if fields is not None
            )
        return self._outlines[recipe]

    def _make(self, recipe: str) -> list[Fields | None]:
        """What a recipe makes of each key; None if it is inapplicable."""
        if recipe not in self._made:
            self._made[recipe] = [_built(recipe, key) for key in self._keys]
        return self._made[recipe]


class Unknown:
    """Stands for keys of unknown length: no request was sent with the right one."""

    @staticmethod
    def fits(_recipe: str, _fields: Iterable[Field]) -> bool:
        """Whether fields may be what a recipe makes: nothing contradicts it."""
        return True

    @staticmethod
    def due(slugs: Iterable[str]) -> list[str]:
        """Keep the recipes that are applicable to any key: as nothing is known, all of them."""
        return list(slugs)


def _built(recipe: str, key: Key) -> Fields | None:
    try:
        return build(recipe, key) if recipe in RECIPES else ()
    except Inapplicable:
        return None


def _scheme(value: bytes) -> bytes:
    match = _SCHEME.match(value)
    return match[0] if match else b""


def _is_between(shown: Fields, least: Fields, most: Fields) -> bool:
    """Whether fields have the same names as two others, and values of lengths between theirs."""
    if not [n for n, _ in shown] == [n for n, _ in least] == [n for n, _ in most]:
        return False
    return all(
        len(low) <= len(value) <= len(high) and _scheme(value) == _scheme(low)
        for (_, value), (_, low), (_, high) in zip(shown, least, most, strict=True)
    )
