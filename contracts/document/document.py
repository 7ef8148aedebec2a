"""The document: what an OpenAPI 3.0 file promises about one operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from contracts.document import json_pointer, yaml_reader
from contracts.document.clauses import Clause, DocumentError, SchemaReader
from contracts.document.json_pointer import escape
from contracts.document.parameters import Parameter, read_parameters
from contracts.document.plain_request import PlainRequest
from contracts.document.responses import Described, read_responses

if TYPE_CHECKING:
    from referencing import Registry

    from contracts.document.schema import BodyValidator

__all__ = ["Document", "DocumentError", "Operation", "Parameter"]

OPERATION: Final = "@operation"
"""What stands for the operation's own pointer in a catalogue of requirements."""
METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


@dataclass(frozen=True)
class Document:
    """An OpenAPI 3.0 document, exactly as it stands in its file.

    Arguments:
        path: the file.
        data: its bytes.
        content: what they hold, read as JSON's types.
    """

    path: Path
    data: bytes = field(repr=False)
    content: Mapping[str, object] = field(repr=False, compare=False)

    @classmethod
    def load(cls, path: Path | str) -> Document:
        """Read a document.

        Arguments:
            path: a YAML or JSON file.

        Raises:
            DocumentError: the file is missing, is not YAML, or is not an OpenAPI 3.0 document.
        """
        path = Path(path)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise DocumentError(f"{path}: cannot be read ({error.strerror}).") from None
        try:
            content = yaml_reader.read(data)
        except ValueError as error:
            raise DocumentError(f"{path}: expected YAML: {error}.") from None
        version = content.get("openapi") if isinstance(content, dict) else None
        if not isinstance(content, dict) or version is None:
            raise DocumentError(f"{path}: expected an OpenAPI document, found no key `openapi`.")
        if str(version).split(".")[:2] != ["3", "0"]:
            raise DocumentError(f"{path}: expected OpenAPI 3.0, found {str(version)[:40]}.")
        return cls(path, data, content)

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the file's bytes, in lower-case hexadecimal digits."""
        return sha256(self.data).hexdigest()

    @property
    def title(self) -> str:
        """The API's title."""
        return self._info("title")

    @property
    def version(self) -> str:
        """The version of the document itself, not of OpenAPI."""
        return self._info("version")

    @property
    def servers(self) -> tuple[str, ...]:
        """The URLs of the document's servers, in its order (OpenAPI 3.0, Server Object)."""
        servers = self.content.get("servers")
        found = [_mapping(each).get("url") for each in servers] if isinstance(servers, list) else []
        return tuple(url for url in found if isinstance(url, str))

    def _info(self, name: str) -> str:
        info = self.content.get("info")
        return str(info.get(name, "")) if isinstance(info, Mapping) else ""

    def resolve(self, pointer: str) -> object:
        """Find what stands at a place of the document; references are not followed.

        Arguments:
            pointer: a JSON pointer (RFC 6901), also as a URI fragment with `#` in front.

        Raises:
            DocumentError: nothing stands there.
        """
        plain = unquote(pointer[1:]) if pointer.startswith("#") else pointer
        try:
            return json_pointer.resolve(self.content, plain)
        except LookupError as error:
            reached = str(error.args[0]) or "the top"
            raise DocumentError(
                f"{self.path}: nothing stands at {pointer}; the trail ends at {reached}."
            ) from None

    @cached_property
    def _registry(self) -> Registry[object]:
        from referencing import Registry, Resource  # noqa: PLC0415 — only documents with a $ref

        empty: Registry[object] = Registry()
        registry: Registry[object] = empty.with_resource("", Resource.opaque(self.content))
        return registry

    def follow(self, reference: str) -> tuple[str, object]:
        """Follow a `$ref`.

        Arguments:
            reference: its value.

        Returns:
            The JSON pointer that it means, and what stands there.

        Raises:
            DocumentError: it leads nowhere, or out of the file: what stands elsewhere is not
                covered by the document's hash, so it cannot be held to.
        """
        from referencing.exceptions import Unresolvable  # noqa: PLC0415 — see _registry

        if not reference.startswith("#"):
            raise DocumentError(
                f"{self.path}: the $ref {reference:.100} leads out of the document, "
                "whose hash would not cover it."
            )
        try:
            found = self._registry.resolver().lookup(reference).contents
        except (Unresolvable, ValueError):
            raise DocumentError(f"{self.path}: the $ref {reference:.100} leads nowhere.") from None
        return unquote(reference[1:]), found

    def deref(self, pointer: str, value: object) -> tuple[str, object]:
        """Follow references until something else stands there.

        Arguments:
            pointer: where the value stands.
            value: perhaps a mapping with `$ref`.

        Raises:
            DocumentError: a reference leads nowhere, or back to itself.
        """
        passed: set[str] = set()
        while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
            if pointer in passed:
                raise DocumentError(f"{self.path}: the $ref at {pointer} leads back to itself.")
            passed.add(pointer)
            pointer, value = self.follow(value["$ref"])
        return pointer, value

    def operation(
        self, path: str, method: str, values: Mapping[str, str] | None = None
    ) -> Operation:
        """Find one operation.

        Arguments:
            path: as the document spells it.
            method: in any case.
            values: what the plain request gives for parameters, by name.

        Raises:
            DocumentError: the document has no such path, or the path no such method.
        """
        paths = self.content.get("paths")
        method = method.lower()
        if not isinstance(paths, Mapping) or path not in paths:
            raise DocumentError(f"{self.path}: expected the path {path}, found no such one.")
        pointer, item = self.deref(f"/paths/{escape(path)}", paths[path])
        if not isinstance(item, Mapping) or method not in METHODS & item.keys():
            raise DocumentError(f"{self.path}: expected {method.upper()} under {path}, found none.")
        return Operation(self, path, method, f"{pointer}/{method}", values or {})


@dataclass(frozen=True)
class Operation:
    """One operation of a document.

    Arguments:
        document: where it stands.
        path: as the document spells it.
        method: in lower case.
        pointer: JSON pointer to it.
        values: what the plain request gives for parameters, by name.
    """

    document: Document
    path: str
    method: str
    pointer: str
    values: Mapping[str, str] = field(default_factory=dict, hash=False)

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

    def validator(self, status: int) -> BodyValidator | None:
        """What holds the JSON bodies of a status against their schema; made once.

        Arguments:
            status: a status code.

        Returns:
            The validator, or None where the document describes no such body.

        Raises:
            DocumentError: the schema is none of OpenAPI 3.0.
        """
        described = self.response(status)
        return self._validators[described.key] if described else None

    @cached_property
    def _validators(self) -> dict[str, BodyValidator | None]:
        from contracts.document.schema import BodyValidator  # noqa: PLC0415 — not all who read judge

        made: dict[str, BodyValidator | None] = {}
        for key, described in self.responses.items():
            pointer = described.json_schema
            made[key] = None
            if pointer is not None:
                reader = SchemaReader(key, self.document.follow)
                made[key] = BodyValidator(reader.read(pointer, self.document.resolve(pointer)))
        return made

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Every atomic statement about the operation's responses, in the document's order.

        Raises:
            DocumentError: a schema is none of OpenAPI 3.0.
        """
        found: list[Clause] = []
        for key, described in self.responses.items():
            media_type, validator = described.media_type_clause, self._validators[key]
            found += [media_type] if media_type else []
            found += validator.clauses if validator else ()
        return tuple(found)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The documented parameters, those of the whole path first."""
        found: dict[tuple[str, str], Parameter] = {}
        for owner in (self.pointer.rpartition("/")[0], self.pointer):
            described = _mapping(self.document.resolve(owner)).get("parameters")
            for each in read_parameters(f"{owner}/parameters", described, self.document.deref):
                found[each.place, each.name] = each
        return tuple(found.values())

    @property
    def query_parameters(self) -> tuple[Parameter, ...]:
        """The documented parameters of the query."""
        return tuple(each for each in self.parameters if each.place == "query")

    @cached_property
    def plain(self) -> PlainRequest:
        """The request that this operation documents."""
        return PlainRequest(self.path, self.parameters, self.values)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
