"""A firewall's refusal is one where the same page answers an attack that no API reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.http.exchange import Exchange, FaultKind, TransportFault
from contracts.http.probe import Credential, Field
from contracts.judging.environment import trouble
from contracts.judging.firewall import (
    FIELD,
    as_field,
    as_query,
    attacks_of,
    dropped,
    elsewhere,
    is_explained,
    is_neutral,
    may_be_blocked,
    refusals_of_attacks,
)
from tests.judging.exchanges import GOOD, REFUSED, answer, exchange
from tests.judging.test_sequence_checks import sequence

ATTACK = b"' OR '1'='1"
REFERER: tuple[Field, ...] = ((b"Referer", ATTACK),)
NEUTRAL = as_field([ATTACK])
CLOSED = TransportFault(FaultKind.CLOSED, "the connection was closed without an answer")


def page(fields: tuple[Field, ...] = REFERER, words: str = "Blocked 4f2a9c17", **more) -> Exchange:
    received = answer(403, None, "Content-Type: text/html", content=words.encode())
    return exchange(received, credential=Credential.VALID, fields=fields, **more)


def closed(fields: tuple[Field, ...], name: str = "referer-sql") -> Exchange:
    one = exchange(b"", credential=Credential.VALID, fields=fields)
    return replace(one, fault=CLOSED, closed=True, probe=replace(one.probe, name=name))


def in_order(*exchanges: Exchange) -> list[Exchange]:
    return [replace(one, number=number) for number, one in enumerate(exchanges, start=1)]


def a_key(name: str = "path-traversal") -> Exchange:
    one = page((), recipe="random-key-1")
    wrong = replace(one.probe, name=name, attack=True, credential=Credential.WRONG)
    return replace(one, probe=wrong)


def named(one: Exchange, name: str) -> Exchange:
    return replace(one, probe=replace(one.probe, name=name))


def test_a_page_to_an_attack_waits_for_what_tells_whose_it_is() -> None:
    assert may_be_blocked(page())
    assert not may_be_blocked(page(((b"Referer", b"https://a.example/"),)))
    json = exchange(answer(403, REFUSED), credential=Credential.VALID, fields=REFERER)
    assert not may_be_blocked(json)
    assert not may_be_blocked(exchange(answer(400), credential=Credential.VALID, fields=REFERER))


def test_the_same_page_where_no_api_reads_it_is_a_firewalls() -> None:
    run = in_order(page(), page(NEUTRAL, "Blocked 77aa01be"))
    assert is_neutral(run[1].probe)
    assert refusals_of_attacks(run) == []
    shaped, [found] = sequence("firewall-lets-probes-pass", *run)
    assert (shaped, found.exchange) == (1, 1)
    assert found.found == "a firewall's page for 1 of 1 such requests"


def test_the_number_of_a_refusal_is_no_part_of_its_page() -> None:
    first, second = "Request ID: aK3vQ_x7Lr0pT2mWz9-dYbE4nHs1uJcG==", "Request ID: Zr8QmT1xV5oLk"
    second += "2Nw7yBf0PdS3hJgAe6=="
    assert refusals_of_attacks(in_order(page(words=first), page(NEUTRAL, second))) == []


@pytest.mark.parametrize(
    "elsewhere",
    [
        exchange(answer(200, GOOD), credential=Credential.VALID, fields=NEUTRAL),
        page(NEUTRAL, "Another page"),
        page(((b"Origin", ATTACK),)),
    ],
    ids=["served", "another page", "a field that APIs read"],
)
def test_otherwise_it_is_the_apis(elsewhere: Exchange) -> None:
    [found] = refusals_of_attacks(in_order(page(), elsewhere))[:1]
    assert (found.requirement, found.where) == ("valid-key-gets-200", "status")
    assert sequence("firewall-lets-probes-pass", page(), elsewhere)[1] == []


def test_of_a_key_it_must_be_the_same_value() -> None:
    other = named(page(NEUTRAL), elsewhere(a_key("sql-or").probe))
    same = named(page(NEUTRAL), elsewhere(a_key().probe))
    assert [f.requirement for f in refusals_of_attacks(in_order(a_key(), other))] == [
        "refusal-is-401"
    ]
    assert refusals_of_attacks(in_order(a_key(), same)) == []


def test_a_dropped_connection_must_be_dropped_elsewhere_by_the_same_value() -> None:
    other = closed(NEUTRAL, "sql-drop, where no API reads it")
    same = closed(NEUTRAL, "referer-sql, where no API reads it")
    assert dropped(in_order(closed(REFERER), other)) == set()
    run = in_order(closed(REFERER), same)
    assert dropped(run) == {1, 2}
    assert is_explained(run[0], run)
    [found] = refusals_of_attacks(run)
    assert (found.requirement, found.exchange) == ("firewall-lets-probes-pass", 1)
    assert trouble(run[0]) is not None


def test_a_firewall_that_dropped_two_values_is_not_asked_of_each() -> None:
    shown = [closed(REFERER, name) for name in ("a", "b")]
    shown += [closed(NEUTRAL, f"{name}, where no API reads it") for name in ("a", "b")]
    run = in_order(*shown, closed(REFERER, "c"), closed(((b"X-Odd", b"1"),), "d"))
    assert dropped(run) == {1, 2, 3, 4, 5}


def test_values_are_taken_from_fields_and_queries() -> None:
    one = page((*REFERER, (b"X-Plain", b"1")), query=as_query(b"${7*7}") + b"&a=1")
    assert attacks_of(one) == [ATTACK, b"${7*7}"]
    assert as_field([b"a", b"b"]) == ((FIELD, b"a"), (FIELD + b"-2", b"b"))


def test_one_dropped_value_explains_no_other() -> None:
    shown = [closed(REFERER, "a"), closed(NEUTRAL, "a, where no API reads it")]
    assert dropped(in_order(*shown, closed(REFERER, "c"))) == {1, 2}
