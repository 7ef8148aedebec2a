"""A target that refuses everything from some point on shows a ban, an ended key, or a cache."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from contracts.http.exchange import Exchange, FaultKind, TransportFault
from contracts.http.probe import Credential
from contracts.judging.endings import (
    FRESH_QUERY,
    KEYLESS_QUERY,
    NEW_CONNECTION,
    ending,
    key_is_good,
    refusals_from_a_cache,
)
from tests.judging.exchanges import GOOD, REFUSED, answer, exchange

PAGE = b"<h1>Forbidden</h1>"


def served() -> Exchange:
    return exchange(answer(200, GOOD))


def banned(name: str = "valid", *fields: str) -> Exchange:
    one = answer(403, None, "Content-Type: text/html", *fields, content=PAGE)
    return named(exchange(one), name)


def refused(name: str = "valid", status: int = 401) -> Exchange:
    return named(exchange(answer(status, REFUSED)), name)


def odd(one: Exchange, name: str = "range-junk") -> Exchange:
    return replace(one, probe=replace(one.probe, name=name, fields=((b"Range", b"junk"),)))


def wrong(one: Exchange) -> Exchange:
    return replace(one, probe=replace(one.probe, recipe="absent", credential=Credential.ABSENT))


def named(one: Exchange, name: str) -> Exchange:
    query = b"fresh=1" if name == FRESH_QUERY else None
    return replace(one, probe=replace(one.probe, name=name, query=query))


def lost(name: str) -> Exchange:
    fault = TransportFault(FaultKind.RESET, "connection reset by peer")
    return replace(named(exchange(b""), name), fault=fault, closed=True)


def in_order(*exchanges: Exchange) -> list[Exchange]:
    return [replace(one, number=number) for number, one in enumerate(exchanges, start=1)]


def asked(make: Callable[[str], Exchange]) -> tuple[Exchange, Exchange, Exchange]:
    """The three further requests, each answered alike."""
    return make(NEW_CONNECTION), make(NEW_CONNECTION), make(FRESH_QUERY)


def test_a_ban_names_the_last_answer_and_the_first_refusal() -> None:
    run = in_order(served(), wrong(refused()), odd(banned()), banned(), *asked(banned))
    found = ending(run)
    assert found is not None
    assert found.first == 3
    assert "banned" in found.words
    assert "request 2 (valid) was the last" in found.words
    assert "from request 3 (range-junk) on everything got 403 text/html" in found.words
    assert refusals_from_a_cache(run) == []


def test_an_ended_key_names_the_last_request_that_was_served() -> None:
    run = in_order(served(), wrong(refused()), odd(refused()), wrong(refused()), *asked(refused))
    found = ending(run)
    assert found is not None
    assert found.first == 3
    assert "stopped working after request 1: from request 3" in found.words


def keyless(status: int) -> Exchange:
    return wrong(refused(KEYLESS_QUERY, status))


def test_validation_before_authentication_hides_nothing() -> None:
    first, second, _ = asked(refused)
    invalid = refused(FRESH_QUERY, 422)
    assert ending(in_order(served(), first, second, invalid)) is None
    assert ending(in_order(served(), first, second, invalid, keyless(422))) is not None


def test_a_422_shows_a_good_key_where_others_get_none() -> None:
    first, second, _ = asked(refused)
    run = in_order(served(), first, second, refused(FRESH_QUERY, 422), keyless(401))
    assert ending(run) is None
    assert key_is_good(run)
    assert not key_is_good(run[:-1])
    first, second, _ = asked(banned)
    assert ending(in_order(served(), first, second, refused(FRESH_QUERY, 422))) is None


@pytest.mark.parametrize(
    "exchanges",
    [
        (banned(), *asked(banned)),
        (served(), banned(), *asked(banned)[:2]),
        (served(), banned(), *asked(banned)[1:]),
        (served(), banned(), *asked(banned)[:2], named(served(), FRESH_QUERY)),
        (served(), banned(), banned(NEW_CONNECTION), served(), *asked(banned)[1:]),
        (served(), *asked(lambda name: banned(name, "Age: 7"))),
        (served(), *asked(lambda name: banned(name, "Age: 7")), served()),
        (served(), banned(), *asked(banned)[:2], lost(FRESH_QUERY)),
    ],
    ids=[
        "never served",
        "no fresh query",
        "asked once",
        "a cache",
        "served between",
        "stored",
        "stored for a while",
        "lost",
    ],
)
def test_less_is_no_ending(exchanges: tuple[Exchange, ...]) -> None:
    assert ending(in_order(*exchanges)) is None


def test_a_cache_is_found_out_by_a_fresh_query_and_its_cause_named() -> None:
    first, second, _ = asked(banned)
    run = in_order(served(), odd(banned()), first, second, named(served(), FRESH_QUERY))
    [found] = refusals_from_a_cache(run)
    assert (found.requirement, found.exchange, found.where) == ("valid-key-gets-200", 3, "cache")
    assert found.found == "403, as stored from request 2 (range-junk)"


def test_a_cache_that_states_the_age_needs_no_question() -> None:
    [found] = refusals_from_a_cache(in_order(served(), banned("valid", "Age: 7")))
    assert found.found == "403, as stored"


def test_a_refusal_that_does_not_come_back_is_no_stored_one() -> None:
    first, second, _ = asked(banned)
    again = in_order(served(), odd(banned()), first, served(), second, named(served(), FRESH_QUERY))
    assert [found.exchange for found in refusals_from_a_cache(again)] == [5]
    assert (
        refusals_from_a_cache(in_order(served(), banned(), named(served(), NEW_CONNECTION))) == []
    )
