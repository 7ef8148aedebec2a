"""Several resources of one operation, and what does not exist."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.document.catalogue import Catalogue, CatalogueError
from contracts.http.exchange import Exchange
from contracts.judging.judge import Judge
from tests.document.lint import lint
from tests.judging.exchanges import answer, exchange
from tests.support import ROOT

ERROR = {"schema": {"$ref": "#/components/schemas/Error"}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "Orders", "version": "1"},
    "paths": {
        "/orders/{id}": {
            "get": {
                "parameters": [{"name": "id", "in": "path", "schema": {"type": "string"}}],
                "responses": {
                    "200": {
                        "description": "The order",
                        "content": {"application/json": {"schema": {"type": "object"}}},
                    },
                    "401": {"description": "No", "content": {"application/json": ERROR}},
                    "404": {"description": "None", "content": {"application/json": ERROR}},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Error": {
                "type": "object",
                "required": ["message"],
                "properties": {"message": {"type": "string"}},
            }
        }
    },
}
GIVEN = """
parameters = { id = "ord_1" }
paths = [{ id = "ord_2" }, { id = 3 }]
unknown = { id = "ord_0" }
"""
UNKNOWN, SECOND, THIRD = "/orders/ord_0", "/orders/ord_2", "/orders/3"
ABSENT = {"message": "no such order"}


def catalogue(folder: Path, given: str = GIVEN, statuses: str = "404") -> Catalogue:
    text = json.dumps(DOCUMENT).replace('"404"', f'"{statuses}"')
    (folder / "orders.json").write_text(text, "utf-8")
    base = ROOT / "contracts" / "common" / "base.toml"
    operation = 'document = "orders.json"\npath = "/orders/{id}"\nmethod = "get"\n'
    path = folder / "requirements.toml"
    path.write_text(f'extends = "{base}"\n[operation]\n{operation}{given}', "utf-8")
    return Catalogue.load(path)


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return Judge(catalogue(tmp_path_factory.mktemp("orders")))


def asked(path: str | None, received: bytes, recipe: str = "valid") -> Exchange:
    made = exchange(received, recipe)
    return replace(made, probe=replace(made.probe, path=path))


def broken(judge: Judge, path: str | None, status: int, body: object, **how: Any) -> set[str]:
    found = judge.judge(asked(path, answer(status, body), **how)).findings
    known = judge.catalogue.requirements
    return {each.requirement for each in found if known[each.requirement].level == "MUST"}


def test_the_catalogue_has_what_can_be_provoked(judge: Judge) -> None:
    assert lint(judge.catalogue) == []
    requirements = judge.catalogue.requirements
    assert not requirements["status-404-schema"].server_dependent
    assert not requirements["unknown-resource-gets-404"].server_dependent
    assert requirements["resource-is-its-own"].server_dependent


def test_what_is_not_named_is_not_required(tmp_path: Path) -> None:
    requirements = catalogue(tmp_path, 'parameters = { id = "ord_1" }').requirements
    assert requirements["status-404-schema"].server_dependent
    assert {"unknown-resource-gets-404", "resource-is-its-own"}.isdisjoint(requirements)


def test_what_does_not_exist_gets_404(judge: Judge) -> None:
    assert broken(judge, UNKNOWN, 404, ABSENT) == set()
    assert broken(judge, UNKNOWN, 404, {}) == {"status-404-schema"}
    assert broken(judge, UNKNOWN, 200, {}) == {"unknown-resource-gets-404"}
    assert broken(judge, UNKNOWN, 400, ABSENT) == {"unknown-resource-gets-404"}
    assert broken(judge, UNKNOWN, 500, ABSENT) == {"no-server-error"}
    assert broken(judge, None, 404, ABSENT) == {"valid-key-gets-200"}
    assert broken(judge, SECOND, 404, ABSENT) == {"valid-key-gets-200"}


def test_what_may_not_exist_is_served_or_rejected(judge: Judge) -> None:
    path = "/orders/no-such-value"
    assert broken(judge, path, 404, ABSENT) == broken(judge, path, 200, {}) == set()
    assert broken(judge, path, 404, {}) == {"status-404-schema"}
    assert broken(judge, path, 409, ABSENT) == {"status-is-documented"}
    assert broken(judge, path, 404, ABSENT, recipe="absent") == {"refusal-is-401"}
    assert broken(judge, path, 401, ABSENT, recipe="absent") == set()


@pytest.mark.parametrize("path", [UNKNOWN, SECOND])
def test_who_has_no_key_is_not_told_what_exists(judge: Judge, path: str) -> None:
    for recipe in ("absent", "random-key-1"):
        assert broken(judge, path, 401, ABSENT, recipe=recipe) == set()
        assert broken(judge, path, 404, ABSENT, recipe=recipe) == {"refusal-is-401"}
        assert broken(judge, path, 200, {}, recipe=recipe) == {"bad-key-is-refused"}


@pytest.mark.parametrize(
    ("path", "body", "whose"),
    [
        (None, {"id": "ord_1", "before": "ord_2"}, "own"),
        (None, {"id": "ord_2"}, "another's"),
        (SECOND, {"id": "ord_2"}, "own"),
        (SECOND, {"data": [{"order": "ord_1"}]}, "another's"),
        (SECOND, {"id": 3}, "another's"),
        (SECOND, {"pages": 3, "total": "ord_10"}, "nobody's"),
        (THIRD, {"id": 3}, "own"),
        (THIRD, {"pages": 3}, "nobody's"),
    ],
)
def test_a_resource_has_its_own_data(
    judge: Judge, path: str | None, body: object, whose: str
) -> None:
    judged = judge.judge(asked(path, answer(200, body)))
    found = {each.requirement for each in judged.findings}
    assert ("resource-is-its-own" in found) == (whose == "another's")
    assert ("resource-is-its-own" in judged.observed) == (whose != "nobody's")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("unknown = 3", "[operation] unknown: expected a table, found 3."),
        ("unknown = {}", "[operation] unknown: expected a table, found {}."),
        ("paths = 3", "[operation] paths: expected a list, found 3."),
        ("paths = ['ord_2']", '[operation] paths: expected a table, found "ord_2".'),
        ("paths = [{ id = [1] }]", "[operation.paths] id: expected a string, a number"),
        ("examples = { id = 'x' }", "[operation.examples] id: expected a list of values."),
        ("examples = { id = [[]] }", "[operation.examples] id[0]: expected a string, a number"),
        ("examples = { after = ['x'] }", "there is no parameter after in the path"),
    ],
)
def test_what_can_not_be_asked_is_refused(tmp_path: Path, given: str, words: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        catalogue(tmp_path, f'parameters = {{ id = "ord_1" }}\n{given}')
    assert words in str(caught.value)


def test_what_does_not_exist_is_asked_only_where_the_document_says_what_comes(
    tmp_path: Path,
) -> None:
    with pytest.raises(CatalogueError, match="unknown: the document states neither 404 nor"):
        catalogue(tmp_path, statuses="500")
    judge = Judge(catalogue(tmp_path, statuses="4XX"))
    assert broken(judge, UNKNOWN, 404, ABSENT) == set()
    assert broken(judge, UNKNOWN, 410, ABSENT) == {"unknown-resource-gets-404"}
    gone = Judge(catalogue(tmp_path, statuses="410"))
    assert broken(gone, UNKNOWN, 410, ABSENT) == set()
