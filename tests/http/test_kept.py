"""Large messages are kept once, and whoever asks finds them as they were received."""

from __future__ import annotations

import gc
import json
import random
from collections import OrderedDict
from dataclasses import replace

import pytest

from contracts.http.exchange import Exchange
from contracts.http.kept.large import CUT
from contracts.http.kept.parts import SMALL, Part, divide, halves, joined
from contracts.http.message import Response, parse_response
from contracts.http.probe import Credential, Probe

PROBE = Probe("valid", "a family", "valid", Credential.VALID)
NOISE = random.Random(1).randbytes(300_000)  # noqa: S311 - nothing is to be kept secret


def message(content: bytes, *fields: bytes) -> bytes:
    lines = (b"HTTP/1.1 200 OK", *fields, b"Content-Length: %d" % len(content), b"", b"")
    return b"\r\n".join(lines) + content


def exchange(received: bytes, number: int = 1) -> Exchange:
    return Exchange(number, PROBE, b"GET / HTTP/1.1", received, False, 0.0, 0.1, 1)


def statement(balance: int) -> bytes:
    entries = [{"id": f"txn_{n:08d}", "amount": n * 37 % 1000} for n in range(5_000)]
    return json.dumps({"balance": balance, "entries": entries}).encode()


@pytest.mark.parametrize(
    "content",
    [b"", b"x" * SMALL, b"x" * (SMALL + 1), NOISE, b"[]," * 33_333, b"," * 33_333, statement(1)],
)
@pytest.mark.parametrize("closed", [False, True])
def test_an_exchange_is_read_as_it_was_received_large_or_small(content, closed):
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
    for received in (message(content), interim + message(content), message(content)[:-1], content):
        kept = replace(exchange(received), closed=closed)
        read = parse_response(received, closed=closed)
        assert kept.received == received
        assert b"".join(halves(received)) == received
        assert joined(divide(received)) == received
        for name in ("status", "fields", "content", "complete", "problems", "surplus", "interim"):
            assert getattr(kept.response, name) == getattr(read, name)
        assert kept.response.values("content-length") == read.values("content-length")


def test_many_small_fields_are_not_held_as_objects_either():
    received = message(b"", *(b"x%d:" % number for number in range(500)))
    assert len(received) < SMALL
    kept = exchange(received)
    assert kept.large is not None
    assert len(kept.response.fields) == 501


def test_bodies_that_differ_a_little_share_their_parts():
    one, other = divide(statement(9)), divide(statement(12_345))
    assert isinstance(one, tuple)
    assert len(set(other) - set(one)) == 1
    again = exchange(message(statement(9), b"Date: today")).large
    assert again is not None
    assert again.halves[1] == one


def test_what_nobody_keeps_is_gone():
    digest = Part.of(NOISE)
    assert Part.of(bytes(NOISE)) is digest
    assert len(digest.packed) > len(NOISE)
    del digest
    gc.collect()
    assert Part.of(NOISE).size == len(NOISE)


def test_of_a_cut_message_the_outline_stays():
    whole = exchange(message(NOISE, b"Content-Type: a/b", b"X: y"))
    assert whole.response.values("content-type") == ["a/b"]
    same = exchange(message(NOISE, b"Content-Type: a/b", b"X: z"), 2)
    whole.cut()
    assert whole.is_cut
    assert (whole.response.status, whole.response.complete) == (200, True)
    assert whole.response.values("content-type") == ["a/b"]
    assert whole.response.values("x") == ["y"]
    assert whole.response.content == NOISE[:CUT]
    assert len(whole.received) < 2 * CUT
    assert same.response.content == NOISE
    whole.cut()
    assert len(whole.received) < 2 * CUT


def test_a_copy_is_not_parsed_again_and_not_cut_along(monkeypatch):
    parsed = []

    def parse(octets, *, closed):
        parsed.append(octets)
        return parse_response(octets, closed=closed)

    monkeypatch.setattr("contracts.http.kept.large.parse_response", parse)
    first = exchange(message(NOISE, b"X: a copy"))
    copy = replace(first, echoes=True)
    assert first.response.content == copy.response.content == NOISE
    assert len(parsed) == 1
    first.cut()
    assert first.response.content == NOISE[:CUT]
    assert (copy.is_cut, copy.response.content) == (False, NOISE)


def test_what_is_small_in_a_large_message_is_kept(monkeypatch):
    interim = b"HTTP/1.1 103 A\r\n\r\n" * 2000 + b"HTTP/1.1 102 B\r\n\r\n"
    noisy, hinted = exchange(message(NOISE)), exchange(interim + message(b"{}"))
    expected = [parse_response(each.received, closed=False) for each in (noisy, hinted)]
    read = [each.response.status for each in (noisy, hinted)]
    monkeypatch.setattr("contracts.http.kept.large.parse_response", None)
    monkeypatch.setattr("contracts.http.kept.large._WHOLE", OrderedDict())
    assert read == [200, 200]
    for response, whole in zip((noisy.response, hinted.response), expected, strict=True):
        assert response.fields == whole.fields
        assert response.surplus == whole.surplus
        assert response.values("content-length") == whole.values("content-length") != []
    assert hinted.response.interim == expected[1].interim == (*[103] * 2000, 102)
    assert hinted.response.content == b"{}"


MANY = [b"X: %d" % number for number in range(65)]
AGAIN = Response(204, fields=((b"X", b"again"),), content=b"1", interim=(100,), surplus=b"2")
HINTS = b"HTTP/1.1 103 A\r\n\r\nHTTP/1.1 102 B\r\n\r\n" * 60


@pytest.mark.parametrize(
    ("name", "received"),
    [
        ("content", message(NOISE)),
        ("fields", message(NOISE, *MANY)),
        ("fields", message(NOISE, b"X: " + b"x" * CUT)),
        ("interim", HINTS + message(b"{}")),
        ("surplus", message(NOISE) + b"x" * (CUT + 1)),
    ],
)
def test_what_is_large_in_it_is_parsed_again(name, received, monkeypatch):
    response = exchange(received).response
    monkeypatch.setattr("contracts.http.kept.large._WHOLE", OrderedDict())
    monkeypatch.setattr("contracts.http.kept.large.parse_response", lambda *_, **__: AGAIN)
    assert getattr(response, name) == getattr(AGAIN, name)


def test_small_messages_are_never_cut():
    small = exchange(message(b"{}"))
    small.cut()
    assert not small.is_cut
    assert small.response.content == b"{}"


def test_a_part_that_lies_about_its_size_is_refused_and_fills_no_memory():
    packed = Part.of(b"0" * 1_000_000).packed
    for size in (1, 999_999, 1_000_001):
        with pytest.raises(ValueError, match="does not unpack"):
            _ = Part(None, packed, size).octets
    with pytest.raises(ValueError, match="not compressed"):
        _ = Part(None, b"nothing", 7).octets
