"""The document: another one of the same style, so that nothing can lean on billing."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from contracts.document.document import Document, DocumentError
from contracts.document.operation import Operation
from contracts.http.json_text import problems

PUBLISHED = Path(__file__).parents[2] / "spec" / "openapi.yaml"

SHOP = """
openapi: 3.0.3
info: {title: Shop, version: 2026-11-22}
paths:
  /orders/{id}:
    parameters:
      - {name: expand, in: query, schema: {type: string}}
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      parameters:
        - $ref: '#/components/parameters/Page'
        - {name: expand, in: query, required: true, schema: {type: boolean}}
        - {name: X-Trace, in: header, schema: {type: string}}
      responses:
        200:
          description: no
          content:
            text/csv: {}
            Application/JSON; charset=utf-8:
              schema: {$ref: '#/components/schemas/Order'}
        '204': {description: 12:30}
        4xx: {$ref: '#/components/responses/Problem'}
        x-internal: true
        default: {$ref: '#/components/responses/Problem'}
    post:
      responses:
        '200':
          description: ok
          content:
            '*/*': {schema: {type: array, items: {type: string, format: date-time}}}
  /alias: {$ref: '#/paths/~1orders~1%7Bid%7D'}
  /lost:
    get: {responses: {'200': {$ref: '#/components/responses/None'}}}
  /abroad:
    get: {responses: {'200': {$ref: 'https://example.com/o.yaml#/x'}}}
  /circle:
    get: {responses: {'200': {$ref: '#/components/responses/Circle'}}}
  /modern:
    get:
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {type: [string, 'null']}}}
components:
  parameters:
    Page: {name: page, in: query, schema: {type: integer}}
  responses:
    Circle: {$ref: '#/components/responses/Circle'}
    Problem:
      description: wrong
      content:
        application/problem+json:
          schema:
            type: object
            required: [title]
            properties: {title: {type: string, maxLength: 5}}
  schemas:
    Order:
      type: object
      required: [id]
      properties:
        id: {type: string, pattern: '^[a-z]+$'}
        factor: {type: number, minimum: 0.1, multipleOf: 0.01}
        next: {$ref: '#/components/schemas/Order'}
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str) -> Path:
        path = tmp_path / "document.yaml"
        path.write_text(text)
        return path

    return to_file


@pytest.fixture
def shop(write: Write) -> Document:
    return Document.load(write(SHOP))


@pytest.fixture
def order(shop: Document) -> Operation:
    return shop.operation("/orders/{id}", "GET")


def test_the_published_document():
    document = Document.load(PUBLISHED)
    operation = document.operation("/api/v1/billing/balance", "get")
    assert (document.title, document.version) == ("Universal Checkout API", "1.0.5")
    assert document.data == PUBLISHED.read_bytes()
    assert operation.pointer == "/paths/~1api~1v1~1billing~1balance/get"
    assert operation.statuses == {200, 401, 422}
    assert operation.media_types(401) == ("application/json",)
    place = operation.schema_pointer(200, "application/json")
    assert place == f"{operation.pointer}/responses/200/content/application~1json/schema"
    assert document.resolve(place) == {"$ref": "#/components/schemas/BalanceResponse"}
    assert operation.query_parameters == ()
    assert operation.validator(200) is operation.validator(200)
    assert operation.validator(404) is None


def test_yaml_is_read_as_json_would_be(shop: Document):
    assert shop.version == "2026-11-22"
    responses = shop.resolve("/paths/~1orders~1{id}/get/responses")
    assert isinstance(responses, dict)
    assert list(responses) == ["200", "204", "4xx", "x-internal", "default"]
    assert responses["200"]["description"] == "no"
    assert responses["204"]["description"] == "12:30"
    assert responses["x-internal"] is True
    assert shop.resolve("/components/schemas/Order/properties/factor/minimum") == Decimal("0.1")


def test_a_json_file_is_a_document_too(write: Write):
    content = {"openapi": "3.0.0", "info": {"title": "é", "version": "1"}, "paths": {}}
    assert Document.load(write(json.dumps(content))).title == "é"


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/info/title", "Shop"),
        ("#/info/title", "Shop"),
        ("#/paths/~1orders~1%7Bid%7D/parameters/1/in", "path"),
        ("/paths/~1orders~1{id}/parameters/1/in", "path"),
    ],
)
def test_pointers_are_resolved(shop: Document, pointer: str, value: object):
    assert shop.resolve(pointer) == value


@pytest.mark.parametrize(
    ("pointer", "reached"),
    [
        ("/info/titel", "/info"),
        ("info/title", "the top"),
        ("/info/title/0", "/info/title"),
        ("/paths/~1orders~1{id}/parameters/01", "/paths/~1orders~1{id}/parameters"),
        ("/paths/~1orders~1{id}/parameters/-1", "/paths/~1orders~1{id}/parameters"),
        ("/paths/~1orders~1{id}/parameters/2", "/paths/~1orders~1{id}/parameters"),
    ],
)
def test_a_pointer_to_nothing_says_how_far_it_led(shop: Document, pointer: str, reached: str):
    with pytest.raises(DocumentError) as caught:
        shop.resolve(pointer)
    assert str(caught.value).endswith(
        f"there is nothing at {pointer}; the trail ends at {reached}."
    )


def test_the_operation_stands_for_its_own_pointer(order: Operation):
    assert order.resolve("@operation/responses/200/description") == "no"
    assert order.resolve("@operation") == order.document.resolve(order.pointer)
    assert order.absolute("/info") == "/info"
    with pytest.raises(DocumentError):
        order.resolve("@operations")


def test_statuses_with_ranges_and_default(order: Operation):
    assert list(order.responses) == ["200", "204", "4XX", "default"]
    assert order.statuses == set(range(100, 600))
    keys = {status: order.response(status) for status in (200, 204, 418, 500)}
    assert [each.key for each in keys.values() if each] == ["200", "204", "4XX", "default"]


def test_media_types_and_their_schemas(order: Operation):
    assert order.media_types(200) == ("text/csv", "application/json")
    assert order.media_types(204) == ()
    assert order.schema_pointer(200, "text/csv") is None
    pointer = order.schema_pointer(200, "APPLICATION/json; charset=x")
    assert pointer is not None
    assert order.document.resolve(pointer) == {"$ref": "#/components/schemas/Order"}
    assert order.schema_pointer(404, "application/problem+json") == (
        "/components/responses/Problem/content/application~1problem+json/schema"
    )
    anything = order.document.operation("/orders/{id}", "post")
    assert anything.schema_pointer(200, "application/json") == (
        "/paths/~1orders~1{id}/post/responses/200/content/*~1*/schema"
    )


def test_query_parameters_override_those_of_the_path(order: Operation):
    found = {each.name: (each.required, each.pointer) for each in order.query_parameters}
    assert found == {
        "expand": (True, f"{order.pointer}/parameters/1"),
        "page": (False, "/components/parameters/Page"),
    }


def test_a_path_may_be_a_reference(shop: Document, order: Operation):
    assert shop.operation("/alias", "get").pointer == order.pointer


def test_bodies_are_judged_through_every_reference(order: Operation):
    validator = order.validator(200)
    assert validator is not None
    assert validator.check(problems(b'{"id": "a", "factor": 0.1, "next": {"id": "b"}}')[0]) == ()
    body = b'{"id": "a\\n", "factor": 0.105, "next": {"next": {"factor": 0.09}}}'
    assert [(v.where, v.keyword) for v in validator.check(problems(body)[0])] == [
        ("/next/next/factor", "minimum"),
        ("/next/next", "required"),
        ("/factor", "multipleOf"),
        ("/id", "pattern"),
        ("/next", "required"),
    ]
    problem = order.validator(404)
    assert problem is not None
    assert [v.keyword for v in problem.check({"title": "too long"})] == ["maxLength"]
    assert order.validator(204) is None


def test_each_status_has_clauses_of_its_own(order: Operation):
    ids = [clause.id for clause in order.clauses]
    assert len(ids) == len(set(ids))
    for key in ("4XX", "default"):
        assert f"{key} media type" in ids
        problem = "/components/responses/Problem/content/application~1problem+json/schema"
        assert f"{key} {problem}/required/title" in ids
    assert "204 media type" not in ids
    for clause in order.clauses:
        order.document.resolve(clause.pointer)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [", "expected YAML"),
        ("a: 1\nb: 2\na: 3", "the key 'a' stands twice in line 3"),
        ("? [a]\n: 1", "expected a plain key"),
        ("a: !!python/name:os.system", "expected YAML"),
        ("\x00", "expected YAML"),
        ("- openapi", "found no key `openapi`"),
        ("", "found no key `openapi`"),
        ("swagger: '2.0'", "found no key `openapi`"),
        ("openapi: 3.2.0", "expected OpenAPI 3.0 or 3.1, found 3.2.0"),
    ],
)
def test_an_unusable_file_is_refused_in_one_sentence(write: Write, text: str, words: str):
    with pytest.raises(DocumentError) as caught:
        Document.load(write(text))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(DocumentError, match=r"none\.yaml: cannot be read \(No such file"):
        Document.load(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("path", "method", "words"),
    [
        ("/orders", "get", "expected the path /orders"),
        ("/orders/{id}", "put", "expected PUT under /orders/{id}"),
        ("/orders/{id}", "parameters", "expected PARAMETERS under"),
    ],
)
def test_an_operation_that_is_not_there(shop: Document, path: str, method: str, words: str):
    with pytest.raises(DocumentError, match=words.replace("{", r"\{")):
        shop.operation(path, method)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/lost", "leads nowhere"),
        ("/abroad", "leads out of the document"),
        ("/circle", "leads back to itself"),
        ("/modern", "expected a type of OpenAPI 3.0"),
    ],
)
def test_an_operation_that_cannot_be_judged_by(shop: Document, path: str, words: str):
    with pytest.raises(DocumentError, match=words):
        _ = shop.operation(path, "get").clauses
