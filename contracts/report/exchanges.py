"""The recorded exchanges as the page carries them: compressed, each part once, with a digest."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from contracts.harness.exchange import Exchange, FaultKind, TransportFault
from contracts.harness.probe import Credential, Probe

BUDGET = 2_400_000
"""Characters that the exchanges may take in the page, so that it stays under 3 MB."""

MOST_UNPACKED = 512 * 1024 * 1024
"""Bytes that packed exchanges may inflate to: a forged page may hold a bomb."""

_MOST_PACKED = 64 * 1024 * 1024
_CUTS = (256 * 1024, 64 * 1024, 16 * 1024, 4 * 1024, 1024, 256, 0)
_BLANK_LINE = b"\r\n\r\n"


class EvidenceError(ValueError):
    """Packed exchanges that can't be read; says in half a sentence why."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Exchanges, packed.

    Arguments:
        text: base64 of the zlib stream (RFC 4648 §4, RFC 1950) of a JSON text.
        sha256: of that JSON text's bytes, in hexadecimal.
        count: how many exchanges it holds.
        cut: how many of them do not hold all their bytes, since they would not have fitted.
    """

    text: str
    sha256: str
    count: int
    cut: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Exchanges, unpacked.

    Arguments:
        exchanges: in the order in which they were packed.
        sha256: of the JSON text that held them.
        cut: numbers of those that do not hold all their bytes.
    """

    exchanges: tuple[Exchange, ...]
    sha256: str
    cut: frozenset[int]


def probe_to_json(probe: Probe) -> dict[str, Any]:
    """Write a probe as JSON; octets as ISO 8859-1 text.

    Arguments:
        probe: any probe.
    """
    return {
        "name": probe.name,
        "family": probe.family,
        "recipe": probe.recipe,
        "credential": str(probe.credential),
        "fields": [[n.decode("latin-1"), v.decode("latin-1")] for n, v in probe.fields],
        "query": _text(probe.query),
        "body": _text(probe.body),
        "fresh": probe.fresh,
        "wire": _text(probe.wire),
        "attack": probe.attack,
        "near": probe.near,
    }


def probe_from_json(data: Mapping[str, Any]) -> Probe:
    """Read a probe back.

    Arguments:
        data: what `probe_to_json` wrote.

    Raises:
        KeyError: a member is missing.
        ValueError: a value is none that can stand there.
    """
    return Probe(
        name=data["name"],
        family=data["family"],
        recipe=data["recipe"],
        credential=Credential(data["credential"]),
        fields=tuple((n.encode("latin-1"), v.encode("latin-1")) for n, v in data["fields"]),
        query=_octets(data["query"]),
        body=_octets(data["body"]),
        fresh=data["fresh"],
        wire=_octets(data["wire"]),
        attack=data["attack"],
        near=data["near"],
    )


def to_json(exchanges: Iterable[Exchange], *, longest: int | None = None) -> tuple[bytes, int]:
    """Write exchanges as one JSON text in which probes, headers and contents stand once each.

    Arguments:
        exchanges: what was recorded.
        longest: octets of a header section or a content that are kept; None keeps all.

    Returns:
        The JSON text, and how many exchanges lost octets.
    """
    probes: dict[Probe, int] = {}
    parts: dict[bytes, int] = {}
    rows: list[list[object]] = []
    lost = 0

    def part(data: bytes) -> int:
        return parts.setdefault(data if longest is None else data[:longest], len(parts))

    for exchange in exchanges:
        sent, received = _halves(exchange.sent), _halves(exchange.received)
        fault = exchange.fault
        cut = longest is not None and any(len(half) > longest for half in (*sent, *received))
        lost += cut
        rows.append(
            [
                exchange.number,
                probes.setdefault(exchange.probe, len(probes)),
                *map(part, sent),
                *map(part, received),
                exchange.closed,
                exchange.started,
                exchange.seconds,
                exchange.connection,
                exchange.attempt,
                None if fault is None else [str(fault.kind), fault.words],
                cut,
            ]
        )
    value = {
        "probes": [probe_to_json(probe) for probe in probes],
        "parts": [data.decode("latin-1") for data in parts],
        "exchanges": rows,
    }
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii"), lost


def from_json(text: bytes) -> Evidence:
    """Read exchanges back.

    Arguments:
        text: what `to_json` wrote.

    Raises:
        EvidenceError: it is not that.
    """
    try:
        value = json.loads(text)
        probes = [probe_from_json(probe) for probe in value["probes"]]
        parts = [data.encode("latin-1") for data in value["parts"]]
        rows = value["exchanges"]
        exchanges = tuple(_exchange(row, probes, parts) for row in rows)
        cut = frozenset(row[0] for row in rows if row[12] is not False)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise EvidenceError("they are not laid out as this suite does it") from error
    return Evidence(exchanges, sha256(text).hexdigest(), cut)


def pack(exchanges: Iterable[Exchange], *, budget: int = BUDGET) -> Packed:
    """Pack exchanges for the page.

    Where a server sends so much that nothing else helps, long messages are cut until the page
    can be opened; how many is said, so that no gate takes what is left for the whole.

    Arguments:
        exchanges: what was recorded, in the order of sending.
        budget: characters that they may take.
    """
    recorded = tuple(exchanges)
    for longest in (None, *_CUTS):
        if longest != 0 and not _may_fit(recorded, longest, budget):
            continue
        text, cut = to_json(recorded, longest=longest)
        packed = _compressed(text)
        if len(packed) <= budget:
            break
    return Packed(packed, sha256(text).hexdigest(), len(recorded), cut)


def unpack(packed: str) -> Evidence:
    """Unpack exchanges again.

    Arguments:
        packed: the text of what `pack` made.

    Raises:
        EvidenceError: it is not that, or would fill the memory.
    """
    return from_json(inflate(packed))


def inflate(packed: str) -> bytes:
    """Undo base64 and compression alone.

    Arguments:
        packed: the text of what `pack` made.

    Raises:
        EvidenceError: it is not that, or would fill the memory.
    """
    inflator = zlib.decompressobj()
    try:
        text = inflator.decompress(base64.b64decode(packed, validate=True), MOST_UNPACKED)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise EvidenceError("they are neither base64 nor compressed") from error
    if not inflator.eof or inflator.unused_data:
        raise EvidenceError("they have no end, or something follows it")
    return text


def _exchange(row: list[Any], probes: list[Probe], parts: list[bytes]) -> Exchange:
    number, probe, *halves = row[:6]
    closed, started, seconds, connection, attempt, fault, _ = row[6:]
    indexes = (number, probe, connection, attempt, *halves)
    if any(type(index) is not int or index < 0 for index in indexes):
        raise ValueError("expected an index")
    if type(closed) is not bool or not all(type(s) in {int, float} for s in (started, seconds)):
        raise ValueError("expected a flag and two times")
    return Exchange(
        number=number,
        probe=probes[probe],
        sent=parts[halves[0]] + parts[halves[1]],
        received=parts[halves[2]] + parts[halves[3]],
        closed=closed,
        started=started,
        seconds=seconds,
        connection=connection,
        attempt=attempt,
        fault=None if fault is None else TransportFault(FaultKind(fault[0]), str(fault[1])),
    )


def _halves(message: bytes) -> tuple[bytes, bytes]:
    """Part a message after its header section: header and content recur independently."""
    at = message.find(_BLANK_LINE)
    end = len(message) if at < 0 else at + len(_BLANK_LINE)
    return message[:end], message[end:]


def _may_fit(exchanges: Iterable[Exchange], longest: int | None, budget: int) -> bool:
    """Whether it is worth the time to pack messages of that length: a quick look at their size."""
    halves = {
        half[:longest]
        for exchange in exchanges
        for message in (exchange.sent, exchange.received)
        for half in _halves(message)
    }
    size = sum(map(len, halves))
    if size <= budget:
        return True
    return size <= _MOST_PACKED and len(zlib.compress(b"".join(halves), 1)) * 4 // 3 <= budget * 2


def _compressed(text: bytes) -> str:
    return base64.b64encode(zlib.compress(text, 6)).decode("ascii")


def _text(octets: bytes | None) -> str | None:
    return None if octets is None else octets.decode("latin-1")


def _octets(text: str | None) -> bytes | None:
    return None if text is None else text.encode("latin-1")
