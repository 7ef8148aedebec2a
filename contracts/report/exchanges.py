"""The recorded exchanges read back from where the page carries them, and probes as JSON."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from contracts.http.exchange import Exchange, FaultKind, TransportFault
from contracts.http.probe import Credential, Probe

MOST_UNPACKED = 512 * 1024 * 1024
"""Bytes that packed exchanges may inflate to: a forged page may hold a bomb."""


CUT = 12
"""Place in a packed exchange's row of whether it does not hold all its bytes."""


class EvidenceError(ValueError):
    """Packed exchanges that can't be read; says in half a sentence why."""


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


def from_json(text: bytes) -> Evidence:
    """Read exchanges back.

    Arguments:
        text: what was packed (see packing).

    Raises:
        EvidenceError: it is not that.
    """
    try:
        value = json.loads(text)
        probes = [probe_from_json(probe) for probe in value["probes"]]
        parts = [data.encode("latin-1") for data in value["parts"]]
        rows = value["exchanges"]
        exchanges = tuple(_exchange(row, probes, parts) for row in rows)
        cut = frozenset(row[0] for row in rows if row[CUT] is not False)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise EvidenceError("they are not laid out as this suite does it") from error
    return Evidence(exchanges, sha256(text).hexdigest(), cut)


def unpack(packed: str) -> Evidence:
    """Unpack exchanges again.

    Arguments:
        packed: the text of what was packed (see packing).

    Raises:
        EvidenceError: it is not that, or would fill the memory.
    """
    return from_json(inflate(packed))


def inflate(packed: str) -> bytes:
    """Undo base64 and compression alone.

    Arguments:
        packed: the text of what was packed (see packing).

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
    closed, started, seconds, connection, attempt, fault, _, echoes, marked = row[6:]
    indexes = (number, probe, connection, attempt, *halves)
    if any(type(index) is not int or index < 0 for index in indexes):
        raise ValueError("expected an index")
    if any(type(flag) is not bool for flag in (closed, echoes, marked)) or not all(
        type(s) in {int, float} for s in (started, seconds)
    ):
        raise ValueError("expected flags and two times")
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
        echoes=echoes,
        marked=marked,
    )


def _text(octets: bytes | None) -> str | None:
    return None if octets is None else octets.decode("latin-1")


def _octets(text: str | None) -> bytes | None:
    return None if text is None else text.encode("latin-1")
