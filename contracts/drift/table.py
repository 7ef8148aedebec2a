"""The table of four columns: pinned, published, SDK and observed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.document.json_pointer import escape
from contracts.drift.compare.change import Anchor, Row
from contracts.drift.compare.operation import Comparison
from contracts.drift.compare.rules import Effect
from contracts.drift.observed import Observed, Sighting
from contracts.drift.sdk import Member, Sdk


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    Arguments:
        place: where in the operation.
        pinned: what the pinned document says; as in all columns, None if it says nothing.
        published: what the published one says.
        sdk: what the SDK's model says.
        observed: what the run saw.
        effect: what the documents' differences do to clients; None if they agree.
        sdk_differs: whether the SDK contradicts the pinned document.
        observed_differs: whether the run contradicts it, or goes beyond it.
        changed: the keywords on which the documents differ.
        reworded: whether they differ only in their documentation.
    """

    place: str
    pinned: str | None
    published: str | None
    sdk: str | None
    observed: str | None
    effect: Effect | None = None
    sdk_differs: bool = False
    observed_differs: bool = False
    changed: tuple[str, ...] = ()
    reworded: bool = False

    def to_json(self) -> Mapping[str, object]:
        """The line as JSON."""
        return {
            "place": self.place,
            "pinned": self.pinned,
            "published": self.published,
            "sdk": self.sdk,
            "observed": self.observed,
            "effect": str(self.effect) if self.effect else None,
            "sdk_differs": self.sdk_differs,
            "observed_differs": self.observed_differs,
        }


def make_table(comparison: Comparison, sdk: Sdk, observed: Observed) -> list[Line]:
    """Join the four columns, adding what only the SDK or the run has.

    Arguments:
        comparison: the two documents.
        sdk: what the SDK says.
        observed: what the run observed.
    """
    rows = _with_extras(list(comparison.rows), sdk, observed)
    return [_line(row, sdk, _seen(row, observed, unexpected)) for row, unexpected in rows]


def _line(row: Row, sdk: Sdk, sighting: Sighting | None) -> Line:
    typed, differs = _typed(row, sdk)
    return Line(
        row.place,
        row.pinned,
        row.published,
        typed,
        sighting.words if sighting else None,
        row.effect,
        differs,
        sighting is not None and sighting.differs,
        tuple(dict.fromkeys(change.keyword for change in row.changes)),
        bool(row.changes) and all(c.rule == "documentation-changed" for c in row.changes),
    )


def _with_extras(rows: list[Row], sdk: Sdk, observed: Observed) -> list[tuple[Row, bool]]:
    """Mark the rows of undocumented members that the run saw, adding missing rows.

    Members that only the SDK's model has get rows too.
    """
    found = [(row, False) for row in rows]
    known = {(a.status, a.body): row for row in rows if (a := row.anchor) is not None}
    for (status, body), parent in list(known.items()):
        if body is None or parent.pinned is None:
            continue
        seen = [] if parent.anchor and parent.anchor.closed else _beyond(parent, observed)
        named = [*seen, *(_modelled(body, sdk) if status.startswith("2") else ())]
        for name in dict.fromkeys(named):
            here = (status, f"{body}/{name}")
            if here not in known:
                place = f"{status} {here[1]}"
                known[here] = Row(place, None, None, anchor=Anchor(status, here[1], name=name))
                found.insert(_end(found, status, body), (known[here], name in seen))
            elif name in seen:
                index = next(i for i, (row, _) in enumerate(found) if row is known[here])
                found[index] = (known[here], True)
    return found


def _beyond(parent: Row, observed: Observed) -> list[str]:
    return [escape(name) for name in observed.beyond(parent.anchor)] if parent.anchor else []


def _modelled(body: str, sdk: Sdk) -> list[str]:
    """The names that the SDK's model has directly below a place."""
    start = f"{body}/"
    under = (each.removeprefix(start) for each in sdk.members if each.startswith(start))
    return [each for each in under if "/" not in each and each not in ("*", "{any}")]


def _end(found: list[tuple[Row, bool]], status: str, body: str) -> int:
    """The index after the last row at or below a place."""
    last = 0
    for index, (row, _) in enumerate(found):
        anchor = row.anchor
        if anchor and anchor.status == status and anchor.body is not None:
            inside = anchor.body == body or anchor.body.startswith(f"{body}/")
            last = index + 1 if inside else last
    return last


def _seen(row: Row, observed: Observed, unexpected: bool) -> Sighting | None:
    if unexpected:
        return Sighting("seen, not described", differs=True)
    if row.anchor is None or row.pinned is None:
        return None
    return observed.at(row.anchor, " or ".join(sorted(row.types)) or "of any type")


def _typed(row: Row, sdk: Sdk) -> tuple[str | None, bool]:
    """What the SDK says about a row, and whether that contradicts the pinned document."""
    anchor = row.anchor
    if anchor is None or not sdk.installed:
        return None, False
    if not anchor.status.startswith("2"):
        if anchor.body is None:
            return sdk.errors.get(anchor.status), False
        return ("untyped" if not anchor.body else None), False
    if anchor.body is None or not sdk.members:
        return None, False
    member = sdk.members.get(anchor.body)
    if member is None:
        nested = anchor.body.rpartition("/")[0] in sdk.members
        return ("not modelled", row.pinned is not None) if nested else (None, False)
    return member.words, _contradicts(row, member)


def _contradicts(row: Row, member: Member) -> bool:
    if row.pinned is None:
        return True
    mistyped = bool(row.types and member.types) and not row.types <= member.types
    presence = member.required is not None and bool(row.anchor and row.anchor.owners)
    misplaced = presence and member.required != row.required
    return mistyped or misplaced or (member.enum is not None and member.enum != row.enum)
