"""The shelf keeps what fits, and reports say what did not."""

from __future__ import annotations

import base64
import json
import random
import zlib

import pytest

from contracts.http.exchange import put_away
from contracts.http.kept import shelf
from contracts.http.kept.shelf import MOST_PACKED, Shelf
from contracts.report import exchanges as report_exchanges
from contracts.report.exchanges import (
    LARGEST_PART,
    EvidenceError,
    from_json,
    readable,
    unpack,
)
from contracts.report.packing import BUDGET, pack
from tests.http.test_kept import NOISE, exchange, message, statement

DICE = random.Random(2)  # noqa: S311 - need not be secret


def test_alike_bodies_take_little_room():
    kept = Shelf()
    exchanges = [exchange(message(statement(number)), number) for number in range(1, 30)]
    for each in exchanges:
        put_away(kept, each)
    assert not any(each.is_cut for each in exchanges)
    packed = pack(exchanges)
    assert (packed.count, packed.cut) == (29, 0)
    assert len(packed.text) < 500_000
    back = unpack(packed.text)
    assert back.sha256 == packed.sha256
    assert [each.received for each in back.exchanges] == [each.received for each in exchanges]


def test_what_there_is_no_room_for_is_cut_and_all_else_fits_into_a_page(monkeypatch):
    monkeypatch.setattr(shelf, "MOST_PACKED", 800_000)
    kept = Shelf()
    bodies = [DICE.randbytes(190_000) for _ in range(6)]
    exchanges = [exchange(message(body), at) for at, body in enumerate((*bodies, bodies[0]), 1)]
    exchanges.append(exchange(message(b"{}"), 8))
    for each in exchanges:
        put_away(kept, each)
    assert [each.is_cut for each in exchanges] == [False] * 4 + [True, True] + [False] * 2
    packed = pack(exchanges)
    assert packed.cut == 2
    assert 760_000 < len(packed.text) < 1_200_000
    assert unpack(packed.text).cut == {5, 6}


def test_the_octets_that_a_gate_must_judge_are_counted_however_well_they_compress(monkeypatch):
    monkeypatch.setattr(shelf, "MOST_OCTETS", 1_000_000)
    kept = Shelf()
    exchanges = [exchange(message(b"%d" % n + b" " * 400_000), n) for n in (1, 2, 3)]
    for each in exchanges:
        put_away(kept, each)
    assert [each.is_cut for each in exchanges] == [False, False, True]


def test_what_the_shelf_just_takes_can_be_read_back(monkeypatch):
    for module in (shelf, report_exchanges):
        monkeypatch.setattr(module, "MOST_OCTETS", 1_000_000)
    kept = Shelf()
    exchanges = [exchange(message(statement(number)), number) for number in range(1, 40)]
    for each in exchanges:
        put_away(kept, each)
    whole = [each for each in exchanges if not each.is_cut]
    assert 0 < len(whole) < len(exchanges)
    assert len(exchanges[0].received) > 1_000_000 - sum(len(e.received) for e in whole)
    back = unpack(pack(exchanges).text)
    assert [each.received for each in back.exchanges] == [each.received for each in exchanges]


def test_a_flood_of_small_parts_still_fits_into_a_page():
    exchanges = [exchange(message(DICE.randbytes(3_900)), number) for number in range(1, 61)]
    packed = pack(exchanges, budget=200_000)
    assert packed.cut == 60
    assert len(packed.text) <= 200_000
    assert pack(exchanges).cut == 0
    assert MOST_PACKED * 4 / 3 < BUDGET


def test_secrets_are_looked_for_in_large_parts_too_and_across_their_borders():
    exchanges = [exchange(message(NOISE + b"%d" % number), number) for number in (1, 2)]
    pieces = b"".join(readable(pack(exchanges).text))
    assert NOISE + b"1" in pieces
    for start in range(0, len(NOISE), 9_970):
        assert NOISE[start : start + 64] in pieces


def evidence(*parts: str) -> bytes:
    return json.dumps({"probes": [], "parts": parts, "exchanges": []}).encode()


def bomb(size: int, octets: bytes) -> str:
    return f"\u0100{size} {base64.b64encode(zlib.compress(octets)).decode()}"


@pytest.mark.parametrize(
    "parts",
    [
        [bomb(LARGEST_PART + 1, b"0" * (LARGEST_PART + 1))],
        [bomb(0, b"")],
        ["\u0100²2 eJwDAAAAAAE="],
        ["\u01007 no base64"],
        [bomb(LARGEST_PART, b"0" * LARGEST_PART), "\u0101" + " ".join(["0"] * 100)],
        [bomb(60_000, b"0" * 60_000), *("\u0101" + " ".join(["0"] * 60) for _ in range(80))],
        ["\u01011", "a"],
        ["\u0101a"],
    ],
)
def test_parts_that_no_run_packs_are_refused_at_once(parts):
    with pytest.raises(EvidenceError):
        from_json(evidence(*parts))
