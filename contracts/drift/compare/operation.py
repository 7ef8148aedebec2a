"""Compares two descriptions of one operation: everything around the schemas, then the schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from contracts.document.document import Document, DocumentError
from contracts.document.operation import Operation
from contracts.drift.compare.change import Change, Row, worst
from contracts.drift.compare.parameters import compare_parameters, compare_request_body
from contracts.drift.compare.parts import located, located_operation, mapping, text_of
from contracts.drift.compare.places import deprecation, documentation
from contracts.drift.compare.responses import compare_response, response_keys
from contracts.drift.compare.rules import Effect
from contracts.drift.compare.security import compare_security

_DOCUMENTATION = ("summary", "description", "operationId", "tags", "externalDocs")


@dataclass(frozen=True)
class Comparison:
    """What two documents say about one operation.

    Arguments:
        operation: the operation in the pinned document.
        published: the other document.
        rows: everything that either document says, in the pinned document's order.
        unreadable: why the rest of the published document could not be compared.
    """

    operation: Operation
    published: Document
    rows: tuple[Row, ...]
    unreadable: str | None = None

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.operation.method.upper()} {self.operation.path}"

    @property
    def changes(self) -> list[Change]:
        """Every difference, breaking ones first."""
        found = [change for row in self.rows for change in row.changes]
        return sorted(found, key=lambda change: change.effect is not Effect.BREAKING)

    @property
    def effect(self) -> Effect | None:
        """The gravest effect; None if the documents agree."""
        return worst(self.changes)


def compare_operation(pinned: Operation, published: Document) -> Comparison:
    """Compare an operation with what another document says about it.

    Arguments:
        pinned: the operation.
        published: a document that may describe other operations too.

    Raises:
        DocumentError: the pinned document can't be read completely.
    """
    name = f"{pinned.method.upper()} {pinned.path}"
    try:
        other = located_operation(published, pinned.path, pinned.method)
    except DocumentError as error:
        return Comparison(pinned, published, (), str(error))
    if other is None:
        change = Change("operation-removed", "operation", "paths", name, "not described")
        return Comparison(pinned, published, (Row("operation", name, None, [change]),))
    for part in _parts(pinned, pinned):
        list(part())  # so any later failure is the published document's
    rows: list[Row] = []
    unreadable: list[str] = []
    for part in _parts(pinned, other):
        try:
            for row in part():
                rows.append(row)
        except RecursionError:
            unreadable.append("its schemas are nested too deeply")
        except DocumentError as error:
            unreadable.append(str(error))
    return Comparison(pinned, published, tuple(rows), next(iter(unreadable), None))


def _parts(pinned: Operation, published: Operation) -> list[Callable[[], Iterable[Row]]]:
    """The parts that can be compared independently, in the order of the table."""
    compared = (_operation, _servers, compare_security, compare_parameters, compare_request_body)
    return [
        *(partial(each, pinned, published) for each in compared),
        *(
            partial(compare_response, key, pinned, published)
            for key in response_keys(pinned, published)
        ),
    ]


def _operation(pinned: Operation, published: Operation) -> Iterator[Row]:
    one, other = located(pinned), located(published)
    said = [{k: text_of(each[k]) for k in _DOCUMENTATION if k in each} for each in (one, other)]
    changes = list(documentation("operation", *said))
    flags = [each.get("deprecated") is True for each in (one, other)]
    if flags[0] != flags[1]:
        changes.append(deprecation("operation", now=flags[1]))
    words = [
        f"{each.method.upper()} {each.path}" + (", deprecated" if flag else "")
        for each, flag in zip((pinned, published), flags, strict=True)
    ]
    yield Row("operation", words[0], words[1], changes)


def _servers(pinned: Operation, published: Operation) -> Iterator[Row]:
    before, after = _urls(pinned), _urls(published)
    changes = [
        Change("server-removed", "servers", "servers", url, "not among them")
        for url in before
        if url not in after
    ]
    changes += [
        Change("server-added", "servers", "servers", "not among them", url)
        for url in after
        if url not in before
    ]
    yield Row("servers", ", ".join(before) or None, ", ".join(after) or None, changes)


def _urls(operation: Operation) -> list[str]:
    """The base URLs of an operation: its own, its path's or the document's (OpenAPI 3.0 §4.7.5)."""
    document = operation.document
    item = mapping(document.resolve(operation.pointer.rpartition("/")[0]))
    for place in (located(operation), item, document.content):
        servers = place.get("servers")
        if isinstance(servers, list) and servers:
            return [str(mapping(each).get("url", "/")).rstrip("/") or "/" for each in servers]
    return ["/"]
