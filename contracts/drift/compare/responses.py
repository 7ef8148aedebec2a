"""Compares statuses, header fields, media types and bodies from their reader's point of view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contracts.document.document import Document
from contracts.document.json_pointer import escape
from contracts.document.operation import Operation
from contracts.drift.compare.change import Anchor, Change, Flow, Row
from contracts.drift.compare.parts import content_of, located, mapping, object_at, schema_of
from contracts.drift.compare.places import Side, Where, documentation
from contracts.drift.compare.schemas import SchemaComparer
from contracts.drift.compare.shape import Shape

_NONE: Final = "not described"


_Header = tuple[str, bool, Shape | None]
"""A header field's name as spelled, whether it is required, and its schema."""


@dataclass(frozen=True)
class _Response:
    document: Document
    description: str
    headers: Mapping[str, _Header]
    content: Mapping[str, Shape | None]

    @property
    def words(self) -> str:
        return " or ".join(self.content) or "no content"


def response_keys(pinned: Operation, published: Operation) -> list[str]:
    """List the keys of the responses in both documents.

    Arguments:
        pinned: the operation in one document.
        published: the same in the other.
    """
    return list(dict.fromkeys([*_filed(pinned), *_filed(published)]))


def compare_response(key: str, pinned: Operation, published: Operation) -> Iterator[Row]:
    """Compare the responses under one key.

    A status that has its own key in one document and is under `4XX` or `default` in the other is
    the same status.

    Arguments:
        key: `200`, `4XX`, `default`.
        pinned: the operation in one document.
        published: the same in the other.

    Raises:
        DocumentError: something is not a response, or not a schema.
    """
    one, other = _response(pinned, key), _response(published, key)
    anchor = Anchor(key, None)
    if one is not None and other is not None:
        yield from _compare(key, one, other)
    elif one is not None:
        change = Change("status-removed", key, "responses", one.words, _NONE)
        yield Row(key, one.words, None, [change], anchor)
    elif other is not None:
        rule = "success-status-added" if key[0] in "23" else "error-status-added"
        change = Change(rule, key, "responses", _NONE, other.words)
        yield Row(key, None, other.words, [change], anchor)


def _compare(key: str, one: _Response, other: _Response) -> Iterator[Row]:
    row = Row(key, one.words, other.words, anchor=Anchor(key, None))
    yield row
    told = [{"description": each.description} for each in (one, other)]
    row.changes += documentation(key, *told)
    yield from _headers(key, one, other)
    several = sum(shape is not None for shape in one.content.values()) > 1
    for name in dict.fromkeys([*one.content, *other.content]):
        if name not in other.content:
            rule, said = "response-media-type-removed", (name, _NONE)
            row.changes.append(Change(rule, key, "content", *said))
        elif name not in one.content:
            rule, said = "response-media-type-added", (_NONE, name)
            row.changes.append(Change(rule, key, "content", *said))
        else:
            where = Where(f"{key} {name}" if several else key, key)
            comparer = SchemaComparer(Flow.RESPONSE)
            before, after = one.content[name], other.content[name]
            if before is not None or after is not None:
                comparer.compare(where, Side(_any(one, before)), Side(_any(other, after)))
            yield from comparer.rows


def _any(response: _Response, shape: Shape | None) -> Shape:
    return shape if shape is not None else Shape(response.document, (("#none", {}),))


def _side(response: _Response, header: _Header | None) -> Side:
    return Side(None) if header is None else Side(_any(response, header[2]), header[1])


def _headers(key: str, one: _Response, other: _Response) -> Iterator[Row]:
    for name in dict.fromkeys([*one.headers, *other.headers]):
        before, after = one.headers.get(name), other.headers.get(name)
        spelled = (before or after or (name, False, None))[0]
        where = Where(f"{key} header {spelled}")
        changes: list[Change] = []
        if before is None and after is not None:
            change = Change("response-header-added", where.place, "headers", _NONE, "described")
            changes.append(change)
        elif before is not None and after is None:
            change = Change("response-header-removed", where.place, "headers", "described", _NONE)
            changes.append(change)
        elif before is not None and after is not None and before[1] != after[1]:
            said = ["required" if each[1] else "optional" for each in (before, after)]
            rule = f"response-header-became-{said[1]}"
            changes.append(Change(rule, where.place, "required", *said))
        comparer = SchemaComparer(Flow.RESPONSE)
        comparer.compare(where, _side(one, before), _side(other, after), tuple(changes))
        yield from comparer.rows


def _filed(operation: Operation) -> dict[str, tuple[str, object]]:
    """The responses and their JSON pointers, by key."""
    return {
        key.upper() if key[1:] == "xx" else key: (
            f"{operation.pointer}/responses/{escape(key)}",
            value,
        )
        for key, value in mapping(located(operation).get("responses")).items()
        if key and not key.startswith("x-")
    }


def _response(operation: Operation, key: str) -> _Response | None:
    """The response under a key, or under the wider key that covers it."""
    document, filed = operation.document, _filed(operation)
    wider = [key, f"{key[0]}XX", "default"] if key[0].isdigit() else [key]
    found = next((filed[each] for each in wider if each in filed), None)
    if found is None:
        return None
    pointer, response = object_at(document, *found)
    headers: dict[str, _Header] = {}
    for name, each in mapping(response.get("headers")).items():
        if name.lower() != "content-type":  # the media types describe it (OpenAPI 3.0 §4.7.17.1)
            at, header = object_at(document, f"{pointer}/headers/{escape(name)}", each)
            shape = schema_of(document, at, header)
            headers[name.lower()] = name, header.get("required") is True, shape
    description = str(response.get("description", ""))
    return _Response(document, description, headers, content_of(document, pointer, response))
