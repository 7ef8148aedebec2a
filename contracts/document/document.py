"""The document: an OpenAPI file, its values by JSON pointer, and its references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from contracts.document import json_pointer
from contracts.document.clauses import DocumentError
from contracts.document.json_pointer import escape
from contracts.document.openapi import yaml_reader
from contracts.document.operation import Operation

__all__ = ["Document", "DocumentError"]

METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


@dataclass(frozen=True)
class Document:
    """An OpenAPI document, exactly as in its file.

    Arguments:
        path: the file.
        data: its bytes.
        content: the parsed document, in JSON's types.
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
            DocumentError: the file is missing, is not YAML, or is not OpenAPI 3.0 or 3.1.
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
        if str(version).split(".")[:2] not in (["3", "0"], ["3", "1"]):
            raise DocumentError(f"{path}: expected OpenAPI 3.0 or 3.1, found {str(version)[:40]}.")
        return cls(path, data, content)

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the file's bytes, in lower-case hexadecimal."""
        return sha256(self.data).hexdigest()

    @property
    def modern(self) -> bool:
        """Whether it is OpenAPI 3.1, whose schemas are JSON Schema 2020-12."""
        return str(self.content["openapi"]).startswith("3.1")

    @property
    def title(self) -> str:
        """The API's title."""
        return self._info("title")

    @property
    def version(self) -> str:
        """The version of the document itself, not of OpenAPI."""
        return self._info("version")

    def _info(self, name: str) -> str:
        info = self.content.get("info")
        return str(info.get(name, "")) if isinstance(info, Mapping) else ""

    def resolve(self, pointer: str) -> object:
        """Return the value at a place of the document, without following references.

        Arguments:
            pointer: a JSON pointer (RFC 6901), optionally as a URI fragment with a leading `#`.

        Raises:
            DocumentError: there is no such value.
        """
        plain = unquote(pointer[1:]) if pointer.startswith("#") else pointer
        try:
            return json_pointer.resolve(self.content, plain)
        except LookupError as error:
            reached = str(error.args[0]) or "the top"
            raise DocumentError(
                f"{self.path}: there is nothing at {pointer}; the trail ends at {reached}."
            ) from None

    def follow(self, reference: str) -> tuple[str, object]:
        """Follow a `$ref`.

        Arguments:
            reference: its value.

        Returns:
            The JSON pointer that it refers to, and the value there.

        Raises:
            DocumentError: the target does not exist, or is in another file, which the document's
                hash does not cover.
        """
        if not reference.startswith("#"):
            raise DocumentError(
                f"{self.path}: the $ref {reference:.100} leads out of the document, "
                "whose hash would not cover it."
            )
        try:
            found = self.resolve(reference)
        except DocumentError:
            raise DocumentError(f"{self.path}: the $ref {reference:.100} leads nowhere.") from None
        return unquote(reference[1:]), found

    def deref(self, pointer: str, value: object) -> tuple[str, object]:
        """Follow references until the value is not a reference.

        Arguments:
            pointer: JSON pointer to the value.
            value: any value, perhaps a mapping with `$ref`.

        Raises:
            DocumentError: a reference is dangling or circular.
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
            path: as spelled in the document.
            method: in any case.
            values: the plain request's values for parameters, by name.

        Raises:
            DocumentError: the document has no such path, or the path no such method.
        """
        paths = self.content.get("paths")
        method = method.lower()
        if not isinstance(paths, Mapping) or path not in paths:
            raise DocumentError(f"{self.path}: expected the path {path}, which it does not have.")
        pointer, item = self.deref(f"/paths/{escape(path)}", paths[path])
        if not isinstance(item, Mapping) or method not in METHODS & item.keys():
            raise DocumentError(f"{self.path}: expected {method.upper()} under {path}, found none.")
        return Operation(self, path, method, f"{pointer}/{method}", values or {})
