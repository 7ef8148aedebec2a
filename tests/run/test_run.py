"""A run from within: how the client tries, how packs are taken apart, how the ledger counts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from contracts.document.requirements import Catalogue
from contracts.document.surface import LONGEST, MOST_MEMBERS, note_unspecified
from contracts.http.exchange import Exchange, FaultKind, TransportFault
from contracts.http.message import parse_request
from contracts.http.probe import Credential, Probe
from contracts.http.transport import Endpoint, Recording
from contracts.judging.judge import Judge
from contracts.probes.headers.entry import Entry, Group
from contracts.probes.headers.packs import Pack
from contracts.redaction import Redactor
from contracts.run import client as client_module
from contracts.run.asking import Asker
from contracts.run.client import LAST_PATIENCE, Allowance, Client, RunStoppedError
from contracts.run.pace import Pace
from contracts.run.run import Run, Skipped
from contracts.run.verdict import Verdict
from contracts.rye import RYE
from tests.support import ROOT, key_of

CATALOGUE = Catalogue.load(ROOT / "contracts/billing/requirements.toml")
KEY = "RYE/staging-Qz7vKp2mX9r4b8WnT3cLs6Hd"
PATH = "/api/v1/billing/balance"
ENDPOINT = Endpoint("http", "127.0.0.1", 80, PATH)

Reply = bytes | TransportFault
Answering = Callable[[bytes], Reply]


def answer(status: int, body: object, *fields: str) -> bytes:
    content = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Reason", "Content-Type: application/json", *fields]
    lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


GOOD = answer(
    200, {"drawdownEnabled": True, "balance": {"currencyCode": "USD", "amountSubunits": 5}}
)
POOR = answer(200, {"drawdownEnabled": True, "balance": {"currencyCode": "USD"}})
REFUSED = answer(401, {"name": "AuthenticationError", "message": "no"}, "WWW-Authenticate: Bearer")
BUSY = answer(429, {})
GATEWAY = answer(503, {})
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n'
RESET = TransportFault(FaultKind.RESET, "connection reset by peer")
SILENT = TransportFault(FaultKind.READ_TIMEOUT, "nothing moved for 10 s")


class Clock:
    """Seconds that pass only where somebody waits for them."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class ScriptedTransport:
    """Stands in for the socket: a function answers."""

    answering: Answering
    clock: Clock
    seconds: float = 0.0
    absolute_form: bool = False
    endpoint: Endpoint = ENDPOINT
    requests: list[bytes] = field(default_factory=list)
    fresh: list[bool] = field(default_factory=list)
    late: list[bytes] = field(default_factory=list)
    reused: list[bool] = field(default_factory=list)
    patience: list[float] = field(default_factory=list)

    def exchange(self, request: bytes, *, fresh: bool) -> Recording:
        self.requests.append(request)
        self.fresh.append(fresh)
        self.clock.now += self.seconds
        reply = self.answering(request)
        fault = reply if isinstance(reply, TransportFault) else None
        received = b"" if isinstance(reply, TransportFault) else reply
        reused = self.reused.pop(0) if self.reused else False
        return Recording(request, received, fault is not None, self.seconds, 1, reused, fault)

    def settle(self, patience: float = 0.0) -> bytes:
        self.patience.append(patience)
        return self.late.pop(0) if self.late else b""

    def proxy_fields(self) -> bytes:
        return b""

    def close(self) -> None:
        """There is nothing to close."""


@dataclass
class Bench:
    """A run on a scripted transport, and everything that it is made of."""

    run: Run
    transport: ScriptedTransport
    clock: Clock

    @property
    def client(self) -> Client:
        return self.run.client

    def probe(self, recipe: str = "valid", **more: Any) -> Probe:
        kinds = {"valid": Credential.VALID, "absent": Credential.ABSENT}
        credential = kinds.get(recipe, Credential.WRONG)
        return Probe("a probe", "a family", recipe, credential, **more)

    def ask(self, recipe: str = "valid", **more: Any) -> Exchange | Skipped:
        return self.run.ask(self.probe(recipe, **more))


Make = Callable[..., Bench]


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


def with_key(request: bytes) -> bool:
    return f"Authorization: Bearer {KEY}".encode() in request


def conforming(request: bytes) -> bytes:
    return GOOD if with_key(request) else REFUSED


# --- client: patience ----------------------------------------------------------------------


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
    assert found.run.trouble_of("a family") == "connection reset: connection reset by peer"
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


# --- run -----------------------------------------------------------------------------------


def test_a_refused_key_is_doubt_and_no_failure(bench: Make) -> None:
    found = bench(lambda _request: REFUSED)
    for _ in range(2):
        found.ask()
    assert found.run.conclude()[0] is Verdict.FAIL  # two are not enough to doubt the key
    found.ask()
    verdict, circumstances = found.run.conclude()
    assert (verdict, circumstances.key_refused) == (Verdict.INCONCLUSIVE, True)
    assert found.run.defects() == []
    requirement = CATALOGUE.requirements["valid-key-gets-200"]
    assert found.run.requirement_verdict(requirement) is Verdict.INCONCLUSIVE
    skipped = found.ask(fields=((b"X-Odd", b"1"),))
    assert skipped == Skipped("the key was refused")
    assert isinstance(found.ask("absent"), Exchange)


def test_a_key_that_was_good_once_is_not_refused(bench: Make) -> None:
    found = bench([REFUSED, REFUSED, REFUSED, GOOD])
    for _ in range(4):
        found.ask()
    assert not found.run.key_refused
    assert found.run.conclude()[0] is Verdict.FAIL


@pytest.mark.parametrize("refusal", [answer(403, {}), answer(401, {"error": "no"})])
def test_a_refusal_that_is_not_well_formed_is_a_failure(bench: Make, refusal: bytes) -> None:
    found = bench(lambda _request: refusal)
    for _ in range(3):
        found.ask()
    assert not found.run.key_refused
    assert found.run.conclude()[0] is Verdict.FAIL


def test_one_violation_decides_whatever_else_happens(bench: Make) -> None:
    found = bench([POOR, RESET])
    found.ask()
    found.ask()
    assert found.run.circumstances.stopped is not None
    assert found.run.conclude()[0] is Verdict.FAIL


def test_a_run_that_asked_nothing_proves_nothing(bench: Make) -> None:
    assert bench(conforming).run.conclude()[0] is Verdict.INCONCLUSIVE


def test_the_second_oracle_looks_at_what_the_first_finds_right(bench: Make) -> None:
    seen = []

    def oracle(reading: Any) -> list[str]:
        seen.append(reading.exchange.number)
        return ["it is wrong all the same"]

    found = bench([GOOD, POOR], second_oracle=oracle)
    found.ask()
    found.ask()
    assert seen == [1]
    first = found.run.defects()[0].finding
    assert (first.requirement, first.exchange) == ("balance-response-schema", 1)
    assert first.found == "it is wrong all the same"


def test_undocumented_properties_are_noted(bench: Make) -> None:
    body = {
        "drawdownEnabled": True,
        "balance": {"currencyCode": "USD", "amountSubunits": 5, "b": 1},
    }
    found = bench([answer(200, {**body, "a": {"c": 1}})])
    found.ask()
    assert found.run.unspecified == {"/a", "/balance/b"}
    assert found.run.defects() == []


def test_what_is_undocumented_is_noted_within_bounds() -> None:
    schema = Judge(CATALOGUE).catalogue.operation.validator(200).root
    noted: set[str] = set()
    note_unspecified(noted, schema, {f"n{number}": 1 for number in range(MOST_MEMBERS + 9)})
    assert len(noted) == MOST_MEMBERS
    noted.clear()
    note_unspecified(noted, schema, {"x" * 1000: 1})
    assert {len(pointer) for pointer in noted} == {LONGEST}


# --- confirming ----------------------------------------------------------------------------


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
    found.run.confirming = 0
    asker = Asker(found.run, "near keys")
    asker("swap-case")
    asker.confirm()
    assert len(found.transport.requests) == 1


# --- ledger --------------------------------------------------------------------------------


def test_the_ledger_counts_by_requirement_clause_and_family(bench: Make) -> None:
    found = bench([GOOD, POOR, GOOD])
    for _ in range(3):
        found.ask()
    ledger = found.run.ledger
    assert ledger.observed["balance-response-schema"] == 3
    assert ledger.violated["balance-response-schema"] == 1
    assert ledger.family_observed("a family", "balance-response-schema") == 3
    assert ledger.family_observed("another", "balance-response-schema") == 0
    assert ledger.sample("balance-response-schema") == 1
    clauses = [name for name, times in ledger.clauses_violated.items() if times]
    assert clauses == ["200 /components/schemas/Money/required/amountSubunits"]
    assert ledger.clauses_observed["200 media type"] == 3
    [defect] = found.run.defects()
    assert ledger.sightings(defect) == (3, 1)  # intermittent: the same request, seen once of thrice


def test_the_smallest_request_stands_for_a_defect(bench: Make) -> None:
    found = bench(lambda _request: POOR)
    found.ask(fields=((b"X-Odd", b"1"), (b"X-Even", b"2")))
    found.ask(fields=((b"X-Odd", b"1"),))
    found.ask()
    found.ask(query=b"a=b")
    [defect] = found.run.defects()
    assert defect.finding.exchange == 3
    assert defect.exchanges == {1, 2, 3, 4}


# --- asking --------------------------------------------------------------------------------


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
    assert smallest.fields[0][1] == b"1"  # whatever its value: the name is to blame
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
    def answering(request: bytes) -> bytes:  # another defect for each name
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
    assert found.run.minimising >= 0


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
    assert found.run.clearing == 0
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
    assert found.run.trouble_of("headers") is not None


def test_the_client_says_why_it_stops(bench: Make) -> None:
    found = bench(conforming, allowance=Allowance(requests=1))
    found.client.send(found.probe())
    with pytest.raises(RunStoppedError, match="cap of 1 requests"):
        found.client.send(found.probe())


def test_an_exchange_is_entered_once_however_often_it_is_amended(bench: Make) -> None:
    found = bench(conforming)
    exchange = found.ask()
    assert isinstance(exchange, Exchange)
    judgement = found.run.judgements[1]
    found.run.ledger.add(judgement, "a family")
    found.run.ledger.add(replace(judgement, exchange=replace(exchange)), "other")
    assert found.run.ledger.observed["valid-key-gets-200"] == 1
