"""What an answer prompts the suite to ask next: within the envelope, or not at all."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

import pytest

from contracts.http.envelope import EnvelopeError
from contracts.http.exchange import Exchange
from contracts.http.message import parse_request
from contracts.http.probe import Credential, Probe
from contracts.judging.firewall import FIELD, PARAMETER
from contracts.probes.headers.corpus import corpus
from contracts.probes.headers.entry import Entry, Group
from contracts.probes.pack import Member, Pack
from contracts.probes.queries import Query, queries
from contracts.run.asking import Asker
from contracts.run.run import Skipped
from contracts.rye import RYE
from tests.run.bench import PATH, Answering, Bench, Make, Reply, answer, conforming

NOT_ALLOWED = answer(405, {"name": "MethodNotAllowed", "message": "GET is not allowed"})
BROKEN = answer(500, {"name": "InternalServerError", "message": "out of order"})
BLOCKED = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 7\r\n\r\nBlocked"
OVERRIDE = re.compile(rb"^x-(http-)?method(-override)?:|[?&]_method=", re.IGNORECASE | re.MULTILINE)
ATTACK = re.compile(rb"'|<script|\$\{|\{\{|\.\./|%00|__proto__|<token>")

OVERRIDES: dict[str, Member] = {
    "header GET": Entry("override", Group.FORWARDING, ((b"X-HTTP-Method-Override", b"GET"),)),
    "header head": Entry("override", Group.FORWARDING, ((b"X-HTTP-Method", b"head"),)),
    "query": Query("override", b"_method=HEAD"),
}


def breaking_on_override(*, for_good: bool) -> Answering:
    """A server that answers 405 to an override, or is out of order from the first one on."""
    met: list[bytes] = []

    def answering(request: bytes) -> Reply:
        if OVERRIDE.search(request):
            met.append(request)
            return BROKEN if for_good else NOT_ALLOWED
        return BROKEN if met and for_good else conforming(request)

    return answering


def ask_all(found: Bench, members: list[Member]) -> None:
    asker = Asker(found.run, "overrides")
    asker("valid")
    for member in members:
        asker.pack(Pack(member.slug, (member,)))
    asker("valid", name="valid after them")


@pytest.mark.parametrize("for_good", [False, True], ids=["405", "breaks in mid-run"])
@pytest.mark.parametrize("kind", OVERRIDES)
def test_a_server_that_trips_over_an_override_is_found_out(
    bench: Make, kind: str, for_good: bool
) -> None:
    found = bench(breaking_on_override(for_good=for_good), minimising=40)
    ask_all(found, [OVERRIDES[kind]])
    defects = found.run.defects("overrides")
    broken = {defect.finding.requirement for defect in defects}
    assert ("no-server-error" if for_good else "status-is-documented") in broken
    assert found.run.circumstances.stopped is None
    assert parse_request(found.transport.requests[-1]).fields, "the last one was sent"
    assert sorted(found.run.exchanges) == list(range(1, len(found.transport.requests) + 1))


@pytest.mark.parametrize("for_good", [False, True], ids=["405", "breaks in mid-run"])
def test_the_whole_nightly_lists_are_asked_of_it(bench: Make, for_good: bool) -> None:
    header: list[Member] = [e for e in corpus(RYE, "127.0.0.1", PATH) if not e.attack][:120]
    lists = [*OVERRIDES.values(), *header, *queries(with_key=True, extended=True)]
    found = bench(breaking_on_override(for_good=for_good), minimising=200)
    found.client.allowance = found.client.allowance.__class__(requests=3000)
    ask_all(found, lists)
    sent = {exchange.probe.name for exchange in found.run.exchanges.values()}
    missing = {m.slug for m in lists} - {name.removeprefix("query ") for name in sent}
    assert not missing
    assert found.run.defects("overrides")


def outside() -> Probe:
    return Probe("outside", "a family", "valid", Credential.VALID, query=b"_method=DELETE")


def test_a_planned_request_outside_the_envelope_is_an_error_and_a_further_one_a_skipped_step(
    bench: Make,
) -> None:
    found = bench(conforming)
    with pytest.raises(EnvelopeError):
        found.run.ask(outside())
    assert isinstance(found.run.ask_further(outside()), Skipped)
    assert not found.run.ledger.troubles, "what is skipped is no trouble"
    asked = found.ask()
    assert isinstance(asked, Exchange)
    assert asked.number == found.client.sent == 1, "what was not sent has no number"


class Unruly(Query):
    """A member whose simpler form leaves the envelope."""

    def simpler(self):  # type: ignore[no-untyped-def]
        yield Query("unruly simplified", b"_method=DELETE")
        yield Query("unruly otherwise", b"probe=odd")


def test_a_simplified_form_outside_the_envelope_is_skipped(bench: Make) -> None:
    found = bench(lambda request: NOT_ALLOWED if b"=odd" in request else conforming(request))
    Asker(found.run, "queries").pack(Pack("unruly", (Unruly("unruly", b"a=odd"),)))
    [defect] = found.run.defects("queries")
    assert found.run.exchanges[defect.finding.exchange].probe.query in {b"a=odd", b"probe=odd"}
    assert any(b"probe=odd" in request for request in found.transport.requests)
    assert found.run.reduction.minimising >= 0


# --- Firewalls ---------------------------------------------------------------------------------


def firewall(places: tuple[str, ...]) -> Answering:
    """A firewall that looks into Authorization, and into some other places."""

    def answering(request: bytes) -> Reply:
        parsed = parse_request(request)
        looked = [value for name, value in parsed.fields if name == b"Authorization"]
        if "fields" in places:
            looked += [value for _, value in parsed.fields]
        if "query" in places:
            looked.append(unquote_to_bytes(parsed.query or b""))
        return BLOCKED if any(map(ATTACK.search, looked)) else conforming(request)

    return answering


@pytest.mark.parametrize("extended", [False, True], ids=["default", "nightly"])
@pytest.mark.parametrize("places", [("fields",), ("query",), ("fields", "query")], ids="+".join)
def test_no_key_that_a_firewall_refuses_is_held_against_the_api(
    bench: Make, places: tuple[str, ...], extended: bool
) -> None:
    found = bench(firewall(places), minimising=200 if extended else 40)
    asker = Asker(found.run, "injections")
    asker("valid")
    for family in ("careless defaults", "absent and malformed", "injections"):
        for recipe in asker.recipes(family, extended=extended):
            asker(recipe)
    found.run.finish("injections")
    broken = {defect.finding.requirement for defect in found.run.defects()}
    assert broken == {"firewall-lets-probes-pass"}


def test_a_ban_is_seen_soon_although_a_firewall_would_explain_each_refusal(bench: Make) -> None:
    sent: list[bytes] = []
    banned: list[bytes] = []

    def answering(request: bytes) -> Reply:
        if len(sent) == sent.count(b""):
            sent.append(b"attack" if ATTACK.search(request) else b"")
            return conforming(request)
        banned.append(request)
        return BLOCKED

    found = bench(answering, minimising=200)
    asker = Asker(found.run, "injections")
    for recipe in ("valid", *asker.recipes("injections", extended=True)):
        asker(recipe)
    assert "banned the suite" in str(found.run.circumstances.stopped)
    assert len(banned) <= 12


def test_a_key_that_only_the_api_refuses_so_is_held_against_it(bench: Make) -> None:
    found = bench(firewall(()))
    asker = Asker(found.run, "injections")
    for recipe in ("valid", *asker.recipes("injections", extended=True)):
        asker(recipe)
    found.run.finish("injections")
    assert "refusal-is-401" in {defect.finding.requirement for defect in found.run.defects()}


def test_a_value_that_would_override_the_method_is_sent_as_a_field_alone(bench: Make) -> None:
    found = bench(lambda request: BLOCKED if b"' or" in request else conforming(request))
    attack = ((b"Referer", b"' or 1;_method=DELETE"),)
    asked = Asker(found.run, "headers")(fields=attack)
    assert isinstance(asked, Exchange)
    _, neutral, *_ = found.transport.requests
    assert FIELD in neutral
    assert PARAMETER not in neutral
