"""The plain request: what it has, which queries keep its parameters, and which break them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from contracts.document.document import Document
from contracts.document.parameters import Parameter
from contracts.document.plain_request import PlainRequest, Variation
from tests.support import ROOT

SPEC = ROOT / "tests" / "second_operation" / "checkout" / "spec" / "orders.yaml"
PATH = "/api/v1/shops/{shopId}/orders"


def queries(variations: Mapping[str, Variation]) -> dict[str, bytes | None]:
    """The queries of variations that have nothing else."""
    assert all(each == Variation(each.query) for each in variations.values())
    return {slug: each.query for slug, each in variations.items()}


@pytest.fixture
def plain() -> PlainRequest:
    document = Document.load(SPEC)
    return document.operation(PATH, "get", {"shopId": "a/b c"}).plain


def test_the_plain_request_has_what_is_required(plain: PlainRequest) -> None:
    assert plain.path == "/api/v1/shops/a%2Fb%20c/orders"
    assert plain.query == b"state=open"
    assert plain.beside(b"x=1") == b"state=open&x=1"


def test_what_is_known_to_exist_is_all_that_was_given(plain: PlainRequest) -> None:
    given = replace(plain, others=({"shopId": "other"},), examples={"cursor": ("c1", "c2")})
    assert given.known == {
        "shopId": ("a/b c", "other"),
        "state": ("open",),
        "cursor": ("c1", "c2"),
    }


def test_documented_queries_name_every_value_that_the_document_names(plain: PlainRequest) -> None:
    assert queries(plain.documented) == {
        "state paid": b"state=paid",
        "state refunded": b"state=refunded",
        "limit minimum": b"state=open&limit=1",
        "limit maximum": b"state=open&limit=50",
        "limit default": b"state=open&limit=20",
        "createdSince a moment": b"state=open&createdSince=2025-01-01T00%3A00%3A00Z",
        "includeLines true": b"state=open&includeLines=true",
        "includeLines false": b"state=open&includeLines=false",
        "delivery parcel": b"state=open&delivery=parcel",
        "delivery pickup": b"state=open&delivery=pickup",
    }


def test_broken_queries_break_one_parameter_each(plain: PlainRequest) -> None:
    assert queries(plain.broken) == {
        "state left out": b"",
        "state not in enum": b"state=no-such-value",
        "limit no number": b"state=open&limit=abc",
        "limit a fraction": b"state=open&limit=1.5",
        "limit below minimum": b"state=open&limit=0",
        "limit above maximum": b"state=open&limit=51",
        "cursor made up": b"state=open&cursor=no-such-value",
        "createdSince no date-time": b"state=open&createdSince=yesterday",
        "includeLines no boolean": b"state=open&includeLines=no-such-value",
        "delivery not in enum": b"state=open&delivery=no-such-value",
    }


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "the path parameter shopId needs a value"),
        (
            {"shopId": "1", "page": "2"},
            "there is no parameter page in the path",
        ),
    ],
)
def test_what_can_not_be_asked_is_refused(values: dict[str, str], words: str) -> None:
    document = Document.load(SPEC)
    with pytest.raises(ValueError, match=words):
        document.operation(PATH, "get", values).plain.check()


@pytest.mark.parametrize(
    ("described", "schema", "example"),
    [
        ({"example": 7}, {"type": "integer"}, "7"),
        ({"examples": {"a": {"value": True}}}, {"type": "boolean"}, "true"),
        ({}, {"type": "string", "example": "x"}, "x"),
        ({}, {"type": "string", "enum": ["a", "b"], "default": "b"}, "b"),
        ({}, {"type": "integer", "minimum": 3, "exclusiveMinimum": True}, "4"),
        ({}, {"type": "number"}, "1"),
        ({}, {"type": "boolean"}, "true"),
        ({}, {"type": "string", "format": "date"}, "2025-01-01"),
        ({}, {"type": "string"}, None),
    ],
)
def test_the_plain_value_is_the_document_s_own(described, schema, example) -> None:
    assert Parameter("p", "query", True, "", described, schema).example == example


@pytest.mark.parametrize(
    ("schema", "kept", "broken"),
    [
        (
            {"type": "integer", "minimum": 0, "maximum": 9, "exclusiveMaximum": True},
            {"minimum": "0", "maximum": "8"},
            {"no number": "abc", "a fraction": "1.5", "below minimum": "-1", "above maximum": "10"},
        ),
        ({"type": "string"}, {}, {"made up": "no-such-value"}),
        (
            {"enum": list(range(30))},
            {str(each): str(each) for each in (*range(7), 29)},
            {"not in enum": "no-such-value"},
        ),
        (
            {"type": "string", "minLength": 2, "maxLength": 3},
            {},
            {"made up": "no-such-value", "too short": "a", "too long": "aaaa"},
        ),
        (
            {"type": "integer", "enum": [1, 2, None]},
            {"1": "1", "2": "2"},
            {"no number": "abc", "a fraction": "1.5"},
        ),
    ],
)
def test_values_keep_or_break_the_schema(schema, kept, broken) -> None:
    parameter = Parameter("p", "query", False, "", {}, schema)
    assert dict(parameter.kept) == kept
    assert dict(parameter.broken) == broken


SHOP = Parameter("X-Shop", "header", True, "", {"example": "one"}, {"enum": ["one", "two"]})
ORDER = Parameter("id", "path", True, "")
AFTER = Parameter("after", "query", False, "", {}, {"type": "string"})


def test_a_parameter_in_the_header_gets_values_as_others_do() -> None:
    plain = PlainRequest("/orders", (SHOP,))
    plain.check()
    assert plain.fields == ((b"X-Shop", b"one"),)
    two = Variation(fields=((b"X-Shop", b"two"),))
    assert plain.documented == {"X-Shop two": two}
    assert two.named("X-Shop two") == "header X-Shop two"
    assert plain.broken["X-Shop not in enum"].fields == ((b"X-Shop", b"no-such-value"),)
    assert plain.repeated["X-Shop twice"].fields == ((b"X-Shop", b"one"), (b"X-Shop", b"two"))


def test_a_required_cookie_is_refused() -> None:
    with pytest.raises(ValueError, match="the cookie parameter session is required"):
        PlainRequest("/orders", (Parameter("session", "cookie", True, ""),)).check()


def test_examples_are_documented_values() -> None:
    plain = PlainRequest("/orders", (AFTER,), examples={"after": ("evt_1", "evt_2")})
    assert queries(plain.documented) == {
        "after example 1": b"after=evt_1",
        "after example 2": b"after=evt_2",
    }
    assert queries(plain.broken) == {"after made up": b"after=no-such-value"}
    assert queries(plain.repeated) == {"after twice": b"after=evt_1&after=evt_2"}
    bare = replace(plain, examples={})
    assert queries(bare.repeated) == {"after twice": b"after=no-such-value&after=no-such-value"}


def test_a_query_beside_the_plain_one_replaces_what_it_names() -> None:
    plain = PlainRequest("/orders", (AFTER,), {"after": "evt_1"})
    assert plain.beside(b"a=1") == b"after=evt_1&a=1"
    assert plain.beside(b"after=evt_2&a=1") == b"after=evt_2&a=1"


def test_other_resources_and_one_that_is_not_differ_in_what_is_given() -> None:
    plain = PlainRequest(
        "/orders/{id}",
        (ORDER, AFTER),
        {"id": "1"},
        others=({"id": "2/3"}, {"after": "x"}),
        unknown={"id": "0"},
    )
    plain.check()
    assert plain.resources == {
        "resource id=2/3": Variation(path="/orders/2%2F3"),
        "resource after=x": Variation(query=b"after=x"),
    }
    assert plain.absent == {"unknown resource": Variation(path="/orders/0")}
    astray = "/orders/no-such-value"
    assert plain.astray == {"id made up": Variation(path=astray)}
    assert plain.other_paths == {"/orders/2%2F3", "/orders/0", astray}
    assert plain.nowhere not in plain.as_documented
    for again in ({"others": ({"id": "1"},)}, {"unknown": {"id": "2/3"}}):
        with pytest.raises(ValueError, match="name a resource twice, or the plain one again"):
            replace(plain, **again).check()
    with pytest.raises(ValueError, match="there is no parameter ids in the path"):
        replace(plain, unknown={"ids": "0"}).check()


def test_many_parameters_travel_together() -> None:
    """Fewer and fewer of them alone: what is given twice first gives way, then what is broken."""
    counts = []
    for number in (6, 7, 10, 21):
        schema = {"type": "boolean"}
        each = [Parameter(f"p{n}", "query", False, "", {}, schema) for n in range(number)]
        plain = PlainRequest("/orders", tuple(each))
        counts.append((len(plain.documented), len(plain.broken), len(plain.repeated)))
        sent = [*plain.documented.values(), *plain.broken.values(), *plain.repeated.values()]
        assert all(variation.query for variation in sent)
        assert plain.as_documented >= {*plain.documented.values()}
    assert counts == [(12, 6, 1), (14, 1, 1), (2, 1, 1), (2, 1, 1)]
    assert plain.documented["values together 2"].query.startswith(b"p0=false&p1=false&p2=")
