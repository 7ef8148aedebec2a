"""The sandbox of any operation keeps its document, and the same way each time."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from contracts.sandbox.generated.api import Generated
from contracts.sandbox.generated.schemas import UnservableError
from contracts.sandbox.generated.values import Values
from contracts.sandbox.message import Answer, Request
from tests.support import ROOT

ORDERS = ROOT / "tests" / "second_operation" / "checkout" / "spec" / "orders.yaml"
SHOP = "/api/v1/shops/{shopId}/orders"

ERROR = {"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]}
SCHEMAS: dict[str, Any] = {
    "Animal": {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]
    },
    "Base": {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "tag": {"type": "string", "pattern": "^[a-f]{3}$"},
        },
        "required": ["id", "tag"],
    },
    "Cat": {
        "allOf": [
            {"$ref": "#/components/schemas/Base"},
            {
                "type": "object",
                "properties": {
                    "kind": {"type": "string", "enum": ["cat"]},
                    "lives": {
                        "type": "integer",
                        "minimum": 0,
                        "exclusiveMinimum": True,
                        "maximum": 9,
                    },
                },
                "required": ["kind", "lives"],
            },
        ]
    },
    "Dog": {
        "allOf": [
            {"$ref": "#/components/schemas/Base"},
            {
                "type": "object",
                "properties": {
                    "kind": {"type": "string", "enum": ["dog"]},
                    "puppies": {"type": "array", "items": {"$ref": "#/components/schemas/Dog"}},
                    "born": {"type": "string", "format": "date", "nullable": True},
                },
                "required": ["kind", "puppies", "born"],
            },
        ]
    },
    "Owners": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Base"}},
    "Error": ERROR,
}


def _described(schema: Any, description: str = "") -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _document(**changed: Any) -> dict[str, Any]:
    operation = {
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "deep", "in": "query", "schema": {"type": "boolean"}},
        ],
        "responses": {
            "200": _described({"$ref": "#/components/schemas/Animal"}),
            "401": _described({"$ref": "#/components/schemas/Error"}),
            "404": _described({"$ref": "#/components/schemas/Error"}),
            "400": _described({"$ref": "#/components/schemas/Error"}),
        },
        "security": [{"key": []}],
    }
    scheme = {"type": "http", "scheme": "bearer"}
    return {
        "openapi": "3.0.3",
        "paths": {"/animals/{id}": {"get": operation | changed.pop("operation", {})}},
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"key": changed.pop("scheme", scheme)},
        },
        **changed,
    }


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def written(**changed: Any) -> Path:
        path = tmp_path / "document.yaml"
        path.write_text(yaml.safe_dump(_document(**changed)), "utf-8")
        return path

    return written


def ask(api: Generated, target: str, *, admitted: bool = True, **more: Any) -> Answer:
    return api.respond(Request("GET", target.encode(), (), b"", 1, **more), admitted=admitted)


def body(answer: Answer) -> Any:
    return json.loads(answer.body)


def problems(document: dict[str, Any], schema: Any, value: Any) -> list[str]:
    whole = {**schema, "components": document["components"]}
    validator = OAS30Validator(whole, format_checker=oas30_format_checker)
    return [error.message for error in validator.iter_errors(value)]


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("optional", [0.0, 0.5, 1.0])
def test_a_value_keeps_its_schema(name: str, optional: float) -> None:
    document = _document()
    schema = {"$ref": f"#/components/schemas/{name}"}
    for turn in range(6):
        value = Values(document).make(schema, f"value {turn}", turn=turn, optional=optional)
        assert problems(document, SCHEMAS[name], value) == []
        again = Values(document).make(schema, f"value {turn}", turn=turn, optional=optional)
        assert again == value


def test_each_alternative_has_its_turn() -> None:
    values = Values(_document())
    made = [values.make(SCHEMAS["Animal"], f"value {turn}", turn=turn) for turn in range(4)]
    assert [each["kind"] for each in made] == ["cat", "dog", "cat", "dog"]


def test_nobody_else_s_random_numbers_change() -> None:
    before = random.getstate()
    Values(_document()).make(SCHEMAS["Animal"], "value")
    assert random.getstate() == before


def test_a_document_runs_no_code(tmp_path: Path) -> None:
    """The generator evaluates keywords of its own as Python."""
    trap = f"lambda: open({str(tmp_path / 'trap')!r}, 'w')"
    Values(_document()).make({"type": "string", "$provider": trap, "$state": {"a": trap}}, "value")
    assert not (tmp_path / "trap").exists()


def test_what_can_not_be_made_is_told() -> None:
    with pytest.raises(UnservableError, match="give it an example"):
        Values(_document()).make({"type": "string", "pattern": "^(?!)$"}, "value")


def test_an_id_has_one_body_and_others_do_not_exist(write: Any) -> None:
    api = Generated(write(), "/animals/{id}", {"id": ["a", "b c"]})
    first, second = ask(api, "/animals/a"), ask(api, "/animals/b%20c")
    assert (first.status, second.status) == (200, 200)
    assert (body(first)["id"], body(first)["kind"]) == ("a", "cat")
    assert (body(second)["id"], body(second)["kind"]) == ("b c", "dog")
    assert ask(api, "/animals/a").body == first.body
    again = Generated(write(), "/animals/{id}", {"id": ["a", "b c"]})
    assert ask(again, "/animals/a").body == first.body
    unknown = ask(api, "/animals/c")
    assert (unknown.status, body(unknown)) == (404, {"message": "Not Found"})


def test_ids_are_made_where_none_are_known(write: Any) -> None:
    api = Generated(write(), "/animals/{id}")
    assert api.example == "/animals/animal_000001"
    assert ask(api, api.example).status == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [("deep=true", 200), ("deep=no-such-value", 400), ("deep=true&deep=true", 400), ("x=1", 400)],
)
def test_broken_parameters_get_the_documented_status(write: Any, query: str, status: int) -> None:
    api = Generated(write(), "/animals/{id}")
    assert ask(api, f"{api.example}?{query}").status == status
    assert ask(api, f"{api.example}?{query}", admitted=False).status == 401


def test_a_server_without_a_documented_refusal_is_lenient(write: Any) -> None:
    path = write(operation={"responses": {"200": _described({"$ref": "#/components/schemas/Cat"})}})
    api = Generated(path, "/animals/{id}", {"id": ["a"]})
    assert ask(api, "/animals/a?deep=7").status == 200
    assert ask(api, "/animals/z").status == 200


@pytest.mark.parametrize(
    ("scheme", "field", "right"),
    [
        ({"type": "http", "scheme": "bearer"}, b"Authorization", b"Bearer KEY"),
        (
            {"type": "apiKey", "in": "header", "name": "Authorization"},
            b"authorization",
            b"Bearer KEY",
        ),
        ({"type": "apiKey", "in": "header", "name": "X-API-Key"}, b"X-Api-Key", b"KEY"),
        (
            {"type": "http", "scheme": "basic"},
            b"Authorization",
            b"Basic " + base64.b64encode(b"KEY:"),
        ),
    ],
)
def test_the_document_says_where_the_key_is(
    write: Any, scheme: dict[str, str], field: bytes, right: bytes
) -> None:
    api = Generated(write(scheme=scheme), "/animals/{id}")

    def entitled(*fields: tuple[bytes, bytes]) -> bool:
        return api.entitles(Request("GET", b"/", fields, b"", 1), b"KEY")

    assert entitled((field, right))
    assert not entitled((field, right + b"x"))
    assert not entitled((b"X-Other", right))
    assert not entitled()


def test_an_operation_without_security_is_open(write: Any) -> None:
    api = Generated(write(operation={"security": []}), "/animals/{id}")
    assert api.entitles(Request("GET", b"/", (), b"", 1), b"KEY")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"paths": {}}, "no GET /animals/{id}"),
        ({"scheme": {"type": "apiKey", "in": "query", "name": "key"}}, "takes a key in a header"),
    ],
)
def test_what_can_not_be_served_is_one_sentence(write: Any, change: Any, words: str) -> None:
    with pytest.raises(UnservableError, match=words):
        Generated(write(**change), "/animals/{id}")


# --- lists ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def orders() -> Generated:
    return Generated(ORDERS, SHOP, {"shopId": ["shop_1"]})


def _page(api: Generated, query: str) -> dict[str, Any]:
    answer = ask(api, f"/api/v1/shops/shop_1/orders?{query}")
    assert answer.status == 200, answer.body
    return body(answer)


def test_a_list_is_read_page_by_page(orders: Generated) -> None:
    whole = [each["id"] for each in _page(orders, "state=paid")["orders"]]
    assert len(whole) > 2
    walked, query = [], "state=paid&limit=1"
    while True:
        page = _page(orders, query)
        walked += [each["id"] for each in page["orders"]]
        if page["nextCursor"] is None:
            break
        assert len(walked) <= len(whole)
        query = f"state=paid&limit=1&cursor={page['nextCursor']}"
    assert walked == whole


def test_a_filter_filters(orders: Generated) -> None:
    for state in ("open", "paid", "refunded"):
        assert {each["state"] for each in _page(orders, f"state={state}")["orders"]} == {state}
    later = _page(orders, "state=paid&createdSince=2026-10-31T20:00:00Z")["orders"]
    assert 0 < len(later) < len(_page(orders, "state=paid")["orders"])


def test_a_list_is_in_order(orders: Generated) -> None:
    created = [each["createdAt"] for each in _page(orders, "state=open")["orders"]]
    assert created == sorted(created, reverse=True)


def test_a_cursor_that_is_known_leads_to_an_end() -> None:
    api = Generated(ORDERS, SHOP, {"shopId": ["shop_1"], "cursor": ["c20"]})
    page = _page(api, "state=open&cursor=c20")
    assert (page["orders"], page["nextCursor"]) == ([], None)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "state=lost",
        "state=open&limit=51",
        "state=open&cursor=nope",
        "state=open&limit=1&limit=2",
    ],
)
def test_a_broken_query_of_a_list_is_refused_by_its_fields(orders: Generated, query: str) -> None:
    answer = ask(orders, f"/api/v1/shops/shop_1/orders?{query}")
    assert answer.status == 422
    schema = {"$ref": "#/components/schemas/ValidateError"}
    assert problems(yaml.safe_load(ORDERS.read_bytes()), schema, body(answer)) == []
    fields = body(answer)["fields"]
    assert fields
    assert all(each["message"] for each in fields.values())
