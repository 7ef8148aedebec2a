"""Bodies that lack something, or contain what belongs to another branch of their schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from contracts.sandbox.catalogue.build import fault, on
from contracts.sandbox.document import Schema
from contracts.sandbox.fault import Effect
from contracts.sandbox.generated.api import Generated
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer, Json

Change = Callable[[dict[str, Json], Sequence[Schema]], Json]
"""Takes an object and the branches of its schema, and returns what to serve instead."""


def each(change: Change) -> Effect:
    """Applies the change to each item of a 200's list, or to its body."""

    def effect(answer: Answer, context: Context) -> Answer:
        api = context.run.api
        if not isinstance(api, Generated):
            return answer
        return answer.editing(
            lambda body: api.with_each(
                body, lambda item: change(item, api.branches) if isinstance(item, dict) else item
            )
        )

    return on(200, effect)


def _names(branch: Schema) -> Mapping[str, Json]:
    """The members that identify a branch: each has only one value in it."""
    return {
        name: schema["enum"][0]
        for name, schema in branch.get("properties", {}).items()
        if len(schema.get("enum", ())) == 1 and name in branch.get("required", ())
    }


def _own(item: Mapping[str, Json], branches: Sequence[Schema]) -> Iterator[Schema]:
    """The branches that an object's identifying members match."""
    for branch in branches:
        names = _names(branch)
        if names and all(item.get(name) == value for name, value in names.items()):
            yield branch


def mislabeled(item: dict[str, Json], branches: Sequence[Schema]) -> Json:
    """An object labelled as another branch, which requires members that it lacks."""
    own = {id(branch) for branch in _own(item, branches)}
    for branch in branches:
        if id(branch) not in own and set(branch.get("required", ())) - item.keys():
            return {**item, **_names(branch)}
    return item


def _lacks_its_own(item: dict[str, Json], branches: Sequence[Schema]) -> Json:
    """An object without what its branch requires and other branches don't."""
    for branch in _own(item, branches):
        common = set.intersection(*(set(each.get("required", ())) for each in branches))
        own = set(branch.get("required", ())) - common - _names(branch).keys()
        return {name: value for name, value in item.items() if name not in own}
    return item


def _lacks_one(item: dict[str, Json], branches: Sequence[Schema]) -> Json:
    required = set.intersection(*(set(each.get("required", ())) for each in branches))
    lost = min(required & item.keys(), default=None)
    return {name: value for name, value in item.items() if name != lost}


def _in_no_state(item: dict[str, Json], _: Sequence[Schema]) -> Json:
    known = [name for name in ("state", "status", "type") if name in item]
    return {**item, **dict.fromkeys(known, "lost")}


FAULTS = (
    fault(
        "undocumented-state",
        "An object is in a state that the document does not have.",
        "success-body-schema",
        each(_in_no_state),
    ),
    fault(
        "wrong-branch",
        "An object says that it is of another kind than it is.",
        "success-body-schema",
        each(mislabeled),
    ),
    fault(
        "branch-member-lost",
        "An object lacks what its own kind requires.",
        "success-body-schema",
        each(_lacks_its_own),
    ),
    fault(
        "member-lost",
        "An object lacks what every kind requires.",
        "success-body-schema",
        each(_lacks_one),
    ),
)
