"""Drift: each change under its rule, the four columns, and the ways to have a document."""

from __future__ import annotations

import copy
import gzip
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
import trustme

from contracts.__main__ import main as contracts_main
from contracts.cli.drift import main
from contracts.document.document import Document
from contracts.document.openapi import yaml_reader
from contracts.drift.compare.operation import Comparison, compare_operation
from contracts.drift.compare.rules import RULES, Effect
from contracts.drift.document import PublishedError, read_published
from contracts.drift.sdk import read_sdk
from contracts.rye import RYE
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
    path, method = (PATH, "get") if PATH in base["paths"] else ("/orders/{id}", "post")
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
    text = (ROOT / "docs/appendix/drift-rules.md").read_text("utf-8")
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
    names = [f"S{number}" for number in range(15)]
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
    changed = mutated(content, put(*SCHEMAS, "S14", "properties", "S3", {"type": "string"}))
    started = time.monotonic()
    assert compared(content, content).effect is None
    assert compared(content, changed).effect is Effect.BREAKING
    assert time.monotonic() - started < 60


# The document out of whatever it is published in


def page(
    block: str, fence: str = "````", info: str = "yaml https://app.example/openapi.yml"
) -> str:
    return f"> ## Index\n\n# Get balance\n\n## OpenAPI\n\n{fence}{info}\n{block}\n{fence}\nMore.\n"


OTHER = "openapi: 3.0.0\npaths: {/other: {get: {responses: {}}}}"
TEXT = SPEC.read_text("utf-8")


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        json.dumps(PINNED, default=float),
        "\n  " + json.dumps(PINNED, default=float),
        "\ufeff" + json.dumps(PINNED, default=float),
        page(TEXT),
        page(TEXT).replace("\n", "\r\n"),
        page(TEXT).rpartition("````")[0],
        page(TEXT, "~~~", "YAML"),
        page(json.dumps(PINNED, default=float), "```", "json"),
        page("key: value", "```") + page(OTHER, "```") + page(TEXT),
    ],
    ids=[
        "yaml",
        "json",
        "blanks",
        "bom",
        "page",
        "crlf",
        "unclosed",
        "tildes",
        "json-page",
        "many",
    ],
)
def test_the_document_is_found_in_what_it_is_published_in(data: str) -> None:
    published = read_published("it", data.encode(), PATH)
    pinned = Document.load(SPEC).operation(PATH, "get")
    assert compare_operation(pinned, published).changes == []


LAUGHS = "a0: &a0 lol\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "it is empty"),
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "a page in HTML"),
        ('{"error": "not found"}', "no key `openapi`"),
        ("# A page\n\nwith no block\n", "no key `openapi`"),
        ("swagger: '2.0'\npaths: {}\n", "Swagger 2"),
        ("openapi: 4.0.0\n", "only 3.x"),
        ("a: [", "neither YAML nor JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("- " * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("a: &a {b: *a}", "it holds itself"),
        (LAUGHS, "stand for too much"),
        ("a: &a {b: 1}\nc: {<<: *a}", "merge keys"),
    ],
)
def test_what_is_no_document_says_why(data: str, words: str) -> None:
    with pytest.raises(PublishedError, match=re.escape(words)):
        read_published("it", data.encode(), PATH)


# The command


def drift(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    status = main([*argv])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def saved(folder: Path, mutation: Mutation) -> str:
    file = folder / "published.json"
    file.write_text(json.dumps(mutated(PINNED, mutation), default=float), "utf-8")
    return str(file)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where no run has left a verdict.json


@pytest.mark.parametrize(
    ("mutation", "status", "last"),
    [
        (put("x-none", 1), 0, "same: the published document says what the pinned one says"),
        (drop(*MONEY, "required"), 1, "breaking: 2 differences break clients"),
        (
            both(drop(*MONEY, "required"), put(*GET, "summary", "It")),
            1,
            "breaking: 2 differences break clients, 1 more does not",
        ),
        (
            put(*GET, "responses", "403", {"description": "No"}),
            3,
            "compatible: 1 difference, none of which breaks clients",
        ),
        (drop("paths", PATH), 1, "breaking: 1 difference breaks clients"),
        (
            both(drop(*GET, "responses", "401"), put(*SCHEMAS, "ValidateError", 1)),
            1,
            "breaking: 1 difference breaks clients; the rest can't be compared:",
        ),
    ],
)
def test_the_exit_status_is_that_of_the_gravest_difference(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    mutation: Mutation,
    status: int,
    last: str,
) -> None:
    got, out, err = drift(capsys, saved(tmp_path, mutation), "--no-sdk")
    assert (got, err) == (status, "")
    assert out.splitlines()[-1].startswith(last)
    assert max(map(len, out.splitlines()[6:-1])) <= 100


def test_the_command_is_one_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert contracts_main(["drift", str(SPEC), "--no-sdk"]) == 0
    assert "GET /api/v1/billing/balance" in capsys.readouterr().out


def test_the_table_shows_both_documents_and_the_difference_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wider = put(*MONEY, "properties", "amountSubunits", "format", "int64")
    more = put(*MONEY, "properties", "tier", {"type": "string"})
    _, out, _ = drift(capsys, saved(tmp_path, both(wider, more)), "--no-sdk")
    assert re.search(r"^≠ 200 /balance/amountSubunits +integer int32, +integer int64, ", out, re.M)
    assert re.search(r"^~ 200 /balance/tier +– +string, optional ", out, re.M)
    assert re.search(r"^  200 /drawdownEnabled +boolean, required +same ", out, re.M)
    told = out.partition("BREAKING    200 /balance/amountSubunits\n")[2].splitlines()
    assert told[0].strip() == "format: int32 → int64"
    assert told[1].strip() == f"{RULES['response-widened'].reason}."
    assert out.index("BREAKING ") < out.index("compatible  ")


def test_what_is_published_cannot_act_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = "\x1b[2J\u202e"
    mutation = both(put(*MONEY, "properties", evil, {"type": evil}), put(*GET, "summary", evil),
                    put("info", "title", evil))  # fmt: skip
    status, out, _ = drift(capsys, saved(tmp_path, mutation), "--no-sdk")
    assert status == 3
    assert "\\x1b" in out
    assert all(character.isprintable() or character == "\n" for character in out)


def test_a_program_gets_the_same_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = drift(
        capsys, saved(tmp_path, drop(*MONEY, "required", "currencyCode")), "--json"
    )
    told = json.loads(out)
    assert (status, told["outcome"]) == (1, "breaking")
    assert told["operation"] == f"GET {PATH}"
    assert told["published"]["operations"] == 1
    assert told["pinned"]["version"] == "1.0.5"
    [change] = told["changes"]
    assert change == {
        "place": CODE,
        "keyword": "required",
        "effect": "breaking",
        "rule": "response-property-became-optional",
        "pinned": "required",
        "published": "optional",
        "reason": RULES["response-property-became-optional"].reason,
    }
    [row] = [each for each in told["rows"] if each["place"] == CODE]
    assert (row["pinned"], row["published"]) == ("string, required", "string, optional")
    assert row["effect"] == "breaking"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "PUBLISHED"),
        (["missing.yaml"], "missing.yaml can't be read (No such file or directory)"),
        (["."], "can't be read (Is a directory)"),
        (["page.html"], "page in HTML"),
        (["broken.json"], "leads nowhere"),
        ([str(SPEC), "--against", "missing.yaml"], "cannot be read"),
        ([str(SPEC), "--against", "other.yaml"], "expected the path"),
        ([str(SPEC), "--report", "missing.json"], "--report missing.json can't be used"),
        ([str(SPEC), "--report", "page.html"], "is not JSON"),
        ([str(SPEC), "--report", "broken.json"], "is not the verdict.json"),
        ([str(SPEC), "--operation", "GET /nothing"], "there is no operation GET /nothing"),
        ([str(SPEC), "--timeout", "0"], "more than 0"),
        ([str(SPEC), "--timeout", "nan"], "more than 0"),
        (["ftp://host/openapi.yaml"], "not an https URL"),
        (["https:///openapi.yaml"], "not an https URL"),
        (["http://203.0.113.1/openapi.yaml"], "use https"),
        (["https://me:secret@host/openapi.yaml"], "credentials are never sent"),
        (["https://host:port/openapi.yaml"], "it is not a URL"),
        (["https://host/", "--ca-file", "missing.pem"], "--ca-file missing.pem"),
        (["https://host/", "--proxy", "socks5://host"], "--proxy is not the URL"),
    ],
)
def test_unusable_arguments_say_so_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], argv: list[str], words: str
) -> None:
    (tmp_path / "page.html").write_text("<html>")
    (tmp_path / "other.yaml").write_text(OTHER)
    broken = mutated(PINNED, put(*MONEY, {"$ref": "#/nowhere"}))
    (tmp_path / "broken.json").write_text(json.dumps(broken, default=float))
    status, out, err = drift(capsys, *argv)
    assert (status, out) == (4, "")
    assert words in err
    assert err.startswith("contracts drift: ")
    assert err.count("\n") == 1
    assert "secret" not in err


# The download

Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def server(answers: dict[str, Answer], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server on loopback that knows some targets and notes what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append((self.path, dict(self.headers.items())))
            status, headers, body = answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    asked: list[tuple[str, dict[str, str]]] = []
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    running.handle_error = lambda *_: None  # type: ignore[method-assign]
    if tls is not None:
        running.socket = tls.wrap_socket(running.socket, server_side=True)
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    scheme = "http" if tls is None else "https"
    try:
        server.asked = asked  # type: ignore[attr-defined]
        yield f"{scheme}://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        running.server_close()


def asked() -> list[tuple[str, dict[str, str]]]:
    return server.asked  # type: ignore[attr-defined, no-any-return]


DOCUMENT: Answer = (200, {}, SPEC.read_bytes())


def test_a_url_is_asked_once_with_nothing_ambient(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with server({"/a%20b?token=secret": DOCUMENT}) as url:
        status, out, err = drift(capsys, f"{url}/a b?token=secret#part", "--no-sdk")
        [(_, headers)] = asked()
    assert (status, err) == (0, "")
    assert "secret" not in out
    assert {name.lower() for name in headers} == {"host", "accept", "user-agent", "connection"}


def test_a_page_and_coded_content_are_read_from_a_url(capsys: pytest.CaptureFixture[str]) -> None:
    answers: dict[str, Answer] = {
        "/page": (200, {"Content-Type": "text/markdown"}, page(TEXT).encode()),
        "/gzip": (200, {"Content-Encoding": "gzip"}, gzip.compress(SPEC.read_bytes())),
    }
    with server(answers) as url:
        assert drift(capsys, f"{url}/page", "--no-sdk")[0] == 0
        assert drift(capsys, f"{url}/gzip", "--no-sdk")[0] == 0


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((404, {}, b""), "the answer was 404 Not Found"),
        ((503, {}, SPEC.read_bytes()), "the answer was 503 Service Unavailable"),
        ((401, {}, b""), "the answer was 401 Unauthorized"),
        ((204, {}, b""), "the answer was 204 No Content"),
        ((200, {}, b"<html><body>Proxy: please log in</body></html>"), "a page in HTML"),
        ((200, {}, b""), "it is empty"),
        ((200, {"Content-Length": "99999"}, b"openapi: 3.0.0"), "unfinished answer"),
        ((200, {"Content-Encoding": "gzip"}, b"plain"), "corrupt"),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(17 * 2**20))), "more than"),
        ((200, {"Content-Length": str(2**40)}, bytes(17 * 2**20)), "came back"),
        ((302, {"Location": "/document"}, b""), "followed from https to https alone"),
        ((302, {}, b""), "does not say where to"),
        (
            (
                200,
                {},
                json.dumps(mutated(PINNED, put(*MONEY, {"$ref": "#/no"})), default=float).encode(),
            ),
            "can't be compared",
        ),
    ],
)
def test_no_document_is_unreachable(
    capsys: pytest.CaptureFixture[str], answer: Answer, words: str
) -> None:
    with server({"/": answer, "/document": DOCUMENT}) as url:
        status, out, err = drift(capsys, url, "--timeout", "3")
        assert (status, out) == (75, "")
        assert words in err
        assert err.startswith("unreachable: ")
        assert err.count("\n") == 1
        status, out, _ = drift(capsys, url, "--timeout", "3", "--json")
        told = json.loads(out)
        assert (status, told["outcome"]) == (75, "unreachable")
        assert words in told["reason"]


def test_nobody_there_is_unreachable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        began = time.monotonic()
        assert drift(capsys, f"http://127.0.0.1:{port}/", "--timeout", "0.3")[0] == 75
        assert time.monotonic() - began < 60
    status, _, err = drift(capsys, f"http://127.0.0.1:{port}/")
    assert status == 75
    assert "refused the connection" in err

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    status, _, err = drift(capsys, "https://docs.example/openapi.yaml")
    assert status == 75
    assert "could not be resolved" in err


def test_https_is_verified_and_followed_three_times(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    authority = trustme.CA()
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    answers: dict[str, Answer] = {
        "/0": DOCUMENT,
        **{f"/{n}": (301, {"Location": f"/{n - 1}"}, b"") for n in range(1, 5)},
    }
    with server({"/": DOCUMENT}) as plain, server(answers, tls) as url:
        status, out, err = drift(capsys, f"{url}/3", "--no-sdk", "--ca-file", str(pem))
        assert (status, err) == (0, ""), out
        status, _, err = drift(capsys, f"{url}/4", "--ca-file", str(pem))
        assert status == 75
        assert "more than 3 times" in err
        answers["/1"] = (302, {"Location": plain}, b"")
        status, _, err = drift(capsys, f"{url}/1", "--ca-file", str(pem))
        assert status == 75
        assert "from https to https alone" in err
        status, _, err = drift(capsys, f"{url}/0")
        assert status == 75
        assert "certificate was not accepted" in err


def test_a_proxy_is_used_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with server({"http://127.0.0.1:9/document": DOCUMENT}) as proxy:
        argv = ("http://127.0.0.1:9/document", "--no-sdk", "--proxy", proxy)
        assert drift(capsys, *argv)[0] == 0


# The other columns


def rows(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, dict[str, Any]]:
    _, out, _ = drift(capsys, *argv, "--json")
    return {row["place"]: row for row in json.loads(out)["rows"]}


def test_the_sdk_column_shows_its_models(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = rows(capsys, str(SPEC))
    assert {place: row["sdk"] for place, row in shown.items() if row["sdk"] is not None} == {
        "200 body": "BillingGetBalanceResponse",
        "200 /drawdownEnabled": "bool, required",
        "200 /balance": "Money, required",
        CODE: "str, required",
        AMOUNT: "int, required",
        "401": "AuthenticationError",
        "401 body": "untyped",
        "422": "UnprocessableEntityError",
        "422 body": "untyped",
    }
    assert not any(row["sdk_differs"] for row in shown.values())


def test_the_sdk_column_marks_what_differs_from_the_pinned_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mutation = both(
        drop(*MONEY, "required", "currencyCode"),
        put(*MONEY, "properties", "amountSubunits", {"type": "string"}),
        put(*MONEY, "properties", "tier", {"type": "string"}),
        drop(*BALANCE, "properties", "drawdownEnabled"),
        drop(*BALANCE, "required", "drawdownEnabled"),
    )
    moved = saved(tmp_path, mutation)
    shown = rows(capsys, moved, "--against", moved)
    assert {place: row["sdk"] for place, row in shown.items() if row["sdk_differs"]} == {
        CODE: "str, required",
        AMOUNT: "int, required",
        "200 /balance/tier": "not modelled",
        "200 /drawdownEnabled": "bool, required",
    }
    status, out, _ = drift(capsys, moved, "--against", moved)
    assert status == 0  # it is the published document alone that decides
    assert "the SDK differs from the pinned document in 4 rows" in out


def test_the_sdk_may_be_missing_broken_or_unwanted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def about() -> str:
        return str(json.loads(drift(capsys, str(SPEC), "--json")[1])["sdk"])

    assert about().startswith("checkout-intents ")
    assert json.loads(drift(capsys, str(SPEC), "--json", "--no-sdk")[1])["sdk"] == "not asked"

    def broken(_: str) -> None:
        raise RuntimeError("no such attribute")

    with monkeypatch.context() as patched:
        patched.setattr("contracts.drift.sdk.importlib.import_module", broken)
        assert "can't be read (RuntimeError: no such attribute)" in about()

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("contracts.drift.sdk.version", missing)
    assert about() == "not installed"


def test_the_sdk_is_read_for_other_operations_too() -> None:
    listed = read_sdk("/api/v1/billing/transactions", "get", RYE.sdk)
    assert "billing.list_transactions" in listed.about
    assert listed.members["/data/*/createdAt"].types == {"string"}
    assert listed.members["/data/*/description"].required is False
    assert listed.members["/data/*/metadata/{any}"].words == "str"
    assert read_sdk("/api/v1/checkout-intents/{other_name}", "get", RYE.sdk).members["/id"].required
    assert "no method" in read_sdk("/nothing", "get", RYE.sdk).about


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run against the sandbox recorded, in the parts that this reads."""
    operation = Document.load(SPEC).operation(PATH, "get")
    seen = {"200": 99, "401": 145, "422": 0}
    clauses = [
        {"id": each.id, "status": each.status, "observed": seen[each.status], "violated": 0}
        for each in operation.clauses
    ]
    for each in clauses:
        each["observed"] *= "stack" not in each["id"]
    return {
        **{"name": "billing", "operation": f"GET {PATH}"},
        "verdict": "pass",
        "target": {"name": "sandbox"},
        "requests": 286,
        "finished": "2026-11-22T13:39:39.925+00:00",
        "spec_sha256": operation.document.sha256,
        "clauses": clauses,
        "findings": [],
        "unspecified": [],
    }


def test_the_observed_column_shows_what_a_run_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verdict: dict[str, Any]
) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports/verdict.json").write_text(json.dumps(verdict))
    shown = {place: row["observed"] for place, row in rows(capsys, str(SPEC)).items()}
    assert shown["200"] == "99× answers"
    assert shown["200 body"] == "99× object"
    assert shown["200 /drawdownEnabled"] == "99× boolean"
    assert shown[AMOUNT] == "99× integer"
    assert shown["401 /stack"] == "never"
    assert shown["422 /fields/{any}/message"] == "never"
    assert shown["422 /fields/{any}/value"] is None  # no clause speaks of it
    assert shown["security"] is None
    _, out, _ = drift(capsys, str(SPEC))
    assert "reports/verdict.json: pass against sandbox, 286 requests, 2026-11-22" in out


def test_the_observed_column_marks_what_the_document_does_not_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verdict: dict[str, Any]
) -> None:
    record = copy.deepcopy(verdict)
    by_id = {each["id"]: each for each in record["clauses"]}
    amount = "200 /components/schemas/Money/properties/amountSubunits/type"
    by_id[amount]["violated"] = 3
    by_id["200 /components/schemas/Money/required/currencyCode"]["violated"] = 2
    record["findings"] = [{"clause": amount, "found": '"1500"'}, {"clause": None, "found": ""}]
    record["unspecified"] = ["/tier", "/balance/exponent", "/fields/x/code", "/nowhere/at/all"]
    record["spec_sha256"] = "0" * 64
    report = tmp_path / "other.json"
    report.write_text(json.dumps(record))
    published = saved(tmp_path, put(*MONEY, "properties", "exponent", {"type": "integer"}))
    shown = rows(capsys, published, "--report", str(report))
    assert {place: row["observed"] for place, row in shown.items() if row["observed_differs"]} == {
        AMOUNT: '99×, 3 otherwise: "1500"',
        CODE: "99× string, missing 2×",
        "200 /tier": "seen, not described",
        "200 /balance/exponent": "seen, not described",
        "422 /fields/{any}/code": "seen, not described",
    }
    assert shown["200 /balance/exponent"]["published"] == "integer, optional"
    assert shown["200 /tier"]["published"] is None
    places = list(shown)
    assert places.index("200 /tier") == places.index("401") - 1
    status, out, _ = drift(capsys, str(SPEC), "--report", str(report))
    assert status == 0
    assert "the run saw what is not pinned in 5 rows" in out
    assert "by another document than the pinned one" in out


def test_a_run_of_another_operation_stays_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verdict: dict[str, Any]
) -> None:
    report = tmp_path / "other.json"
    report.write_text(json.dumps(verdict | {"operation": "GET /orders"}))
    shown = rows(capsys, str(SPEC), "--report", str(report))
    assert not any(row["observed"] for row in shown.values())
    assert f"{report} is about billing (" in drift(capsys, str(SPEC), "--report", str(report))[1]


def test_an_unusable_default_report_leaves_the_column_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "no run: there is no reports/verdict.json" in drift(capsys, str(SPEC))[1]
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports/verdict.json").write_text("{")
    assert (
        "no run: reports/verdict.json can't be used, it is not JSON" in drift(capsys, str(SPEC))[1]
    )
