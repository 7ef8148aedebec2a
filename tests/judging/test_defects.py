"""A defect counts once, under the requirement that says most about it."""

from __future__ import annotations

import pytest

from contracts.http.probe import Credential, Field
from contracts.judging.causes import ANY, ANY_KEY
from contracts.judging.defects import Defect
from contracts.run.ledger import Ledger
from tests.judging.exchanges import GOOD, INVALID, JSON, JUDGE, answer, exchange

MATCH: Field = (b"If-None-Match", b"*")
Asked = tuple[bytes, str, Credential | None, tuple[Field, ...], bytes | None]
CREATED, SERVED = answer(201, GOOD), answer(200, GOOD)


def asked(
    received: bytes, recipe: str = "valid", *fields: Field, query: bytes | None = None
) -> Asked:
    return received, recipe, None, fields, query


def entered(*requests: Asked) -> Ledger:
    ledger = Ledger()
    for number, (received, recipe, credential, fields, query) in enumerate(requests, start=1):
        one = exchange(received, recipe, credential, fields=fields, query=query, number=number)
        ledger.add(JUDGE.judge(one), "a family")
    return ledger


def told(defects: list[Defect]) -> list[tuple[str, str, set[int]]]:
    return [(d.finding.requirement, d.finding.cause, d.exchanges) for d in defects]


def test_a_wrong_status_of_the_plain_request_is_no_other_defect_of_odd_ones() -> None:
    ledger = entered(asked(CREATED), asked(CREATED, query=b"a=1"))
    assert told(ledger.defects) == [("valid-key-gets-200", ANY, {1, 2})]
    assert ledger.violated["status-is-documented"] == 0
    assert ledger.observed["status-is-documented"] == 1


def test_an_odd_request_alone_breaks_what_is_promised_of_odd_ones() -> None:
    ledger = entered(asked(SERVED), asked(CREATED, query=b"a=1"))
    assert told(ledger.defects) == [("status-is-documented", "parameter a", {2})]
    other = entered(asked(answer(202, GOOD)), asked(CREATED, query=b"a=1"))
    assert [d.finding.requirement for d in other.defects] == [
        "valid-key-gets-200",
        "status-is-documented",
    ]


@pytest.mark.parametrize(
    ("received", "fields"),
    [
        (answer(304), (MATCH,)),
        (
            answer(206, None, "Content-Range: bytes 0-1/84", JSON, content=b'{"'),
            ((b"Range", b"bytes=0-1"),),
        ),
        (answer(412), ((b"If-Match", b'"a"'),)),
    ],
    ids=["not modified", "a part", "failed"],
)
def test_where_everyone_is_served_preconditions_tell_nothing_new(
    received: bytes, fields: tuple[Field, ...]
) -> None:
    ledger = entered(asked(SERVED, "absent"), asked(received, "absent", *fields))
    assert told(ledger.defects) == [("bad-key-is-refused", ANY_KEY, {1, 2})]
    alone = entered(asked(received, "absent", *fields))
    assert len(alone.defects) == 1
    assert alone.defects[0].finding.cause != ANY_KEY


def test_an_oddity_that_gets_one_status_with_and_without_the_key_is_one_defect() -> None:
    missing, routed = answer(404, {"name": "NotFound"}), (b"X-Original-URL", b"/nowhere")
    ledger = entered(asked(missing, "absent", routed), asked(missing, "valid", routed))
    assert told(ledger.defects) == [("status-is-documented", "field x-original-url", {1, 2})]
    assert ledger.violated["refusal-is-401"] == 0
    alone = entered(asked(missing, "absent", routed))
    assert alone.defects[0].finding.requirement == "refusal-is-401"


def test_the_smallest_request_of_the_requirement_itself_stands_for_it() -> None:
    ledger = entered(asked(CREATED, "valid", (b"X-Odd", b"1")), asked(CREATED))
    [defect] = ledger.defects
    assert (defect.finding.requirement, defect.finding.exchange) == ("valid-key-gets-200", 2)


def test_members_of_a_map_are_one_place() -> None:
    def invalid(name: str) -> bytes:
        return answer(422, {**INVALID, "fields": {name: True}})

    ledger = entered(asked(invalid("query.a"), query=b"a=1"), asked(invalid("b"), query=b"b=1"))
    assert told(ledger.defects) == [("validate-error-schema", ANY, {1, 2})]
