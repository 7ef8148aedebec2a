"""A request that is dropped each time is the server's answer; less is the environment's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.http.exchange import Exchange, FaultKind, TransportFault
from contracts.http.probe import Credential, Field
from contracts.judging.environment import trouble
from contracts.judging.troubles import deadly_requests, dropped_requests, meant_for_some
from tests.judging.exchanges import GOOD, answer, exchange

ODD: tuple[Field, ...] = ((b"X-Odd", b"1"),)
CLOSED = TransportFault(FaultKind.CLOSED, "the connection was closed without an answer")


def dropped(fields: tuple[Field, ...] = ODD, status: int | None = None) -> Exchange:
    """A request that got no answer, or a gateway's."""
    one = exchange(answer(status) if status else b"", credential=Credential.VALID, fields=fields)
    return one if status else replace(one, fault=CLOSED, closed=True)


def plain(status: int = 200) -> Exchange:
    return exchange(answer(status, GOOD if status == 200 else None))


def in_order(*exchanges: Exchange, apart: float = 3.0) -> list[Exchange]:
    """The exchanges of a run, each on a connection of its own, some seconds apart."""
    return [
        replace(one, number=number, connection=number, started=number * apart / 2)
        for number, one in enumerate(exchanges, start=1)
    ]


ROUNDS = (dropped(), plain()) * 3


def test_what_is_dropped_each_time_is_a_finding() -> None:
    [found] = dropped_requests(in_order(*ROUNDS))
    assert (found.requirement, found.exchange) == ("no-server-error", 5)
    assert "each time" in found.found


@pytest.mark.parametrize("status", [502, 503, 504, 520])
def test_a_gateway_may_say_it(status: int) -> None:
    assert dropped_requests(in_order(*(dropped(status=status), plain()) * 3))


@pytest.mark.parametrize(
    ("exchanges", "apart"),
    [
        (ROUNDS[:4], 3.0),
        (ROUNDS, 1.0),
        ((*ROUNDS, exchange(answer(200, GOOD), fields=ODD)), 3.0),
        ((dropped(), plain(503)) * 3, 3.0),
        ((dropped(),) * 3, 3.0),
        ((*ROUNDS, dropped(((b"X-Other", b"1"),))), 3.0),
    ],
    ids=["too few", "too soon", "answered once", "plain too", "nothing plain", "others too"],
)
def test_anything_less_is_trouble(exchanges: tuple[Exchange, ...], apart: float) -> None:
    assert dropped_requests(in_order(*exchanges, apart=apart)) == []


def test_what_the_suspect_explains_is_no_noise() -> None:
    pack = dropped((*ODD, (b"X-Other", b"1")))
    assert len(dropped_requests(in_order(pack, *ROUNDS))) == 1


def test_content_and_size_may_be_refused_by_closing() -> None:
    long = dropped(((b"X-Long", b"x" * 5000),))
    assert trouble(long) is None
    assert trouble(dropped()) is not None
    refused = replace(long, fault=TransportFault(FaultKind.REFUSED, "refused"))
    assert trouble(refused) is not None
    ranged = dropped(((b"Range", b"bytes=9-1"),), status=503)
    assert trouble(ranged) is not None
    assert trouble(replace(ranged, attempt=2)) is None


def test_a_request_line_beyond_ascii_is_owed_an_answer() -> None:
    # A handler of Go's net/http that panics on such an octet closes the connection too.
    one = exchange(b"", credential=Credential.VALID, query=b"a=\xff")
    assert trouble(replace(one, fault=CLOSED, closed=True)) is not None


WIRE = b"GET {target} HTTP/1.1\r\nX-Probe: a\x01\r\n\r\n"


def raw(wire: bytes = WIRE) -> Exchange:
    return exchange(answer(400), wire=wire)


def test_a_server_that_dies_behind_what_is_no_http_each_time_is_a_finding() -> None:
    down = replace(dropped(()), fault=TransportFault(FaultKind.REFUSED, "refused"))
    [found] = deadly_requests(in_order(*(raw(), down, plain()) * 3))
    assert (found.requirement, found.exchange) == ("no-server-error", 7)


@pytest.mark.parametrize(
    "exchanges",
    [
        (raw(), dropped(()), plain()) * 2,
        (raw(), plain()) * 3,
        (raw(), dropped(())) * 3,
        (raw(WIRE.replace(b"\x01", b"")), dropped(()), plain()) * 3,
    ],
    ids=["twice", "it lives", "it stays down", "HTTP"],
)
def test_less_than_a_death_each_time_is_none(exchanges: tuple[Exchange, ...]) -> None:
    assert deadly_requests(in_order(*exchanges)) == []


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [
        ([Credential.WRONG], ["refusal-is-401"]),
        ([Credential.DRESSED], ["status-is-documented"]),
        ([Credential.DRESSED, Credential.WRONG, Credential.DOUBLED], ["refusal-is-401"]),
        ([Credential.WRONG, Credential.VALID], ["refusal-is-401", "status-is-documented"]),
    ],
)
def test_what_only_some_are_refused_with_is_the_apis_own_and_told_once(
    credentials: list[Credential], expected: list[str]
) -> None:
    refused = [exchange(answer(407), "some", each, fields=ODD) for each in credentials]
    found = meant_for_some(in_order(plain(), *refused))
    assert [each.requirement for each in found] == expected
    assert meant_for_some(in_order(*refused)) == [], "the plain request did not fare better"
