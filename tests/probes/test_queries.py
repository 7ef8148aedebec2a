"""Queries and contents: few, varied, judged by what they are."""

from __future__ import annotations

from itertools import pairwise

import pytest

from contracts.http.allowed import Oddity, alternatives
from contracts.probes.headers.permitted import may_be_fuzzed
from contracts.probes.queries import Content, Query, contents, queries

QUERIES = queries(with_key=True, extended=True)
CONTENTS = contents(with_key=True, extended=True)


@pytest.mark.parametrize(("with_key", "most"), [(True, (25, 5)), (False, (6, 1))])
def test_the_default_lists_are_short(with_key: bool, most: tuple[int, int]) -> None:
    found = queries(with_key=with_key), contents(with_key=with_key)

    assert (len(found[0]), len(found[1])) == most
    assert set(found[0]) <= set(QUERIES)
    assert set(found[1]) <= set(CONTENTS)


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
