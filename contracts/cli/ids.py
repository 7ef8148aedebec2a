"""Look up the probe that a name stands for: a recipe, a query or a pack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import product

from contracts.cli.recorded import FAMILY
from contracts.document.plain_request import PlainRequest
from contracts.http.probe import Credential, Probe
from contracts.probes.credentials import RECIPES
from contracts.probes.documented import keyless
from contracts.probes.headers.packs import packs
from contracts.probes.queries import contents, queries, query_packs
from contracts.probes.wire import wires
from contracts.rye import RYE

PLAIN = "plain"


def find_probe(name: str, plain: PlainRequest) -> Probe | None:
    """Look up the probe that a name stands for; None if there is none.

    Arguments:
        name: slug of a recipe, query, content or raw request, name of a pack, or `plain`; or the
            name that a report shows.
        plain: the plain request of the operation.
    """
    known: dict[str, Probe] = {}
    for slug, probe in _named(plain):
        known[slug] = known[probe.name] = probe
    if name in known:
        return known[name]
    if name in RECIPES:
        recipe = RECIPES[name]
        return Probe(name, FAMILY, name, recipe.credential, attack=recipe.attack, near=recipe.near)
    return None


def _named(plain: PlainRequest) -> Iterator[tuple[str, Probe]]:
    """Every probe not made from a recipe alone; if names are equal, the later one wins."""
    absent = partial(Probe, family=FAMILY, recipe="absent", credential=Credential.ABSENT)
    valid = partial(Probe, family=FAMILY, recipe="valid", credential=Credential.VALID)
    for with_key, extended in product((False, True), repeat=2):
        probe = valid if with_key else absent
        for pack in packs(RYE, "localhost", plain.path, with_key=with_key, extended=extended):
            yield pack.name, probe(name=pack.name, fields=pack.fields)
        for each in query_packs(with_key=with_key, extended=extended):
            yield each.name, probe(name=f"query {each.name}", query=plain.beside(each.query or b""))
        for query in queries(with_key=with_key, extended=extended):
            yield query.slug, probe(name=f"query {query.slug}", query=plain.beside(query.query))
        for content in contents(with_key=with_key, extended=extended):
            name = f"content {content.slug}"
            yield content.slug, probe(name=name, fields=content.fields, body=content.body)
    for wire in wires():
        yield wire.slug, valid(name=wire.slug, wire=wire.template, fresh=True)
    for pack, recipe in keyless(plain):
        if recipe == "absent":
            beside = None if pack.query is None else plain.beside(pack.query)
            name = pack.name if beside is None else f"query {pack.name}"
            yield pack.name, absent(name=name, fields=pack.fields, query=beside)
    known = (plain.repeated, plain.broken, plain.astray, plain.resources, plain.absent)
    for slug, varied in (pair for each in (*known, plain.documented) for pair in each.items()):
        sent = valid(name=varied.named(slug), fields=varied.fields, query=varied.query)
        yield slug, replace(sent, path=varied.path)
    yield PLAIN, valid(name=PLAIN)
