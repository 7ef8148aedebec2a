"""Packs of the documented parameters for requests without the key: as many per request as fit.

One refusal clears everything in its request. Values that a server may find invalid are kept apart
from those that it serves, since a request rejected as invalid shows nothing about authentication.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.document.parameters import Parameter, encode
from contracts.document.plain_request import PlainRequest, field_of
from contracts.http.allowed import Oddity, oddities
from contracts.http.probe import Field
from contracts.probes.pack import Pack, fill

PACK_BYTES = 700
"""Size limit of a pack's query: strict proxies accept a request line of a kilobyte."""

BAD_KEYS = ("absent", "random-key-1")
"""Recipes for no key at all and for a wrong one: to both, existing and unknown look the same."""


KEPT = "parameters"
"""Name of a pack whose values a server may serve with the key."""

NEAR_KEY = "drop-last-character"
"""The recipe of a key that a prefix comparison takes for the right one."""


@dataclass(frozen=True)
class Given:
    """One parameter with one value, or with two.

    Arguments:
        slug: stable and readable, unique.
        query: query component with the parameter; None for a field.
        fields: fields with the parameter.
        names: the name that it occupies in a pack.
    """

    slug: str
    query: bytes | None
    fields: tuple[Field, ...]
    names: frozenset[bytes]

    @property
    def attack(self) -> bool:
        """A documented value does not look like an attack."""
        return False

    @property
    def oddities(self) -> frozenset[Oddity]:
        """The oddities that it adds to a plain request."""
        return oddities(self.fields, self.query)

    def simpler(self) -> Iterator[Given]:
        """There is no simpler form: the value is the document's."""
        return iter(())


def astray_keys(plain: PlainRequest) -> tuple[str, ...]:
    """Recipes of the keys for requests to a path that may not exist.

    If an unknown resource is given, requests for that reveal more without a key, so these have one.

    Arguments:
        plain: the plain request.
    """
    return ("valid",) if plain.absent else ("valid", *BAD_KEYS)


def keyless(plain: PlainRequest) -> Iterator[tuple[Pack, str]]:
    """Yield the packs of an operation's parameters, each with the recipe of a wrong key.

    The first pack of each kind, which has every parameter, is sent without a key, with a wrong one
    and with one that is nearly right; packs of further values with one of the first two.

    Arguments:
        plain: the plain request.
    """
    for kind, members in (
        (KEPT, [each for p in plain.varied for each in _kept(plain, p)]),
        ("broken parameters", [each for p in plain.varied for each in _broken(p)]),
        ("parameters twice", [_given(p, "twice", *plain.twice(p)) for p in plain.varied]),
    ):
        for number, together in enumerate(fill(members, _fits)):
            alone = len(together) == 1
            name = together[0].slug if alone else f"{kind} together {number + 1}"
            pack = Pack(name, tuple(together), served=kind == KEPT)
            for place, recipe in enumerate((*BAD_KEYS, NEAR_KEY)):
                if number == 0 or number % 2 == place:
                    yield pack, recipe


def _kept(plain: PlainRequest, parameter: Parameter) -> Iterator[Given]:
    """A parameter's documented values and examples; for an array, all of them in one."""
    own = plain.values.get(parameter.name, parameter.example if parameter.required else None)
    known = {words: value for words, value in plain.kept(parameter).items() if value != own}
    if not known and own is None:
        known = {"made up": plain.twice(parameter)[0]}  # so that the parameter is sent at all
    if parameter.several and known:
        yield _given(parameter, "all", *known.values())
        return
    for words, value in known.items():
        yield _given(parameter, words, value)


def _broken(parameter: Parameter) -> Iterator[Given]:
    for words, value in parameter.broken.items():
        yield _given(parameter, words, value)


def _given(parameter: Parameter, words: str, *values: str) -> Given:
    slug, name = f"{parameter.name} {words}", parameter.name.encode("utf-8")
    if parameter.place == "header":
        fields = tuple(field_of(parameter.name, value) for value in values)
        return Given(slug, None, fields, frozenset({name.lower()}))
    query = encode({parameter.name: values})
    return Given(slug, query, (), frozenset({b"?" + name}))


def _fits(members: Sequence[Given], given: Given) -> bool:
    """Whether a value fits into a pack: each parameter only once, and none with an oddity."""
    if any(each.oddities for each in (*members, given)):
        return False
    if not all(each.names.isdisjoint(given.names) for each in members):
        return False
    octets = sum(
        len(each.query or b"") + sum(len(n) + len(v) + 4 for n, v in each.fields) + 1
        for each in (*members, given)
    )
    return octets <= PACK_BYTES
