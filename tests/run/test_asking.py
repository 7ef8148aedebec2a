"""How a probe family asks: how packs are split, and within which budgets."""

from __future__ import annotations

import pytest

from contracts.http.exchange import Exchange
from contracts.http.message import parse_request
from contracts.probes.headers.entry import Entry, Group
from contracts.probes.pack import Pack
from contracts.probes.queries import Query
from contracts.run.asking import Asker
from tests.run.bench import (
    GOOD,
    NOT_MODIFIED,
    POOR,
    REFUSED,
    RESET,
    Answering,
    Make,
    answer,
    conforming,
    with_key,
)


def entry(name: str) -> Entry:
    return Entry(name, Group.VALUE, ((name.encode(), b"odd"),))


def pack(size: int) -> Pack:
    return Pack("a pack", tuple(entry(f"X-{number}") for number in range(size)))


def names(request: bytes) -> set[bytes]:
    fields = {name for name, _ in parse_request(request).fields}
    return {name for name in fields if name.startswith(b"X-")}


def failing_with(*culprits: bytes, value: bytes = b"") -> Answering:
    def answering(request: bytes) -> bytes:
        fields = dict(parse_request(request).fields)
        if set(culprits) <= set(fields) and all(value in fields[each] for each in culprits):
            return POOR
        return conforming(request)

    return answering


def test_a_pack_that_is_answered_as_it_should_be_clears_its_members(bench: Make) -> None:
    found = bench(conforming)
    Asker(found.run, "headers").pack(pack(16))
    assert len(found.transport.requests) == 1


@pytest.mark.parametrize("culprit", [0, 7, 15])
def test_a_pack_is_split_until_the_culprit_is_alone(bench: Make, culprit: int) -> None:
    found = bench(failing_with(b"X-%d" % culprit))
    Asker(found.run, "headers").pack(pack(16))
    [defect] = found.run.defects("headers")
    smallest = found.run.exchanges[defect.finding.exchange].probe
    assert [name for name, _ in smallest.fields] == [b"X-%d" % culprit]
    assert smallest.fields[0][1] == b"1"  # the name causes the failure, whatever its value
    assert len(found.transport.requests) <= 12


def test_where_the_value_is_to_blame_the_name_is_made_plain(bench: Make) -> None:
    def answering(request: bytes) -> bytes:
        return POOR if b"odd" in request else GOOD

    found = bench(answering)
    long_names = tuple(entry(f"X-Name-Of-Some-Length-{number}") for number in range(4))
    Asker(found.run, "headers").pack(Pack("a pack", long_names))
    [defect] = found.run.defects()
    smallest = found.run.exchanges[defect.finding.exchange].probe
    assert smallest.fields == ((b"X-Probe", b"odd"),)


def test_if_no_part_fails_alone_the_pack_is_the_finding(bench: Make) -> None:
    found = bench(failing_with(b"X-0", b"X-15"))
    Asker(found.run, "headers").pack(pack(16))
    [defect] = found.run.defects()
    smallest = found.run.exchanges[defect.finding.exchange].probe
    assert len(smallest.fields) == 16


def parameters(size: int) -> Pack:
    return Pack("parameters 1", tuple(Query(f"q{n}", b"q%d=odd" % n) for n in range(size)))


def test_a_good_answer_clears_all_parameters_of_a_query(bench: Make) -> None:
    found = bench(conforming)
    Asker(found.run, "queries").pack(parameters(16))
    [request] = found.transport.requests
    assert parse_request(request).query == b"&".join(b"q%d=odd" % n for n in range(16))


@pytest.mark.parametrize("culprit", [0, 7, 15])
def test_a_query_is_split_until_the_culprit_is_alone(bench: Make, culprit: int) -> None:
    def answering(request: bytes) -> bytes:
        pairs = (parse_request(request).query or b"").split(b"&")
        return POOR if b"q%d=odd" % culprit in pairs else conforming(request)

    found = bench(answering)
    asker = Asker(found.run, "queries")
    asker.pack(parameters(16))
    [defect] = found.run.defects("queries")
    smallest = found.run.exchanges[defect.finding.exchange].probe
    assert (smallest.name, smallest.query) == (f"query q{culprit}", b"q%d=odd" % culprit)
    assert len(found.transport.requests) <= 12
    before = len(found.transport.requests)
    asker.pack(parameters(16))
    assert len(found.transport.requests) == before + 1, "what is explained is not split again"


def test_two_culprits_in_two_packs_are_both_found(bench: Make) -> None:
    def answering(request: bytes) -> bytes:
        return POOR if names(request) & {b"X-3", b"X-20"} else GOOD

    found = bench(answering)
    asker = Asker(found.run, "headers")
    asker.pack(pack(8))
    before = len(found.transport.requests)
    asker.pack(Pack("another", tuple(entry(f"X-{number}") for number in range(16, 24))))
    assert len(found.transport.requests) > before + 1


def test_what_was_reduced_once_is_not_reduced_again(bench: Make) -> None:
    found = bench(failing_with(b"X-3"))
    asker = Asker(found.run, "headers")
    asker.pack(pack(8))
    before = len(found.transport.requests)
    asker.pack(pack(8))
    assert len(found.transport.requests) == before + 1


def test_what_the_plain_request_shows_too_costs_nothing(bench: Make) -> None:
    found = bench(lambda _request: POOR)
    asker = Asker(found.run, "headers")
    asker("valid")
    asker.pack(pack(8))
    assert len(found.transport.requests) == 2


def test_minimising_has_its_budget(bench: Make) -> None:
    def answering(request: bytes) -> bytes:  # a different defect for each name
        culprits = sorted(names(request))
        if not culprits:
            return GOOD
        body = {"drawdownEnabled": True, "balance": {}, "error": culprits[0].decode()}
        return answer(200, body)

    found = bench(answering, minimising=8)
    asker = Asker(found.run, "headers")
    for number in range(6):
        asker.pack(Pack(f"{number}", tuple(entry(f"X-{number}-{n}") for n in range(16))))
    assert len(found.transport.requests) <= 6 + 8
    assert found.run.reduction.minimising >= 0


def test_a_defect_that_does_not_come_back_stands(bench: Make) -> None:
    replies = iter([POOR])
    found = bench(lambda _request: next(replies, GOOD))
    Asker(found.run, "headers").pack(pack(4))
    [defect] = found.run.defects()
    assert defect.exchanges == {1}
    asked, shown = found.run.ledger.sightings(defect)
    assert shown == 1 <= asked


def test_a_pack_that_http_lets_answer_otherwise_clears_nobody(bench: Make) -> None:
    conditional = tuple(
        Entry(f"c{number}", Group.CONDITIONAL, ((name, b'"x"'),))
        for number, name in enumerate((b"If-None-Match", b"If-Match"))
    )
    found = bench([NOT_MODIFIED, GOOD, GOOD])
    Asker(found.run, "headers").pack(Pack("conditions", conditional))
    assert [request.count(b"If-") for request in found.transport.requests] == [2, 1, 1]
    assert found.run.defects() == []


def test_clearing_has_its_budget_too(bench: Make) -> None:
    conditional = tuple(
        Entry(f"c{number}", Group.CONDITIONAL, ((b"If-None-Match", b'"%d"' % number),))
        for number in range(32)
    )
    found = bench(lambda _request: NOT_MODIFIED, minimising=20)
    Asker(found.run, "headers").pack(Pack("conditions", conditional))
    assert found.run.reduction.clearing == 0
    assert len(found.transport.requests) == 1 + 5


def test_probes_of_one_name_are_numbered(bench: Make) -> None:
    found = bench(conforming)
    asker = Asker(found.run, "reads")
    asked = [asker("valid"), asker("valid"), asker("valid", name="again"), asker("absent")]
    assert [each.probe.name for each in asked if isinstance(each, Exchange)] == [
        "valid",
        "valid #2",
        "again",
        "absent",
    ]


def test_cookies_are_those_that_the_server_set_for_a_key(bench: Make) -> None:
    fields = ("Set-Cookie: session=abc; Path=/; HttpOnly", "Set-Cookie: lang=en")
    good = answer(200, {"drawdownEnabled": True, "balance": {}}, *fields)
    refused = answer(401, {}, "Set-Cookie: anonymous=1")
    found = bench(lambda request: good if with_key(request) else refused)
    asker = Asker(found.run, "reads")
    asker("absent")
    assert asker.cookies() is None
    asker("valid")
    asker("valid")
    assert asker.cookies() == b"session=abc; lang=en"


def test_recipes_that_make_nothing_of_a_key_are_left_out(bench: Make) -> None:
    asker = Asker(bench(conforming).run, "further near keys")
    default = asker.recipes("further near keys", extended=False)
    assert default
    assert set(default) < set(asker.recipes("further near keys", extended=True))


def test_a_stopped_run_asks_nothing_more(bench: Make) -> None:
    found = bench([RESET])
    asker = Asker(found.run, "headers")
    asker("valid")
    before = len(found.transport.requests)
    asker.pack(pack(8))
    asker.fields([(b"X-A", b"1")])
    assert len(found.transport.requests) == before
    assert found.run.ledger.troubles["headers"]


NUMBER = answer(401, {"name": "AuthenticationError", "message": 5})


@pytest.mark.parametrize(("again", "times"), [(NUMBER, (2, 2)), (REFUSED, (2, 1))])
def test_a_lone_sighting_is_asked_for_again(
    bench: Make, again: bytes, times: tuple[int, int]
) -> None:
    found = bench([NUMBER, again])
    asker = Asker(found.run, "near keys")
    asker("swap-case")
    asker.confirm()
    asker.confirm()
    assert len(found.transport.requests) == 2, "one that was asked twice is not asked again"
    [defect] = found.run.defects(requirement="authentication-error-schema")
    assert found.run.ledger.sightings(defect) == times


def test_confirming_has_its_own_small_budget(bench: Make) -> None:
    found = bench([NUMBER])
    found.run.reduction.confirming = 0
    asker = Asker(found.run, "near keys")
    asker("swap-case")
    asker.confirm()
    assert len(found.transport.requests) == 1
