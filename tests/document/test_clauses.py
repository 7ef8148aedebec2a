"""Clauses and the schemas behind them: derived, observed, violated."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.document.clauses import DocumentError, SchemaReader
from contracts.document.document import Document
from contracts.document.schema import BodyValidator, Violation
from contracts.http.json_text import problems

DOCUMENT = Document.load(Path(__file__).parents[2] / "spec" / "openapi.yaml")
BALANCE = DOCUMENT.operation("/api/v1/billing/balance", "get")

Schema = dict[str, object]


def validator(schema: object) -> BodyValidator:
    def follow(reference: str) -> tuple[str, object]:
        assert reference == "#/components/schemas/It"
        return "/components/schemas/It", schema

    return BodyValidator(SchemaReader("200", follow).read("/components/schemas/It", schema))


def broken(schema: object, value: object) -> list[tuple[str, str]]:
    return [(v.keyword, v.where) for v in validator(schema).check(value)]


def test_every_clause_of_the_published_operation():
    ids = {clause.id.replace("/components/schemas/", "") for clause in BALANCE.clauses}
    expected = {
        "200": """media type, BalanceResponse/type, BalanceResponse/required/drawdownEnabled,
            BalanceResponse/required/balance, BalanceResponse/properties/drawdownEnabled/type,
            Money/type, Money/required/currencyCode, Money/required/amountSubunits,
            Money/properties/currencyCode/type, Money/properties/amountSubunits/type,
            Money/properties/amountSubunits/format""",
        "401": """media type, AuthenticationError/type, AuthenticationError/required/name,
            AuthenticationError/required/message, AuthenticationError/additionalProperties,
            AuthenticationError/properties/name/type, AuthenticationError/properties/message/type,
            AuthenticationError/properties/stack/type""",
        "422": """media type, ValidateError/type, ValidateError/required/name,
            ValidateError/required/message, ValidateError/required/status,
            ValidateError/required/fields, ValidateError/additionalProperties,
            ValidateError/properties/name/type, ValidateError/properties/message/type,
            ValidateError/properties/stack/type, ValidateError/properties/status/type,
            ValidateError/properties/status/format, FieldErrors/type,
            FieldErrors/additionalProperties/type,
            FieldErrors/additionalProperties/required/message,
            FieldErrors/additionalProperties/properties/message/type""",
    }
    assert ids == {
        f"{status} {' '.join(name.split())}"
        for status, names in expected.items()
        for name in names.split(",")
    }


def test_each_clause_stands_where_it_says_and_reads_as_a_sentence():
    for clause in BALANCE.clauses:
        DOCUMENT.resolve(clause.pointer)
        assert clause.sentence[0] == "`" or clause.sentence[0].isupper()
        assert "{" not in clause.sentence
    sentences = {clause.id: clause.sentence for clause in BALANCE.clauses}
    money = "200 /components/schemas/Money"
    assert sentences[f"{money}/required/currencyCode"] == "`currencyCode` is present in Money"
    assert sentences[f"{money}/properties/amountSubunits/type"] == (
        "`amountSubunits` of Money is an integer"
    )
    assert sentences[
        "422 /components/schemas/FieldErrors/additionalProperties/required/message"
    ] == ("`message` is present in each further member of FieldErrors")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{}", ["BalanceResponse/required/balance", "BalanceResponse/required/drawdownEnabled"]),
        ("[]", ["BalanceResponse/type"]),
        ("null", ["BalanceResponse/type"]),
        ('{"drawdownEnabled": 1, "balance": null}', ["Money/type", "drawdownEnabled/type"]),
        (
            '{"drawdownEnabled": true, "balance": {"currencyCode": 1, "amountSubunits": true}}',
            ["amountSubunits/type", "currencyCode/type"],
        ),
        (
            '{"drawdownEnabled": true, "balance": {"currencyCode": "", "amountSubunits": 1.5}}',
            ["amountSubunits/type"],
        ),
        (
            '{"drawdownEnabled": true, "balance": {"currencyCode": "", "amountSubunits": "1"}}',
            ["amountSubunits/type"],
        ),
    ],
)
def test_violations_name_their_clauses(body: str, expected: list[str]):
    oracle = BALANCE.validator(200)
    assert oracle is not None
    found = oracle.check(problems(body.encode())[0])
    assert [
        v.clause.id.rpartition("schemas/")[2].split("properties/")[-1] for v in found
    ] == expected
    assert all(v.found.isascii() and v.expected for v in found)


@pytest.mark.parametrize("amount", [-(2**31), 0, 2**31 - 1])
def test_int32_is_a_range_whose_ends_belong_to_it(amount: int):
    oracle = BALANCE.validator(200)
    assert oracle is not None

    def found(number: int) -> list[Violation]:
        money = {"currencyCode": "USD", "amountSubunits": number}
        return list(oracle.check({"drawdownEnabled": False, "balance": money, "more": [None]}))

    assert found(amount) == []
    for beyond in (-(2**31) - 1, 2**31, 10**400):
        (violation,) = found(beyond)
        assert (violation.keyword, violation.expected_format) == ("format", "int32")
        assert violation.where == "/balance/amountSubunits"
        assert len(violation.found) < 130


@pytest.mark.parametrize("text", ["1500.0", "1.5e3", "15E2", "-0.0"])
def test_an_integer_that_is_only_spelled_otherwise_is_told_apart(text: str):
    schema = {"type": "integer", "format": "int32"}
    (violation,) = validator(schema).check(problems(text.encode())[0])
    assert violation.keyword == "integer-spelling"
    assert violation.clause.keyword == "type"
    assert broken(schema, problems(b"1e10")[0]) == [("format", ""), ("integer-spelling", "")]
    assert broken(schema, problems(b"1E1000000000")[0]) == [
        ("format", ""),
        ("integer-spelling", ""),
    ]
    assert broken(schema, problems(b"1e-1000000000")[0]) == [("type", "")]


RECURSIVE: Schema = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/It"}},
    },
    "additionalProperties": False,
}


def test_a_recursive_schema_has_finitely_many_clauses():
    oracle = validator(RECURSIVE)
    assert len(oracle.clauses) == 6
    value = {"name": "", "children": [{"name": "a", "x/y": 1}, 3]}
    assert [(v.keyword, v.where) for v in oracle.check(value)] == [
        ("additionalProperties", "/children/0/x~1y"),
        ("type", "/children/1"),
        ("minLength", "/name"),
    ]
    assert oracle.observe(value) == {clause.id for clause in oracle.clauses}
    deep: dict[str, object] = {"name": "leaf"}
    for _ in range(45):
        deep = {"name": "a", "children": [deep]}
    assert oracle.check(problems(json.dumps(deep).encode())[0]) == ()


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"enum": ["a", 1]}, ["a", 1, Decimal("1.0")], ["b", True, None, [1]]),
        ({"type": "number", "minimum": 1}, [1, Decimal(1)], [Decimal("0.99")]),
        ({"minimum": 1, "exclusiveMinimum": True}, [2, "x"], [1]),
        ({"maximum": Decimal("0.1")}, [Decimal("0.1"), 0], [Decimal("0.11"), 10**400]),
        ({"maximum": 5, "exclusiveMaximum": True}, [Decimal("4.9")], [5]),
        ({"multipleOf": Decimal("0.01")}, [Decimal("0.3"), 7, 0, Decimal("1E+999999")],
         [Decimal("0.305"), Decimal("1E-999999")]),
        ({"multipleOf": 3}, [9, Decimal("9.0")], [10, Decimal("1E+999999"), Decimal("9.5")]),
        ({"minLength": 2, "maxLength": 3}, ["ab", "😀😀😀"], ["a", "abcd"]),
        ({"pattern": "^[a-z]+$"}, ["abc"], ["abc\n", "ABC", ""]),
        ({"pattern": r"^\d\w$"}, ["1a"], ["\u0661a", "1é"]),
        ({"pattern": "b"}, ["abc"], ["ac"]),
        ({"type": "array", "minItems": 1, "maxItems": 2}, [[1]], [[], [1, 2, 3]]),
        ({"uniqueItems": True}, [[1, True, "1"], [{"a": 1}, {"a": 2}]],
         [[1, Decimal("1.0")], [{"a": [1]}, {"a": [1]}]]),
        ({"minProperties": 1, "maxProperties": 1}, [{"a": 1}], [{}, {"a": 1, "b": 2}]),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, [{"a": 1}], [{"a": ""}]),
        ({"type": "string", "nullable": True}, ["a", None], [1]),
        ({"type": "string", "nullable": True, "enum": ["a"]}, ["a", None], ["b"]),
        ({"nullable": True, "allOf": [{"type": "object"}]}, [{}, None], [1]),
        ({"type": "string"}, [""], [None]),
        ({"allOf": [{"required": ["a"]}, {"required": ["b"]}]}, [{"a": 1, "b": 2}], [{"a": 1}]),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, ["", 1], [None, Decimal("1.5")]),
        ({"oneOf": [{"minimum": 1}, {"minimum": 5}]}, [3], [7, 0]),
        ({"not": {"type": "string"}}, [1], ["a"]),
        ({"type": "number", "format": "int32"}, [1, Decimal("1.0")], [2**31, Decimal("1.5")]),
        ({"type": "integer", "format": "int64"}, [2**63 - 1, -(2**63)], [2**63]),
        ({"type": "number", "format": "double"}, [Decimal("1.7976931348623157e308"), 0],
         [Decimal("1.8e308"), Decimal("-1e400"), 10**400]),
        ({"type": "number", "format": "float"}, [Decimal("3.4028234e38")], [Decimal("3.41e38")]),
        ({"type": "string", "format": "date"}, ["2024-02-29", "0000-02-29"],
         ["2023-02-29", "2024-2-1", "2024-02-29T00:00:00Z", "2024-04-31"]),
        ({"type": "string", "format": "date-time"},
         ["2024-02-29T23:59:59.123Z", "1990-12-31t15:59:60-08:00", "2000-01-01T00:00:00+23:59"],
         ["2024-02-29 23:59:59Z", "2024-02-29T24:00:00Z", "2024-02-29T23:59:60+01:00",
          "2024-02-30T00:00:00Z", "2024-02-29T00:00:00", "2024-02-29T00:00:00Z\n"]),
        ({"type": "string", "format": "byte"}, ["", "aGk=", "aGkh"], ["aGk", "a-_=", "aGk=\n"]),
        ({"type": "string", "format": "password"}, [""], [1]),
        ({"properties": {"id": {"type": "integer"}, "$ref": {"type": "string"}}},
         [{"id": 1, "$ref": ""}], [{"id": ""}, {"$ref": 1}]),
        ({"required": ["a"], "properties": {"a": {"writeOnly": True}}}, [{}], []),
    ],
)  # fmt: skip
def test_keywords_mean_what_openapi_says(schema: object, good: list[object], bad: list[object]):
    oracle = validator(schema)
    for value in good:
        assert oracle.check(value) == (), value
    for value in bad:
        found = oracle.check(value)
        assert found, value
        assert {v.clause.id for v in found} <= oracle.observe(value)


def test_what_a_body_says_nothing_about_is_not_observed():
    oracle = validator(RECURSIVE)
    place = "200 /components/schemas/It"
    always = {f"{place}/type", f"{place}/required/name", f"{place}/additionalProperties"}
    assert oracle.observe([]) == {f"{place}/type"}
    assert oracle.observe({}) == always
    items = f"{place}/properties/children/type"
    assert oracle.observe({"children": []}) == always | {items}
    assert oracle.observe({"name": 3}) == always | {f"{place}/properties/name/type"}
    formats = validator({"type": "integer", "format": "int32", "nullable": True})
    assert formats.observe(None) == formats.observe("1") == {f"{place}/type"}
    assert formats.observe(1) == {f"{place}/type", f"{place}/format"}


def test_violations_are_few_and_short_whatever_the_body():
    oracle = validator({"type": "array", "items": {"type": "string", "maxLength": 3}})
    assert len(oracle.check([*range(5000)])) == 20
    assert len(oracle.check([*range(100), *["long"] * 100])) == 40
    body = {"secret": ["\u001b[31m" * 1000, {"k" * 10_000: "\ud800"}], "n": 10**4000}
    for value in (body, [body], ["x" * 100_000], [Decimal("1." + "1" * 4000)], [10**4000]):
        for violation in oracle.check(value):
            assert len(violation.found) <= 120
            assert violation.found.rstrip("…").isascii()
            assert violation.found.isprintable()


def test_of_many_members_too_many_the_first_are_named_and_the_rest_counted():
    oracle = validator({"properties": {"a": {}}, "additionalProperties": False})
    few = oracle.check({f"x{number}": 1 for number in range(20)})
    assert sorted(violation.where for violation in few) == sorted(f"/x{n}" for n in range(20))
    many = oracle.check({"a": 1, **{f"x{number}" * 9_999: 1 for number in range(1000)}})
    assert len(many) == 20
    assert all(len(violation.where) <= 200 for violation in many)
    [rest] = (violation for violation in many if not violation.where)
    assert rest.found == "1,000 members, of which the first 19 are named"


@pytest.mark.parametrize(
    "schema",
    [
        [],
        {"type": "null"},
        {"type": ["string"]},
        {"pattern": "("},
        {"properties": []},
        {"required": "a"},
        {"items": [{}]},
        {"allOf": {}},
        {"additionalProperties": {"type": "any"}},
        {"$ref": "#/components/schemas/It"},
    ],
)
def test_what_is_no_schema_is_refused(schema: object):
    with pytest.raises(DocumentError, match=r"^/components/schemas/It"):
        validator(schema)


NAMES = st.sampled_from(
    ["drawdownEnabled", "balance", "currencyCode", "amountSubunits", "name", "message", "stack",
     "status", "fields", "value"]
)  # fmt: skip
BODIES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**33), 2**33) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=10,
)


@given(BODIES, st.sampled_from([200, 401, 422]))
@settings(max_examples=200, database=None)
def test_another_implementation_agrees(body: object, status: int):
    operation = DOCUMENT.operation("/api/v1/billing/balance", "get")
    oracle = BALANCE.validator(status)
    pointer = operation.schema_pointer(status, "application/json")
    assert oracle is not None
    assert pointer is not None
    schema = {"components": DOCUMENT.content["components"], "allOf": [DOCUMENT.resolve(pointer)]}
    other = jsonschema_rs.Draft4Validator(schema, validate_formats=False)
    found = oracle.check(body)
    assert other.is_valid(body) == all(violation.keyword == "format" for violation in found)
    assert {violation.clause.id for violation in found} <= oracle.observe(body)
