"""What a complete run asks is one list, whoever makes it: the suites' plan, or a gate alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest

from contracts.document.catalogue import Catalogue
from contracts.http.exchange import Exchange
from contracts.http.probe import RANDOM, Probe
from contracts.probes.coverage import Extent, unasked
from contracts.probes.credentials import RECIPES, applicable, build
from contracts.probes.credentials.stand_ins import StandIns, outline, prefixes
from contracts.probes.generated import GENERATED_CASE
from contracts.redaction import Redactor
from contracts.redaction.masking import mask_request
from contracts.run import profiles
from contracts.run.planning import plan
from contracts.run.settings import read_settings
from contracts.rye import RYE
from tests.support import ROOT, key_of

CATALOGUE = Catalogue.load(ROOT / "contracts" / "billing" / "requirements.toml")
MIXED = "RYE/staging-Kq7Zp2Lm9XvB4tRw8YdN3sHc6JfG1uEa"
KEYS = (
    MIXED,
    "RYE/production-Kq7Zp2Lm9XvB4tRw8YdN3sHc6JfG1uEa",
    "RYE/qa-0f3c9a7be41d58266b1f",
    "31415926535897932384626433832795",
    "RYE/staging-00000000-0000-0000-0000-000000000000",
    "RYE/staging-a1!b2?c3",
    "RYE/staging-AbC-dEf_gHi.jKl~mNo+pQr/",
    "RYE/staging-abcdefghijklmnop",
)
HOSTS = ("http://127.0.0.1:8787", "https://a.rye-of-a-much-longer-name.staging.example.com/deeper")


def planned(profile: str, key: str, url: str) -> list[Probe]:
    options = dict.fromkeys(("report_dir", "max_requests", "timeout", "ca_file", "proxy"))
    given = SimpleNamespace(**options, target=url, allow_production=True)
    environ = {RYE.key_variable: key}
    server = CATALOGUE.operation.server
    settings = read_settings(given, environ, server, RYE, profile=profile)
    profiles.load(profile)
    return plan(settings, CATALOGUE)


def recorded(probes: list[Probe]) -> list[Exchange]:
    return [
        Exchange(number, probe, b"", b"", False, 0.0, 0.0, 1)
        for number, probe in enumerate(probes, start=1)
    ]


def listed(profile: str, key: str, url: str) -> Iterator[Probe]:
    host = url.partition("//")[2].partition("/")[0]
    path = url.partition(host)[2] + "/api/v1/billing/balance"
    extent = Extent(CATALOGUE.operation, RYE, host, path, profile == "nightly")
    prefix = key_of(key).prefix
    return extent.probes(StandIns(prefix, len(key), RYE).due(extent.recipes))


@pytest.mark.parametrize("url", HOSTS)
@pytest.mark.parametrize("profile", ["default", "nightly"])
def test_the_list_is_what_the_suites_plan(profile: str, url: str) -> None:
    probes = planned(profile, MIXED, url)
    own = list(listed(profile, MIXED, url))
    assert list(unasked(own, recorded(probes))) == []
    drawn = (RANDOM, GENERATED_CASE)
    rest = [
        probe
        for probe in unasked((p for p in probes if not p.name.startswith(drawn)), recorded(own))
        if probe.wire is None
    ]
    known = [probe for probe in own if probe.name == rest[0].name]
    assert known == []
    # What is missing there are the recipes that make nothing of some keys.
    assert {probe.name for probe in rest} <= set(RECIPES)
    assert len(rest) <= (5 if profile == "default" else 14)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("profile", ["default", "nightly"])
def test_no_key_makes_an_honest_run_look_incomplete(profile: str, key: str) -> None:
    exchanges = recorded(planned(profile, key, HOSTS[0]))
    assert list(unasked(listed(profile, key, HOSTS[0]), exchanges)) == []


@pytest.mark.parametrize("key", KEYS)
def test_what_a_recipe_makes_of_any_key_is_recognised_under_its_masks(key: str) -> None:
    redactor, right = Redactor.for_key(key_of(key)), key_of(key)
    keys = StandIns(right.prefix, len(key), RYE)
    assert right.prefix in {"RYE/qa-", *prefixes(len(key), RYE)}
    for recipe in applicable(right, RECIPES):
        fields = build(recipe.slug, right)
        lines = b"".join(b"%b: %b\r\n" % field for field in fields)
        sent = mask_request(redactor, b"GET / HTTP/1.1\r\n" + lines + b"\r\n")
        shown = sent.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:] if fields else []
        pairs = [(n, v) for n, _, v in (line.partition(b": ") for line in shown)]
        assert keys.fits(recipe.slug, pairs), recipe.slug
        assert keys.fits(recipe.slug, [(n, outline(v)) for n, v in fields])
        assert not keys.fits(recipe.slug, [*pairs, (b"Authorization", b"Bearer ****")])
        if recipe.slug != "absent":
            assert not keys.fits(recipe.slug, [])


def test_a_pack_that_was_asked_in_parts_was_asked() -> None:
    pack = next(p for p in listed("default", MIXED, HOSTS[0]) if len(p.fields) > 3)
    halves = [replace(pack, name="1", fields=pack.fields[:2])]
    assert list(unasked([pack], recorded(halves))) == [pack]
    halves.append(replace(pack, name="2", fields=pack.fields[2:]))
    assert list(unasked([pack], recorded(halves))) == []
    assert list(unasked([pack], recorded([replace(h, recipe="absent") for h in halves]))) == [pack]


def test_retries_and_repetitions_stand_for_nothing_else() -> None:
    probes = list(listed("default", MIXED, HOSTS[0]))
    twice = [replace(each, attempt=2) for each in recorded(probes)]
    assert list(unasked(probes, twice)) == probes
    same = Counter(unasked(probes, recorded([probes[1]] * len(probes))))
    assert same.total() == len(probes) - sum(each.name == probes[1].name for each in probes)
