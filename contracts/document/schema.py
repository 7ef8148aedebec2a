"""A body validated against its schema: its violations, and the clauses that it tested."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

from contracts.document.clauses import Clause, SchemaNode, walk
from contracts.document.formats import FORMATS, is_number, is_of
from contracts.document.json_pointer import escape
from contracts.document.openapi.branches import best_branch
from contracts.document.wording import demand, listed, name_schema

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

MOST_ERRORS: Final = 500
"""Errors of one body that are considered: an array can hold a million invalid items."""
MOST_REPORTED: Final = 20
"""Places reported per clause and body."""
LONGEST: Final = 120
"""Characters of a value that a violation shows."""
LONGEST_PLACE: Final = 200
"""Characters of a JSON pointer that a violation shows."""
MOST_CHOICES: Final = 2_000
"""Values per body for which the matching branches are determined: each takes a validation."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One clause that a body breaks.

    Arguments:
        clause: the statement of the document.
        where: JSON pointer into the body; empty for the whole.
        expected: what the clause demands, in words.
        found: the value there, as shortened JSON.
        keyword: the clause's keyword; `integer-spelling` if a value is an integer but written
            with a fraction or an exponent.
    """

    clause: Clause
    where: str
    expected: str
    found: str
    keyword: str

    @property
    def expected_format(self) -> str | None:
        """The format that the value does not conform to; None for any other keyword."""
        return self.expected.partition(":")[0] if self.keyword == "format" else None


class BodyValidator:
    """Validates bodies against one schema of the document.

    Arguments:
        root: the root node of the schema.
        modern: whether the document is OpenAPI 3.1.
    """

    def __init__(self, root: SchemaNode, *, modern: bool = False) -> None:
        self.root = root
        self._modern = modern
        self._choices = 0
        self._tests = {node.pointer: _Tests(node) for node in walk(root)}

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Every clause of the schema, in the order of the document's nesting."""
        return tuple(clause for node in walk(self.root) for clause in node.clauses.values())

    @cached_property
    def _validator(self) -> Validator:
        from contracts.document import keywords  # noqa: PLC0415 — 0.1 s

        dialect = keywords.OpenApi31Validator if self._modern else keywords.OpenApi30Validator
        return dialect(self.root.schema)

    def check(self, value: object) -> tuple[Violation, ...]:
        """List a body's violations of the schema, deepest first.

        At most the first 500 errors of a body are considered, and 20 places per clause.

        Arguments:
            value: the body as json_text reads it.
        """
        found: dict[str, dict[str, Violation]] = {}
        for error in islice(self._validator.iter_errors(cast(Any, value)), MOST_ERRORS):
            for violation in self._violations(error):
                places = found.setdefault(violation.clause.id, {})
                if len(places) < MOST_REPORTED or violation.where in places:
                    places[violation.where] = violation
        every = (violation for places in found.values() for violation in places.values())
        return tuple(sorted(every, key=_depth_first))

    def observe(self, value: object) -> frozenset[str]:
        """Name the clauses that a body tests, whether it keeps them or not.

        Arguments:
            value: the body as json_text reads it.

        Returns:
            Ids of clauses.
        """
        seen: set[str] = set()
        self._choices = 0
        self._observe(self.root, value, seen)
        return frozenset(seen)

    @cached_property
    def certain(self) -> frozenset[str]:
        """Ids of the clauses that every valid body tests."""
        return frozenset(self._certain(self.root, set()))

    def _certain(self, node: SchemaNode, passed: set[str]) -> Iterator[str]:
        tests = self._tests[node.pointer]
        if node.pointer in passed:
            return
        passed.add(node.pointer)
        yield from tests.always
        declared = None if node.nullable else node.schema.get("type")
        kind = declared[0] if isinstance(declared, list) and len(declared) == 1 else declared
        below: list[SchemaNode | None] = [*node.parts]
        if kind == "object":
            yield from tests.on_object
            names = cast("list[str]", node.schema.get("required", ()))
            below += [node.properties.get(name) for name in names]
        elif kind == "array" and node.schema.get("minItems"):
            yield from tests.on_array
            below.append(node.items)
        elif kind == "string":
            yield from tests.on_string
        elif kind in ("integer", "number"):
            yield from tests.on_number
        for each in below:
            if each is not None:
                yield from self._certain(each, passed)

    def _observe(self, node: SchemaNode, value: object, seen: set[str]) -> None:
        tests = self._tests[node.pointer]
        if tests.below <= seen:
            return  # every clause below is already seen: skip the next million items
        seen |= tests.always
        if (value is None and tests.nullable) or (tests.fits and not tests.fits(value)):
            return
        self._observe_inside(node, value, seen)
        for part in node.parts:
            self._observe(part, value, seen)
        for keyword in node.branches:
            for branch in self._chosen(node, keyword, value):
                self._observe(branch, value, seen)

    def _observe_inside(self, node: SchemaNode, value: object, seen: set[str]) -> None:
        tests = self._tests[node.pointer]
        if isinstance(value, dict):
            seen |= tests.on_object
            for name, item in value.items():
                child = node.properties.get(name, node.extra)
                if child is not None:
                    self._observe(child, item, seen)
        elif isinstance(value, list):
            seen |= tests.on_array
            if node.items is not None:
                for item in value:
                    self._observe(node.items, item, seen)
        elif isinstance(value, str):
            seen |= tests.on_string
        elif is_number(value):
            seen |= tests.on_number

    def _chosen(self, node: SchemaNode, keyword: str, value: object) -> tuple[SchemaNode, ...]:
        """The branches that a value fits or, if it fits none, the one that it fits best."""
        self._choices += 1
        if self._choices > MOST_CHOICES:
            return ()
        branches, body = node.branches[keyword], cast(Any, value)
        errors = [
            list(islice(self._validator.evolve(schema=each.schema).iter_errors(body), MOST_ERRORS))
            for each in branches
        ]
        fitting = tuple(each for each, broken in zip(branches, errors, strict=True) if not broken)
        best = None if fitting else best_branch(node, keyword, value, errors)
        return fitting if best is None else (branches[best],)

    def _violations(self, error: ValidationError) -> Iterator[Violation]:
        node = self._node(error.absolute_schema_path)
        inside = list(self._in_branch(node, error)) if error.validator in node.branches else []
        if inside:
            yield from inside
            return
        where = _place(error.absolute_path)
        keyword, value = str(error.validator), cast(Any, error.instance)
        demanded = cast(Any, error.validator_value)
        if keyword == "required":
            for name in demanded:
                if name not in value:
                    clause = node.clauses[f"required/{escape(name)}"]
                    yield Violation(clause, where, f"a member `{name}`", _show(value), keyword)
            return
        if keyword == "additionalProperties":
            clause = node.clauses[keyword]
            known = f" but {listed(node.properties)}" if node.properties else ""
            names = [name for name in value if name not in node.properties]
            shown = names if len(names) <= MOST_REPORTED else names[: MOST_REPORTED - 1]
            if len(shown) < len(names):
                found = f"{len(names):,} members, of which the first {len(shown)} are named"
                yield Violation(clause, where, f"no member{known}", found, keyword)
            for name in shown:
                place = _place((*error.absolute_path, name))
                yield Violation(clause, place, f"no member{known}", _show(value[name]), keyword)
            return
        clause = node.clauses["type" if keyword == "integer-spelling" else keyword]
        expected = demand(clause.keyword, demanded, node.schema)
        if keyword == "integer-spelling":
            expected = "an integer without fraction and exponent"
        yield Violation(clause, where, expected, _show(value), keyword)

    def _in_branch(self, node: SchemaNode, error: ValidationError) -> Iterator[Violation]:
        """The violations of the branch that the value fits best; none if no branch has its type."""
        keyword = str(error.validator)
        branches = node.branches[keyword]
        if not error.context:
            return
        errors: list[list[ValidationError]] = [[] for _ in branches]
        for each in error.context:
            errors[int(each.relative_schema_path[0])].append(each)
        best = best_branch(node, keyword, error.instance, errors)
        if best is None:
            return
        named = name_schema(branches[best].pointer, node.clauses[keyword].status)
        words = f"{named}, which fits best of {len(branches)} under {keyword}"
        for each in errors[best]:
            for violation in self._violations(each):
                yield replace(violation, expected=f"{violation.expected} (by {words})")

    def _node(self, path: Sequence[str | int]) -> SchemaNode:
        """The node at a path through the schema, whose last step is the keyword."""
        node = self.root
        steps = iter(path)
        for step in steps:
            if step == "properties":
                node = node.properties[str(next(steps))]
            elif step == "items" and node.items is not None:
                node = node.items
            elif step == "additionalProperties" and node.extra is not None:
                node = node.extra
            elif step == "allOf":
                node = node.parts[int(next(steps))]
            elif step in node.branches:
                position = next(steps, None)
                node = node if position is None else node.branches[str(step)][int(position)]
        return node


class _Tests:
    """The clauses of one node that a value of each type tests."""

    __slots__ = (
        "always",
        "below",
        "fits",
        "nullable",
        "on_array",
        "on_number",
        "on_object",
        "on_string",
    )

    def __init__(self, node: SchemaNode) -> None:
        self.nullable = node.nullable
        declared = node.schema.get("type")
        self.fits = partial(is_of, declared) if declared else None
        numeric = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
        textual = {"minLength", "maxLength", "pattern"}
        form = node.schema.get("format")
        if form is not None:
            (numeric if FORMATS[str(form)].numeric else textual).add("format")

        def ids(*keywords: str) -> frozenset[str]:
            return frozenset(c.id for c in node.clauses.values() if c.keyword in keywords)

        self.below = frozenset(c.id for each in walk(node) for c in each.clauses.values())
        self.always = ids("type", "enum", "const", "anyOf", "oneOf", "not")
        self.on_object = ids("required", "additionalProperties", "minProperties", "maxProperties")
        self.on_array = ids("minItems", "maxItems", "uniqueItems")
        self.on_string = ids(*textual)
        self.on_number = ids(*numeric)


def _place(path: Iterable[str | int]) -> str:
    """Write a path as a JSON pointer, shortened if it is too long to read."""
    where = "".join(f"/{escape(str(step)[:LONGEST_PLACE])}" for step in islice(path, LONGEST_PLACE))
    return where if len(where) <= LONGEST_PLACE else f"{where[: LONGEST_PLACE - 1]}…"


def _depth_first(violation: Violation) -> tuple[int, str, str]:
    return -violation.where.count("/"), violation.where, violation.clause.id


def _show(value: object) -> str:
    """Show a value as ASCII JSON, without ever serializing the whole of a large one."""
    shown = _brief(value, LONGEST)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def _brief(value: Any, room: int) -> str:
    if isinstance(value, str):
        return json.dumps(value) if len(value) <= room else json.dumps(value[:room]) + "…"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict | list):
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        parts: list[str] = []
        for item in value:
            name = f"{_brief(item, room)}: " if isinstance(value, dict) else ""
            room -= len(name) + 2
            if room <= 0:
                return f"{opening}{', '.join([*parts, '…'])}"
            part = name + _brief(value[item] if isinstance(value, dict) else item, room)
            room -= len(part) - len(name)
            parts.append(part)
        return f"{opening}{', '.join(parts)}{closing}"
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 8 * room:
        return f"an integer of {value.bit_length()} bits"
    return json.dumps(value)
