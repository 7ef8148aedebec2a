"""One operation of a document: its request, its responses, and every clause about those."""

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
"""What stands for the operation's own pointer in a catalogue of requirements."""

_OF_NO_REQUEST: Final = frozenset({401, 407, 408, 429})
"""Client errors for which nothing that a request names is to blame."""


@dataclass(frozen=True)
class Operation:
    """One operation of a document.

    Arguments:
        document: where it stands.
        path: as the document spells it.
        method: in lower case.
        pointer: JSON pointer to it.
        values: what the plain request gives for parameters, by name.
        examples: further values that the server knows, by the parameters' names.
        others: what is given for parameters to ask other resources.
        unknown: what is given for parameters to ask what does not exist; None for nothing such.
        relations: what its parameters mean, as far as a folder states that.
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
        """Write out a pointer that may begin with `@operation`.

        Arguments:
            pointer: a JSON pointer, or `@operation` with the rest of one.
        """
        if pointer == OPERATION or pointer.startswith(f"{OPERATION}/"):
            return self.pointer + pointer.removeprefix(OPERATION)
        return pointer

    def resolve(self, pointer: str) -> object:
        """Find what stands at a place of the document; references are not followed.

        Arguments:
            pointer: a JSON pointer, or `@operation` with the rest of one.

        Raises:
            DocumentError: nothing stands there.
        """
        return self.document.resolve(self.absolute(pointer))

    @cached_property
    def responses(self) -> Mapping[str, Described]:
        """The documented responses by their keys: `200`, `4XX`, `default`.

        Raises:
            DocumentError: something there is no response.
        """
        described = _mapping(self.document.resolve(self.pointer)).get("responses")
        with self._named():
            return read_responses(f"{self.pointer}/responses", described, self.document.deref)

    @cached_property
    def statuses(self) -> frozenset[int]:
        """The documented statuses; `4XX` stands for its hundred, `default` for all."""
        return frozenset(status for each in self.responses.values() for status in each.statuses)

    def response(self, status: int) -> Described | None:
        """What the document says about a status: under itself, its `4XX`, or `default`.

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
        """Where the schema of an answer stands; None where the document has none.

        Arguments:
            status: a status code.
            media_type: as in a Content-Type field; its case and parameters do not matter.
        """
        described = self.response(status)
        return described.schema_pointer(media_type) if described else None

    @cached_property
    def accept(self) -> bytes:
        """The media type that a request accepts: JSON, but where a success has others alone."""
        successes = [each for key, each in self.responses.items() if key.startswith("2")]
        names = [name for each in successes for name in each.schemas]
        json = [name for name in names if may_be_json(name)]
        if not names or any("*" in name or name == JSON for name in json):
            return JSON.encode()
        return (json or names)[0].encode("ascii", "replace")

    def validator(self, status: int, media_type: str | None = None) -> BodyValidator | None:
        """What holds the JSON bodies of a status against their schema; made once.

        Arguments:
            status: a status code.
            media_type: of the body; None for any.

        Returns:
            The validator, or None where the document describes no such body.

        Raises:
            DocumentError: the schema is none of OpenAPI.
        """
        described = self.response(status)
        pointer = described.schema_of(media_type) if described else None
        return self._validators.get((described.key, pointer)) if described and pointer else None

    @cached_property
    def _validators(self) -> dict[tuple[str, str], BodyValidator]:
        from contracts.document.schema import BodyValidator  # noqa: PLC0415 — not all who read judge

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
            DocumentError: a schema is none of OpenAPI.
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
        """Keys of the responses that whoever asks sees: of the one success, and of the refusal."""
        served = [key for key in self.responses if key.startswith("2")]
        refusal = {"401", "403"} & self.responses.keys()
        return tuple(key for keys in (served, refusal) if len(keys) == 1 for key in keys)

    def clauses_about(self, requirement: str) -> frozenset[str]:
        """Ids of the clauses that put a requirement to the test.

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

        A member that is optional, an item of an array, a branch: none of these need ever come. And
        where an integer may be written with a fraction, as in OpenAPI 3.1, none is required not to.

        Arguments:
            requirement: its id.
            status: of the bodies whose schema it is about; None for any other.
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
        """The base URL of its first server; empty where the document names none that can be asked.

        An operation's own servers come before those of its path and of the document.
        """
        own, path = (
            _mapping(self.document.resolve(place)).get("servers")
            for place in (self.pointer, self.pointer.rpartition("/")[0])
        )
        return next(iter(base_urls(own, path, self.document.content.get("servers"))), "")

    @property
    def scheme(self) -> Scheme:
        """How its key is presented: as a bearer token, unless the document says otherwise.

        Raises:
            DocumentError: in a way that this suite does not know.
        """
        return self.stated_scheme or BEARER

    @cached_property
    def stated_scheme(self) -> Scheme | None:
        """How its key is presented; None where the document asks for none.

        Raises:
            DocumentError: in a way that this suite does not know.
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
        """The documented parameters, those of the whole path first."""
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
        """Let each error name the file that it is about."""
        try:
            yield
        except DocumentError as error:
            file = f"{self.document.path}: "
            raise DocumentError(file + str(error).removeprefix(file)) from None

    @property
    def query_parameters(self) -> tuple[Parameter, ...]:
        """The documented parameters of the query."""
        return tuple(each for each in self.parameters if each.place == "query")

    @cached_property
    def plain(self) -> PlainRequest:
        """The request that this operation documents."""
        return PlainRequest(
            self.path, self.parameters, self.values, self.examples, self.others, self.unknown
        )

    def of(self, document: Document) -> Operation:
        """Give the same operation as another document describes it, asked the same.

        Arguments:
            document: the other document.

        Raises:
            DocumentError: the operation does not stand there.
        """
        found = document.operation(self.path, self.method, self.values)
        return replace(found, examples=self.examples, others=self.others, unknown=self.unknown)

    def check_unknown(self) -> None:
        """Refuse to ask what does not exist where the document says nothing about the answer.

        Raises:
            DocumentError: it states no client error that fits.
        """
        if self.unknown is not None and not self.rejections:
            raise DocumentError("unknown: the document states neither 404 nor another such status.")

    @cached_property
    def rejections(self) -> frozenset[int]:
        """The documented client errors that something in a request may be to blame for."""
        return frozenset(s for s in self.statuses if 400 <= s < 500) - _OF_NO_REQUEST


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
