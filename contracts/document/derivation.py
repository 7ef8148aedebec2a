"""Requirements derived from a document, and inherited requirements adapted to it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from contracts.document.clauses import DocumentError
from contracts.document.operation import OPERATION, Operation
from contracts.document.requirements import Level
from contracts.document.responses import SchemaPromise, schema_promise

Entry = dict[str, Any]
"""A requirement as written in a catalogue."""

PATHS: Final = "paths"
UNKNOWN: Final = "unknown"
"""Keys that `[operation]` may have and a requirement may need: other resources, an unknown one."""


def derived(operation: Operation, stated: Iterable[Entry]) -> dict[str, Entry]:
    """Make an entry for each response whose schema none of the stated entries is about.

    It is server-dependent, except for the 404 response when an unknown resource is requested.

    Arguments:
        operation: the operation with those responses.
        stated: the entries of a catalogue, including inherited ones.
    """
    absent = operation.response(404) if operation.plain.nowhere else None
    taken = {entry.get("schema_of") for entry in stated}
    found: dict[str, Entry] = {}
    for key, described in operation.responses.items():
        promise = schema_promise(described, operation.resolve, key)
        if promise is None or key in taken:
            continue
        entry: Entry = {"level": str(Level.MUST), "schema_of": key}
        entry["server_dependent"] = described is not absent
        found[promise.id] = entry | {"sentence": promise.sentence} | _source(promise)
    return found


def _source(promise: SchemaPromise) -> Entry:
    return {"pointer": promise.pointer} | ({"quote": promise.quote} if promise.quote else {})


def _promise(entry: Entry, operation: Operation) -> SchemaPromise | None:
    """What the document promises about the bodies that an entry covers."""
    status = str(entry.get("schema_of", ""))
    described = operation.response(int(status)) if status.isdecimal() else None
    return schema_promise(described, operation.resolve, status) if described else None


def fit(entry: Entry, own: Entry, operation: Operation) -> None:
    """Adapt an inherited entry to a document with another layout or wording.

    Arguments:
        entry: the inherited entry, overlaid with the new file's own keys; modified in place.
        own: the keys that the new file states itself.
        operation: the operation in the new document.
    """
    promise = _promise(entry, operation)
    if promise and "sentence" not in own:
        words = str(entry.get("sentence", "")).rstrip(".").split()
        if promise.name not in words:
            entry["sentence"] = promise.sentence
    if "pointer" not in entry:
        return
    pointer = str(entry["pointer"])
    if promise and own.keys().isdisjoint(("pointer", "quote")) and not _stands(operation, pointer):
        entry.pop("quote", None)
        entry |= _source(promise)
    elif "pointer" not in own:
        while not _stands(operation, pointer):
            above = pointer.rpartition("/")[0]
            pointer = above if above.startswith(OPERATION) else OPERATION
        entry["pointer"] = pointer
    inherits_quote = "quote" in entry and "quote" not in own and _stands(operation, pointer)
    if inherits_quote and not _quotes(operation, pointer, str(entry["quote"])):
        del entry["quote"]


def _stands(operation: Operation, pointer: str) -> bool:
    try:
        operation.resolve(pointer)
    except DocumentError:
        return False
    return True


def _quotes(operation: Operation, pointer: str, quote: str) -> bool:
    value = operation.resolve(pointer)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return quote in text


def applies(entry: Entry, operation: Operation) -> bool:
    """Whether the operation has what an entry is about: a JSON body, a relation, a resource.

    Arguments:
        entry: an entry of a catalogue.
        operation: the operation.
    """
    plain = operation.plain
    if (entry.get("needs") == PATHS and not plain.others) or (
        entry.get("needs") == UNKNOWN and plain.unknown is None
    ):
        return False
    if "relation" in entry:
        return entry["relation"] in operation.relations.stated
    status = entry.get("schema_of")
    if status is None:
        return True
    text = str(status)
    key = operation.response(int(text)) if text.isdecimal() else operation.responses.get(text)
    return key is not None and key.json_schema is not None
