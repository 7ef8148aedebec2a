"""A bad network and a strict limit don't change the verdict."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from contracts.run.verdict import ExitStatus
from contracts.sandbox.catalogue import CATALOGUE
from contracts.sandbox.server import Sandbox
from tests.support import end_of, environment, start_suite

TIMES = int(os.environ.get("CONTRACTS_PROOF_FLAKY", "1"))
LIMIT = 10
"""Requests per second that the sandbox allows and announces."""


def flaky():
    """Ten a second, stated; one answer in 50 reset, and one in 50 a proxy's 503 page."""
    limit, page = CATALOGUE["limit-stated"].answer, CATALOGUE["503-always"].answer
    answered = count(1)

    def answer(conforming, context):
        limited = limit(conforming, context)
        return page(conforming, context) if next(answered) % 50 == 25 else limited

    return replace(
        CATALOGUE["resets-one-in-50"],
        name="flaky-and-limited",
        sentence="Ten a second; one answer in 50 is reset and one in 50 is a proxy's page.",
        answer=answer,
    )


@pytest.mark.parametrize("number", range(TIMES))
def test_a_limited_and_flaky_target_passes(number: int, tmp_path: Path):
    with Sandbox(fault=flaky()) as sandbox:
        env = environment(CHECKOUT_INTENTS_API_KEY=sandbox.key)
        result = end_of(start_suite(tmp_path, "--target", sandbox.url, env=env), tmp_path)
        log = list(sandbox.log)
    assert result.status == ExitStatus.PASS, result.output
    statuses = [received.status for received in log]
    assert {503, 0} <= set(statuses), "the network was not flaky"
    assert 429 not in statuses[1:], "the limit was exceeded"
    times = [received.time for received in log[1:]]
    windows = [sum(start <= t < start + 1 for t in times) for start in times]
    assert max(windows) <= LIMIT
