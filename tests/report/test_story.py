"""A finding of several requests tells them in their order."""

from __future__ import annotations

from contracts.report.text.explain import explain
from contracts.report.text.story import story
from contracts.run.run import Run
from tests.report.scripted import GOOD, REFUSED, conforming, facts_of, page_of, run_with


def remembering() -> Run:
    """A run against a server that lets in whoever asks behind a valid key."""
    answers = iter([GOOD, REFUSED, GOOD, GOOD])
    run = run_with(lambda _: next(answers))
    run.finish("the whole run")
    return run


def test_the_requests_stand_in_their_order_with_their_answers() -> None:
    run = remembering()
    [defect] = run.defects(requirement="authentication-per-request")
    lines = story(run, defect)
    assert lines == [
        "1. valid: 200 OK",
        "2. absent: 401 Unauthorized",
        "3. valid #2: 200 OK",
        "4. absent #2: 200 OK",
    ]
    told = explain(run, [defect])
    assert all(line in told for line in lines)
    assert all(line in page_of(run, facts_of(run)) for line in lines)


def test_what_one_request_shows_has_none() -> None:
    run = run_with(lambda probe: GOOD)
    assert [story(run, defect) for defect in run.defects()] == [[]] * len(run.defects())
    assert run.defects()
    assert run_with(conforming).defects() == []
