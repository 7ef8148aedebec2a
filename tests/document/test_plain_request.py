"""The plain request: what it has, which queries keep its parameters, and which break them."""

from __future__ import annotations

import pytest

from contracts.document.document import Document
from contracts.document.parameters import Parameter
from contracts.document.plain_request import PlainRequest
from tests.support import ROOT

SPEC = ROOT / "tests" / "second_operation" / "checkout" / "spec" / "orders.yaml"
PATH = "/api/v1/shops/{shopId}/orders"


@pytest.fixture
def plain() -> PlainRequest:
    document = Document.load(SPEC)
    return document.operation(PATH, "get", {"shopId": "a/b c"}).plain


def test_the_plain_request_has_what_is_required(plain: PlainRequest) -> None:
    assert plain.path == "/api/v1/shops/a%2Fb%20c/orders"
    assert plain.query == b"state=open"
    assert plain.beside(b"x=1") == b"state=open&x=1"


def test_documented_queries_name_every_value_that_the_document_names(plain: PlainRequest) -> None:
    assert dict(plain.documented) == {
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
    assert dict(plain.broken) == {
        "state left out": b"",
        "state not in enum": b"state=no-such-value",
        "limit no number": b"state=open&limit=abc",
        "limit a fraction": b"state=open&limit=1.5",
        "limit below minimum": b"state=open&limit=0",
        "limit above maximum": b"state=open&limit=51",
        "createdSince no date-time": b"state=open&createdSince=yesterday",
        "includeLines no boolean": b"state=open&includeLines=no-such-value",
        "delivery not in enum": b"state=open&delivery=no-such-value",
    }


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "the path parameter shopId needs a value"),
        ({"shopId": "1", "page": "2"}, "there is no parameter page in the path or the query"),
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
        ({"type": "string"}, {}, {}),
        (
            {"type": "string", "minLength": 2, "maxLength": 3},
            {},
            {"too short": "a", "too long": "aaaa"},
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


def test_a_required_header_field_is_refused() -> None:
    parameter = Parameter("X-Shop", "header", True, "", {"example": "1"}, {})
    with pytest.raises(ValueError, match="the header parameter X-Shop is required"):
        PlainRequest("/orders", (parameter,)).check()
