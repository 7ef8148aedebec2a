"""What OpenAPI 3.1 says otherwise than 3.0, and patterns of ECMA-262."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.document.clauses import NOT_READ, DocumentError, SchemaReader
from contracts.document.document import Document
from contracts.document.openapi.patterns import read_pattern
from contracts.document.schema import BodyValidator


def validator(schema: object) -> BodyValidator:
    def follow(reference: str) -> tuple[str, object]:
        return reference[1:], {"type": "object", "required": ["a"]}

    return BodyValidator(SchemaReader("200", follow, modern=True).read("/x", schema), modern=True)


@pytest.mark.parametrize(
    ("schema", "kept", "broken", "demand"),
    [
        ({"type": ["string", "null"]}, ["", None], [1], "a string or null"),
        ({"type": "null"}, [None], [0, False], "null"),
        ({"type": "integer"}, [1, Decimal("1.0")], [Decimal("1.5"), True], "an integer"),
        ({"exclusiveMinimum": 0}, [Decimal("0.1"), "x"], [0, -1], "more than 0"),
        ({"exclusiveMaximum": 5, "minimum": 1}, [1, 4], [5], "less than 5"),
        ({"const": {"a": [1]}}, [{"a": [1]}, {"a": [Decimal("1.0")]}], [{"a": 1}], None),
        ({"const": None}, [None], [0], "null"),
        ({"type": "string", "nullable": True}, ["a"], [None], "a string"),
        ({"type": ["string", "null"], "enum": ["a"]}, ["a"], [None], None),
        ({"$ref": "#/A", "minProperties": 2}, [{"a": 1, "b": 2}], [{"a": 1}], None),
        ({"$ref": "#/A", "description": "A"}, [{"a": 1}], [{}], "a member `a`"),
        ({"items": True, "properties": {"a": True}}, [[1], {"a": 1}], [], None),
        ({"type": ["integer"], "format": "int32"}, [1], [2**31, Decimal("1.5")], None),
    ],
)
def test_keywords(schema: object, kept: list[object], broken: list[object], demand: str) -> None:
    oracle = validator(schema)
    for value in kept:
        assert oracle.check(value) == (), value
    for value in broken:
        [violation] = oracle.check(value)
        assert violation.clause.id in oracle.observe(value)
        assert demand is None or violation.expected == demand


@pytest.mark.parametrize("keyword", NOT_READ)
def test_what_bodies_are_not_held_to_is_refused(keyword: str) -> None:
    with pytest.raises(DocumentError, match=r"^/x/items/.*can't hold bodies to the keyword"):
        validator({"items": {keyword: {}}})


@pytest.mark.parametrize("declared", [[], ["text"], ["string", 1], "any", None])
def test_what_is_no_type_is_refused(declared: object) -> None:
    with pytest.raises(DocumentError, match=r"^/x/type: expected a type of OpenAPI 3\.1"):
        validator({"type": declared})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "bb"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=5,
)
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
SCHEMAS = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
            "const": VALUES,
            "enum": st.lists(VALUES, min_size=1, max_size=2),
            "exclusiveMinimum": st.integers(-2, 2),
            "maximum": st.integers(-2, 2),
            "required": st.just(["a"]),
            "pattern": st.sampled_from(["^a", "b$"]),
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "items": inner,
            "properties": st.fixed_dictionaries({"a": inner}),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "oneOf": st.lists(inner, min_size=1, max_size=2),
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "not": inner,
            "additionalProperties": st.just(False) | inner,
        },
    ),
    max_leaves=4,
)


@given(SCHEMAS, VALUES)
@settings(max_examples=60, database=None, deadline=None)
def test_another_implementation_agrees(schema: dict[str, object], value: object) -> None:
    other = jsonschema_rs.Draft202012Validator(schema)
    assert other.is_valid(value) == (not validator(schema).check(value))


def test_a_document_of_3_1_is_read(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    text = """
        openapi: 3.1.1
        info: {title: T, version: "1"}
        paths:
          /a:
            get:
              responses:
                "200":
                  description: OK
                  content:
                    application/json:
                      schema: {type: [string, "null"], exclusiveMinimum: 3}
    """
    path.write_text(dedent(text), "utf-8")
    operation = Document.load(path).operation("/a", "get")
    assert {clause.sentence for clause in operation.clauses} == {
        "The 200 answer has the media type application/json",
        "The 200 body is a string or null",
        "The 200 body is more than 3",
    }


@pytest.mark.parametrize(
    ("pattern", "kept", "broken"),
    [
        (r"^\d+$", ["12"], ["\u0663", "3\n", ""]),
        (r"^\w\b", ["a"], ["\u00e9"]),
        (r"^\p{L}+$", ["\u00e9t\u00e9"], ["1", ""]),
        (r"^\p{Script=Greek}$", ["\u03b1"], ["a"]),
        (r"^[\w-\.]+@([\w-]+\.)+[\w-]{2,4}$", ["a-b.c@x-y.com"], ["a@b"]),
        (r"^[\w-.]+$", ["a-b."], ["a/b"]),
        (r"^[+-\d]+$", ["+-1"], ["."]),
        (r"^[\\d-x]$", ["\\", "e"], ["1"]),
        (r"^(?<year>\d{4})\/$", ["2026/"], ["2026"]),
        (r"^(?!x)a", ["ab"], ["xa"]),
        (r"^.$", ["\U0001f600", "\ud800"], ["ab"]),
    ],
)
def test_patterns_are_those_of_ecma_262(pattern: str, kept: list[str], broken: list[str]) -> None:
    assert [text for text in kept if read_pattern(pattern).refutes(text)] == []
    assert [text for text in broken if not read_pattern(pattern).refutes(text)] == []


@pytest.mark.parametrize("pattern", ["[_-.]", "(", "a{2,1}", r"\p{Foo}"])
def test_what_no_engine_reads_is_refused(pattern: str) -> None:
    with pytest.raises(DocumentError, match="no pattern of ECMA-262 that can be read"):
        validator({"pattern": pattern})


def test_a_pattern_that_would_hang_is_given_up() -> None:
    text = "a" * 60 + "b"
    assert read_pattern(r"^(a+)+$").refutes(text)  # in time that grows with the text alone
    assert not read_pattern(r"^(?=a)(a|a)*\1$").refutes(text)
