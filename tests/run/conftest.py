"""Fixtures shared by the tests of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from contracts.http.exchange import Exchange
from contracts.judging.judge import Judge
from contracts.redaction import Redactor
from contracts.run import client as client_module
from contracts.run.client import Client
from contracts.run.pace import Pace
from contracts.run.run import Run
from contracts.run.settings import Allowance
from contracts.rye import RYE
from tests.run.bench import (
    CATALOGUE,
    KEY,
    Answering,
    Bench,
    Clock,
    Make,
    Reply,
    ScriptedTransport,
)
from tests.support import key_of


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes a run whose clock moves only where it waits."""
    clock = Clock()
    monkeypatch.setattr(client_module, "time", clock)

    def make(
        answering: Answering | Sequence[Reply],
        *,
        allowance: Allowance | None = None,
        interval: float = 0.0,
        seconds: float = 0.0,
        **options: Any,
    ) -> Bench:
        if not callable(answering):
            replies = iter(answering)
            last: list[Reply] = []

            def answering(_request: bytes) -> Reply:
                last[:] = [next(replies, *last[-1:])]
                return last[0]

        transport = ScriptedTransport(answering, clock, seconds)
        pace = Pace(interval, RYE.polite_interval, clock.monotonic, clock.sleep)

        def connect(record: Callable[[Exchange], None]) -> Client:
            redactor = Redactor.for_key(key_of(KEY))
            limits = allowance or Allowance(requests=300)
            return Client(transport, key_of(KEY), redactor, pace, limits, "test", record)  # type: ignore[arg-type]

        return Bench(Run(Judge(CATALOGUE), connect, **options), transport, clock)

    return make
