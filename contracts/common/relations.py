"""What parameters mean, as far as the operation's folder states it: limit, cursors, filters."""

from __future__ import annotations

import pytest

from contracts.probes.relations import steps
from contracts.run.asking import Asker
from contracts.run.run import Skipped

SERVED = (
    "valid-key-gets-200",
    "success-body-schema",
    "bad-key-is-refused",
    "refusal-is-401",
)


@pytest.mark.family("relations", order=14, observes=SERVED)
def test_parameters_mean_what_is_stated(ask: Asker) -> None:
    """A list is read page by page, forwards and back, and filtered; and all that without a key."""
    asking, body = steps(ask.operation), None
    while True:
        try:
            step = asking.send(body)
        except StopIteration:
            return
        asked = ask(step.recipe, name=step.name, query=step.query, alone=True)
        body = None if isinstance(asked, Skipped) else ask.run.judge.read(asked).json[0]
