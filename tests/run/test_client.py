"""How the client sends: waits, retries, limits, late bytes, and the bytes of a request."""

from __future__ import annotations

import pytest

from contracts.http.exchange import Exchange, FaultKind, TransportFault
from contracts.redaction import Redactor
from contracts.run import client as client_module
from contracts.run.client import LAST_PATIENCE
from contracts.run.run import Skipped
from contracts.run.settings import Allowance
from contracts.run.verdict import RunStoppedError, Verdict
from contracts.rye import RYE
from tests.run.bench import (
    BUSY,
    GATEWAY,
    GOOD,
    KEY,
    PATH,
    POOR,
    RESET,
    SILENT,
    Make,
    Reply,
    answer,
    conforming,
    with_key,
)
from tests.support import key_of


def test_a_cache_that_can_not_use_ranges_is_no_limiter(bench: Make) -> None:
    def varnish(request: bytes) -> bytes:
        return GATEWAY if b"Range:" in request else conforming(request)

    found = bench(varnish)
    before = found.run.client.pace.interval
    for number in range(2, 8):
        asked = found.ask(fields=((b"Range", b"bytes=%d-1" % number),))
        assert isinstance(asked, Exchange)
        assert asked.attempt == 2
    assert found.run.client.pace.interval == before
    assert found.run.ledger.troubles == {}


@pytest.mark.parametrize("trouble", [RESET, GATEWAY, BUSY, SILENT])
def test_trouble_that_passes_leaves_no_trace_in_the_verdict(bench: Make, trouble: Reply) -> None:
    found = bench([trouble, GOOD])
    exchange = found.ask()
    assert isinstance(exchange, Exchange)
    assert (exchange.response.status, exchange.attempt) == (200, 2)
    assert found.run.ledger.troubles == {}
    assert [each.attempt for each in found.run.exchanges.values()] == [1, 2]
    assert list(found.run.judgements) == [2]


def test_waits_grow_and_differ(bench: Make) -> None:
    found = bench([RESET], allowance=Allowance(requests=300, backoff=1.0))
    found.ask("absent")
    first, second, third = found.clock.slept[:3]
    assert 1.0 <= first <= 2.0
    assert 2.0 <= second <= 3.0
    assert 4.0 <= third <= 5.0


def test_a_probe_is_tried_so_often_and_no_more(bench: Make) -> None:
    odd = {"fields": ((b"X-Odd", b"1"),)}
    found = bench(lambda request: GATEWAY if b"X-Odd" in request else GOOD)
    found.ask(**odd)
    odd_ones = [r for r in found.transport.requests if b"X-Odd" in r]
    assert len(odd_ones) == Allowance(1).attempts
    slow = bench(lambda request: SILENT if b"X-Odd" in request else GOOD)
    slow.ask(**odd)
    assert len([r for r in slow.transport.requests if b"X-Odd" in r]) == Allowance(1).slow_attempts


def test_a_violation_is_never_tried_away(bench: Make) -> None:
    found = bench([POOR, GOOD])
    found.ask()
    assert len(found.transport.requests) == 1
    assert [each.finding.requirement for each in found.run.defects()] == ["balance-response-schema"]


def test_the_plain_question_tells_whether_it_is_the_probe_or_the_target(bench: Make) -> None:
    found = bench(lambda request: RESET if b"X-Odd" in request else conforming(request))
    exchange = found.ask("absent", fields=((b"X-Odd", b"1"),))
    assert isinstance(exchange, Exchange)
    assert found.transport.requests[-1].count(b"\r\n") == 6  # plain, with the key
    assert with_key(found.transport.requests[-1])
    assert found.transport.fresh[-1]
    assert found.run.circumstances.stopped is None
    assert set(found.run.ledger.trouble_counts()) == {"connection reset: connection reset by peer"}
    assert found.run.conclude()[0] is Verdict.INCONCLUSIVE


def test_three_failures_of_the_plain_valid_request_stop_the_run(bench: Make) -> None:
    found = bench([GOOD, RESET])
    found.ask()
    assert isinstance(found.ask(), Skipped)
    assert len(found.transport.requests) == 4
    stopped = found.run.circumstances.stopped
    assert stopped is not None
    assert "failed 3 times in a row: connection reset" in stopped
    assert found.ask("absent") == Skipped(stopped)
    assert len(found.transport.requests) == 4


def test_failures_with_an_answer_between_them_do_not_add_up(bench: Make) -> None:
    found = bench([RESET, RESET, GOOD, RESET, RESET, GOOD])
    found.ask()
    found.ask()
    assert found.run.circumstances.stopped is None


def test_a_dead_target_is_noticed_by_probes_without_the_key_too(bench: Make) -> None:
    found = bench([RESET])
    assert isinstance(found.ask("absent"), Skipped)
    assert len(found.transport.requests) == Allowance(1).attempts + 3


def test_retry_after_is_waited_for(bench: Make) -> None:
    found = bench([answer(429, {}, "Retry-After: 7"), GOOD])
    found.ask()
    assert found.clock.slept == [7.0]


def test_a_wait_is_told_before_it_begins(bench: Make) -> None:
    found = bench([answer(429, {}, "Retry-After: 7"), GOOD])
    told: list[tuple[float, list[float]]] = []
    found.client.on_wait = lambda seconds: told.append((seconds, list(found.clock.slept)))
    found.ask()
    assert (7.0, []) in told


@pytest.mark.parametrize("value", ["0", "Sun, 06 Nov 1994 08:49:37 GMT"])
def test_a_retry_after_that_names_no_wait_slows_down_all_the_same(bench: Make, value: str) -> None:
    """As limiters that round down send, and those whose clock is behind."""
    found = bench([answer(429, {}, f"Retry-After: {value}"), GOOD])
    found.ask()
    assert found.clock.slept[0] >= client_module.UNSTATED_WAIT
    assert found.client.pace.interval >= RYE.polite_interval


def test_a_retry_after_beyond_the_runs_time_stops_it(bench: Make) -> None:
    found = bench([answer(429, {}, "Retry-After: 3600")])
    skipped = found.ask()
    assert isinstance(skipped, Skipped)
    assert "asked to wait 3600 s" in skipped.words
    assert found.clock.slept == []


def test_a_429_without_a_word_slows_the_whole_run_down(bench: Make) -> None:
    found = bench([BUSY, GOOD])
    found.ask()
    assert found.client.pace.interval == pytest.approx(RYE.polite_interval)


def test_the_cap_counts_every_attempt(bench: Make) -> None:
    found = bench([RESET, GOOD, GOOD], allowance=Allowance(requests=2))
    found.ask()
    skipped = found.ask()
    assert isinstance(skipped, Skipped)
    assert skipped.words == "the cap of 2 requests was reached"
    assert found.client.sent == len(found.transport.requests) == 2


def test_the_time_counts_what_the_target_costs_and_not_the_pace(bench: Make) -> None:
    allowance = Allowance(requests=300, seconds=10.0)
    paced = bench(conforming, allowance=allowance, interval=5.0)
    for _ in range(20):
        assert isinstance(paced.ask(), Exchange)
    slow = bench(conforming, allowance=allowance, seconds=3.0)
    results = [slow.ask() for _ in range(6)]
    assert [isinstance(each, Skipped) for each in results] == [False] * 4 + [True] * 2
    assert slow.run.circumstances.stopped is not None
    assert "the run lasted 12 s" in slow.run.circumstances.stopped


def test_an_idle_connection_that_was_closed_costs_no_wait(bench: Make) -> None:
    closed = TransportFault(FaultKind.CLOSED, "the connection was closed without an answer")
    found = bench([GOOD, closed, GOOD])
    found.transport.reused = [False, True, False]
    found.ask()
    found.ask()
    assert found.clock.slept in ([], [0.0])
    assert found.run.circumstances.stopped is None


def test_after_some_of_those_each_request_gets_a_connection_of_its_own(bench: Make) -> None:
    closed = TransportFault(FaultKind.CLOSED, "the connection was closed without an answer")
    found = bench([closed, GOOD, closed, GOOD, GOOD])
    found.transport.reused = [True, False, True, False]
    for _ in range(3):
        found.ask()
    assert found.transport.fresh == [False, False, False, True, True]


def test_what_comes_late_amends_the_exchange_before(bench: Make) -> None:
    found = bench(conforming)
    found.ask()
    found.transport.late = [b"more"]
    found.ask("absent")
    assert found.run.exchanges[1].received.endswith(b"more")
    [defect] = found.run.defects()
    assert (defect.finding.requirement, defect.exchanges) == ("framing-is-unambiguous", {1})
    assert found.run.ledger.observed["framing-is-unambiguous"] == 2


def test_a_key_of_which_half_comes_late_is_masked_whole(bench: Make) -> None:
    found = bench([GOOD + KEY[:18].encode(), GOOD])
    found.ask()
    found.transport.late = [KEY[18:].encode()]
    found.ask()
    assert found.run.raw[1].received == GOOD + KEY.encode()
    shown = found.run.exchanges[1]
    assert shown.received == GOOD + KEY[:12].encode() + b"*" * len(KEY[12:])
    assert (shown.echoes, shown.marked) == (True, False)


def test_at_the_end_what_comes_late_is_given_a_moment(bench: Make) -> None:
    found = bench(conforming)
    found.ask()
    found.transport.late = [b"more"]
    found.run.finish("the last family")
    assert found.transport.patience[-1] == LAST_PATIENCE
    assert [each.families for each in found.run.defects("the last family")] == [{"the last family"}]


def test_what_is_recorded_holds_no_key(bench: Make) -> None:
    found = bench([answer(401, {"name": KEY, "message": KEY[::-1]})])
    found.ask()
    [exchange] = found.run.exchanges.values()
    assert KEY.encode() in found.transport.requests[0]
    assert not Redactor.for_key(key_of(KEY)).leaks(exchange.sent + exchange.received)


def test_a_probe_is_cooked_into_what_it_means(bench: Make) -> None:
    found = bench(conforming)
    found.ask(
        "absent",
        fields=((b"accept", b"*/*"), (b"X-A", b"1"), (b"X-A", b"2")),
        query=b"a=b",
        body=b"{}",
    )
    [request] = found.transport.requests
    assert request == (
        b"GET /api/v1/billing/balance?a=b HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: test\r\n"
        b"accept: */*\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\n{}"
    )


def test_a_template_is_filled_in(bench: Make) -> None:
    wire = b"GET {target} HTTP/1.1\r\nHost: {host}\r\n{authorization}\r\nno field\r\n\r\n"
    found = bench(conforming)
    request = found.client.request_bytes(found.probe(wire=wire))
    assert PATH.encode() in request
    assert b"Host: 127.0.0.1" in request
    assert KEY.encode() in request
    assert b"{" not in request


def test_the_client_says_why_it_stops(bench: Make) -> None:
    found = bench(conforming, allowance=Allowance(requests=1))
    found.client.send(found.probe())
    with pytest.raises(RunStoppedError, match="cap of 1 requests"):
        found.client.send(found.probe())
