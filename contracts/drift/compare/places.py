"""A place in an operation, and what one document says there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from contracts.drift.compare.change import Anchor, Change, Row
from contracts.drift.compare.shape import Shape


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the values of one parameter, header field or body.

    Arguments:
        label: what the values belong to: `200`, `query limit`.
        status: the response's key for the values of a body; None for others.
        body: JSON pointer into the value, with `*` for any index and `{any}` for any name.
    """

    label: str
    status: str | None = None
    body: str = ""

    @property
    def place(self) -> str:
        """The place in words."""
        whole = " body" if self.status is not None else ""
        return f"{self.label} {self.body}" if self.body else f"{self.label}{whole}"

    def below(self, token: str) -> Where:
        """One step down.

        Arguments:
            token: one token of a JSON pointer.
        """
        return replace(self, body=f"{self.body}/{token}")


@dataclass(frozen=True, slots=True)
class Side:
    """What one document says about a place.

    Arguments:
        shape: its schema; None if it has none.
        required: whether a value must be present; None if irrelevant.
        owner: the schema that has it as a property.
    """

    shape: Shape | None
    required: bool | None = None
    owner: Shape | None = None

    @property
    def words(self) -> str | None:
        """What it says, as the table shows it; None if it says nothing."""
        if self.shape is None:
            return None
        if self.required is None:
            return self.shape.words
        return f"{self.shape.words}, {'required' if self.required else 'optional'}"


def row_of(where: Where, pinned: Side, published: Side, changes: tuple[Change, ...] = ()) -> Row:
    """Make the row of a place.

    Arguments:
        where: the place.
        pinned: what the pinned document says there.
        published: what the published one says.
        changes: the differences known so far.
    """
    shape, owner = pinned.shape, pinned.owner
    row = Row(where.place, pinned.words, published.words, list(changes))
    if where.status is not None:
        row.anchor = Anchor(
            where.status,
            where.body,
            shape.pointers if shape else (),
            owner.pointers if owner else (),
            where.body.rpartition("/")[2],
            closed=shape.closed if shape else False,
        )
    if shape is not None:
        row.types = shape.facts.get("type", frozenset())
        values = shape.facts.get("enum")
        if values is not None:
            row.enum = frozenset(str(value) for _, value in values)
        row.required = pinned.required is True
    return row


def documentation(
    place: str, pinned: Mapping[str, str], published: Mapping[str, str]
) -> Iterator[Change]:
    """Yield the changes of texts that have no effect on programs.

    Arguments:
        place: where they stand.
        pinned: the words by keyword.
        published: the same of the other document.
    """
    for keyword in dict.fromkeys([*pinned, *published]):
        one, other = pinned.get(keyword), published.get(keyword)
        if one != other:
            said = [each if each is not None else "not stated" for each in (one, other)]
            yield Change("documentation-changed", place, keyword, *said)


def deprecation(place: str, *, now: bool) -> Change:
    """Give the change of what is marked as deprecated, or is no longer.

    Arguments:
        place: where.
        now: whether it is marked now.
    """
    said = ("not deprecated", "deprecated") if now else ("deprecated", "not deprecated")
    return Change("deprecation-changed", place, "deprecated", *said)
