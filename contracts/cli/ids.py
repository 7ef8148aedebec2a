"""Finding the probe that an id names: a finding's own, a recipe's, a query's, a pack's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from contracts.document.plain_request import PlainRequest
from contracts.http.probe import Credential, Probe
from contracts.probes.credentials import RECIPES
from contracts.probes.headers.packs import packs
from contracts.probes.queries import contents, queries, query_packs
from contracts.probes.wire import wires
from contracts.report.exchanges import probe_from_json
from contracts.rye import RYE

FAMILY = "probe"
"""The family of what is sent by hand."""

PLAIN = "plain"


class UnknownIdError(LookupError):
    """No probe has that id; the message is one sentence that says where ids come from."""


def find_probe(name: str, report_dir: Path, plain: PlainRequest) -> Probe:
    """Find the probe that an id names.

    Arguments:
        name: id of a finding in `verdict.json`, slug of a recipe, query, content or raw request,
            name of a pack, or `plain`.
        report_dir: where `verdict.json` is.
        plain: the plain request of the operation that is asked.

    Raises:
        UnknownIdError: there is no such probe.
    """
    for finding in _findings(report_dir):
        if finding.get("id") == name:
            try:
                return replace(probe_from_json(finding["probe"]), family=FAMILY)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise UnknownIdError(
                    f"the probe of {name} in {report_dir / 'verdict.json'} can't be read"
                ) from error
    known = dict(_named(plain))
    if name in known:
        return known[name]
    if name in RECIPES:
        recipe = RECIPES[name]
        return Probe(name, FAMILY, name, recipe.credential, attack=recipe.attack, near=recipe.near)
    raise UnknownIdError(
        f"no probe is called {name!r:.100}: expected plain, a recipe, query or pack, or the id of "
        f"a finding in {report_dir / 'verdict.json'}"
    )


def spans_exchanges(name: str, report_dir: Path, spanning: frozenset[str]) -> bool:
    """Tell whether an id is that of a finding that no single request can show.

    Arguments:
        name: any id.
        report_dir: where `verdict.json` is.
        spanning: ids of the requirements that no single exchange shows broken.
    """
    return any(
        finding.get("id") == name and finding.get("requirement") in spanning
        for finding in _findings(report_dir)
    )


def _findings(report_dir: Path) -> Iterator[Mapping[str, Any]]:
    try:
        record = json.loads((report_dir / "verdict.json").read_bytes())
        findings = record["findings"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return
    if isinstance(findings, list):
        yield from (each for each in findings if isinstance(each, dict))


def _named(plain: PlainRequest) -> Iterator[tuple[str, Probe]]:
    """Every probe that is not made from a recipe alone; those with the key win over the others."""
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
    for slug, sent in {**plain.documented, **plain.broken}.items():
        yield slug, valid(name=f"query {slug}", query=sent)
    yield PLAIN, valid(name=PLAIN)
