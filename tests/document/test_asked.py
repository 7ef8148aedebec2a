"""What a document says of requests: its security, its servers, its parameters, its media types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.document.document import Document, DocumentError
from contracts.document.openapi.security import BASIC, BEARER, Scheme, read_scheme
from contracts.document.openapi.servers import base_urls
from contracts.document.operation import Operation
from contracts.document.requirements import Chance

SCHEMES: Mapping[str, object] = {
    "bearer": {"type": "http", "scheme": "Bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "digest": {"type": "http", "scheme": "digest"},
    "oauth": {"type": "oauth2", "flows": {}},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "authorization": {"type": "apiKey", "in": "header", "name": "authorization"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "broken": {"type": "apiKey", "in": "header", "name": "no token"},
}
FIELD = Scheme(b"X-Key", b"")

Ask = Callable[..., Operation]


@pytest.fixture
def operation(tmp_path: Path) -> Ask:
    def make(path: str = "/a", version: str = "3.0.3", /, **described: Any) -> Operation:
        servers = described.pop("servers", [])
        item = {"get": {"responses": {"200": {"description": "OK"}}, **described}}
        content = {"openapi": version, "servers": servers, "paths": {path: item}}
        file = tmp_path / "openapi.yaml"
        file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
        return Document.load(file).operation(path, "get")

    return make


@pytest.mark.parametrize(
    ("security", "scheme"),
    [
        ([{"bearer": []}], BEARER),
        ([{"basic": []}], BASIC),
        ([{"oauth": ["read"]}], BEARER),
        ([{"header": []}], FIELD),
        ([{"authorization": []}], BEARER),
        ([{"query": []}, {"digest": []}, {"header": []}], FIELD),
        ([], None),
        (None, None),
        ([{}, {"bearer": []}], None),
    ],
)
def test_the_first_scheme_that_is_known_is_taken(security: object, scheme: Scheme | None) -> None:
    assert read_scheme(security, SCHEMES) == scheme


@pytest.mark.parametrize(
    ("security", "words"),
    [
        ([{"query": []}], r"^it takes query \(apiKey in query\): this suite presents one key"),
        ([{"digest": []}, {"query": []}], r"digest \(HTTP's digest\), or query \(apiKey"),
        ([{"bearer": [], "header": []}], "it takes bearer and header together"),
        ([{"broken": []}], r"broken \(apiKey in header\)"),
        ([{"unknown": []}], r"unknown \(nothing\)"),
    ],
)
def test_any_other_is_named(security: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_scheme(security, SCHEMES)


@pytest.mark.parametrize(
    ("value", "under_basic", "alone"),
    [
        (b"Bearer k", b"Basic azo=", b"k"),
        (b"bearer k", b"basic azo=", b"bearer k"),
        (b"BEARER k", b"BASIC azo=", b"BEARER k"),
        (b"  Bearer k ", b"  Basic azo= ", b"  k "),
        (b"Bearer \t k", b"Basic \t azo=", b"\t k"),
        (b"Bearer u:p", b"Basic dTpw", b"u:p"),
        (b"Bearer", b"Basic", b"Bearer"),
        (b"Token k", b"Token k", b"Token k"),
        (b"k", b"k", b"k"),
    ],
)
def test_what_a_bearer_token_is_under_another_scheme(
    value: bytes, under_basic: bytes, alone: bytes
) -> None:
    assert BEARER.present(b"Authorization", value) == (b"Authorization", value)
    assert BASIC.present(b"authorization", value) == (b"authorization", under_basic)
    assert FIELD.present(b"Authorization", value) == (b"X-Key", alone)
    assert FIELD.present(b"authorization", value) == (b"x-key", alone)
    assert FIELD.present(b"Cookie", value) == (b"Cookie", value)


def test_an_operation_is_secured_as_the_document_unless_it_says_otherwise(operation: Ask) -> None:
    with pytest.raises(DocumentError, match=r"GET /a: it takes unknown"):
        _ = operation(security=[{"unknown": []}]).scheme
    plain = operation()
    assert (plain.stated_scheme, plain.scheme) == (None, BEARER)


@pytest.mark.parametrize(
    ("lists", "urls"),
    [
        (([], [{"url": "https://a"}]), ["https://a"]),
        ((None, [{"url": "/v1"}, {"url": "HTTPS://b"}]), ["HTTPS://b"]),
        (([{"url": "https://own"}], [{"url": "https://a"}]), ["https://own"]),
        (
            (
                [
                    {"url": "https://{r}.x/{v}", "variables": {"r": {"default": "eu"}}},
                    {
                        "url": "https://{r}.x/{v}",
                        "variables": {"r": {"default": "eu"}, "v": {"default": 2}},
                    },
                ],
            ),
            ["https://eu.x/2"],
        ),
        ((None, "no list", [7]), []),
    ],
)
def test_servers(lists: tuple[object, ...], urls: list[str]) -> None:
    assert list(base_urls(*lists)) == urls


def test_a_path_is_sent_as_its_letters_are_encoded(operation: Ask) -> None:
    parameter = {"name": "id", "in": "path", "required": True, "example": "a/ü ?"}
    asked = operation("/größe am/{id}/100%25:x", parameters=[parameter])
    assert asked.plain.path == "/gr%C3%B6%C3%9Fe%20am/a%2F%C3%BC%20%3F/100%25:x"
    for path in ("/a?b=1", "/a#b"):
        with pytest.raises(DocumentError, match="which no path has"):
            operation(path).plain.check()


def test_an_object_in_a_query_is_a_parameter_for_each_of_its_properties(operation: Ask) -> None:
    schema = {
        "type": "object",
        "required": ["state"],
        "properties": {"state": {"type": "string", "enum": ["a b"]}, "n": {"type": "integer"}},
    }
    given = {"name": "filter", "in": "query", "required": True, "schema": schema}
    deep = operation(parameters=[{**given, "style": "deepObject", "explode": True}]).plain
    assert deep.query == b"filter%5Bstate%5D=a%20b"
    broken = {each.query for each in deep.broken.values()}
    assert b"filter%5Bstate%5D=a%20b&filter%5Bn%5D=abc" in broken
    assert operation(parameters=[given]).plain.query == b"state=a%20b"


@pytest.mark.parametrize(
    ("schema", "kept", "broken"),
    [
        ({"type": ["integer", "null"], "exclusiveMinimum": 0}, {"minimum": "1"}, "below minimum"),
        ({"anyOf": [{"type": "integer", "maximum": 5}, {"type": "null"}]}, {"maximum": "5"}, None),
        ({"const": "x"}, {"x": "x"}, "not in enum"),
        ({"type": ["integer", "string"]}, {}, None),
    ],
)
def test_parameters_of_3_1(
    operation: Ask, schema: object, kept: dict[str, str], broken: str | None
) -> None:
    [parameter] = operation(
        "/a", "3.1.0", parameters=[{"name": "p", "in": "query", "schema": schema}]
    ).parameters
    assert parameter.kept == kept
    assert broken is None or broken in parameter.broken


def _answers(**content: object) -> dict[str, object]:
    described = {f"application/{name}": {"schema": schema} for name, schema in content.items()}
    return {"description": "OK", "content": described}


def test_each_media_type_has_its_own_schema(operation: Ask) -> None:
    text, number = {"type": "string"}, {"type": "number"}
    asked = operation(responses={"200": {"description": "OK", "content": {
        "application/json": {"schema": text},
        "application/*+json": {"schema": number},
        "text/plain": {"schema": text},
    }}})  # fmt: skip
    for media_type, value in (("application/json", ""), ("application/vnd.a+json", 1), (None, "")):
        validator = asked.validator(200, media_type)
        assert validator is not None
        assert validator.check(value) == ()
        assert validator.check([]) != ()
    assert asked.accept == b"application/json"
    for described, accept in (
        ({"text/csv": {}, "text/plain": {}}, b"text/csv"),
        ({"text/csv": {}, "application/vnd.a+json": {}}, b"application/vnd.a+json"),
        ({"application/*": {}}, b"application/json"),
        ({}, b"application/json"),
    ):
        answers = {"200": {"description": "OK", "content": described}}
        assert operation(responses=answers).accept == accept


INTEGER = {"type": "integer", "format": "int32"}


@pytest.mark.parametrize(
    ("schema", "chance"),
    [
        (INTEGER, Chance.CERTAIN),
        ({"type": "object", "required": ["a"], "properties": {"a": INTEGER}}, Chance.CERTAIN),
        ({"allOf": [{"type": "array", "minItems": 1, "items": INTEGER}]}, Chance.CERTAIN),
        ({"type": "object", "properties": {"a": INTEGER}}, Chance.PERHAPS),
        ({"type": "array", "items": INTEGER}, Chance.PERHAPS),
        ({"anyOf": [INTEGER, {"type": "string"}]}, Chance.PERHAPS),
        (
            {"type": "object", "required": ["a"], "properties": {"a": INTEGER}, "nullable": True},
            Chance.PERHAPS,
        ),
        ({"type": "string"}, Chance.NONE),
    ],
)
def test_whether_an_integer_can_be_seen(operation: Ask, schema: object, chance: Chance) -> None:
    asked = operation(responses={"200": _answers(json=schema)})
    assert asked.chance("integers-have-no-fraction", None) is chance
    assert asked.chance("number-formats-hold", None) is chance or chance is Chance.CERTAIN
    modern = operation("/a", "3.1.0", responses={"200": _answers(json=schema)})
    assert modern.chance("integers-have-no-fraction", None) is Chance.NONE


def test_what_one_of_several_answers_shows_is_not_certain(operation: Ask) -> None:
    json, text = _answers(json={"type": "string"}), {"description": "OK", "content": {"a/b": {}}}
    bare = {"description": "OK"}
    for responses, of_json, of_types in (
        ({"200": json}, Chance.CERTAIN, Chance.CERTAIN),
        ({"200": text, "401": json}, Chance.CERTAIN, Chance.CERTAIN),
        ({"200": text, "401": json, "403": bare}, Chance.PERHAPS, Chance.CERTAIN),
        ({"200": bare, "404": json}, Chance.PERHAPS, Chance.PERHAPS),
        ({"200": json, "202": bare}, Chance.PERHAPS, Chance.PERHAPS),
        ({"200": text}, Chance.NONE, Chance.CERTAIN),
        ({"200": bare}, Chance.NONE, Chance.NONE),
    ):
        asked = operation(responses=responses)
        assert asked.chance("body-is-json", None) is of_json
        assert asked.chance("content-type-is-json", None) is of_types
        assert asked.chance("no-server-error", None) is Chance.CERTAIN
