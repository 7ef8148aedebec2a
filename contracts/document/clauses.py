"""Clauses: the atomic statements of a document's response schemas, derived by machine.

A schema is read once into nodes: references followed, annotations left out, and each assertion
that a body can break on its own turned into a clause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from contracts.document.formats import FORMATS, TYPES, compile_pattern
from contracts.document.json_pointer import escape
from contracts.document.wording import name_schema, say

Follow = Callable[[str], tuple[str, object]]
"""Turns the value of a `$ref` into a JSON pointer in the document and what stands there."""

ASSERTIONS: Final = (
    "type",
    "enum",
    "format",
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
)
"""Keywords that are one clause each."""
ALTERNATIVES: Final = ("anyOf", "oneOf", "not")
"""Keywords that are one clause each too: what they hold is not promised branch by branch."""
MODIFIERS: Final = ("nullable", "exclusiveMinimum", "exclusiveMaximum")
"""Keywords that change what their neighbours mean."""


class DocumentError(ValueError):
    """An OpenAPI document that this suite cannot work from; says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One atomic statement of the document about one response.

    Arguments:
        id: stable and readable: the status and the place, with names where the document has
            positions, for instance `200 /components/schemas/Money/required/currencyCode`.
        status: the response's key in the document: `200`, `4XX`, `default`.
        pointer: JSON pointer into the document, where the statement stands.
        keyword: the keyword that makes it (`required`, `type`, …), or `content`.
        sentence: what it says, in plain words.
    """

    id: str
    status: str
    pointer: str
    keyword: str
    sentence: str


@dataclass(eq=False, slots=True)
class SchemaNode:
    """One schema of a response, with its references followed.

    Arguments:
        pointer: JSON pointer into the document.
        schema: its assertions and subschemas as jsonschema takes them; may hold itself.
        clauses: by keyword; the entries of `required` by `required/` and the name.
        properties: the described properties.
        extra: what properties that are not described must be; None where nothing is said.
        items: what an array's items must be.
        parts: the schemas of `allOf`.
    """

    pointer: str
    schema: dict[str, object] = field(default_factory=dict)
    clauses: dict[str, Clause] = field(default_factory=dict)
    properties: dict[str, SchemaNode] = field(default_factory=dict)
    extra: SchemaNode | None = None
    items: SchemaNode | None = None
    parts: tuple[SchemaNode, ...] = ()

    @property
    def children(self) -> Iterator[SchemaNode]:
        """The nodes that stand under this one, in a fixed order."""
        yield from self.properties.values()
        for node in (self.extra, self.items, *self.parts):
            if node is not None:
                yield node


def walk(root: SchemaNode) -> Iterator[SchemaNode]:
    """Every node under a node, itself first, each once however the schemas refer to each other.

    Arguments:
        root: where to begin.
    """
    seen = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.pointer not in seen:
            seen.add(node.pointer)
            yield node
            waiting.extend(reversed(list(node.children)))


class SchemaReader:
    """Reads the schemas of one response into nodes.

    Arguments:
        status: the response's key in the document.
        follow: how a `$ref` is followed.
    """

    def __init__(self, status: str, follow: Follow) -> None:
        self._status = status
        self._follow = follow
        self._nodes: dict[str, SchemaNode] = {}

    def read(self, pointer: str, schema: object) -> SchemaNode:
        """Read a schema and all that it refers to.

        Arguments:
            pointer: JSON pointer to the schema.
            schema: what stands there.

        Raises:
            DocumentError: something in it is no schema of OpenAPI 3.0.
        """
        passed = set()
        # What stands beside a $ref is ignored (OpenAPI 3.0 §4.7.23).
        while isinstance(schema, Mapping) and "$ref" in schema:
            if pointer in passed:
                raise DocumentError(f"{pointer}: this $ref leads back to itself.")
            passed.add(pointer)
            pointer, schema = self._follow(str(schema["$ref"]))
        if pointer in self._nodes:
            return self._nodes[pointer]
        if not isinstance(schema, Mapping):
            raise DocumentError(f"{pointer}: expected a schema, found {schema!r:.60}.")
        node = self._nodes[pointer] = SchemaNode(pointer)
        self._read_assertions(node, schema)
        self._read_object(node, schema)
        self._read_subschemas(node, schema)
        return node

    def _read_assertions(self, node: SchemaNode, schema: Mapping[str, object]) -> None:
        declared = schema.get("type", "object")
        if not isinstance(declared, str) or declared not in TYPES:
            raise DocumentError(
                f"{node.pointer}/type: expected a type of OpenAPI 3.0, found {declared!r:.60}."
            )
        for keyword in ASSERTIONS:
            if keyword not in schema or schema[keyword] is False:
                continue  # of them only uniqueItems can be false, and then says nothing
            value = schema[keyword]
            if keyword == "format" and value not in FORMATS:
                continue
            if keyword == "pattern":
                _require_pattern(node.pointer, value)
            node.schema[keyword] = value
            self._add(node, keyword, keyword, say(keyword, value, schema))
        for keyword in MODIFIERS:
            if schema.get(keyword) is True:
                node.schema[keyword] = True

    def _read_object(self, node: SchemaNode, schema: Mapping[str, object]) -> None:
        described = schema.get("properties", {})
        required = schema.get("required", [])
        if not isinstance(described, Mapping) or not isinstance(required, list):
            raise DocumentError(
                f"{node.pointer}: expected a mapping as properties and a list as required."
            )
        for name, value in described.items():
            place = f"{node.pointer}/properties/{escape(name)}"
            node.properties[name] = self.read(place, value)
        if described:
            node.schema["properties"] = {n: each.schema for n, each in node.properties.items()}
        promised = [n for n in dict.fromkeys(required) if not self._is_write_only(described, n)]
        for name in promised:
            place = f"required/{escape(name)}"
            position = f"required/{required.index(name)}"
            self._add(node, place, "required", say("required", name, schema), position)
        if promised:
            node.schema["required"] = promised
        extra = schema.get("additionalProperties", True)
        if isinstance(extra, Mapping):
            node.extra = self.read(f"{node.pointer}/additionalProperties", extra)
            node.schema["additionalProperties"] = node.extra.schema
        elif extra is False:
            node.schema["additionalProperties"] = False
            sentence = say("additionalProperties", list(described), schema)
            self._add(node, "additionalProperties", "additionalProperties", sentence)

    def _is_write_only(self, described: Mapping[str, object], name: object) -> bool:
        """Whether `required` takes effect on requests alone (OpenAPI 3.0 §4.7.24.1)."""
        schema = described.get(str(name))
        for _ in range(100):
            if not isinstance(schema, Mapping) or "$ref" not in schema:
                break
            _, schema = self._follow(str(schema["$ref"]))
        return isinstance(schema, Mapping) and schema.get("writeOnly") is True

    def _read_subschemas(self, node: SchemaNode, schema: Mapping[str, object]) -> None:
        if "items" in schema:
            node.items = self.read(f"{node.pointer}/items", schema["items"])
            node.schema["items"] = node.items.schema
        node.parts = self._read_list(node, schema, "allOf")
        if node.parts:
            node.schema["allOf"] = [part.schema for part in node.parts]
        for keyword in ALTERNATIVES:
            if keyword not in schema:
                continue
            if keyword == "not":
                node.schema["not"] = self.read(f"{node.pointer}/not", schema["not"]).schema
            else:
                branches = self._read_list(node, schema, keyword)
                node.schema[keyword] = [branch.schema for branch in branches]
            self._add(node, keyword, keyword, say(keyword, schema[keyword], schema))

    def _read_list(
        self, node: SchemaNode, schema: Mapping[str, object], keyword: str
    ) -> tuple[SchemaNode, ...]:
        value = schema.get(keyword, [])
        if not isinstance(value, list):
            raise DocumentError(f"{node.pointer}/{keyword}: expected a list of schemas.")
        return tuple(
            self.read(f"{node.pointer}/{keyword}/{index}", each) for index, each in enumerate(value)
        )

    def _add(
        self, node: SchemaNode, key: str, keyword: str, words: str, position: str | None = None
    ) -> None:
        sentence = words.format(schema=name_schema(node.pointer, self._status))
        if sentence.startswith(("each ", "the ")):
            sentence = sentence[0].upper() + sentence[1:]
        node.clauses[key] = Clause(
            id=f"{self._status} {node.pointer}/{key}",
            status=self._status,
            pointer=f"{node.pointer}/{position or key}",
            keyword=keyword,
            sentence=sentence,
        )


def _require_pattern(pointer: str, value: object) -> None:
    try:
        compile_pattern(str(value))
    except re.error as error:
        raise DocumentError(f"{pointer}/pattern: cannot be read ({error}).") from None
