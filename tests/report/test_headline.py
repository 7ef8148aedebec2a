"""A headline says what is wrong, and which request shows it."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.http.probe import Probe
from contracts.report.text.headline import headline, member
from contracts.run.asking import Asker
from contracts.run.run import Run
from tests.report.scripted import GOOD, Answer, answering, conforming, message, run_with

FORWARDED = (b"X-Forwarded-Proto", b"https")
TRACE = (b"traceparent", b"junk")


def where(carrier: bytes, answer: bytes) -> Answer:
    """The API as it should be, but to requests with a field or query of that name."""

    def respond(probe: Probe) -> bytes:
        carried = any(name == carrier for name, _ in probe.fields)
        odd = carried or carrier in (probe.query or b"")
        return answer if odd else conforming(probe)

    return respond


def headlines(answer: Answer, recipe: str = "valid", **asked: Any) -> list[str]:
    """What is told of a run with one odd request."""
    run: Run = run_with(answer)
    if asked:
        Asker(run, "headers")(recipe, **asked)
    return [headline(run, defect) for defect in run.defects() if is_must(run, defect)]


def is_must(run: Run, defect: Any) -> bool:
    return run.level(defect.finding.requirement) == "MUST"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            '{"drawdownEnabled":true,"balance":{"amountSubunits":5}}',
            "200 body lacks `balance.currencyCode`",
        ),
        (
            '{"balance":{"amountSubunits":5,"currencyCode":"USD"}}',
            "200 body lacks `drawdownEnabled`",
        ),
        (
            '{"drawdownEnabled":true,"balance":{"amountSubunits":"5","currencyCode":"USD"}}',
            '200 body: `balance.amountSubunits` is "5"; expected',
        ),
    ],
)
def test_a_body_is_told_by_its_members(body: str, expected: str) -> None:
    [told] = headlines(answering(body))
    assert told.startswith(expected)


@pytest.mark.parametrize(
    ("answer", "recipe", "asked", "expected"),
    [
        (
            where(b"X-Forwarded-Proto", GOOD),
            "absent",
            {"fields": [FORWARDED]},
            "Served without a valid key to `X-Forwarded-Proto: https`",
        ),
        (
            where(b"traceparent", message("500 Oops", "{}")),
            "valid",
            {"fields": [TRACE]},
            "500 Internal Server Error for `traceparent: junk`",
        ),
        (
            where(b"traceparent", message("555 Oops", "{}")),
            "valid",
            {"fields": [TRACE]},
            "Status 555 for `traceparent: junk`",
        ),
        (
            where(b"limit", message("409 Conflict", "{}")),
            "valid",
            {"query": b"limit=abc"},
            "409 Conflict, which is not documented for `?limit=abc`",
        ),
        (
            where(b"traceparent", message("403 Forbidden", "{}")),
            "valid",
            {"fields": [TRACE]},
            "403 Forbidden though the key is valid for `traceparent: junk`",
        ),
    ],
    ids=["served", "500", "555", "409", "403"],
)
def test_a_status_is_told_with_its_request(
    answer: Answer, recipe: str, asked: dict[str, Any], expected: str
) -> None:
    assert headlines(answer, recipe, **asked) == [expected]


def test_what_any_request_shows_names_none() -> None:
    open_to_all = headlines(lambda _: GOOD)
    assert "Served without a valid key" in open_to_all
    forbidden = message("403 Forbidden", '{"name":"AuthenticationError","message":"no"}')
    refusing = headlines(lambda p: GOOD if p.recipe == "valid" else forbidden)
    assert refusing == ["403 Forbidden instead of 401"]
    page = message("401 Unauthorized", "<p>no</p>", "Content-Type: text/html")
    told = headlines(lambda p: GOOD if p.recipe == "valid" else page)
    assert told == ["Content-Type: text/html; expected application/json"]
    assert headlines(conforming) == []


def test_members_are_written_as_people_do() -> None:
    assert member("/items/0/id") == "items[0].id"
    assert member("/a~1b") == "a/b"
    assert member("") == ""


def test_a_status_that_every_request_gets_is_one_cause() -> None:
    run = run_with(lambda probe: message("201 Created", "{}") if probe.recipe == "valid" else GOOD)
    for fields in ([FORWARDED], [TRACE]):
        Asker(run, "headers")("valid", fields=fields)
    plain = run.defects(requirement="valid-key-gets-200")
    assert [defect.finding.cause for defect in plain] == ["any request"]
    assert {n for n, e in run.exchanges.items() if e.probe.fields} < plain[0].exchanges
    assert run.defects(requirement="status-is-documented") == []
