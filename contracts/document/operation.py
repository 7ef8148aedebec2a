"""One operation of a document: its request, its responses, and the clauses about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final

from contracts.document.clauses import Clause, DocumentError, SchemaReader
from contracts.document.json_pointer import escape
from contracts.document.openapi.security import BEARER, Scheme, read_scheme
from contracts.document.openapi.servers import base_urls
from contracts.document.openapi.values import single_valued
from contracts.document.parameters import Parameter, read_parameters
from contracts.document.plain_request import PlainRequest
from contracts.document.relations.stated import Relations
from contracts.document.requirements import ABOUT_CLAUSES, ABOUT_JSON, MEDIA_TYPE, SPELLING, Chance
from contracts.document.responses import Described, may_be_json, read_responses

if TYPE_CHECKING:
    from contracts.document.document import Document
    from contracts.document.schema import BodyValidator

JSON: Final = "application/json"
OPERATION: Final = "@operation"
"""Stands for the operation's own pointer in a catalogue of requirements."""

_OF_NO_REQUEST: Final = frozenset({401, 407, 408, 429})
"""Client errors that do not depend on what a request asks for."""


@dataclass(frozen=True)
class Operation:
    """One operation of a document.

    Arguments:
        document: the document that describes it.
        path: as spelled in the document.
        method: in lower case.
        pointer: JSON pointer to it.
        values: the plain request's values for parameters, by name.
        examples: further values that exist on the server, by the parameters' names.
        others: parameter values that request other resources.
        unknown: parameter values that request an unknown resource; None if there are none.
        relations: what its parameters mean, as far as its folder states that.
    """

    document: Document
    path: str
    method: str
    pointer: str
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    others: tuple[Mapping[str, str], ...] = field(default=(), hash=False)
    unknown: Mapping[str, str] | None = field(default=None, hash=False)
    relations: Relations = field(default=Relations(), hash=False)

    def absolute(self, pointer: str) -> str:
        """Expand a pointer that may begin with `@operation`.

        Arguments:
            pointer: a JSON pointer, or `@operation` followed by the rest of one.
        """
        if pointer == OPERATION or pointer.startswith(f"{OPERATION}/"):
            return self.pointer + pointer.removeprefix(OPERATION)
        return pointer

    def resolve(self, pointer: str) -> object:
        """Return the value at a place of the document, without following references.

        Arguments:
            pointer: a JSON pointer, or `@operation` followed by the rest of one.

        Raises:
            DocumentError: there is no such value.
        """
        return self.document.resolve(self.absolute(pointer))

    @cached_property
    def responses(self) -> Mapping[str, Described]:
        """The documented responses by key: `200`, `4XX`, `default`.

        Raises:
            DocumentError: one of them is not a response.
        """
        described = _mapping(self.document.resolve(self.pointer)).get("responses")
        with self._named():
            return read_responses(f"{self.pointer}/responses", described, self.document.deref)

    @cached_property
    def statuses(self) -> frozenset[int]:
        """The documented statuses; `4XX` stands for 400 to 499, `default` for all."""
        return frozenset(status for each in self.responses.values() for status in each.statuses)

    def response(self, status: int) -> Described | None:
        """The response documented for a status: under the status, its `4XX`, or `default`.

        Arguments:
            status: a status code.
        """
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in self.responses:
                return self.responses[key]
        return None

    def media_types(self, status: int) -> tuple[str, ...]:
        """The documented media types of a status, in lower case and without parameters.

        Arguments:
            status: a status code.
        """
        described = self.response(status)
        return tuple(described.schemas) if described else ()

    def schema_pointer(self, status: int, media_type: str) -> str | None:
        """JSON pointer to the schema of a response; None if the document has none.

        Arguments:
            status: a status code.
            media_type: as in a Content-Type field; its case and parameters do not matter.
        """
        described = self.response(status)
        return described.schema_pointer(media_type) if described else None

    @cached_property
    def accept(self) -> bytes:
        """The media type to accept: JSON, unless all successes are documented in other types."""
        successes = [each for key, each in self.responses.items() if key.startswith("2")]
        names = [name for each in successes for name in each.schemas]
        json = [name for name in names if may_be_json(name)]
        if not names or any("*" in name or name == JSON for name in json):
            return JSON.encode()
        return (json or names)[0].encode("ascii", "replace")

    def validator(self, status: int, media_type: str | None = None) -> BodyValidator | None:
        """The validator for JSON bodies of a status; cached.

        Arguments:
            status: a status code.
            media_type: of the body; None for any.

        Returns:
            The validator, or None if the document describes no such body.

        Raises:
            DocumentError: the schema is not one of OpenAPI.
        """
        described = self.response(status)
        pointer = described.schema_of(media_type) if described else None
        return self._validators.get((described.key, pointer)) if described and pointer else None

    @cached_property
    def _validators(self) -> dict[tuple[str, str], BodyValidator]:
        from contracts.document.schema import BodyValidator  # noqa: PLC0415 — slow, rarely needed

        made: dict[tuple[str, str], BodyValidator] = {}
        for key, described in self.responses.items():
            modern = self.document.modern
            reader = SchemaReader(key, self.document.follow, modern=modern)
            for pointer in described.json_schemas:
                with self._named():
                    root = reader.read(pointer, self.document.resolve(pointer))
                made[key, pointer] = BodyValidator(root, modern=modern)
        return made

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Every atomic statement about the operation's responses, in the document's order.

        Raises:
            DocumentError: a schema is not one of OpenAPI.
        """
        found: dict[str, Clause] = {}
        for key, described in self.responses.items():
            media_type = described.media_type_clause
            clauses = [media_type] if media_type else []
            for pointer in described.json_schemas:
                clauses += self._validators[key, pointer].clauses
            found |= {clause.id: clause for clause in clauses}
        return tuple(found.values())

    @cached_property
    def certain(self) -> tuple[str, ...]:
        """Keys of the responses that any client can see: the only success, the only refusal."""
        served = [key for key in self.responses if key.startswith("2")]
        refusal = {"401", "403"} & self.responses.keys()
        return tuple(key for keys in (served, refusal) if len(keys) == 1 for key in keys)

    def clauses_about(self, requirement: str) -> frozenset[str]:
        """Ids of the clauses that test a requirement.

        Arguments:
            requirement: the id of one that is about a keyword.
        """
        keyword, values = ABOUT_CLAUSES[requirement]
        return frozenset(
            clause.id
            for clause in self.clauses
            if clause.keyword == keyword
            if str(self.document.resolve(clause.pointer)) in values
        )

    def chance(self, requirement: str, status: str | None) -> Chance:
        """Say whether the document lets a requirement be observed.

        An optional member, an array's item or a branch may never be served. And OpenAPI 3.1 lets
        an integer be written with a fraction, so there no clause tests how it is written.

        Arguments:
            requirement: its id.
            status: the key of the response whose schema it is about; None for any other.
        """
        responses = self.responses.values()
        sure = [self.responses[key] for key in self.certain]
        if status is not None:
            return Chance.of(True, any(status == each.key for each in sure))
        if requirement in ABOUT_JSON:
            every = chain.from_iterable(each.schemas for each in responses)
            likely = (all(map(may_be_json, each.schemas)) for each in sure if each.schemas)
            return Chance.of(any(map(may_be_json, every)), any(likely))
        if requirement == MEDIA_TYPE:
            return Chance.of(any(e.schemas for e in responses), any(e.schemas for e in sure))
        if requirement not in ABOUT_CLAUSES:
            return Chance.CERTAIN
        ids = self.clauses_about(requirement)
        if requirement == SPELLING and self.document.modern:
            ids = frozenset()
        alone = (each for each in sure if len(each.json_schemas) == 1)
        seen = (self._validators[each.key, each.json_schemas[0]].certain for each in alone)
        return Chance.of(bool(ids), any(map(ids.intersection, seen)))

    @property
    def server(self) -> str:
        """The base URL of its first server; empty if the document names no absolute one.

        An operation's own servers take precedence over those of its path and of the document.
        """
        own, path = (
            _mapping(self.document.resolve(place)).get("servers")
            for place in (self.pointer, self.pointer.rpartition("/")[0])
        )
        return next(iter(base_urls(own, path, self.document.content.get("servers"))), "")

    @property
    def scheme(self) -> Scheme:
        """How its key is presented: as a bearer token if the document does not say.

        Raises:
            DocumentError: the way is not supported.
        """
        return self.stated_scheme or BEARER

    @cached_property
    def stated_scheme(self) -> Scheme | None:
        """How its key is presented; None if the document requires none.

        Raises:
            DocumentError: the way is not supported.
        """
        content = self.document.content
        place = "/components/securitySchemes"
        described = _mapping(_mapping(content.get("components")).get("securitySchemes"))
        own = _mapping(self.document.resolve(self.pointer))
        with self._named():
            schemes = {
                name: self.document.deref(f"{place}/{escape(name)}", value)[1]
                for name, value in described.items()
            }
            try:
                return read_scheme(own.get("security", content.get("security")), schemes)
            except ValueError as error:
                words = f"{self.method.upper()} {self.path}: {error}"
                raise DocumentError(words) from None

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The documented parameters, those of the path item first."""
        found: dict[tuple[str, str], Parameter] = {}
        for owner in (self.pointer.rpartition("/")[0], self.pointer):
            described = _mapping(self.document.resolve(owner)).get("parameters")
            deref = self.document.deref
            for documented in read_parameters(f"{owner}/parameters", described, deref):
                for each in single_valued(documented, deref):
                    found[each.place, each.name] = each
        return tuple(found.values())

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Make each error name the file that it is about."""
        try:
            yield
        except DocumentError as error:
            file = f"{self.document.path}: "
            raise DocumentError(file + str(error).removeprefix(file)) from None

    @property
    def query_parameters(self) -> tuple[Parameter, ...]:
        """The documented query parameters."""
        return tuple(each for each in self.parameters if each.place == "query")

    @cached_property
    def plain(self) -> PlainRequest:
        """The plain request to this operation."""
        return PlainRequest(
            self.path, self.parameters, self.values, self.examples, self.others, self.unknown
        )

    def of(self, document: Document) -> Operation:
        """Return the same operation in another document, with the same request values.

        Arguments:
            document: the other document.

        Raises:
            DocumentError: it does not have the operation.
        """
        found = document.operation(self.path, self.method, self.values)
        return replace(found, examples=self.examples, others=self.others, unknown=self.unknown)

    def check_unknown(self) -> None:
        """Refuse to request an unknown resource if the document states no status for the response.

        Raises:
            DocumentError: no suitable client error is documented.
        """
        if self.unknown is not None and not self.rejections:
            raise DocumentError("unknown: the document states neither 404 nor another such status.")

    @cached_property
    def rejections(self) -> frozenset[int]:
        """The documented client errors that can be caused by what a request asks for."""
        return frozenset(s for s in self.statuses if 400 <= s < 500) - _OF_NO_REQUEST


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
