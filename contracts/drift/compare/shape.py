"""A schema's effect: references followed, `allOf` merged, both OpenAPI dialects unified.

Two documents may say the same thing in different ways: with other component names, inline or by
reference, in one schema or spread over `allOf`, as OpenAPI 3.0 or 3.1. The comparison is of what
they mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from contracts.document.document import Document, DocumentError
from contracts.document.json_pointer import escape
from contracts.drift.compare.facts import DOCUMENTATION, combine, read_facts, say_fact, spell

Schema = Mapping[str, object]
_WORDS: Final = ("format", "minimum", "maximum")
_MOST_SOURCES: Final = 200
"""Schemas that `allOf` may join into one: a hostile document could join millions."""


@dataclass(frozen=True)
class Shape:
    """What a document says about the values in one place.

    Arguments:
        document: the document.
        sources: the schemas that apply there together, each with its JSON pointer.
    """

    document: Document
    sources: tuple[tuple[str, Schema], ...]

    @classmethod
    def read(cls, document: Document, pointer: str, schema: object) -> Shape:
        """Read a schema.

        Arguments:
            document: the document that has it.
            pointer: JSON pointer to it.
            schema: the value there.

        Raises:
            DocumentError: it is not a schema, or a reference in it leads nowhere.
        """
        return cls(document, tuple(_sources(document, pointer, schema, set())))

    @property
    def pointers(self) -> tuple[str, ...]:
        """The JSON pointers of its schemas; they identify it within its document."""
        return tuple(pointer for pointer, _ in self.sources)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Every assertion about the value itself, with those of `allOf` combined."""
        found: dict[str, Any] = {}
        for _, schema in self.sources:
            combine(found, read_facts(schema))
        return found

    @cached_property
    def nullable(self) -> bool:
        """Whether null is valid; `nullable` beside `allOf` allows it, as tools understand it."""
        outer = self.sources[0][1] if self.sources else {}
        return (
            outer.get("nullable") is True
            or _has_null_branch(outer)
            or all(_admits_null(schema) for _, schema in self.sources)
        )

    @cached_property
    def properties(self) -> dict[str, Shape]:
        """The described properties."""
        found: dict[str, list[tuple[str, Schema]]] = {}
        for pointer, schema in self.sources:
            described = schema.get("properties", {})
            if not isinstance(described, Mapping):
                raise DocumentError(f"{pointer}/properties: expected a mapping.")
            for name, each in described.items():
                place = f"{pointer}/properties/{escape(name)}"
                found.setdefault(name, []).extend(_sources(self.document, place, each, set()))
        return {name: Shape(self.document, tuple(sources)) for name, sources in found.items()}

    @cached_property
    def required(self) -> frozenset[str]:
        """The names that `required` lists."""
        names: set[str] = set()
        for pointer, schema in self.sources:
            listed = schema.get("required", [])
            if isinstance(listed, bool):
                continue  # draft 3's boolean form, a common mistake, has no meaning in OpenAPI
            if not isinstance(listed, list):
                raise DocumentError(f"{pointer}/required: expected a list.")
            names |= {str(name) for name in listed}
        return frozenset(names)

    @cached_property
    def closed(self) -> bool:
        """Whether undescribed properties are forbidden."""
        return any(_extra(schema) is False for _, schema in self.sources)

    @cached_property
    def extra(self) -> Shape | None:
        """The schema of undescribed properties; None if there is none."""
        if self.closed:
            return None
        found: list[tuple[str, Schema]] = []
        for pointer, schema in self.sources:
            extra = _extra(schema)
            if isinstance(extra, Mapping) and extra:
                place = f"{pointer}/additionalProperties"
                found += _sources(self.document, place, extra, set())
        return Shape(self.document, tuple(found)) if found else None

    @cached_property
    def items(self) -> Shape | None:
        """The schema of an array's items; None if there is none."""
        found: list[tuple[str, Schema]] = []
        for pointer, schema in self.sources:
            if "items" in schema:
                found += _sources(self.document, f"{pointer}/items", schema["items"], set())
        return Shape(self.document, tuple(found)) if found else None

    @cached_property
    def alternatives(self) -> tuple[str, tuple[Shape, ...]]:
        """The keyword `oneOf` or `anyOf` and its schemas, without null; empty if there is none."""
        for pointer, schema in self.sources:
            for keyword in ("oneOf", "anyOf"):
                branches = _branches(pointer, schema, keyword)
                if len(branches) > 1:
                    shapes = (Shape.read(self.document, *each) for each in branches)
                    return keyword, tuple(shapes)
        return "", ()

    @property
    def documentation(self) -> dict[str, str]:
        """The documentation by keyword; the schema that refers to another wins."""
        found: dict[str, str] = {}
        for _, schema in self.sources:
            for keyword in DOCUMENTATION:
                if keyword in schema:
                    value = schema[keyword]
                    found.setdefault(keyword, value if isinstance(value, str) else spell(value))
        return found

    @property
    def deprecated(self) -> bool:
        """Whether it is marked as deprecated."""
        return self.says("deprecated")

    def says(self, keyword: str) -> bool:
        """Whether a keyword is true in any of its schemas.

        Arguments:
            keyword: for example `writeOnly`.
        """
        return any(schema.get(keyword) is True for _, schema in self.sources)

    @property
    def words(self) -> str:
        """A summary in a few words, as the table shows it."""
        keyword, branches = self.alternatives
        facts = self.facts
        words = [say_fact("type", facts["type"])] if "type" in facts else []
        if not words:
            words = [f"{keyword} of {len(branches)}"] if keyword else ["any"]
        words += [say_fact(name, facts[name]) for name in _WORDS if name in facts]
        if "enum" in facts:
            words.append(say_fact("enum", facts["enum"]))
        if self.nullable and facts.keys() & {"type", "enum"}:
            words.append("or null")
        return " ".join(words) + (", closed" if self.closed else "")


def _sources(
    document: Document, pointer: str, schema: object, seen: set[str]
) -> Iterator[tuple[str, Schema]]:
    passed: set[str] = set()
    while isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
        if pointer in passed:
            raise DocumentError(f"{pointer}: this $ref leads back to itself.")
        passed.add(pointer)
        beside = {name: value for name, value in schema.items() if name != "$ref"}
        if beside and not str(document.content.get("openapi")).startswith("3.0"):
            yield pointer, beside  # OpenAPI 3.0 (§4.7.23) ignores siblings of $ref
        pointer, schema = document.follow(str(schema["$ref"]))
    if pointer in seen:
        return  # an allOf that contains itself adds nothing
    seen.add(pointer)
    if len(seen) > _MOST_SOURCES:
        raise DocumentError(f"{pointer}: allOf joins more than {_MOST_SOURCES} schemas.")
    if isinstance(schema, bool):
        schema = {} if schema else {"not": {}}
    if not isinstance(schema, Mapping):
        raise DocumentError(f"{pointer}: expected a schema, found {spell(schema):.60}.")
    yield pointer, schema
    for index, part in enumerate(_list(pointer, schema, "allOf")):
        yield from _sources(document, f"{pointer}/allOf/{index}", part, seen)
    for keyword in ("oneOf", "anyOf"):
        branches = _branches(pointer, schema, keyword)
        if len(branches) == 1:
            yield from _sources(document, *branches[0], seen)


def _branches(pointer: str, schema: Schema, keyword: str) -> list[tuple[str, object]]:
    return [
        (f"{pointer}/{keyword}/{index}", each)
        for index, each in enumerate(_list(pointer, schema, keyword))
        if not _is_null(each)
    ]


def _list(pointer: str, schema: Schema, keyword: str) -> list[object]:
    value = schema.get(keyword, [])
    if not isinstance(value, list):
        raise DocumentError(f"{pointer}/{keyword}: expected a list of schemas.")
    return value


def _is_null(schema: object) -> bool:
    if not isinstance(schema, Mapping):
        return False
    only = schema.get("type") == "null" or schema.get("enum") == [None]
    return only or ("const" in schema and schema["const"] is None)


def _has_null_branch(schema: Schema) -> bool:
    branches = [schema.get("oneOf"), schema.get("anyOf")]
    return any(_is_null(each) for one in branches if isinstance(one, list) for each in one)


def _admits_null(schema: Schema) -> bool:
    types = schema.get("type")
    if schema.get("nullable") is True or (isinstance(types, list) and "null" in types):
        return True
    values = schema.get("enum")
    if "oneOf" in schema or "anyOf" in schema:
        return _has_null_branch(schema)
    return types in (None, "null") and (not isinstance(values, list) or None in values)


def _extra(schema: Schema) -> object:
    """What the schema says about undescribed properties: a schema, False or None."""
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        value = schema.get(keyword)
        if value is False or (isinstance(value, Mapping) and value.get("not") == {}):
            return False
        if isinstance(value, Mapping):
            return value
    return None
