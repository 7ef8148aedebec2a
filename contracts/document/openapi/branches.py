"""Which branch of `anyOf` or `oneOf` a value is meant for when it fits none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from jsonschema import ValidationError

    from contracts.document.clauses import SchemaNode


def best_branch(
    node: SchemaNode, keyword: str, value: object, errors: Sequence[Sequence[ValidationError]]
) -> int | None:
    """Index of the branch that an invalid value fits best; None if it has the type of none.

    It is the one that the discriminator names; otherwise the one with the fewest mismatches in
    `enum` and `const` members, which tell branches apart, and then with the fewest errors.

    Arguments:
        node: the schema.
        keyword: `anyOf` or `oneOf`.
        value: the value.
        errors: the value's errors under each branch.
    """
    tag = value.get(node.tag) if isinstance(value, dict) and node.tag is not None else None
    named = node.tagged.get(tag) if isinstance(tag, str) else None
    ranks = []
    for at, (branch, broken) in enumerate(zip(node.branches[keyword], errors, strict=True)):
        if branch is named:
            return at
        depth = min((len(each.relative_path) for each in broken), default=0)
        misfit = any(each.validator == "type" and not each.relative_path for each in broken)
        telling = sum(
            each.validator in ("enum", "const") and len(each.relative_path) == 1 for each in broken
        )
        if not misfit:
            ranks.append((telling, sum(map(_weight, broken)), -depth, at))
    return min(ranks)[-1] if ranks else None


def _weight(error: ValidationError) -> int:
    """The number of faults in an error: each missing member counts."""
    if error.validator != "required":
        return 1
    names = cast(Any, error.validator_value)
    return sum(name not in cast(Any, error.instance) for name in names)
