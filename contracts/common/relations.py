"""What parameters mean, as far as the operation's folder states it: limit, cursors, filters."""

from __future__ import annotations

import pytest

from contracts.probes.relations import steps
from contracts.run.asking import Asker
from contracts.run.run import Skipped


@pytest.mark.family("relations", order=14, observes=("valid-key-gets-200", "success-body-schema"))
def test_parameters_mean_what_is_stated(ask: Asker) -> None:
    """A list is read page by page, forwards and back, and filtered; the whole run judges it."""
    asking, body = steps(ask.operation), None
    while True:
        try:
            name, query = asking.send(body)
        except StopIteration:
            return
        asked = ask(name=name, query=query, alone=True)
        body = None if isinstance(asked, Skipped) else ask.run.judge.read(asked).json[0]
