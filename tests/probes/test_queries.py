"""Queries and contents: few, varied, judged by what they are."""

from __future__ import annotations

from itertools import pairwise

import pytest

from contracts.http.allowed import Oddity, alternatives
from contracts.probes.headers.permitted import may_be_fuzzed
from contracts.probes.queries import PACK_BYTES, Content, Query, contents, queries, query_packs

QUERIES = queries(with_key=True, extended=True)
CONTENTS = contents(with_key=True, extended=True)


@pytest.mark.parametrize(("with_key", "most"), [(True, (113, 5)), (False, (6, 1))])
def test_the_default_lists_are_short(with_key: bool, most: tuple[int, int]) -> None:
    found = queries(with_key=with_key), contents(with_key=with_key)

    assert (len(found[0]), len(found[1])) == most
    assert set(found[0]) <= set(QUERIES)
    assert set(found[1]) <= set(CONTENTS)


@pytest.mark.parametrize("with_key", [True, False])
@pytest.mark.parametrize("extended", [True, False])
def test_every_query_is_in_a_pack(with_key: bool, extended: bool) -> None:
    packs = query_packs(with_key=with_key, extended=extended)
    slugs = [member.slug for pack in packs for member in pack.members]
    known = queries(with_key=with_key, extended=extended)

    assert sorted(slugs) == sorted(query.slug for query in known)
    assert len({pack.name for pack in packs}) == len(packs)
    assert all(later.attack >= earlier.attack for earlier, later in pairwise(packs))


def test_most_queries_share_a_request_and_none_in_nightly() -> None:
    assert len(query_packs(with_key=True)) <= 12
    nightly = query_packs(with_key=True, extended=True)
    assert [pack.query for pack in nightly] == [query.query for query in QUERIES]


@pytest.mark.parametrize("with_key", [True, False])
def test_what_may_be_answered_otherwise_travels_alone(with_key: bool) -> None:
    packs = query_packs(with_key=with_key)

    assert any(len(pack.members) > 1 for pack in packs)
    for pack in packs:
        if len(pack.members) > 1:
            assert not pack.oddities
            assert {member.attack for member in pack.members} == {pack.attack}
            assert b"" not in {member.query for member in pack.members}
            assert len(pack.query or b"") <= PACK_BYTES


def test_no_parameter_meets_its_like_from_another_member() -> None:
    for pack in query_packs(with_key=True):
        names = [name for member in pack.members for name in member.names]
        assert len(names) == len(set(names)), pack.name


def test_a_culprit_is_sent_with_another_value_and_under_another_name() -> None:
    simpler = [query.query for query in Query("limit-word", b"limit=abc").simpler()]

    assert simpler == [b"limit=1", b"probe=abc"]
    assert not list(Query("two", b"a=abc&b=abc").simpler())


@pytest.mark.parametrize("name", ["page", "limit", "per_page", "since", "as_of", "tz"])
def test_undocumented_parameters_are_sent_in_every_odd_form(name: str) -> None:
    sent = b"&".join(pack.query or b"" for pack in query_packs(with_key=True)).decode().split("&")

    for form in ("{}=abc", "{}=-1", "{}=", "{}=2", "{}%5Ba%5D=1"):
        assert form.format(name) in sent


def test_slugs_and_queries_are_unique() -> None:
    assert len({query.slug for query in QUERIES}) == len(QUERIES)
    assert len({query.query for query in QUERIES}) == len(QUERIES)
    assert len({content.slug for content in CONTENTS}) == len(CONTENTS)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.slug)
def test_a_query_stays_within_the_request_line(query: Query) -> None:
    assert not set(query.query) & set(b" \t\r\n\0")
    assert b"_method=" not in query.query or query.query.endswith(b"=HEAD")


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.slug)
def test_only_what_breaks_the_grammar_may_be_refused(query: Query) -> None:
    odd = {
        "percent-malformed": {Oddity.MALFORMED_QUERY},
        "percent-truncated": {Oddity.MALFORMED_QUERY},
        "percent-not-utf-8": {Oddity.MALFORMED_QUERY},
        "percent-nul": {Oddity.MALFORMED_QUERY},
        "crlf": {Oddity.MALFORMED_QUERY},
        "value-3-kb": {Oddity.LONG_TARGET},
        "parameters-300": {Oddity.LONG_TARGET},
        "target-9-kb": {Oddity.LONG_TARGET, Oddity.OVERSIZED},
    }
    raw = {Oddity.MALFORMED_QUERY} if query.slug.endswith("-raw") else set()

    assert query.oddities == odd.get(query.slug, raw)


@pytest.mark.parametrize("extended", [True, False])
def test_attacks_come_last(extended: bool) -> None:
    found = queries(with_key=True, extended=extended)

    assert any(query.attack for query in found)
    assert all(later.attack >= earlier.attack for earlier, later in pairwise(found))


def test_the_default_list_tries_each_kind_of_query() -> None:
    found = {query.slug for query in queries(with_key=True)}

    assert found >= {"empty", "unknown-parameter", "prototype", "credentials", "percent-malformed"}


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: content.slug)
def test_content_is_odd_whatever_it_is(content: Content) -> None:
    assert content.body
    assert Oddity.CONTENT in content.oddities
    allowed = alternatives(content.fields, None, content.body)
    assert {400, 403, 411, 413, 415} <= allowed
    assert not allowed & {401, 408, 422, 429, 500, 502}
    assert all(may_be_fuzzed(field) for field in content.fields)
