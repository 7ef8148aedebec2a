"""The verdict in one sentence: what kept a run from its end."""

from __future__ import annotations

from dataclasses import replace

from contracts.report.reason import doubt
from tests.report.scripted import message, run_with


def test_a_run_that_was_to_wait_too_long_says_so_beside_what_refused_it() -> None:
    refused = message("429 Too Many Requests", "", "Retry-After: 3600")
    run = run_with(lambda _: refused, asked=40)
    stopped = "the target asked to wait 3600 s, which is more than the run may last"
    words = doubt(run, replace(run.circumstances, stopped=stopped))
    assert "429 in 40 of 40 answers" in words
    assert words.endswith(f"; {stopped}")
