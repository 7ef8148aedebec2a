"""Other resources of the operation, and what does not exist, as `[operation]` names them.

Where it names neither, and the path has no parameters, there is nothing to ask.
"""

from __future__ import annotations

import pytest

from contracts.probes.documented import BAD_KEYS, astray_keys
from contracts.run.asking import Asker

OTHERS = (
    "valid-key-gets-200",
    "success-body-schema",
    "resource-is-its-own",
    "bad-key-is-refused",
    "refusal-is-401",
)


@pytest.mark.family("other resources", order=16, observes=OTHERS)
def test_each_resource_is_served_to_the_key_alone(ask: Asker) -> None:
    """As the first one is, and with its own data."""
    for recipe in ("valid", *BAD_KEYS):
        ask.variations(ask.operation.plain.resources, recipe)


@pytest.mark.family(
    "values that lead nowhere", order=15, observes=("no-server-error", "refusal-is-401")
)
def test_a_path_that_leads_nowhere_is_rejected(ask: Asker) -> None:
    """Of each parameter in the path a value of another type, or one that means nothing."""
    for recipe in astray_keys(ask.operation.plain):
        ask.variations(ask.operation.plain.astray, recipe)


@pytest.mark.family(
    "what does not exist", order=17, observes=("unknown-resource-gets-404", "refusal-is-401")
)
def test_what_does_not_exist_is_not_found(ask: Asker) -> None:
    """With the key; who has none is not told what there is."""
    for recipe in ("valid", *BAD_KEYS):
        ask.variations(ask.operation.plain.absent, recipe)
