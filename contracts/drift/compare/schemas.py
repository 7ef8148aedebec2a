"""Compares the two schemas of one place, clause by clause, down to the last property."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from contracts.document.document import DocumentError
from contracts.document.json_pointer import escape
from contracts.drift.compare.change import Change, Flow, Row
from contracts.drift.compare.facts import Shift, compare, say_fact
from contracts.drift.compare.places import Side, Where, deprecation, documentation, row_of
from contracts.drift.compare.shape import Shape

_DETAILED: Final = 2_000
"""Rows after which each pair of schemas is followed only once: schemas may refer to each other
in more ways than anyone can read."""
_MOST: Final = 20_000
"""Rows after which the comparison ends."""
_MOST_ALTERNATIVES: Final = 100

Pair = tuple[tuple[str, ...], tuple[str, ...]]


class SchemaComparer:
    """Compares the schemas of one flow.

    Arguments:
        flow: whether their values are sent or received.
    """

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.rows: list[Row] = []
        self._path: set[Pair] = set()
        self._passed: set[Pair] = set()
        self._alike: dict[Pair, bool] = {}

    def compare(
        self, where: Where, pinned: Side, published: Side, changes: tuple[Change, ...] = ()
    ) -> None:
        """Compare what two documents say in one place and below, and add the rows.

        Arguments:
            where: the place.
            pinned: what the pinned document says.
            published: what the published one says.
            changes: other changes of the place, already found.

        Raises:
            DocumentError: something is not a schema, or the schemas are endless.
        """
        if len(self.rows) >= _MOST:
            raise DocumentError(f"the schemas have more than {_MOST} places.")
        row = row_of(where, pinned, published, changes)
        self.rows.append(row)
        old, new = pinned.shape, published.shape
        if old is None or new is None:
            if old is not None or new is not None:
                self._descend_one(where, old, new)
            return
        pair = (old.pointers, new.pointers)
        if pair in self._path or (len(self.rows) > _DETAILED and pair in self._passed):
            return  # this pair is compared further up
        self._path.add(pair)
        self._passed.add(pair)
        if self._is_one_of(where, row, old, new):
            self._path.discard(pair)
            return
        row.changes += self._own(where, old, new)
        if _retyped(old, new):
            self._descend_one(where, old, None)
            self._descend_one(where, None, new)
            self._path.discard(pair)
            return
        self._properties(where, old, new)
        self._extra(where, row, old, new)
        self._items(where, row, old, new)
        self._alternatives(where, row, old, new)
        self._path.discard(pair)

    def _descend_one(self, where: Where, old: Shape | None, new: Shape | None) -> None:
        """Show what is below a place that only one document has, without judging it again."""
        shape = old or new
        assert shape is not None  # noqa: S101 — ensured by the caller
        pair = (shape.pointers, ())
        if pair in self._path or len(self.rows) > _DETAILED:
            return
        self._path.add(pair)
        for name, child in self._visible(shape).items():
            side, none = Side(child, name in shape.required, shape), Side(None)
            sides = (side, none) if old is not None else (none, side)
            self.rows.append(row_of(where.below(escape(name)), *sides))
            self._descend_one(where.below(escape(name)), *(each.shape for each in sides))
        self._path.discard(pair)

    def shifted(
        self, where: Where, keyword: str, shift: Shift, pinned: str, published: str
    ) -> Change:
        """Make the change for a set of valid values that grew, shrank or moved.

        Arguments:
            where: the place.
            keyword: the keyword that changed.
            shift: how the set moved.
            pinned: what the pinned document says.
            published: what the published one says.
        """
        past = {Shift.NARROWS: "narrowed", Shift.WIDENS: "widened", Shift.ALTERS: "altered"}
        rule = f"{self.flow}-{past[shift]}"
        return Change(rule, where.place, keyword, pinned, published)

    def _own(self, where: Where, old: Shape, new: Shape) -> Iterator[Change]:
        """What the schemas say about the value itself."""
        before, after = dict(old.facts), dict(new.facts)
        if before.keys() & {"type", "enum"} and after.keys() & {"type", "enum"}:
            before["nullable"], after["nullable"] = old.nullable, new.nullable
        # If the types differ, the other assertions are not comparable.
        keywords = ["type"] if _retyped(old, new) else dict.fromkeys([*before, *after])
        for keyword in keywords:
            one, other = before.get(keyword), after.get(keyword)
            shift = compare(keyword, one, other)
            if shift is not None:
                said = say_fact(keyword, one), say_fact(keyword, other)
                yield self.shifted(where, keyword, shift, *said)
        told = [dict(shape.documentation) for shape in (old, new)]
        if self.flow is Flow.REQUEST:
            one, other = (each.pop("default", None) for each in told)
            if one != other:
                rule, said = "request-default-changed", (one or "not stated", other or "not stated")
                yield Change(rule, where.place, "default", *said)
        yield from documentation(where.place, *told)
        if old.deprecated != new.deprecated:
            yield deprecation(where.place, now=new.deprecated)

    def _visible(self, shape: Shape) -> Mapping[str, Shape]:
        """The properties that take part in this flow (OpenAPI 3.0 §4.7.24.1)."""
        hidden = "writeOnly" if self.flow is Flow.RESPONSE else "readOnly"
        return {name: each for name, each in shape.properties.items() if not each.says(hidden)}

    def _properties(self, where: Where, old: Shape, new: Shape) -> None:
        before, after = self._visible(old), self._visible(new)
        for name in dict.fromkeys([*before, *after]):
            here = where.below(escape(name))
            one = Side(before.get(name), name in old.required, old)
            other = Side(after.get(name), name in new.required, new)
            if other.shape is None:
                rule = f"{self.flow}-property-removed"
                change = Change(rule, here.place, "properties", one.words or "", "not described")
                self.compare(here, one, other, (change,))
            elif one.shape is None:
                self._added(here, old, other)
            else:
                self.compare(here, one, other, self._presence(here, one, other))
        for name in sorted((old.required ^ new.required) - before.keys() - after.keys()):
            if name not in old.properties and name not in new.properties:  # nor hidden
                here = where.below(escape(name))
                one, other = Side(None, name in old.required), Side(None, name in new.required)
                changes = self._presence(here, one, other)
                said = [f"any, {_presence(side)}" for side in (one, other)]
                self.rows.append(Row(here.place, said[0], said[1], list(changes)))

    def _presence(self, here: Where, one: Side, other: Side) -> tuple[Change, ...]:
        if one.required == other.required:
            return ()
        rule = f"{self.flow}-property-became-{_presence(other)}"
        return (Change(rule, here.place, "required", _presence(one), _presence(other)),)

    def _added(self, here: Where, old: Shape, other: Side) -> None:
        if old.extra is not None and other.shape is not None:
            # It was allowed before too, as one of the properties without a name.
            before = Side(old.extra, required=False)
            self.compare(here, before, other, self._presence(here, before, other))
            return
        if self.flow is Flow.REQUEST:
            rule = f"{_presence(other)}-request-property-added"
        else:
            rule = "response-property-added" + ("-to-closed" if old.closed else "")
        change = Change(rule, here.place, "properties", "not described", other.words or "")
        self.compare(here, Side(None), other, (change,))

    def _extra(self, where: Where, row: Row, old: Shape, new: Shape) -> None:
        keyword = "additionalProperties"
        if old.closed != new.closed:
            said = [_say_extra(shape) for shape in (old, new)]
            if self.flow is Flow.RESPONSE:
                rule = f"response-schema-{'closed' if new.closed else 'opened'}"
                row.changes.append(Change(rule, where.place, keyword, *said))
            else:
                shift = Shift.NARROWS if new.closed else Shift.WIDENS
                row.changes.append(self.shifted(where, keyword, shift, *said))
        elif old.extra is not None and new.extra is not None:
            self.compare(where.below("{any}"), Side(old.extra), Side(new.extra))
        elif old.extra is not None or new.extra is not None:
            shift = Shift.NARROWS if old.extra is None else Shift.WIDENS
            change = self.shifted(where, keyword, shift, _say_extra(old), _say_extra(new))
            row.changes.append(change)

    def _items(self, where: Where, row: Row, old: Shape, new: Shape) -> None:
        if old.items is not None and new.items is not None:
            self.compare(where.below("*"), Side(old.items), Side(new.items))
        elif old.items is not None or new.items is not None:
            shift = Shift.NARROWS if old.items is None else Shift.WIDENS
            said = [each.items.words if each.items else "not stated" for each in (old, new)]
            row.changes.append(self.shifted(where, "items", shift, *said))

    def _alternatives(self, where: Where, row: Row, old: Shape, new: Shape) -> None:
        (word, before), (other_word, after) = old.alternatives, new.alternatives
        if not before and not after:
            return
        keyword = other_word or word
        if not before or not after:
            shift = Shift.NARROWS if after else Shift.WIDENS
            said = [f"{len(each)} schemas" if each else "not stated" for each in (before, after)]
            row.changes.append(self.shifted(where, keyword, shift, *said))
            return
        if word != other_word:  # oneOf: exactly one; anyOf: at least one
            shift = Shift.NARROWS if other_word == "oneOf" else Shift.WIDENS
            row.changes.append(self.shifted(where, keyword, shift, word, other_word))
        pairs, gone, come = self._matched(before, after)
        for one, other in pairs:
            self.compare(replace(where, body=f"{where.body} {keyword}"), Side(one), Side(other))
        for shapes, shift in ((come, Shift.WIDENS), (gone, Shift.NARROWS)):
            for shape in shapes:
                said = [_name(shape), "not among them"]
                said = said if shapes is gone else said[::-1]
                row.changes.append(self.shifted(where, keyword, shift, *said))

    def _is_one_of(self, where: Where, row: Row, old: Shape, new: Shape) -> bool:
        """Record that a schema became one of several alternatives, or the only remaining one."""
        many, single = (new, old) if new.alternatives[1] else (old, new)
        keyword, branches = many.alternatives
        if single.alternatives[1] or many.properties or many.facts.keys() - {"discriminator"}:
            return False
        same = next((b for b in branches if self._are_alike(*_ordered(many, old, single, b))), None)
        if same is None:
            return False
        for branch in branches:
            if branch is not same:
                said = ["not among them", _name(branch)]
                said = said if many is new else said[::-1]
                shift = Shift.WIDENS if many is new else Shift.NARROWS
                row.changes.append(self.shifted(where, keyword, shift, *said))
        return True

    def _matched(
        self, before: tuple[Shape, ...], after: tuple[Shape, ...]
    ) -> tuple[list[tuple[Shape, Shape]], list[Shape], list[Shape]]:
        """Pair the schemas of two lists: equal ones, then ones of equal name, then the last two."""
        if max(len(before), len(after)) > _MOST_ALTERNATIVES:
            raise DocumentError(f"there are more than {_MOST_ALTERNATIVES} alternatives.")
        gone, come = list(before), list(after)
        pairs: list[tuple[Shape, Shape]] = []
        for alike in (self._are_alike, lambda one, other: _name(one) == _name(other)):
            for one in list(gone):
                other = next((each for each in come if alike(one, each)), None)
                if other is not None:
                    pairs.append((one, other))
                    gone.remove(one)
                    come.remove(other)
        if len(gone) == len(come) == 1:
            pairs.append((gone.pop(), come.pop()))
        return pairs, gone, come

    def _are_alike(self, one: Shape, other: Shape) -> bool:
        pair = (one.pointers, other.pointers)
        if pair not in self._alike:
            self._alike[pair] = True  # meanwhile, so that recursion ends; a cycle adds nothing
            comparer = SchemaComparer(self.flow)
            comparer._alike = self._alike
            comparer.compare(Where(""), Side(one), Side(other))
            changes = (change for row in comparer.rows for change in row.changes)
            self._alike[pair] = all(c.rule == "documentation-changed" for c in changes)
        return self._alike[pair]


def _retyped(old: Shape, new: Shape) -> bool:
    return compare("type", old.facts.get("type"), new.facts.get("type")) is Shift.ALTERS


def _ordered(many: Shape, old: Shape, single: Shape, branch: Shape) -> tuple[Shape, Shape]:
    return (branch, single) if many is old else (single, branch)


def _presence(side: Side) -> str:
    return "required" if side.required else "optional"


def _say_extra(shape: Shape) -> str:
    if shape.closed:
        return "closed"
    return f"open, each {shape.extra.words}" if shape.extra else "open"


def _name(shape: Shape) -> str:
    return shape.pointers[0].rpartition("/")[2] if shape.pointers else ""
