"""What parameters mean: each fault of a list is found by what is asked of it, whatever the seed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from contracts.document.catalogue import Catalogue, CatalogueError
from contracts.probes.relations import MOST_PAGES, steps
from contracts.sandbox.catalogue import OPERATIONS
from contracts.sandbox.fault import Fault
from tests.judging.asked_lists import OF_LISTS, RELATIONS, Asked, load
from tests.judging.exchanges import answer as answered


def of_kind(kind: str, requirements: Iterable[str]) -> list[Fault]:
    wanted = {*requirements, None}
    return [
        each for each in OPERATIONS.values() if each.kind == kind and each.requirement in wanted
    ]


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return load(tmp_path, "/orders", RELATIONS)


def test_a_list_that_keeps_its_promises_puts_all_of_them_to_the_test(catalogue: Catalogue) -> None:
    asked = Asked(catalogue).walk()
    results = asked.results()
    assert results.keys() == OF_LISTS
    assert all(observed > 0 and found == [] for observed, found in results.values())
    assert len(asked.exchanges) <= 12


@pytest.mark.parametrize("fault", of_kind("fault", OF_LISTS), ids=lambda fault: fault.name)
def test_a_fault_is_found_by_its_requirement(catalogue: Catalogue, fault: Fault) -> None:
    results = Asked(catalogue, fault).walk().results()
    broken = {name for name, (_, found) in results.items() if found}
    assert broken == {fault.requirement}


@pytest.mark.parametrize("entry", of_kind("variation", ()), ids=lambda entry: entry.name)
def test_a_variation_breaks_nothing(catalogue: Catalogue, entry: Fault) -> None:
    results = Asked(catalogue, entry).walk().results()
    assert {name: found for name, (_, found) in results.items() if found} == {}


def test_other_styles_of_paging_are_read_too(tmp_path: Path) -> None:
    """A cursor alone that is null at the end, and one that is the last item's id."""
    plain = 'items = "/data"\nid = "/id"\nlimit = "limit"\nafter = "after"\n'
    for style in ('next = "/pageInfo/endCursor"\n', 'more = "/pageInfo/hasNextPage"\n'):
        catalogue = load(tmp_path, "/orders", plain + style)
        assert set(Asked(catalogue).walk().results()) == {
            "limit-is-respected",
            "cursor-ends",
            "pages-continue",
        }
        assert all(found == [] for _, found in Asked(catalogue).walk().results().values())
        for name in ("cursor-ignored", "pages-overlap", "page-skips-an-item"):
            found = Asked(catalogue, OPERATIONS[name]).walk().results()
            assert found[str(OPERATIONS[name].requirement)][1] != [], name


def test_another_s_data_is_found(tmp_path: Path) -> None:
    catalogue = load(tmp_path, "/orders/{id}", 'echoes = { id = "/id" }', '{ id = "a" }')
    right, wrong = Asked(catalogue), Asked(catalogue, OPERATIONS["somebody-elses"])
    for asked in (right, wrong):
        asked.ask("valid", None)
    assert right.results() == {"answer-is-for-the-request": (1, [])}
    assert wrong.results() == {"answer-is-for-the-request": (1, ["'a0'"])}


# --- what is no finding -------------------------------------------------------------------------


def _page(*items: Any, more: bool = False, **info: str) -> bytes:
    page_info = {"hasPreviousPage": False, "hasNextPage": more, **info}
    data = [
        {"id": each, "state": "open", "createdAt": "2026-01-01T00:00:00Z"}
        if isinstance(each, str)
        else each
        for each in items
    ]
    return answered(200, {"data": data, "pageInfo": page_info})


Served = tuple[bytes, bytes]


@pytest.mark.parametrize(
    ("served", "requirement"),
    [
        # What breaks a parameter, a lenient server may serve as it likes.
        ([(b"limit=0", _page("a"))], "limit-is-respected"),
        ([(b"limit=101", _page("a"))], "limit-is-respected"),
        ([(b"limit=abc", _page("a"))], "limit-is-respected"),
        ([(b"limit=1&limit=2", _page("a", "b"))], "limit-is-respected"),
        ([(b"limit=1&other=1", _page("a", "b"))], "limit-is-respected"),
        ([(b"state=lost", _page("a"))], "filters-filter"),
        ([(b"ids=", _page("a"))], "filters-filter"),
        ([(b"ids=b%2Cc", _page("a"))], "filters-filter"),
        ([(b"createdSince=yesterday", _page("a"))], "filters-filter"),
        # An item that came, or went, between one page and the next.
        (
            [
                (b"limit=100", _page("a", "b", "c")),
                (b"limit=1", _page("a", more=True, endCursor="x")),
                (b"limit=1&after=x", _page("c")),
                (b"limit=100&state=open", _page("a", "c")),
            ],
            "pages-continue",
        ),
        # Equal moments, written otherwise.
        (
            [
                (
                    b"limit=2",
                    _page(
                        {"id": "a", "state": "open", "createdAt": "2026-01-01T00:00:00Z"},
                        {"id": "b", "state": "open", "createdAt": "2026-01-01T01:00:00+01:00"},
                    ),
                )
            ],
            "order-is-kept",
        ),
    ],
)
def test_what_shows_nothing_is_no_finding(
    catalogue: Catalogue, served: list[Served], requirement: str
) -> None:
    asked = Asked(catalogue)
    for query, received in served:
        asked.ask("a probe", query, received)
    assert asked.results()[requirement][1] == []


@pytest.mark.parametrize(
    ("served", "requirement", "found"),
    [
        ([(b"ids=b&ids=c", _page("a"))], "filters-filter", "'a' for ids=b, c"),
        (
            [(b"createdSince=2026-01-02T00:00:00Z", _page("a"))],
            "filters-filter",
            "'2026-01-01T00:00:00Z' for createdSince=2026-01-02T00:00:00Z",
        ),
        ([(b"limit=5", _page("a", more=True))], "cursor-ends", "none"),
        ([(b"limit=5", _page("a", "a"))], "pages-continue", "'a'"),
        (
            [
                (b"limit=1", _page("a", more=True, endCursor="x")),
                (b"limit=1&after=x", _page("b", more=True, endCursor="y", startCursor="s")),
                (b"limit=1&before=s", _page("b")),
            ],
            "pages-continue",
            "'b'",
        ),
    ],
)
def test_what_is_wrong_is_told(
    catalogue: Catalogue, served: list[Served], requirement: str, found: str
) -> None:
    asked = Asked(catalogue)
    for query, received in served:
        asked.ask("a probe", query, received)
    assert asked.results()[requirement][1] == [found]


def test_an_endless_list_is_not_followed_forever(catalogue: Catalogue) -> None:
    asking, pages = steps(catalogue.operation), 0
    asking.send(None)
    body: Any = {"data": [{"id": "a"}], "pageInfo": {"hasNextPage": True, "endCursor": "x"}}
    while True:
        try:
            step = asking.send(body)
        except StopIteration:
            break
        pages += step.name.startswith("page ") and step.recipe == "valid"
    assert pages == MOST_PAGES


@pytest.mark.parametrize(
    ("relations", "words"),
    [
        ('size = "limit"', "relations.size: expected one of items"),
        ('items = "data"', "relations.items: expected a JSON pointer, found 'data'"),
        ('items = "/data"\nlimit = "size"', "the document has no parameter size"),
        ('limit = "limit"', "relations.items: expected a JSON pointer to the items"),
        ('items = ""\norder = "createdAt"', "such as '/createdAt descending'"),
        ('items = ""\nfilters = "state"', "relations.filters: expected a table"),
        ('items = ""\nfilters = { state = "> /state" }', "relations.filters.state: expected"),
        ("items = 1", "relations.items: expected a JSON pointer, found 1"),
    ],
)
def test_a_relation_that_can_not_be_read_is_told(
    tmp_path: Path, relations: str, words: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path, "/orders", relations)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("relations", "expected"),
    [
        ("", set()),
        ('items = "/data"', set()),
        ('items = "/data"\nlimit = "limit"', {"limit-is-respected"}),
        ('items = "/data"\nafter = "after"', set()),
        ('items = "/data"\nafter = "after"\nnext = "/n"', {"cursor-ends"}),
        ('items = "/data"\nafter = "after"\nid = "/id"', {"cursor-ends", "pages-continue"}),
    ],
)
def test_only_what_is_named_is_promised(tmp_path: Path, relations: str, expected: set[str]) -> None:
    assert OF_LISTS & load(tmp_path, "/orders", relations).requirements.keys() == expected
