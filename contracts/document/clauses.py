"""Clauses: the atomic statements of a document's response schemas, derived by machine.

A schema is read once into nodes: references are followed, annotations left out, and each
assertion that a body can break on its own becomes a clause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from contracts.document.formats import FORMATS, TYPES, TYPES_31
from contracts.document.json_pointer import escape
from contracts.document.openapi.patterns import read_pattern
from contracts.document.wording import name_schema, say

Follow = Callable[[str], tuple[str, object]]
"""Resolves the value of a `$ref` to a JSON pointer into the document and the value there."""

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
"""Keywords that make one clause each."""
ASSERTIONS_31: Final = (*ASSERTIONS, "const", "exclusiveMinimum", "exclusiveMaximum")
"""The same for OpenAPI 3.1."""
ALTERNATIVES: Final = ("anyOf", "oneOf")
"""Keywords that offer branches; each keyword is one clause, as is each assertion in a branch."""
MODIFIERS: Final = ("nullable", "exclusiveMinimum", "exclusiveMaximum")
"""Keywords of OpenAPI 3.0 that change the meaning of others in the same schema."""
NOT_READ: Final = (
    "$dynamicRef",
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "if",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
"""Keywords of OpenAPI 3.1 that are not supported: a schema with one is refused, not skipped."""


class DocumentError(ValueError):
    """An OpenAPI document that the suite cannot use; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One atomic statement of the document about one response.

    Arguments:
        id: stable and readable: the status and the place, with names where the document has
            positions, for instance `200 /components/schemas/Money/required/currencyCode`.
        status: the response's key in the document: `200`, `4XX`, `default`.
        pointer: JSON pointer to the statement in the document.
        keyword: the keyword that makes the statement (`required`, `type`, …), or `content`.
        sentence: the statement in plain words.
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
        schema: its assertions and subschemas in jsonschema's form; may be recursive.
        clauses: by keyword; the entries of `required` by `required/` and the name.
        properties: the described properties.
        extra: the schema of properties that are not described; None if there is none.
        items: the schema of an array's items.
        parts: the schemas of `allOf`.
        branches: the schemas of `anyOf` and of `oneOf`, by keyword.
        tag: the property that a discriminator reads; None if there is none.
        tagged: the branch that each value of the discriminator selects.
    """

    pointer: str
    schema: dict[str, object] = field(default_factory=dict)
    clauses: dict[str, Clause] = field(default_factory=dict)
    properties: dict[str, SchemaNode] = field(default_factory=dict)
    extra: SchemaNode | None = None
    items: SchemaNode | None = None
    parts: tuple[SchemaNode, ...] = ()
    branches: dict[str, tuple[SchemaNode, ...]] = field(default_factory=dict)
    tag: str | None = None
    tagged: dict[str, SchemaNode] = field(default_factory=dict)

    @property
    def nullable(self) -> bool:
        """Whether null is valid whatever else the schema says (OpenAPI 3.0)."""
        return self.schema.get("nullable") is True

    @property
    def children(self) -> Iterator[SchemaNode]:
        """The nodes directly below this one, in a fixed order."""
        yield from self.properties.values()
        for node in (self.extra, self.items, *self.parts):
            if node is not None:
                yield node
        for branches in self.branches.values():
            yield from branches


def walk(root: SchemaNode) -> Iterator[SchemaNode]:
    """Yield a node and every node below it, each once even if the schemas are recursive.

    Arguments:
        root: the node to start from.
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
        follow: resolves a `$ref`.
        modern: whether the document is OpenAPI 3.1.
    """

    def __init__(self, status: str, follow: Follow, *, modern: bool = False) -> None:
        self._status = status
        self._follow = follow
        self._modern = modern
        self._nodes: dict[str, SchemaNode] = {}

    def read(self, pointer: str, schema: object) -> SchemaNode:
        """Read a schema and everything that it refers to.

        Arguments:
            pointer: JSON pointer to the schema.
            schema: the value there.

        Raises:
            DocumentError: something in it is not a schema of OpenAPI.
        """
        passed = set()
        # Siblings of a $ref are ignored in OpenAPI 3.0 (§4.7.23); in 3.1 they count too.
        while isinstance(schema, Mapping) and "$ref" in schema:
            if self._modern and schema.keys() & _READ:
                break
            if pointer in passed:
                raise DocumentError(f"{pointer}: this $ref leads back to itself.")
            passed.add(pointer)
            pointer, schema = self._follow(str(schema["$ref"]))
        if pointer in self._nodes:
            return self._nodes[pointer]
        if schema is True and self._modern:
            schema = {}
        if not isinstance(schema, Mapping):
            raise DocumentError(f"{pointer}: expected a schema, found {schema!r:.60}.")
        if self._modern:
            self._refuse_unread(pointer, schema)
        node = self._nodes[pointer] = SchemaNode(pointer)
        self._read_assertions(node, schema)
        self._read_object(node, schema)
        self._read_subschemas(node, schema)
        return node

    def _read_assertions(self, node: SchemaNode, schema: Mapping[str, object]) -> None:
        self._check_type(node.pointer, schema.get("type", "object"))
        for keyword in ASSERTIONS_31 if self._modern else ASSERTIONS:
            if keyword not in schema or (keyword == "uniqueItems" and schema[keyword] is False):
                continue
            value = schema[keyword]
            if keyword == "format" and value not in FORMATS:
                continue
            if keyword == "pattern":
                _require_pattern(node.pointer, value)
            node.schema[keyword] = value
            self._add(node, keyword, keyword, say(keyword, value, schema))
        for keyword in () if self._modern else MODIFIERS:
            if schema.get(keyword) is True:
                node.schema[keyword] = True

    def _check_type(self, pointer: str, declared: object) -> None:
        names = declared if self._modern and isinstance(declared, list) else [declared]
        known = TYPES_31 if self._modern else TYPES
        if not names or not all(isinstance(name, str) and name in known for name in names):
            version = "3.1" if self._modern else "3.0"
            raise DocumentError(
                f"{pointer}/type: expected a type of OpenAPI {version}, found {declared!r:.60}."
            )

    @staticmethod
    def _refuse_unread(pointer: str, schema: Mapping[str, object]) -> None:
        for keyword in NOT_READ:
            if keyword in schema:
                raise DocumentError(
                    f"{pointer}/{keyword}: this suite can't hold bodies to the keyword {keyword}."
                )

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
        """Whether a property is write-only: `required` then binds only requests (3.0 §4.7.24.1)."""
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
        beside = (self.read(*self._follow(str(schema["$ref"]))),) if "$ref" in schema else ()
        node.parts = (*beside, *self._read_list(node, schema, "allOf"))
        if node.parts:
            node.schema["allOf"] = [part.schema for part in node.parts]
        if "not" in schema:
            node.schema["not"] = self.read(f"{node.pointer}/not", schema["not"]).schema
            self._add(node, "not", "not", say("not", schema["not"], schema))
        for keyword in ALTERNATIVES:
            if keyword in schema:
                branches = node.branches[keyword] = self._read_list(node, schema, keyword)
                node.schema[keyword] = [branch.schema for branch in branches]
                self._add(node, keyword, keyword, say(keyword, schema[keyword], schema))
        self._read_discriminator(node, schema)

    def _read_discriminator(self, node: SchemaNode, schema: Mapping[str, object]) -> None:
        """Map each value of the discriminator to its branch (OpenAPI 3.0 §4.7.25)."""
        discriminator = schema.get("discriminator")
        if not isinstance(discriminator, Mapping) or not node.branches:
            return
        node.tag = str(discriminator.get("propertyName", ""))
        branches = [each for found in node.branches.values() for each in found]
        node.tagged = {each.pointer.rpartition("/")[2]: each for each in branches}
        mapping = discriminator.get("mapping")
        for value, reference in mapping.items() if isinstance(mapping, Mapping) else ():
            name = str(reference).rpartition("/")[2]
            for each in branches:
                if each.pointer.rpartition("/")[2] == name:
                    node.tagged[value] = each

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
        if sentence.startswith(("branch ", "each ", "the ")):
            sentence = sentence[0].upper() + sentence[1:]
        node.clauses[key] = Clause(
            id=f"{self._status} {node.pointer}/{key}",
            status=self._status,
            pointer=f"{node.pointer}/{position or key}",
            keyword=keyword,
            sentence=sentence,
        )


_READ: Final = frozenset(
    {*ASSERTIONS_31, *ALTERNATIVES, *NOT_READ, "additionalProperties", "allOf", "items", "not"}
    | {"properties", "required"}
)
"""All keywords that constrain a body."""


def _require_pattern(pointer: str, value: object) -> None:
    try:
        read_pattern(str(value))
    except ValueError as error:
        raise DocumentError(f"{pointer}/pattern: {error}: {value!s:.100}") from None
