"""The parts of a comparison: changes, each under a rule, and the table rows they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from contracts.drift.compare.rules import RULES, Effect


class Flow(StrEnum):
    """Which way a value travels, and so whom a change of its schema affects."""

    REQUEST = "request"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class Change:
    """One point on which the two documents differ.

    Arguments:
        rule: key in `rules.RULES`, which says whether clients break, and why.
        place: where in the operation, for example `200 /balance/currencyCode`.
        keyword: the clause's keyword, or what stands for it (`content`, `security`).
        pinned: what the pinned document says there, in words.
        published: what the published one says.
    """

    rule: str
    place: str
    keyword: str
    pinned: str
    published: str

    @property
    def effect(self) -> Effect:
        """Whether the change breaks clients."""
        return RULES[self.rule].effect

    @property
    def reason(self) -> str:
        """Why, as one sentence without a full stop."""
        return RULES[self.rule].reason

    def to_json(self) -> Mapping[str, object]:
        """The change as JSON."""
        return {
            "place": self.place,
            "keyword": self.keyword,
            "effect": str(self.effect),
            "rule": self.rule,
            "pinned": self.pinned,
            "published": self.published,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a row belongs in the bodies of one response of the pinned document.

    Arguments:
        status: the response's key in the document.
        body: JSON pointer into the body, `*` for any index and `{any}` for any undescribed name;
            None for the response itself.
        pointers: JSON pointers to the schemas that the pinned document has there.
        owners: JSON pointers to the schemas whose `required` may list it.
        name: its name there.
        closed: whether the pinned schema forbids properties that it doesn't describe.
    """

    status: str
    body: str | None
    pointers: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    name: str = ""
    closed: bool = False


@dataclass(slots=True)
class Row:
    """One line of the table.

    Arguments:
        place: where in the operation.
        pinned: what the pinned document says, in words; None where it says nothing.
        published: what the published one says.
        changes: the points on which they differ.
        anchor: where the row belongs in the bodies; None outside them.
        types: the JSON types that the pinned document allows there, empty for any.
        required: whether the pinned document requires it.
        enum: the strings that the pinned document allows there; None for any.
    """

    place: str
    pinned: str | None
    published: str | None
    changes: list[Change] = field(default_factory=list)
    anchor: Anchor | None = None
    types: frozenset[str] = frozenset()
    required: bool = False
    enum: frozenset[str] | None = None

    @property
    def effect(self) -> Effect | None:
        """The gravest effect of its changes; None if the documents agree."""
        return worst(self.changes)


def worst(changes: list[Change]) -> Effect | None:
    """Return the gravest effect of some changes; None if there are none.

    Arguments:
        changes: any changes.
    """
    effects = {change.effect for change in changes}
    return Effect.BREAKING if Effect.BREAKING in effects else next(iter(effects), None)
