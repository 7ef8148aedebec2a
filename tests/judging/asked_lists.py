"""A list and one of its items, asked of the sandbox without a socket, and judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contracts.document.catalogue import Catalogue
from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Probe
from contracts.judging.judge import Judge
from contracts.probes.relations import steps
from contracts.sandbox.fault import Fault
from contracts.sandbox.generated.api import Generated
from contracts.sandbox.history import Connection, Context, Run
from contracts.sandbox.message import Request, render
from tests.support import ROOT

ITEM = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "example": "ord_1"},
        "state": {"type": "string", "enum": ["open", "paid"]},
        "createdAt": {"type": "string", "format": "date-time"},
    },
    "required": ["id", "state", "createdAt"],
}
PAGE_INFO = {
    "type": "object",
    "properties": {
        "startCursor": {"type": "string"},
        "endCursor": {"type": "string"},
        "hasPreviousPage": {"type": "boolean"},
        "hasNextPage": {"type": "boolean"},
    },
    "required": ["hasPreviousPage", "hasNextPage"],
}
LIST = {
    "type": "object",
    "properties": {"data": {"type": "array", "items": ITEM}, "pageInfo": PAGE_INFO},
    "required": ["data", "pageInfo"],
}
LIMIT = {"type": "integer", "minimum": 1, "maximum": 100}


def _get(schema: Any, *parameters: tuple[str, str, Any]) -> dict[str, Any]:
    return {
        "get": {
            "parameters": [
                {"name": name, "in": place, "required": place == "path", "schema": each}
                for name, place, each in parameters
            ],
            "responses": {
                "200": {
                    "description": "OK",
                    "content": {"application/json": {"schema": schema}},
                },
                "422": {"description": "No"},
            },
        }
    }


TEXT = {"type": "string"}
DOCUMENT = {
    "openapi": "3.0.0",
    "servers": [{"url": "https://api.example"}],
    "paths": {
        "/orders": _get(
            LIST,
            ("limit", "query", LIMIT),
            ("after", "query", TEXT),
            ("before", "query", TEXT),
            ("ids", "query", {"type": "array", "items": TEXT}),
            ("state", "query", ITEM["properties"]["state"]),
            ("createdSince", "query", {"type": "string", "format": "date-time"}),
        ),
        "/orders/{id}": _get(ITEM, ("id", "path", TEXT)),
    },
}
RELATIONS = """
items = "/data"
id = "/id"
limit = "limit"
after = "after"
before = "before"
next = "/pageInfo/endCursor"
previous = "/pageInfo/startCursor"
more = "/pageInfo/hasNextPage"
order = "/createdAt descending"
filters = { ids = "/id", state = "/state", createdSince = ">= /createdAt" }
"""
OF_LISTS = {
    "limit-is-respected",
    "cursor-ends",
    "pages-continue",
    "order-is-kept",
    "filters-filter",
}


def load(folder: Path, path: str, relations: str, values: str = "{}") -> Catalogue:
    document = folder / "document.json"
    document.write_text(json.dumps(DOCUMENT), "utf-8")
    catalogue = folder / "requirements.toml"
    catalogue.write_text(
        f'extends = "{ROOT / "contracts/common/base.toml"}"\n'
        f'[operation]\ndocument = "document.json"\npath = "{path}"\nmethod = "get"\n'
        f"parameters = {values}\n[operation.relations]\n{relations}",
        "utf-8",
    )
    return Catalogue.load(catalogue)


class Asked:
    """The exchanges of what is asked of the sandbox, with a fault or without."""

    def __init__(self, catalogue: Catalogue, fault: Fault | None = None) -> None:
        operation = catalogue.operation
        self.api = Generated(operation.document.path, operation.path, operation.plain.known)
        self.path = operation.plain.path
        self.judge = Judge(catalogue)
        self.exchanges: list[Exchange] = []
        self._fault = fault

    def ask(self, name: str, query: bytes | None, received: bytes | None = None) -> object:
        target = self.path.encode() + (b"?" + query if query is not None else b"")
        request = Request("GET", target, (), b"", 1)
        answer = self.api.respond(request, admitted=True)
        context = Context(request, True, Run(b"key", api=self.api), Connection(1))
        if self._fault is not None and self._fault.answer is not None:
            answer = self._fault.answer(answer, context)
        probe = Probe(name, "relations", "valid", Credential.VALID, query=query)
        number, sent = len(self.exchanges) + 1, b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n" % target
        raw = received or render(answer)
        self.exchanges.append(Exchange(number, probe, sent, raw, False, 0.0, 0.001, 1))
        return self.judge.read(self.exchanges[-1]).json[0]

    def walk(self) -> Asked:
        asking, body = steps(self.judge.catalogue.operation), None
        while True:
            try:
                step = asking.send(body)
            except StopIteration:
                return self
            body = self.ask(step.name, step.query) if step.recipe == "valid" else None

    def results(self) -> dict[str, tuple[int, list[str]]]:
        """How often each relation was put to the test, and what was found instead."""
        readings = [self.judge.read(each) for each in self.exchanges]
        judged = self.judge.judge_sequence(readings)
        return {
            name: (len(observed), [each.found for each in findings])
            for name, (observed, findings) in judged.items()
            if name in OF_LISTS | {"answer-is-for-the-request"}
        }
