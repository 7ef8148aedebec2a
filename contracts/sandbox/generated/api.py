"""Serves an operation of a document as the document describes it."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

from contracts.sandbox.document import Schema, load
from contracts.sandbox.generated.described import Described, Operation, phrase
from contracts.sandbox.generated.listing import (
    BACKWARD,
    FORWARD,
    LENGTH,
    LIMITS,
    Listing,
    Page,
    identified,
    items_of,
    make_items,
)
from contracts.sandbox.generated.parameters import Parameter, Query, errors, read_query
from contracts.sandbox.generated.schemas import alternatives
from contracts.sandbox.generated.values import Values
from contracts.sandbox.message import Answer, Json, Request, dump
from contracts.sandbox.reference import entitles

_IN_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_LISTS: Final = frozenset({"data", "items", "results", "entries", "records"})
_VALIDATION: Final = (422, 400)


class Generated:
    """A GET operation of any document, with content made from its schemas.

    All content is made at the start and is always the same: an id has one body, a list one order.

    Arguments:
        document: the file.
        path: the operation's path, as the document spells it.
        values: known values of parameters, by name; for path parameters, these are all that exist.

    Raises:
        UnservableError: the document lacks the operation, or it can't be served.
        OSError: the file can't be read.
    """

    def __init__(
        self, document: Path, path: str, values: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._document = load(document)
        self._operation = Operation(self._document, path)
        self._names = _IN_BRACES.findall(path)
        self._scheme = self._operation.scheme
        self._values = Values(self._document)
        self._known = self._read_known(values or {})
        self._given = {name: next(iter(each)) for name, each in (values or {}).items() if each}
        pattern = "([^/]*)".join(map(re.escape, _IN_BRACES.split(path)[::2]))
        self._path = re.compile(pattern)
        self._refusals: dict[int, Json] = {}
        for status in (401, 403, 404, *_VALIDATION):
            described = self._operation.response(status)
            if described is not None:
                self._refusals[status] = self._refusal(described)
        self._success = self._operation.success
        self._envelope: Json = None
        self._bodies: dict[str, Json] = {}
        self._listing: Listing | None = None
        self._branches: list[Schema] = []
        self._make_success(values or {})

    @property
    def route(self) -> str:
        """The path as a Starlette route; a path parameter may contain any octet."""
        numbers = iter(range(len(self._names)))
        return _IN_BRACES.sub(lambda _: f"{{p{next(numbers)}:path}}", self._operation.path)

    @property
    def example(self) -> str:
        """A path and query that is answered with 200."""
        path = _IN_BRACES.sub(
            lambda match: quote(self._known[match[1]][0], safe=""), self._operation.path
        )
        query = {
            each.name: self._given.get(each.name, each.example)
            for each in self._operation.parameters
            if each.place == "query" and each.required
        }
        return path + ("?" + urlencode(query, quote_via=quote) if query else "")

    @property
    def parameters(self) -> Sequence[Parameter]:
        """The documented query parameters."""
        return [each for each in self._operation.parameters if each.place == "query"]

    @property
    def branches(self) -> Sequence[Schema]:
        """The complete alternatives for the body, or for an item of the list."""
        return self._branches

    def with_each(self, body: Json, change: Callable[[Json], Json]) -> Json:
        """Change each item of the list in a 200's body, or the whole body if it is not a list.

        Arguments:
            body: a body that this API serves.
            change: takes an item and returns its replacement.
        """
        if self._listing is None:
            return change(body)
        if self._member is None:
            return [change(item) for item in body]
        return {**body, self._member: [change(item) for item in body[self._member]]}

    def entitles(self, request: Request, key: bytes) -> bool:
        """Whether the request proves knowledge of the key, by the document's security scheme.

        Arguments:
            request: any request.
            key: the one valid key.
        """
        scheme = self._scheme
        if scheme is None:
            return True
        field = str(scheme.get("name", "authorization")).lower()
        if scheme.get("type") == "apiKey" and field != "authorization":
            values = request.values(field)
            return len(values) == 1 and hmac.compare_digest(values[0], key)
        if scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "basic":
            credentials = base64.b64encode(key + b":")
            return request.scheme == b"basic" and hmac.compare_digest(request.token, credentials)
        return entitles(request, key)

    def respond(self, request: Request, *, admitted: bool) -> Answer:
        """Answer a GET.

        Arguments:
            request: the request.
            admitted: whether the request's credentials were accepted.
        """
        if request.value("expect").lower() not in {b"", b"100-continue"}:
            return Answer(417)
        if not admitted:
            return self._refuse(401, 403)
        where = self._in_path(request)
        if where is None:
            return self._refuse(404)
        query = read_query(request.query)
        wrong = dict(self._errors(request, where, query))
        unknown = {name for name, value in where.items() if value not in self._known[name]}
        if unknown and 404 in self._refusals and not wrong:
            return self._refuse(404)
        wrong |= dict.fromkeys(unknown, "is not known")
        if wrong and any(status in self._refusals for status in _VALIDATION):
            return self._refuse(*_VALIDATION, fields=wrong)
        return self._serve(where, {} if wrong else query)

    def _errors(
        self, request: Request, where: Mapping[str, str], query: Query
    ) -> Iterator[tuple[str, str]]:
        for parameter in self._operation.parameters:
            if parameter.place == "path" and parameter.name in where:
                words = parameter.error([where[parameter.name]])
                if words:
                    yield parameter.name, words
        yield from errors(self._operation.parameters, query)
        if self._listing is not None:
            yield from self._listing.cursor_errors(query)
        if request.body:
            yield "body", "content is not allowed here"

    def _in_path(self, request: Request) -> dict[str, str] | None:
        """Return the values in a request's path; None if it is another path."""
        raw = request.target.partition(b"?")[0].decode("latin-1")
        if not raw.startswith("/"):  # absolute form
            raw = "/" + raw.partition("://")[2].partition("/")[2]
        match = self._path.fullmatch(raw) or self._path.fullmatch(unquote(raw))
        if match is None:
            return None
        return dict(zip(self._names, map(unquote, match.groups()), strict=True))

    def serve_page(
        self, request: Request, change: Callable[[Listing, Query, Page], Page]
    ) -> Answer:
        """Answer a well-formed request for a list with a page other than the right one.

        Arguments:
            request: the request.
            change: takes the list, the query and the right page, and returns the page to serve.
        """
        query = read_query(request.query)
        if self._listing is None:
            return self.respond(request, admitted=True)
        return self._serve_page(change(self._listing, query, self._listing.page(query)))

    def _serve(self, where: Mapping[str, str], query: Query) -> Answer:
        if self._listing is not None:
            return self._serve_page(self._listing.page(query))
        name = where[self._names[-1]] if self._names else ""
        body = self._bodies.get(name) or next(iter(self._bodies.values()))
        return _answer(self._success, body)

    def _serve_page(self, page: Page) -> Answer:
        items = [item for _, item in page.items]
        if self._member is None:
            return _answer(self._success, items)
        body = deepcopy(self._envelope)
        for names, value in page.members():
            _tell(body, self._shape, names, value)
        body[self._member] = items
        return _answer(self._success, body)

    def _refuse(self, *statuses: int, fields: Mapping[str, str] | None = None) -> Answer:
        described = self._operation.first_of(*statuses) or Described(
            statuses[0], "application/json", None
        )
        body = deepcopy(self._refusals.get(described.status, {"message": phrase(described.status)}))
        for value in body.values() if isinstance(body, dict) and fields else ():
            if isinstance(value, dict) and isinstance(value.get("example"), dict):
                example = value.pop("example")
                documented = {each.name for each in self._operation.parameters}
                value |= {
                    name if name in documented else "query": {**example, "message": words}
                    for name, words in (fields or {}).items()
                }
        answer = _answer(described, body)
        challenge = b"Basic" if (self._scheme or {}).get("scheme") == "basic" else b"Bearer"
        return answer.adding("WWW-Authenticate", challenge) if answer.status == 401 else answer

    def _refusal(self, described: Described) -> Json:
        """Make the body of a refusal: always the same, with no more than is required."""
        if described.schema is None:
            return {"message": phrase(described.status)}
        made = self._values.make(described.schema, str(described.status), optional=1.0)
        words = phrase(described.status)
        plain = {"name": f"{words.title().replace(' ', '')}Error", "message": words}
        found = alternatives(self._document, described.schema)
        properties = found[0].get("properties", {}) if found else {}
        for name, text in plain.items():
            if (
                isinstance(made, dict)
                and name in made
                and properties.get(name) == {"type": "string"}
            ):
                made[name] = text
        return made

    def _read_known(self, values: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Return the existing values of each path parameter."""
        described = {each.name: each for each in self._operation.parameters}
        known = {}
        for name in self._names:
            stem = _stem(self._operation.path.partition(f"{{{name}}}")[0])
            schema = described[name].schema if name in described else {}
            example = described[name].example if name in described else None
            made = [identified(str(example or ""), stem, number) for number in range(LENGTH)]
            listed = list(map(str, schema.get("enum", ())))
            known[name] = (
                list(map(str, values.get(name, ())))
                or listed
                or [
                    *([] if example is None else [str(example)]),
                    *made,
                ]
            )
        return known

    def _make_success(self, given: Mapping[str, Sequence[str]]) -> None:
        schema, make = self._success.schema, self._values.make
        if schema is None:
            self._bodies[""] = f"{phrase(self._success.status)}\n"
            return
        found = alternatives(self._document, schema)
        listed = items_of(found[0]) if len(found) == 1 else None
        paged = {each.name for each in self._operation.parameters} & (LIMITS | FORWARD | BACKWARD)
        if listed and (paged or listed[0] is None or listed[0] in _LISTS):
            self._member, array = listed
            self._branches = alternatives(self._document, array["items"])
            self._shape: Schema = found[0]
            self._envelope = make(schema, "envelope", optional=0.0)
            items = make_items(
                lambda number: make(array["items"], f"item {number}", turn=number),
                _stem(self._operation.path),
            )
            cursors = {value for name in FORWARD | BACKWARD for value in given.get(name, ())}
            self._listing = Listing(items, self._operation.parameters, cursors)
            return
        self._branches = found
        last = self._names[-1] if self._names else None
        for number, name in enumerate(self._known[last] if last else [""]):
            body = make(schema, f"body {name}", turn=number)
            if isinstance(body, dict) and self._operation.path.endswith("}") and "id" in body:
                body["id"] = name
            self._bodies[name] = body


def _stem(path: str) -> str:
    """Return the ids' prefix for a path: its last word, in the singular."""
    words = [each for each in path.split("/") if each and "{" not in each]
    return re.sub(r"\W+", "_", words[-1].removesuffix("s")) if words else "item"


def _answer(described: Described, body: Json) -> Answer:
    if described.media_type is None:
        return Answer(described.status)
    is_json = described.media_type.endswith("json")
    media_type = described.media_type if is_json else f"{described.media_type}; charset=utf-8"
    fields = (
        (b"Content-Type", media_type.encode("ascii")),
        (b"Cache-Control", b"private, no-store"),
    )
    return Answer(described.status, fields, dump(body) if is_json else str(body).encode())


def _tell(body: Any, shape: Schema, names: frozenset[str], value: Json) -> None:
    """Set a member that describes the page, at any depth; omit a cursor that leads nowhere."""
    properties = shape.get("properties", {})
    for name in list(body) if isinstance(body, dict) else ():
        schema = properties.get(name, {})
        if name not in names:
            _tell(body[name], schema, names, value)
        elif value is not None or {"type": "null"} in schema.get("anyOf", ()):
            body[name] = value
        elif name not in shape.get("required", ()):
            del body[name]
        else:
            body[name] = ""
