"""`anyOf`, `oneOf` and discriminators: which branch is meant, and what it says there."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from contracts.document.clauses import SchemaReader
from contracts.document.schema import MOST_CHOICES, BodyValidator, Violation

CARD = {
    "type": "object",
    "required": ["kind", "number"],
    "properties": {"kind": {"enum": ["card"]}, "number": {"type": "string"}},
}
BANK = {
    "type": "object",
    "required": ["kind", "iban", "holder"],
    "properties": {"kind": {"enum": ["bank"]}, "iban": {"type": "string"}},
}
SCHEMAS = {
    "Card": CARD,
    "Bank": BANK,
    "Ways": {"type": "array", "items": {"$ref": "#/components/schemas/Way"}},
}
REFERENCES = [{"$ref": "#/components/schemas/Card"}, {"$ref": "#/components/schemas/Bank"}]


def validator(way: object, root: str = "Way", *, modern: bool = False) -> BodyValidator:
    schemas: Mapping[str, object] = {**SCHEMAS, "Way": way}

    def follow(reference: str) -> tuple[str, object]:
        return reference[1:], schemas[reference.rpartition("/")[2]]

    reader = SchemaReader("200", follow, modern=modern)
    return BodyValidator(reader.read(*follow(f"#/components/schemas/{root}")), modern=modern)


def told(violation: Violation) -> tuple[str, str]:
    return violation.clause.id.removeprefix("200 /components/schemas/"), violation.where


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_what_fits_no_branch_fails_in_the_one_that_it_fits_best(keyword: str) -> None:
    oracle = validator({keyword: REFERENCES})
    assert oracle.check({"kind": "card", "number": "1"}) == ()
    [violation] = oracle.check({"kind": "card", "number": 1})
    assert told(violation) == ("Card/properties/number/type", "/number")
    assert violation.expected == (f"a string (by Card, which fits best of 2 under {keyword})")
    # Its tag tells a branch, though the other has fewer errors.
    found = oracle.check({"kind": "bank", "number": "1"})
    assert {told(each) for each in found} == {
        ("Bank/required/iban", ""),
        ("Bank/required/holder", ""),
    }


def test_a_discriminator_names_the_branch() -> None:
    way = {
        "oneOf": REFERENCES,
        "discriminator": {
            "propertyName": "kind",
            "mapping": {"giro": "#/components/schemas/Bank", "credit": "Card"},
        },
    }
    oracle = validator(way)
    for kind, name in (("giro", "Bank"), ("Bank", "Bank"), ("credit", "Card"), ("Card", "Card")):
        ids = {told(each)[0] for each in oracle.check({"kind": kind})}
        assert {each.partition("/")[0] for each in ids} == {name}
    observed = oracle.observe({"kind": "giro"})
    assert any("/Bank/" in each for each in observed)
    assert not any("/Card/" in each for each in observed)


def test_where_a_value_is_of_the_type_of_no_branch_the_keyword_fails() -> None:
    for value in (None, 1.5, []):
        [violation] = validator({"anyOf": REFERENCES}).check(value)
        assert told(violation) == ("Way/anyOf", "")
        assert violation.expected == "valid by at least one of 2 schemas"


def test_what_fits_two_branches_of_one_of_them_fails_as_a_whole() -> None:
    oracle = validator({"oneOf": [{"type": "integer"}, {"minimum": 1}]})
    assert [told(each) for each in oracle.check(3)] == [("Way/oneOf", "")]
    assert oracle.check(0) == ()


def test_branches_within_branches_and_in_items() -> None:
    way = {"anyOf": [{"type": "string"}, {"oneOf": REFERENCES}]}
    [violation] = validator(way, "Ways").check(["a", {"kind": "card", "number": 1}])
    assert told(violation) == ("Card/properties/number/type", "/1/number")
    way = {"allOf": [{"anyOf": REFERENCES}, {"required": ["id"]}]}
    found = validator(way).check({"kind": "card", "number": 1})
    assert {told(each) for each in found} == {
        ("Card/properties/number/type", "/number"),
        ("Way/allOf/1/required/id", ""),
    }


def test_a_branch_without_a_name_is_called_by_its_place() -> None:
    oracle = validator({"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 1}]})
    [violation] = oracle.check(0)
    assert violation.expected == "at least 1 (by branch 2 of Way, which fits best of 2 under anyOf)"
    assert "Branch 2 of Way is at least 1" in {clause.sentence for clause in oracle.clauses}


def test_each_branch_counts_its_own_clauses() -> None:
    oracle = validator({"anyOf": REFERENCES})
    ids = {clause.id for clause in oracle.clauses}
    card = oracle.observe({"kind": "card", "number": 1})
    bank = oracle.observe({"kind": "bank", "iban": "x", "holder": "y"})
    assert card | bank == ids
    assert card & bank == {"200 /components/schemas/Way/anyOf"}


def test_a_schema_that_holds_itself_ends() -> None:
    way = {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Ways"}]}
    [violation] = validator(way).check(["a", ["b", [1]]])
    assert violation.where == "/1/1/0"
    assert "200 /components/schemas/Ways/type" in validator(way).observe([["a"]])


def test_the_branches_of_very_many_values_are_not_all_looked_for() -> None:
    oracle = validator({"anyOf": REFERENCES}, "Ways")
    many: list[object] = [{"kind": "card", "number": "1"}] * MOST_CHOICES
    last = {"kind": "bank", "iban": "x", "holder": "y"}
    assert oracle.check([*many, last]) == ()
    assert not any("/Bank/" in each for each in oracle.observe([*many, last]))
    assert any("/Bank/" in each for each in oracle.observe([*many[1:], last]))


def test_null_beside_a_reference_as_3_1_writes_it() -> None:
    way = {"anyOf": [{"$ref": "#/components/schemas/Card"}, {"type": "null"}]}
    oracle = validator(way, modern=True)
    assert oracle.check(None) == ()
    assert [told(each) for each in oracle.check({"kind": "card", "number": 1})] == [
        ("Card/properties/number/type", "/number")
    ]
