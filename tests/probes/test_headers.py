"""The corpus, its packs and the strategies: all legal, nothing forbidden, nothing masked."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import h11
import pytest
from hypothesis import HealthCheck, given, settings

from contracts.http.allowed import Oddity, oddities
from contracts.http.probe import Field
from contracts.probes.headers.corpus import corpus
from contracts.probes.headers.entry import Group, entries_of
from contracts.probes.headers.packs import MASKING, packs
from contracts.probes.headers.permitted import is_legal, may_be_fuzzed
from contracts.probes.headers.strategies import MOST_FIELDS, legal_fields
from contracts.probes.pack import Pack, split
from contracts.rye import RYE

PATH = "/api/v1/billing/balance"
ENTRIES = corpus(RYE, "localhost", PATH)
PLAIN: tuple[Field, ...] = (
    (b"Host", b"staging.api.rye.com"),
    (b"Authorization", b"Bearer RYE/staging-" + b"0" * 100),
    (b"Accept", b"application/json"),
    (b"Accept-Encoding", b"gzip, deflate, br, zstd"),
    (b"User-Agent", b"rye-billing-contracts/1.0 (contract suite; +https://example.org/)"),
)
PROFILES = [(True, False), (False, False), (True, True), (False, True)]
BOUNDS = {(True, False): 62, (False, False): 23, (True, True): 400, (False, True): 400}

FORBIDDEN = [
    (b"Host", b"a.example"),
    (b"Content-Length", b"5"),
    (b"content_length", b"5"),
    (b"Transfer-Encoding", b"chunked"),
    (b"Connection", b"close"),
    (b"Upgrade", b"h2c"),
    (b"TE", b"trailers"),
    (b"Trailer", b"Expires"),
    (b"Keep-Alive", b"timeout=5"),
    (b"Proxy-Connection", b"close"),
    (b"HTTP2-Settings", b"AAAA"),
    (b"Expect", b"100-Continue"),
    (b"Expect", b"a, 100-continue"),
    (b"Authorization", b"Bearer junk"),
    (b"X-HTTP-Method-Override", b"DELETE"),
    (b"X-HTTP-Method", b"POST"),
    (b"X-Method-Override", b""),
    (b"X-Original-Method", b"TRACE"),
    (b"X-Original-URL", b"/admin"),
    (b"X-Rewrite-URL", b"/api/v1/billing/balance/../admin"),
    (b"X Foo", b"1"),
    (b"", b"1"),
    (b"X-Foo", b" a"),
    (b"X-Foo", b"a\r\nX-Bar: 1"),
    (b"X-Foo", b"a\x00"),
    (b"X-Foo", b"a\x7fb"),
]
PERMITTED = [
    (b"X-HTTP-Method-Override", b"HEAD"),
    (b"X-HTTP-Method-Override", b"options"),
    (b"X-Original-URL", b"/api/v1/billing/balance"),
    (b"X-Original-URL", b"/no-such-path"),
    (b"Expect", b"something"),
    (b"X-Forwarded-Authorization", b"Bearer junk"),
    (b"Proxy-Authorization", b"Basic junk"),
    (b"Content-Type", b"text/plain"),
    (b"X-Foo", b""),
    (b"X-Foo", b"a\tb \xff"),
    (b"!#$%&'*+-.^_`|~", b"\x80"),
]


def as_sent(fields: tuple[Field, ...]) -> list[Field]:
    names = {name.lower() for name, _ in fields}
    return [field for field in PLAIN if field[0].lower() not in names] + list(fields)


def h11_accepts(fields: tuple[Field, ...]) -> list[Field]:
    """The fields as h11 would send them; it raises what RFC 9110 forbids."""
    request = h11.Request(method="GET", target="/", headers=as_sent(fields))
    return list(request.headers.raw_items())


@pytest.mark.parametrize("field", FORBIDDEN)
def test_what_belongs_to_others_is_never_fuzzed(field: Field) -> None:
    assert not may_be_fuzzed(field)


@pytest.mark.parametrize("field", PERMITTED)
def test_what_may_be_fuzzed(field: Field) -> None:
    assert is_legal(field)
    assert may_be_fuzzed(field, PATH)


def test_paths_are_rewritten_to_the_operations_own_alone() -> None:
    assert may_be_fuzzed((b"X-Original-URL", b"/other"), path="/other")
    assert not may_be_fuzzed((b"X-Original-URL", b"/other"))


def test_every_entry_is_legal_and_permitted() -> None:
    for entry in ENTRIES:
        assert entry.fields, entry.slug
        assert all(may_be_fuzzed(field, PATH) for field in entry.fields), entry.slug
        assert set(entry.fields) <= set(h11_accepts(entry.fields)), entry.slug


def test_slugs_and_requests_are_unique() -> None:
    assert max(Counter(entry.slug for entry in ENTRIES).values()) == 1
    assert max(Counter(entry.fields for entry in ENTRIES).values()) == 1


def test_the_corpus_names_the_target_and_no_other_host_of_the_operation() -> None:
    entries = {e.slug: e for e in corpus(RYE, "staging.api.rye.com", "/other")}

    assert entries["origin-own-host"].fields == ((b"Origin", b"https://staging.api.rye.com"),)
    assert entries["x-original-url"].fields == ((b"X-Original-URL", b"/other"),)
    assert all(may_be_fuzzed(f, "/other") for e in entries.values() for f in e.fields)


def test_addresses_in_attacks_are_this_machines_own() -> None:
    for entry in ENTRIES:
        for _, value in entry.fields:
            if b"jndi" in value or entry.slug in {"httpoxy", "injection-ssrf"}:
                assert b"//127.0.0.1:9/" in value


def test_every_oddity_of_fields_has_an_entry() -> None:
    seen = frozenset().union(*(entry.oddities for entry in ENTRIES))

    elsewhere = {Oddity.CONTENT, Oddity.LONG_TARGET, Oddity.MALFORMED_QUERY, Oddity.PADDING}
    assert seen == set(Oddity) - elsewhere


def test_every_symbol_of_tokens_is_in_a_name_of_its_own() -> None:
    names = {name for entry in ENTRIES for name, _ in entry.fields}

    assert {bytes([symbol]) for symbol in b"!#$%&'*+-.^_`|~"} <= names


def test_every_byte_of_values_is_sent() -> None:
    sent = set(b"".join(value for entry in ENTRIES for _, value in entry.fields))

    assert sent == {*b"\t", *range(0x20, 0x7F), *range(0x80, 0x100)}


@pytest.mark.parametrize(("with_key", "extended"), PROFILES)
class TestPacks:
    @pytest.fixture
    def these(self, with_key: bool, extended: bool) -> tuple[Pack, ...]:
        return packs(RYE, "localhost", PATH, with_key=with_key, extended=extended)

    def test_there_are_few_enough(
        self, these: tuple[Pack, ...], with_key: bool, extended: bool
    ) -> None:
        assert len(these) <= BOUNDS[with_key, extended]

    def test_members_share_their_oddities(self, these: tuple[Pack, ...]) -> None:
        for pack in these:
            assert {member.oddities for member in pack.members} == {pack.oddities}, pack.name
            assert oddities(as_sent(pack.fields)) == pack.oddities, pack.name

    def test_members_name_different_fields(self, these: tuple[Pack, ...]) -> None:
        for pack in these:
            names = [name for member in pack.members for name in member.names]
            assert max(Counter(names).values()) == 1, pack.name

    def test_what_masks_travels_in_very_small_packs(self, these: tuple[Pack, ...]) -> None:
        for pack in these:
            if MASKING & pack.oddities:
                assert len(pack.members) <= 3, pack.name

    def test_overrides_and_preflights_do_not_meet(self, these: tuple[Pack, ...]) -> None:
        for pack in these:
            names = {name.lower() for name, _ in pack.fields}
            if b"x-http-method-override" in names:
                assert b"origin" not in names
                assert b"access-control-request-method" not in names

    def test_attacks_come_last_and_among_themselves(self, these: tuple[Pack, ...]) -> None:
        assert all(later.attack >= earlier.attack for earlier, later in pairwise(these))
        for pack in these:
            assert len({member.attack for member in pack.members}) == 1

    def test_names_and_members_are_unique(self, these: tuple[Pack, ...]) -> None:
        assert len({pack.name for pack in these}) == len(these)
        slugs = [member.slug for pack in these for member in pack.members]
        assert len(set(slugs)) == len(slugs)

    def test_they_are_the_same_each_time(
        self, these: tuple[Pack, ...], with_key: bool, extended: bool
    ) -> None:
        packs.cache_clear()
        corpus.cache_clear()
        again = packs(RYE, "localhost", PATH, with_key=with_key, extended=extended)
        assert [(p.name, p.fields) for p in again] == [(p.name, p.fields) for p in these]


def test_every_entry_is_in_a_pack_of_its_profile() -> None:
    def slugs(*, with_key: bool, extended: bool) -> set[str]:
        found = packs(RYE, "localhost", PATH, with_key=with_key, extended=extended)
        return {member.slug for pack in found for member in pack.members}

    everything = {entry.slug for entry in ENTRIES}
    daily = {entry.slug for entry in ENTRIES if not entry.nightly}
    assert slugs(with_key=True, extended=True) == everything
    assert slugs(with_key=False, extended=True) == everything
    assert slugs(with_key=True, extended=False) | slugs(with_key=False, extended=False) == daily


def test_without_a_key_trust_comes_first_and_whole() -> None:
    first = packs(RYE, "localhost", PATH, with_key=False)[0]

    assert first.name == "trust 1"
    assert (b"X-Forwarded-For", b"127.0.0.1") in first.fields


def test_both_private_networks_are_named_in_each_field() -> None:
    sent: dict[bytes, set[bytes]] = {}
    for pack in packs(RYE, "localhost", PATH, with_key=False):
        for name, value in pack.fields:
            sent.setdefault(name, set()).add(value)

    for name in (b"X-Forwarded-For", b"X-Real-IP"):
        assert sent[name] >= {b"127.0.0.1", b"10.0.0.1", b"192.168.1.1"}


def test_without_a_key_preconditions_that_hide_nothing_travel_together() -> None:
    found = packs(RYE, "localhost", PATH, with_key=False)
    [pack] = [p for p in found if b"If-Modified-Since" in dict(p.fields)]

    assert {member.slug for member in pack.members} == {
        "if-match-other",
        "if-modified-since-future",
    }


def test_each_preference_of_type_and_coding_is_asked_for_alone() -> None:
    sent = [dict(pack.fields) for pack in packs(RYE, "localhost", PATH, with_key=True)]
    codings = {fields[b"Accept-Encoding"] for fields in sent if b"Accept-Encoding" in fields}

    assert {b"gzip", b"deflate", b"br", b"zstd", b"identity"} <= codings
    assert b"identity;q=0" in codings


def test_splitting_ends_at_every_single_member() -> None:
    for pack in packs(RYE, "localhost", PATH, with_key=True):
        left, found, steps = [pack], [], 0
        while left:
            halves = split(left.pop())
            steps += len(halves)
            found += [half for half in halves if len(half.members) == 1]
            left += [half for half in halves if len(half.members) > 1]
        singles = {single.name: single.fields for single in found}
        if len(pack.members) > 1:
            assert singles == {member.slug: member.fields for member in pack.members}
            assert steps == 2 * (len(pack.members) - 1)
        else:
            assert not singles


def test_halves_keep_the_packs_oddities() -> None:
    for pack in packs(RYE, "localhost", PATH, with_key=True):
        for half in split(pack):
            assert half.oddities == pack.oddities


@settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(legal_fields())
def test_drawn_fields_are_legal_permitted_and_few(fields: tuple[Field, ...]) -> None:
    assert 1 <= len(fields) <= MOST_FIELDS
    assert all(may_be_fuzzed(field) for field in fields)
    assert len({name.lower() for name, _ in fields}) == len(fields)
    assert not oddities(as_sent(fields)) & {Oddity.OVERSIZED, Oddity.REPEATED}
    assert set(fields) <= set(h11_accepts(fields))


@settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(legal_fields())
def test_drawn_fields_that_mask_are_alone(fields: tuple[Field, ...]) -> None:
    if MASKING & oddities(fields):
        assert len(fields) == 1


def test_draws_reach_every_kind() -> None:
    seen: Counter[Oddity | None] = Counter()
    letters: set[int] = set()
    drawn: set[tuple[Field, ...]] = set()

    @settings(
        max_examples=400,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(legal_fields())
    def draw(fields: tuple[Field, ...]) -> None:
        drawn.add(fields)
        seen.update(oddities(fields) or {None})
        letters.update(b"".join(name for name, _ in fields))

    draw()
    assert len(drawn) > 350, "examples that repeat what was drawn ask nothing new"
    assert seen[None] > 80
    assert {Oddity.MALFORMED, Oddity.NON_ASCII, Oddity.NEGOTIATION, Oddity.PRECONDITION} <= set(
        seen
    )
    assert letters >= set(b"!#$%&'*+-.^_`|~09azAZ")


def test_a_simpler_form_keeps_what_the_field_means() -> None:
    def simpler(name: str, value: str) -> list[tuple[bytes, bytes]]:
        [given] = entries_of(Group.VALUE, f"one {name}: {value}")
        return [each.fields[0] for each in given.simpler()]

    assert simpler("X-State", "a") == [(b"X-State", b"1"), (b"X-Probe", b"a")]
    assert simpler("Range", "bytes=0-4") == [(b"X-Probe", b"bytes=0-4")]
    assert (b"X-HTTP-Method-Override", b"1") not in simpler("X-HTTP-Method-Override", "GET")
