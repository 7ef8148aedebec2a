"""Drift: each change of a document under its rule, the four columns, the ways to have a document."""

from __future__ import annotations

import copy
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml

from contracts.__main__ import main as contracts_main
from contracts.drift.cli import main
from contracts.drift.document import PublishedError, read_published
from contracts.drift.operation import Comparison, compare_operation
from contracts.drift.rules import RULES, Effect
from contracts.drift.sdk import read_sdk
from contracts.harness import yaml_reader
from contracts.harness.document import Document
from tests.support import ROOT

SPEC = ROOT / "spec/openapi.yaml"
PATH = "/api/v1/billing/balance"
PINNED: Any = yaml_reader.read(SPEC.read_bytes())

ORDERS: Any = yaml_reader.read(b"""
openapi: 3.0.3
info: {title: Orders, version: '1'}
servers: [{url: 'https://one.example'}, {url: 'https://two.example/'}]
security: [{key: []}]
paths:
  /orders/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    post:
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100, default: 20}}
        - {name: sort, in: query, schema: {type: string, enum: [up, down]}}
        - {name: ids, in: query, schema: {type: array, items: {type: string}}}
        - {name: X-Trace, in: header, required: true, schema: {type: string, maxLength: 8}}
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/NewOrder'}}
          text/csv: {schema: {type: string}}
      responses:
        '200':
          description: The order
          headers:
            X-Rate: {required: true, schema: {type: integer}}
            X-Hint: {schema: {type: string}}
          content:
            application/json: {schema: {$ref: '#/components/schemas/Order'}}
            text/csv: {}
        4XX:
          description: Refused
          content: {application/json: {schema: {$ref: '#/components/schemas/Problem'}}}
components:
  securitySchemes:
    key: {type: http, scheme: bearer}
    login: {type: oauth2, flows: {implicit: {authorizationUrl: 'https://a.example', scopes: {}}}}
  schemas:
    NewOrder:
      type: object
      required: [sku]
      properties:
        sku: {type: string, minLength: 1}
        count: {type: integer}
        id: {type: string, readOnly: true}
    Order:
      allOf:
        - $ref: '#/components/schemas/NewOrder'
        - type: object
          required: [state, lines]
          properties:
            state: {type: string, enum: [open, paid, shipped]}
            lines: {type: array, minItems: 1, items: {$ref: '#/components/schemas/Line'}}
            parent: {$ref: '#/components/schemas/Order'}
            note: {type: string, nullable: true, pattern: '^[a-z]+$'}
            price: {type: number, multipleOf: 0.5, minimum: 0, maximum: 10}
            token: {type: string, writeOnly: true}
            payment:
              oneOf:
                - $ref: '#/components/schemas/Card'
                - $ref: '#/components/schemas/Cash'
    Line: {type: object, properties: {sku: {type: string}, tags: {type: object,
           additionalProperties: {type: string, format: uuid}}}}
    Card: {type: object, required: [last4], properties: {last4: {type: string}}}
    Cash: {type: object, required: [given], properties: {given: {type: integer}}}
    Problem: {type: object, additionalProperties: false, properties: {detail: {type: string}}}
""")

Mutation = Callable[[dict[str, Any]], object]
Found = set[tuple[str, str]]


def mutated(base: dict[str, Any], mutation: Mutation) -> dict[str, Any]:
    content = copy.deepcopy(base)
    mutation(content)
    return content


def document(content: dict[str, Any]) -> Document:
    return Document(Path("published"), b"", content)


def compared(base: dict[str, Any], content: dict[str, Any]) -> Comparison:
    path, method = (PATH, "get") if base is PINNED else ("/orders/{id}", "post")
    return compare_operation(document(base).operation(path, method), document(content))


def found(comparison: Comparison) -> Found:
    return {(change.rule, change.place) for change in comparison.changes}


def at(content: Any, *steps: str | int) -> Any:
    for step in steps:
        content = content[step]
    return content


def put(*steps: Any) -> Mutation:
    """Set a value: all steps but the last are the way, the last is the value."""
    *way, last, value = steps
    return lambda content: at(content, *way).__setitem__(last, value)


def drop(*steps: Any) -> Mutation:
    """Remove a member, or an entry of a list by its value."""
    *way, last = steps

    def mutate(content: dict[str, Any]) -> None:
        owner = at(content, *way)
        if isinstance(owner, list) and last in owner:
            owner.remove(last)
        else:
            del owner[last]

    return mutate


def both(*mutations: Mutation) -> Mutation:
    def mutate(content: dict[str, Any]) -> None:
        for mutation in mutations:
            mutation(content)

    return mutate


SCHEMAS = ("components", "schemas")
MONEY = (*SCHEMAS, "Money")
ERROR = (*SCHEMAS, "AuthenticationError")
BALANCE = (*SCHEMAS, "BalanceResponse")
FIELDS = (*SCHEMAS, "FieldErrors")
GET = ("paths", PATH, "get")
AMOUNT = "200 /balance/amountSubunits"
CODE = "200 /balance/currencyCode"

OF_BALANCE: list[tuple[str, Mutation, Found]] = [
    # What a consumer of the responses loses or may meet
    (
        "required property removed",
        both(
            drop(*BALANCE, "properties", "drawdownEnabled"),
            drop(*BALANCE, "required", "drawdownEnabled"),
        ),
        {("response-property-removed", "200 /drawdownEnabled")},
    ),
    (
        "optional property removed",
        drop(*ERROR, "properties", "stack"),
        {("response-property-removed", "401 /stack")},
    ),
    (
        "property renamed",
        lambda c: at(c, *MONEY, "properties").update(
            amount=at(c, *MONEY, "properties").pop("amountSubunits")
        ),
        {
            ("response-property-removed", AMOUNT),
            ("response-property-added", "200 /balance/amount"),
        },
    ),
    (
        "required property made optional",
        drop(*MONEY, "required", "currencyCode"),
        {("response-property-became-optional", CODE)},
    ),
    (
        "no property required any more",
        drop(*MONEY, "required"),
        {
            ("response-property-became-optional", CODE),
            ("response-property-became-optional", AMOUNT),
        },
    ),
    (
        "optional property made required",
        lambda c: at(c, *ERROR, "required").append("stack"),
        {("response-property-became-required", "401 /stack")},
    ),
    (
        "required without a description",
        lambda c: at(c, *MONEY, "required").append("exponent"),
        {("response-property-became-required", "200 /balance/exponent")},
    ),
    (
        "integer becomes string",
        put(*MONEY, "properties", "amountSubunits", "type", "string"),
        {("response-altered", AMOUNT)},
    ),
    (
        "integer becomes number",
        put(*MONEY, "properties", "amountSubunits", "type", "number"),
        {("response-widened", AMOUNT)},
    ),
    (
        "number becomes integer",
        put(*SCHEMAS, "ValidateError", "properties", "status", "type", "integer"),
        {("response-narrowed", "422 /status")},
    ),
    (
        "type dropped",
        drop(*BALANCE, "properties", "drawdownEnabled", "type"),
        {("response-widened", "200 /drawdownEnabled")},
    ),
    (
        "any becomes string",
        put(*FIELDS, "additionalProperties", "properties", "value", "type", "string"),
        {("response-narrowed", "422 /fields/{any}/value")},
    ),
    (
        "int32 becomes int64",
        put(*MONEY, "properties", "amountSubunits", "format", "int64"),
        {("response-widened", AMOUNT)},
    ),
    (
        "format dropped",
        drop(*MONEY, "properties", "amountSubunits", "format"),
        {("response-widened", AMOUNT)},
    ),
    (
        "double becomes float",
        put(*SCHEMAS, "ValidateError", "properties", "status", "format", "float"),
        {("response-narrowed", "422 /status")},
    ),
    (
        "nullable",
        put(*BALANCE, "properties", "drawdownEnabled", "nullable", True),
        {("response-widened", "200 /drawdownEnabled")},
    ),
    (
        "nullable beside a reference in allOf",
        put(
            *BALANCE,
            "properties",
            "balance",
            {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Money"}]},
        ),
        {("response-widened", "200 /balance")},
    ),
    (
        "values enumerated",
        put(*MONEY, "properties", "currencyCode", "enum", ["USD"]),
        {("response-narrowed", CODE)},
    ),
    (
        "closed schema opened",
        drop(*ERROR, "additionalProperties"),
        {("response-schema-opened", "401 body")},
    ),
    (
        "open schema closed",
        put(*MONEY, "additionalProperties", False),
        {("response-schema-closed", "200 /balance")},
    ),
    (
        "map emptied",
        put(*FIELDS, "additionalProperties", False),
        {("response-schema-closed", "422 /fields")},
    ),
    (
        "map of anything",
        put(*FIELDS, "additionalProperties", True),
        {("response-widened", "422 /fields")},
    ),
    (
        "map given a schema",
        put(*MONEY, "additionalProperties", {"type": "string"}),
        {("response-narrowed", "200 /balance")},
    ),
    (
        "map's values retyped",
        put(*FIELDS, "additionalProperties", "properties", "message", "type", "array"),
        {("response-altered", "422 /fields/{any}/message")},
    ),
    (
        "optional property added to an open schema",
        put(*MONEY, "properties", "exponent", {"type": "integer"}),
        {("response-property-added", "200 /balance/exponent")},
    ),
    (
        "required property added to an open schema",
        both(
            put(*MONEY, "properties", "exponent", {"type": "integer"}),
            lambda c: at(c, *MONEY, "required").append("exponent"),
        ),
        {("response-property-added", "200 /balance/exponent")},
    ),
    (
        "property added to a closed schema",
        put(*ERROR, "properties", "code", {"type": "string"}),
        {("response-property-added-to-closed", "401 /code")},
    ),
    (
        "property made write-only",
        put(*MONEY, "properties", "currencyCode", "writeOnly", True),
        {("response-property-removed", CODE)},
    ),
    # Statuses and media types
    (
        "success removed",
        drop(*GET, "responses", "200"),
        {("status-removed", "200")},
    ),
    ("error status removed", drop(*GET, "responses", "422"), {("status-removed", "422")}),
    (
        "error status added",
        put(*GET, "responses", "403", {"description": "Forbidden"}),
        {("error-status-added", "403")},
    ),
    (
        "default response added",
        put(*GET, "responses", "default", {"description": "Trouble"}),
        {("error-status-added", "default")},
    ),
    (
        "second success added",
        put(*GET, "responses", "204", {"description": "Nothing"}),
        {("success-status-added", "204")},
    ),
    (
        "redirect added",
        put(*GET, "responses", "302", {"description": "Elsewhere"}),
        {("success-status-added", "302")},
    ),
    (
        "media type replaced",
        lambda c: at(c, *GET, "responses", "200", "content").update(
            {"application/xml": at(c, *GET, "responses", "200", "content").pop("application/json")}
        ),
        {("response-media-type-removed", "200"), ("response-media-type-added", "200")},
    ),
    (
        "media type added",
        put(*GET, "responses", "200", "content", "text/csv", {}),
        {("response-media-type-added", "200")},
    ),
    (
        "content removed",
        drop(*GET, "responses", "401", "content"),
        {("response-media-type-removed", "401")},
    ),
    (
        "schema removed",
        drop(*GET, "responses", "401", "content", "application/json", "schema"),
        {
            ("response-widened", "401 body"),
            ("response-schema-opened", "401 body"),
            *(("response-property-removed", f"401 /{n}") for n in ("name", "message", "stack")),
        },
    ),
    # Security
    (
        "another scheme",
        put("components", "securitySchemes", "bearerAuth", {"type": "http", "scheme": "bearer"}),
        {("security-removed", "security"), ("security-added", "security")},
    ),
    (
        "key moved to another field",
        put("components", "securitySchemes", "bearerAuth", "name", "X-Api-Key"),
        {("security-removed", "security"), ("security-added", "security")},
    ),
    (
        "scope replaced",
        put(*GET, "security", [{"bearerAuth": ["billing:write"]}]),
        {("security-removed", "security"), ("security-added", "security")},
    ),
    (
        "scope dropped",
        put(*GET, "security", [{"bearerAuth": []}]),
        {("security-scope-dropped", "security")},
    ),
    (
        "no security",
        put(*GET, "security", []),
        {("security-removed", "security"), ("security-made-optional", "security")},
    ),
    (
        "security left to the document, which asks none",
        drop(*GET, "security"),
        {("security-removed", "security"), ("security-made-optional", "security")},
    ),
    (
        "anonymous requests allowed too",
        lambda c: at(c, *GET, "security").append({}),
        {("security-made-optional", "security")},
    ),
    (
        "second scheme allowed",
        both(
            lambda c: at(c, *GET, "security").append({"basic": []}),
            put("components", "securitySchemes", "basic", {"type": "http", "scheme": "basic"}),
        ),
        {("security-added", "security")},
    ),
    # The operation
    ("path removed", drop("paths", PATH), {("operation-removed", "operation")}),
    (
        "path moved",
        lambda c: c["paths"].update({"/api/v2/billing/balance": c["paths"].pop(PATH)}),
        {("operation-removed", "operation")},
    ),
    ("method removed", drop(*GET), {("operation-removed", "operation")}),
    ("deprecated", put(*GET, "deprecated", True), {("deprecation-changed", "operation")}),
    (
        "described otherwise",
        put(*GET, "description", "The balance"),
        {("documentation-changed", "operation")},
    ),
    (
        "response described otherwise",
        put(*GET, "responses", "200", "description", "The balance"),
        {("documentation-changed", "200")},
    ),
    (
        "another example",
        put(*MONEY, "properties", "currencyCode", "example", "EUR"),
        {("documentation-changed", CODE)},
    ),
    (
        "server replaced",
        put("servers", [{"url": "https://api.rye.com"}]),
        {("server-removed", "servers"), ("server-added", "servers")},
    ),
    (
        "server of the operation's own",
        put(
            *GET, "servers", [{"url": "https://staging.api.rye.com/"}, {"url": "https://b.example"}]
        ),
        {("server-added", "servers")},
    ),
    # Parameters
    (
        "required parameter added",
        put(*GET, "parameters", [{"name": "a", "in": "query", "required": True}]),
        {("required-parameter-added", "query a")},
    ),
    (
        "optional parameter added",
        put(*GET, "parameters", [{"name": "a", "in": "query", "schema": {"type": "string"}}]),
        {("optional-parameter-added", "query a")},
    ),
    (
        "required header field added for the whole path",
        put("paths", PATH, "parameters", [{"name": "X-A", "in": "header", "required": True}]),
        {("required-parameter-added", "header X-A")},
    ),
]

ORDER = (*SCHEMAS, "Order", "allOf", 1)
STATE = (*ORDER, "properties", "state")
POST = ("paths", "/orders/{id}", "post")
PARAMETERS = (*POST, "parameters")
OK = (*POST, "responses", "200")
SENT = "content application/json"
GOT = "200"

OF_ORDERS: list[tuple[str, Mutation, Found]] = [
    (
        "enum widened in a response",
        lambda c: at(c, *STATE, "enum").append("lost"),
        {("response-widened", f"{GOT} /state")},
    ),
    ("enum narrowed", drop(*STATE, "enum", "paid"), {("response-narrowed", f"{GOT} /state")}),
    ("enum dropped", drop(*STATE, "enum"), {("response-widened", f"{GOT} /state")}),
    (
        "enum exchanged",
        put(*STATE, "enum", ["a", "b"]),
        {("response-altered", f"{GOT} /state")},
    ),
    (
        "bound lifted in a response",
        put(*ORDER, "properties", "price", "maximum", 11),
        {("response-widened", f"{GOT} /price")},
    ),
    (
        "bound made exclusive",
        put(*ORDER, "properties", "price", "exclusiveMaximum", True),
        {("response-narrowed", f"{GOT} /price")},
    ),
    (
        "finer steps",
        put(*ORDER, "properties", "price", "multipleOf", 0.25),
        {("response-widened", f"{GOT} /price")},
    ),
    (
        "coarser steps",
        put(*ORDER, "properties", "price", "multipleOf", 1),
        {("response-narrowed", f"{GOT} /price")},
    ),
    (
        "another pattern",
        put(*ORDER, "properties", "note", "pattern", "^[A-Z]+$"),
        {("response-altered", f"{GOT} /note")},
    ),
    (
        "never null any more",
        drop(*ORDER, "properties", "note", "nullable"),
        {("response-narrowed", f"{GOT} /note")},
    ),
    (
        "array may be empty",
        drop(*ORDER, "properties", "lines", "minItems"),
        {("response-widened", f"{GOT} /lines")},
    ),
    (
        "items undescribed",
        drop(*ORDER, "properties", "lines", "items"),
        {("response-widened", f"{GOT} /lines")},
    ),
    (
        "items' map of anything",
        put(*SCHEMAS, "Line", "properties", "tags", "additionalProperties", {}),
        {("response-widened", f"{GOT} /lines/*/tags")},
    ),
    (
        "alternative added",
        lambda c: at(c, *ORDER, "properties", "payment", "oneOf").append({"type": "string"}),
        {("response-widened", f"{GOT} /payment")},
    ),
    (
        "alternative removed",
        lambda c: at(c, *ORDER, "properties", "payment", "oneOf").pop(),
        {("response-narrowed", f"{GOT} /payment")},
    ),
    (
        "one of them becomes any of them",
        lambda c: at(c, *ORDER, "properties").update(
            payment={"anyOf": at(c, *ORDER, "properties", "payment", "oneOf")}
        ),
        {("response-widened", f"{GOT} /payment")},
    ),
    (
        "alternative changed inside",
        put(*SCHEMAS, "Card", "properties", "last4", "type", "integer"),
        {("response-altered", f"{GOT} /payment oneOf/last4")},
    ),
    (
        "a schema becomes one of two",
        put(
            *ORDER,
            "properties",
            "state",
            {
                "oneOf": [
                    {"type": "string", "enum": ["open", "paid", "shipped"]},
                    {"type": "integer"},
                ]
            },
        ),
        {("response-widened", f"{GOT} /state")},
    ),
    (
        "a recursive property changed",
        put(*ORDER, "properties", "parent", {"type": "string"}),
        {("response-altered", f"{GOT} /parent")},
    ),
    (
        "header field removed",
        drop(*OK, "headers", "X-Rate"),
        {("response-header-removed", "200 header X-Rate")},
    ),
    (
        "header field added",
        put(*OK, "headers", "X-New", {"schema": {"type": "string"}}),
        {("response-header-added", "200 header X-New")},
    ),
    (
        "header field made optional",
        put(*OK, "headers", "X-Rate", "required", False),
        {("response-header-became-optional", "200 header X-Rate")},
    ),
    (
        "header field made required",
        put(*OK, "headers", "X-Hint", "required", True),
        {("response-header-became-required", "200 header X-Hint")},
    ),
    (
        "header field retyped",
        put(*OK, "headers", "X-Rate", "schema", "type", "string"),
        {("response-altered", "200 header X-Rate")},
    ),
    (
        "one error status described apart, alike",
        lambda c: at(c, *POST, "responses").update({"404": at(c, *POST, "responses", "4XX")}),
        set(),
    ),
    (
        "one error status described apart, otherwise",
        put(*POST, "responses", "404", {"description": "Refused"}),
        {("response-media-type-removed", "404")},
    ),
    # Requests, the other way round
    (
        "enum narrowed in a request",
        drop(*PARAMETERS, 1, "schema", "enum", "up"),
        {("request-narrowed", "query sort")},
    ),
    (
        "enum widened in a request",
        lambda c: at(c, *PARAMETERS, 1, "schema", "enum").append("none"),
        {("request-widened", "query sort")},
    ),
    (
        "parameter retyped",
        put(*PARAMETERS, 1, "schema", {"type": "integer"}),
        {("request-altered", "query sort")},
    ),
    (
        "bound tightened in a request",
        put(*PARAMETERS, 0, "schema", "maximum", 50),
        {("request-narrowed", "query limit")},
    ),
    (
        "default changed",
        put(*PARAMETERS, 0, "schema", "default", 50),
        {("request-default-changed", "query limit")},
    ),
    (
        "parameter removed",
        lambda c: at(c, *PARAMETERS).pop(0),
        {("parameter-removed", "query limit")},
    ),
    (
        "parameter made required",
        put(*PARAMETERS, 0, "required", True),
        {("parameter-became-required", "query limit")},
    ),
    (
        "parameter made optional",
        put(*PARAMETERS, 3, "required", False),
        {("parameter-became-optional", "header X-Trace")},
    ),
    (
        "parameter spelled otherwise",
        put(*PARAMETERS, 2, "explode", False),
        {("parameter-serialization-changed", "query ids")},
    ),
    (
        "parameter deprecated",
        put(*PARAMETERS, 2, "deprecated", True),
        {("deprecation-changed", "query ids")},
    ),
    (
        "parameter moved into the header",
        put(*PARAMETERS, 0, "in", "header"),
        {("parameter-removed", "query limit"), ("optional-parameter-added", "header limit")},
    ),
    ("content removed", drop(*POST, "requestBody"), {("content-removed", "content")}),
    (
        "content made optional",
        drop(*POST, "requestBody", "required"),
        {("content-became-optional", "content")},
    ),
    (
        "request's media type removed",
        drop(*POST, "requestBody", "content", "text/csv"),
        {("request-media-type-removed", "content")},
    ),
    (
        "request's media type added",
        put(*POST, "requestBody", "content", "text/xml", {}),
        {("request-media-type-added", "content")},
    ),
    (
        "request's property required",
        lambda c: at(c, *SCHEMAS, "NewOrder", "required").append("count"),
        {
            ("request-property-became-required", f"{SENT} /count"),
            ("response-property-became-required", "200 /count"),
        },
    ),
    (
        "request's property optional",
        drop(*SCHEMAS, "NewOrder", "required"),
        {
            ("request-property-became-optional", f"{SENT} /sku"),
            ("response-property-became-optional", "200 /sku"),
        },
    ),
    (
        "property added to request and response",
        put(*SCHEMAS, "NewOrder", "properties", "gift", {"type": "boolean"}),
        {
            ("optional-request-property-added", f"{SENT} /gift"),
            ("response-property-added", "200 /gift"),
        },
    ),
    (
        "required property added to request and response",
        both(
            put(*SCHEMAS, "NewOrder", "properties", "gift", {"type": "boolean"}),
            lambda c: at(c, *SCHEMAS, "NewOrder", "required").append("gift"),
        ),
        {
            ("required-request-property-added", f"{SENT} /gift"),
            ("response-property-added", "200 /gift"),
        },
    ),
    (
        "property removed from request and response",
        drop(*SCHEMAS, "NewOrder", "properties", "count"),
        {
            ("request-property-removed", f"{SENT} /count"),
            ("response-property-removed", "200 /count"),
        },
    ),
    (
        "shorter strings are right",
        drop(*SCHEMAS, "NewOrder", "properties", "sku", "minLength"),
        {("request-widened", f"{SENT} /sku"), ("response-widened", "200 /sku")},
    ),
    (
        "read-only property changed",
        put(*SCHEMAS, "NewOrder", "properties", "id", "type", "integer"),
        {("response-altered", "200 /id")},
    ),
]

BODYLESS = mutated(ORDERS, drop(*POST, "requestBody"))
OPTIONAL = mutated(ORDERS, drop(*POST, "requestBody", "required"))
OF_OTHERS: list[tuple[str, dict[str, Any], dict[str, Any], Found]] = [
    ("required content added", BODYLESS, ORDERS, {("required-content-added", "content")}),
    ("optional content added", BODYLESS, OPTIONAL, {("optional-content-added", "content")}),
    ("content made required", OPTIONAL, ORDERS, {("content-became-required", "content")}),
]
CASES = [
    *((name, PINNED, mutated(PINNED, mutation), found) for name, mutation, found in OF_BALANCE),
    *((name, ORDERS, mutated(ORDERS, mutation), found) for name, mutation, found in OF_ORDERS),
    *OF_OTHERS,
]


@pytest.mark.parametrize(
    ("pinned", "published", "expected"),
    [pytest.param(*case, id=name.replace(" ", "-")) for name, *case in CASES],
)
def test_each_change_has_its_rule_and_place(
    pinned: dict[str, Any], published: dict[str, Any], expected: Found
) -> None:
    comparison = compared(pinned, published)
    assert comparison.unreadable is None
    assert found(comparison) == expected
    effects = {RULES[rule].effect for rule, _ in expected}
    worst = Effect.BREAKING if Effect.BREAKING in effects else next(iter(effects), None)
    assert comparison.effect == worst


def test_every_rule_has_a_change_that_falls_under_it() -> None:
    assert {rule for *_, expected in CASES for rule, _ in expected} == set(RULES)


def test_the_documentation_lists_every_rule_with_its_effect() -> None:
    text = (ROOT / "docs/drift.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (breaking|compatible) \|", text, re.MULTILINE))
    assert listed == {name: str(rule.effect) for name, rule in RULES.items()}


def renamed(content: dict[str, Any]) -> dict[str, Any]:
    """The same document with other names for its components."""
    text = json.dumps(content, default=float)
    text = re.sub(r"#/components/schemas/(\w+)", r"#/components/schemas/api.\1_v2", text)
    changed = json.loads(text)
    components = changed["components"]
    components["schemas"] = {f"api.{n}_v2": each for n, each in components["schemas"].items()}
    return changed


def inlined(content: dict[str, Any]) -> dict[str, Any]:
    """The same document without references."""

    def expand(value: Any) -> Any:
        if isinstance(value, dict) and "$ref" in value:
            return expand(at(content, *value["$ref"].split("/")[1:]))
        if isinstance(value, dict):
            return {name: expand(item) for name, item in value.items()}
        return [expand(item) for item in value] if isinstance(value, list) else value

    return expand(content)


def as_31(content: dict[str, Any]) -> dict[str, Any]:
    """The same document in the dialect of OpenAPI 3.1."""

    def expand(value: Any) -> Any:
        if isinstance(value, list):
            return [expand(item) for item in value]
        if not isinstance(value, dict):
            return value
        value = {name: expand(item) for name, item in value.items()}
        if value.pop("nullable", False) is True:
            value["type"] = [value["type"], "null"]
        return value

    return expand(content) | {"openapi": "3.1.0"}


def crowded(content: dict[str, Any]) -> dict[str, Any]:
    """The same operation among many others, some of which have components of similar names."""
    crowd = copy.deepcopy(content)
    for number in range(80):
        schema = {"$ref": f"#/components/schemas/Money{number}"}
        answer = {"description": "OK", "content": {"application/json": {"schema": schema}}}
        item = {verb: {"responses": {"200": answer}} for verb in ("get", "post")}
        crowd["paths"][f"/api/v1/things{number}/{{id}}"] = item
        crowd["components"]["schemas"][f"Money{number}"] = {"type": "string"}
    return crowd


def split(content: dict[str, Any]) -> dict[str, Any]:
    """The same document with one schema spread over allOf."""
    money = content["components"]["schemas"]["Money"]
    parts = [
        {"type": "object", "properties": {name: each}, "required": [name]}
        for name, each in money["properties"].items()
    ]
    return mutated(content, put(*SCHEMAS, "Money", {"allOf": parts}))


ALIKE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("itself", PINNED, PINNED),
    ("other names for components", PINNED, renamed(PINNED)),
    ("other names in a recursive document", ORDERS, renamed(ORDERS)),
    ("no references", PINNED, inlined(PINNED)),
    ("spread over allOf", PINNED, split(PINNED)),
    ("among many", PINNED, crowded(PINNED)),
    ("OpenAPI 3.1", ORDERS, as_31(ORDERS)),
    ("another version", PINNED, mutated(PINNED, put("info", "version", "2.0"))),
    ("other samples", PINNED, mutated(PINNED, put(*GET, "x-codeSamples", []))),
    (
        "the document's own security",
        PINNED,
        mutated(
            PINNED,
            both(
                lambda c: c.update(security=c["paths"][PATH]["get"]["security"]),
                drop(*GET, "security"),
            ),
        ),
    ),
    (
        "another name for the security scheme",
        PINNED,
        mutated(
            PINNED,
            both(
                put(
                    "components",
                    "securitySchemes",
                    {"k": {"type": "apiKey", "in": "header", "name": "authorization"}},
                ),
                put(*GET, "security", [{"k": ["billing:read"]}]),
            ),
        ),
    ),
    (
        "another order",
        ORDERS,
        mutated(
            ORDERS,
            both(
                put(*STATE, "enum", ["shipped", "paid", "open"]),
                lambda c: at(c, *PARAMETERS).reverse(),
                lambda c: at(c, "servers").reverse(),
                lambda c: at(c, *ORDER, "properties", "payment", "oneOf").reverse(),
            ),
        ),
    ),
    (
        "another name for the path's parameter",
        ORDERS,
        mutated(
            ORDERS,
            lambda c: c.update(
                paths={
                    "/orders/{order_id}": c["paths"]["/orders/{id}"]
                    | {
                        "parameters": [
                            {
                                "name": "order_id",
                                "in": "path",
                                "required": True,
                                "schema": {"type": "string"},
                            }
                        ]
                    }
                }
            ),
        ),
    ),
    (
        "defaults spelled out",
        ORDERS,
        mutated(
            ORDERS,
            both(
                put(*PARAMETERS, 2, "style", "form"),
                put(*PARAMETERS, 2, "explode", True),
                put(*SCHEMAS, "Line", "additionalProperties", True),
                put(*STATE, "minLength", 0),
                put(*STATE, "nullable", False),
            ),
        ),
    ),
]


@pytest.mark.parametrize(
    ("pinned", "published"),
    [pytest.param(*documents, id=name.replace(" ", "-")) for name, *documents in ALIKE],
)
def test_the_same_said_otherwise_is_the_same(
    pinned: dict[str, Any], published: dict[str, Any]
) -> None:
    comparison = compared(pinned, published)
    assert (found(comparison), comparison.unreadable) == (set(), None)
    assert comparison.effect is None


def test_a_change_is_found_among_many_operations_under_other_names() -> None:
    published = renamed(crowded(mutated(PINNED, drop(*MONEY, "required", "currencyCode"))))
    assert found(compared(PINNED, published)) == {("response-property-became-optional", CODE)}


@pytest.mark.parametrize(
    ("mutation", "words"),
    [
        (put(*BALANCE, "properties", "balance", {"$ref": "#/nowhere"}), "leads nowhere"),
        (put(*BALANCE, "properties", "balance", {"$ref": "money.yaml"}), "out of the document"),
        (put(*MONEY, {"$ref": "#/components/schemas/Money"}), "back to itself"),
        (put(*MONEY, "required", "currencyCode"), "expected a list"),
        (put(*GET, "responses", "200", "none"), "expected an object"),
        (put(*GET, "security", [{"unknown": []}]), "not described"),
    ],
)
def test_what_cannot_be_read_is_no_difference(mutation: Mutation, words: str) -> None:
    comparison = compared(PINNED, mutated(PINNED, mutation))
    assert comparison.unreadable is not None
    assert words in comparison.unreadable
    assert comparison.effect is None


def test_schemas_that_refer_to_each_other_endlessly_come_to_an_end() -> None:
    names = [f"S{number}" for number in range(30)]
    schemas = {
        name: {
            "type": "object",
            "properties": {each: {"$ref": f"#/components/schemas/{each}"} for each in names},
        }
        for name in names
    }
    content = mutated(
        PINNED,
        both(
            lambda c: at(c, *SCHEMAS).update(copy.deepcopy(schemas)),
            put(*MONEY, {"$ref": "#/components/schemas/S0"}),
        ),
    )
    changed = mutated(content, put(*SCHEMAS, "S29", "properties", "S3", {"type": "string"}))
    started = time.monotonic()
    assert compared(content, content).effect is None
    assert compared(content, changed).effect is Effect.BREAKING
    assert time.monotonic() - started < 3
