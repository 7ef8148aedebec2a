"""A number that fits no integer or port may be refused; one that recipients clamp may not."""

from __future__ import annotations

import pytest

from contracts.http.allowed import Oddity, alternatives, oddities

LARGE = "9" * 20


def odd(line: str) -> frozenset[Oddity]:
    name, _, value = line.partition(": ")
    return oddities([(name.encode(), value.encode())])


@pytest.mark.parametrize(
    "line",
    [
        f"Max-Forwards: {LARGE}",
        "Max-Forwards: 10000000000",
        f"Content-Range: bytes */{LARGE}",
        f"Range: bytes=0-{LARGE}",
        f"Range: bytes={LARGE}-",
    ],
)
def test_a_large_number_may_be_refused(line: str) -> None:
    assert odd(line) - {Oddity.RANGE} == {Oddity.LARGE_NUMBER}
    name, _, value = line.partition(": ")
    assert alternatives([(name.encode(), value.encode())]) >= {400, 413, 431}


@pytest.mark.parametrize(
    "line",
    [
        "Max-Forwards: 9999999999",
        "Max-Forwards: 00000000000000000001",
        "Content-Range: bytes 0-8/9",
        "Content-Range: bytes */9",
        f"Cache-Control: max-age={LARGE}",
        f"X-Amount: {LARGE}",
        "grpc-timeout: 1n",
        "grpc-timeout: 99999999S",
        "Origin: https://a.example:65535",
        "Referer: https://a.example:/b:99999",
        "Via: 1.1 a.example:65535",
        "X-Forwarded-For: 203.0.113.7:65535",
    ],
)
def test_other_numbers_may_not(line: str) -> None:
    assert odd(line) == set()


@pytest.mark.parametrize(
    "line",
    [
        "Content-Range: bytes 0-9/9",
        "Content-Range: bytes 1-0/9",
        "Content-Range: bytes */*",
        "grpc-timeout: soon",
        "grpc-timeout: 999999999S",
        "Origin: https://a.example:65536",
        "Referer: https://a.example:99999/",
        "Referer: //[::1]:99999",
        "Via: 1.1 a.example:65536",
        "X-Forwarded-For: 203.0.113.7:65536",
    ],
)
def test_a_number_outside_its_bounds_is_malformed(line: str) -> None:
    assert odd(line) == {Oddity.MALFORMED}


def test_a_forwarded_port_has_bounds_too() -> None:
    assert odd("X-Forwarded-Port: 65535") == {Oddity.FORWARDED}
    assert odd("X-Forwarded-Port: 65536") == {Oddity.FORWARDED, Oddity.MALFORMED}
