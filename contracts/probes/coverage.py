"""What a complete run of any operation sends, and what of a plan was not sent.

The suites send it family by family, through pytest. A reader of a report has neither, so it is
listed again here from the same recipes, packs, queries, contents and raw requests; a test compares
the two lists.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from contracts.document.operation import Operation
from contracts.http.api_profile import ApiProfile
from contracts.http.exchange import Exchange
from contracts.http.probe import RANDOM, Field, Probe, is_http
from contracts.probes.credentials import DEFAULT, EXTENDED, RECIPES, family_of
from contracts.probes.credentials.near import NOT_HTTP
from contracts.probes.documented import BAD_KEYS, NEAR_KEY, astray_keys, keyless
from contracts.probes.generated import GENERATED_CASE
from contracts.probes.headers.packs import lines_to_bear, packs, padding
from contracts.probes.pack import Pack
from contracts.probes.queries import contents, query_packs
from contracts.probes.relations import steps
from contracts.probes.wire import wires

_REPEATED = re.compile(r" #\d+$")
_PLAIN = (
    ("absent", True, "absent"),
    *(("valid", False, "valid"),) * 5,
    ("valid", True, "valid on a new connection"),
    ("valid-trailing-blank", False, "valid-trailing-blank"),
    ("valid-lower-case-name", False, "valid-lower-case-name"),
    ("absent", True, "absent on a new connection"),
    *(("valid", False, "valid after wrong keys"),) * 3,
    *(("absent", False, "absent after a valid key"),) * 2,
    ("valid", False, "valid after odd headers"),
    ("valid", False, "valid after queries"),
    ("valid", False, "valid after content"),
    ("random-key-1", False, "random key after a valid one"),
    ("valid", False, "valid after a wrong key"),
    ("valid", False, "valid after none"),
    ("absent", True, "absent on a new connection"),
    ("random-key-1", True, "random key on a new connection"),
    ("valid", True, "valid on a new connection"),
)
"""Recipe, freshness and name of the plain requests between the others, which show their effect."""


SAMPLED_RECIPES = ("random-key-1", NEAR_KEY)
"""Wrong keys sent to every operation: a single route without the check is a common hole."""


@dataclass(frozen=True)
class Extent:
    """What a complete run covers.

    Arguments:
        operation: the operation.
        api: the API that it belongs to.
        host: the target's host and port, as in Host.
        path: the path on that host.
        extended: whether the profile is nightly.
        effects: whether its requests have side effects, so that only documented ones carry the key.
    """

    operation: Operation
    api: ApiProfile
    host: str
    path: str
    extended: bool
    effects: bool = False

    @property
    def recipes(self) -> list[str]:
        """The recipes that it sends, if they are applicable to the key."""
        slugs = EXTENDED if self.extended else DEFAULT
        return [slug for slug in slugs if family_of(slug) != NOT_HTTP]

    def probes(self, recipes: Iterable[str]) -> Iterator[Probe]:
        """Yield the probes that it sends, except those drawn at random.

        Arguments:
            recipes: those that are applicable to the key.
        """
        yield from self.of_each_operation(recipes)
        yield from self._headers()
        yield from self._queries()
        for with_key, recipe in ((True, "valid"), (False, "random-key-1")):
            for each in contents(with_key=with_key, extended=self.extended):
                yield _probe(recipe, f"content {each.slug}", each.fields, body=each.body)
        for wire in wires():
            yield _probe(wire.recipe, wire.slug, wire=wire.template, fresh=True)
            if not is_http(wire.template):
                yield _probe("valid", f"valid behind {wire.slug}", fresh=True)

    def of_each_operation(self, recipes: Iterable[str]) -> Iterator[Probe]:
        """Yield the probes that a sample sends too.

        Arguments:
            recipes: those that are applicable to the key.
        """
        for recipe, fresh, name in _PLAIN:
            yield _probe(recipe, name, fresh=fresh)
        for recipe in recipes:
            yield _probe(recipe, recipe)
        plain = self.operation.plain
        for recipe, variations in (
            ("valid", plain.documented),
            ("valid", plain.broken),
            ("valid", plain.repeated),
            *((each, plain.resources) for each in ("valid", *BAD_KEYS)),
            *((each, plain.astray) for each in astray_keys(plain)),
            *((each, plain.absent) for each in ("valid", *BAD_KEYS)),
        ):
            if self.effects and recipe == "valid" and variations is not plain.documented:
                continue
            for slug, each in variations.items():
                probe = _probe(recipe, each.named(slug), each.fields, query=each.query)
                yield replace(probe, path=each.path)
        for pack, recipe in keyless(plain):
            yield self._packed(pack, recipe)
        for step in islice(steps(self.operation), 1):  # the others depend on its response
            yield _probe(step.recipe, step.name, query=step.query)

    def _headers(self) -> Iterator[Probe]:
        key = self.operation.scheme.name
        with_key, without = (
            packs(self.api, self.host, self.path, key, with_key=with_key, extended=self.extended)
            for with_key in (True, False)
        )
        lengths = lines_to_bear([*without, *with_key])
        yield self._packed(padding(lengths), "random-key-1")
        for pack in with_key:
            yield self._packed(pack, "valid")
        for number, pack in enumerate(without):
            alone = pack.attack or number % 2
            yield self._packed(pack, "absent" if alone else "random-key-1")

    def _queries(self) -> Iterator[Probe]:
        plain = self.operation.plain
        telling = query_packs(with_key=True, extended=self.extended)
        for pack in telling:
            yield self._packed(pack, "valid")
        for pack in query_packs(with_key=False, extended=self.extended):
            yield self._packed(pack, "absent")
        query = plain.beside(telling[0].query or b"")
        yield _probe("absent", "absent with the same query", query=query)

    def _packed(self, pack: Pack, recipe: str) -> Probe:
        if pack.query is None:
            return _probe(recipe, pack.name, pack.fields)
        query = self.operation.plain.beside(pack.query)
        return _probe(recipe, f"query {pack.name}", pack.fields, query=query)


def unasked(planned: Iterable[Probe], exchanges: Iterable[Exchange]) -> Iterator[Probe]:
    """Yield the probes of a plan that were never sent.

    Probes drawn at random are counted; a pack that was too large for the target counts as sent
    if its parts were.

    Arguments:
        planned: what a complete run would send.
        exchanges: every attempt of the run.
    """
    asked = [exchange.probe for exchange in exchanges if exchange.attempt == 1]
    found = Counter(map(_key, asked))
    for probe in planned:
        key = _key(probe)
        found[key] -= 1
        if found[key] < 0 and not _is_there_in_parts(probe, asked):
            yield probe


def generated(name: str, recipe: str, count: int) -> list[Probe]:
    """Return placeholders for probes that are drawn at random.

    Arguments:
        name: the probes' name.
        recipe: slug of their credential recipe.
        count: how many there are.
    """
    return [_probe(recipe, name)] * count


def _probe(
    recipe: str,
    name: str,
    fields: Sequence[Field] = (),
    query: bytes | None = None,
    body: bytes | None = None,
    wire: bytes | None = None,
    *,
    fresh: bool = False,
) -> Probe:
    made = RECIPES[recipe]
    return Probe(
        name,
        "",
        recipe,
        made.credential,
        tuple(fields),
        query,
        body,
        fresh,
        wire,
        made.attack,
        made.near,
    )


def _key(probe: Probe) -> tuple[object, ...]:
    """The key that two probes share if they send the same for the same reason."""
    if probe.name.startswith(RANDOM):
        return RANDOM, probe.recipe
    name = _REPEATED.sub("", probe.name)
    if name == GENERATED_CASE:
        return (name,)
    what = (probe.fields, probe.query, probe.body, probe.wire, probe.path, probe.fresh)
    return name, probe.recipe, what


def _is_there_in_parts(probe: Probe, asked: Iterable[Probe]) -> bool:
    carried = _carried(probe)
    if len(carried) < 2 or probe.body is not None:
        return False
    seen: set[bytes] = set()
    for part in asked:
        here = part.recipe == probe.recipe and not part.plain and part.body is part.wire is None
        own = _carried(part) if here and part.path == probe.path else {}
        if own.items() <= carried.items():
            seen |= own.keys()
    return seen == carried.keys()


def _carried(probe: Probe) -> dict[bytes, tuple[bytes, ...]]:
    """The values of each field and parameter; splitting a pack never separates two of one name."""
    carried: dict[bytes, tuple[bytes, ...]] = {}
    pairs = [pair.partition(b"=") for pair in (probe.query or b"").split(b"&") if pair]
    for name, value in (*probe.fields, *((b"?" + name, value) for name, _, value in pairs)):
        carried[name] = (*carried.get(name, ()), value)
    return carried
