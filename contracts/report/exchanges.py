"""Reads the recorded exchanges back from the page, and converts probes to and from JSON."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from contracts.http.exchange import Exchange, FaultKind, TransportFault
from contracts.http.kept.large import Message
from contracts.http.kept.parts import Kept, Part, joined
from contracts.http.kept.shelf import MOST_OCTETS
from contracts.http.probe import Credential, Probe
from contracts.report.reader import compact, parse, read_json

MOST_UNPACKED = 32 * 1024 * 1024
"""Most bytes of JSON that packed exchanges may inflate to: a forged page may hold a zip bomb."""
MOST_REPEATED = 64 * 1024 * 1024
"""Most octets of all small messages together, counting repeats, which the JSON holds only once."""
MOST_VALUES = 250_000
"""Most values in that JSON: a nightly run of 3,000 requests has about 80,000."""
_LAYOUT = "their layout is not this suite's"

LARGEST_PART = 64 * 1024
"""Most octets that one part may unpack to."""

BORDER = 4 * 1024
"""Octets before a part that are searched together with it."""

LARGEST_WHOLE = 4 * 1024 * 1024
"""Most octets of half a message that consists of parts."""

_PACKED, _JOINED = "\u0100", "\u0101"
"""First character of a separately compressed part, and of a list of parts' indexes; neither is an
ISO 8859-1 character, so no plain part begins with them."""

Whole = tuple[int, ...]
"""Half a message, as the indexes of its parts."""


CUT = 12
"""Index, in a packed exchange's row, of the flag for missing bytes."""


class EvidenceError(ValueError):
    """Packed exchanges can't be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Exchanges, unpacked.

    Arguments:
        exchanges: the exchanges, in the order in which they were packed.
        sha256: hash of the JSON text that held them.
        cut: numbers of exchanges with missing bytes.
    """

    exchanges: tuple[Exchange, ...]
    sha256: str
    cut: frozenset[int]


def probe_to_json(probe: Probe) -> dict[str, Any]:
    """Write a probe as JSON, with octets as ISO 8859-1 text.

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
        "path": probe.path,
    }


def probe_from_json(data: Mapping[str, Any]) -> Probe:
    """Read a probe back.

    Arguments:
        data: what `probe_to_json` wrote.

    Raises:
        KeyError: a member is missing.
        ValueError: a value is not allowed.
    """
    flags = [data[name] for name in ("fresh", "attack", "near")]
    words = [data[name] for name in ("name", "family", "recipe")]
    if {*map(type, flags)} != {bool} or {*map(type, words)} != {str}:
        raise ValueError("expected flags and words")
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
        path=_path(data["path"]),
    )


def part_to_json(part: bytes | Part | Whole) -> str:
    """Write a part of a message: octets as ISO 8859-1 text, a large part compressed separately.

    Arguments:
        part: a header section or a content, a part of one, or the indexes of its parts.
    """
    if isinstance(part, bytes):
        return part.decode("latin-1")
    if isinstance(part, tuple):
        return _JOINED + " ".join(map(str, part))
    packed = base64.b64encode(part.packed).decode("ascii")
    return f"{_PACKED}{part.size} {packed}"


def parts_from_json(texts: Iterable[str]) -> Iterator[Kept]:
    """Read parts back; large ones stay packed until they are needed.

    Arguments:
        texts: what `part_to_json` wrote.

    Raises:
        ValueError: a text is not a part.
        IndexError: a part consists of parts that do not come before it.
    """
    known: list[Kept] = []
    octets = {_PACKED: 0, _JOINED: 0}  # parts and what they form are counted separately
    for text in texts:
        if text.startswith(_JOINED):
            halves = [known[int(place)] for place in text.removeprefix(_JOINED).split(" ")]
            part: Kept = tuple(each for half in halves for each in half if isinstance(each, Part))
        elif text.startswith(_PACKED):
            part = (_packed_part(text),)
        else:
            part = text.encode("latin-1")
        if isinstance(part, tuple):
            size = sum(each.size for each in part)
            octets[text[0]] += size
            if octets[text[0]] > MOST_OCTETS or size > LARGEST_WHOLE:
                raise EvidenceError("they would unpack to more than any run keeps")
        known.append(part)
        yield part


def _packed_part(text: str) -> Part:
    size, _, packed = text.removeprefix(_PACKED).partition(" ")
    if not size.isascii() or not size.isdigit() or not 0 < int(size) <= LARGEST_PART:
        raise ValueError("expected a size")
    return Part(None, base64.b64decode(packed, validate=True), int(size))


def from_json(text: bytes) -> Evidence:
    """Read exchanges back.

    Arguments:
        text: the JSON text that was packed (see packing).

    Raises:
        EvidenceError: it can't be read.
    """
    try:
        value = read_json(text, compact, MOST_VALUES)
    except ValueError as error:
        raise EvidenceError(f"{error}") from error
    try:
        return _evidence(value, sha256(text).hexdigest())
    except EvidenceError:
        raise
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise EvidenceError(_LAYOUT) from error


def unpack(packed: str) -> Evidence:
    """Unpack exchanges.

    Arguments:
        packed: the packed text (see packing).

    Raises:
        EvidenceError: it can't be unpacked, or would exhaust memory.
    """
    return from_json(inflate(packed))


def inflate(packed: str) -> bytes:
    """Undo only base64 and compression.

    Arguments:
        packed: the packed text (see packing).

    Raises:
        EvidenceError: it can't be unpacked, or would exhaust memory.
    """
    inflator = zlib.decompressobj()
    try:
        text = inflator.decompress(base64.b64decode(packed, validate=True), MOST_UNPACKED)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise EvidenceError("they are neither base64 nor compressed") from error
    if inflator.unconsumed_tail:
        raise EvidenceError(f"they unpack to more than {MOST_UNPACKED:,} octets")
    if not inflator.eof or inflator.unused_data:
        raise EvidenceError("they are truncated, or something follows them")
    return text


def readable(packed: str) -> Iterator[bytes]:
    """Yield everything that packed exchanges hold, unpacked, piece by piece.

    Arguments:
        packed: the packed text (see packing).

    Raises:
        EvidenceError: it can't be unpacked, or would exhaust memory.
    """
    text = inflate(packed)
    yield text
    written: list[str] = parse(text.decode("ascii"), MOST_VALUES)["parts"]
    known: set[tuple[Part | None, Part]] = set()
    last: Part | None = None
    for kept in parts_from_json(written):
        before: Part | None = None
        for part in kept if isinstance(kept, tuple) else ():
            if (before, part) not in known:
                known.add((before, part))
                if before is not None and before is not last:
                    yield before.octets[-BORDER:]  # a match may span two parts
                yield part.octets
                last = part
            before = part


def _evidence(value: dict[str, Any], digest: str) -> Evidence:
    """Rebuild exchanges from their layout (see packing), accepting only its one spelling."""
    texts, rows = value["parts"], value["exchanges"]
    probes = [probe_from_json(data) for data in value["probes"]]
    if [*map(compact, map(probe_to_json, probes))] != [*map(compact, value["probes"])]:
        raise ValueError("expected the members of probes")
    halves = [place for row in rows for place in row[2:6]]
    _check_places([row[1] for row in rows], probes)
    _check_places([each for half in halves for each in (*_members(texts[half]), half)], texts)
    small = (len(texts[half]) for half in halves if not texts[half].startswith((_PACKED, _JOINED)))
    if sum(small) > MOST_REPEATED:
        raise EvidenceError(f"they hold more than {MOST_REPEATED:,} octets")
    parts = [*parts_from_json(texts)]
    exchanges = tuple(_exchange(row, probes, parts) for row in rows)
    cut = frozenset(row[0] for row in rows if row[CUT] is not False)
    if list(value) != ["probes", "parts", "exchanges"]:
        raise ValueError("expected three members")
    return Evidence(exchanges, digest, cut)


def _members(text: str) -> list[int]:
    """Return the indexes of the parts that a part consists of."""
    if not text.startswith(_JOINED):
        return []
    places = [int(place) for place in text.removeprefix(_JOINED).split(" ")]
    if part_to_json(tuple(places)) != text:
        raise ValueError("expected places in one spelling")
    return places


def _check_places(places: list[int], listed: list[Any]) -> None:
    """Require that everything listed is used, in order, and that nothing is listed twice."""
    if any(type(place) is not int for place in places):
        raise ValueError("expected an index")
    if [*dict.fromkeys(places)] != [*range(len(listed))] or len({*listed}) < len(listed):
        raise ValueError("expected what is used, once")


def _exchange(row: list[Any], probes: list[Probe], parts: list[Kept]) -> Exchange:
    number, probe, *halves = row[:6]
    closed, started, seconds, connection, attempt, fault, _, echoes, marked = row[6:]
    indexes = (number, probe, connection, attempt, *halves)
    if any(type(index) is not int or index < 0 for index in indexes):
        raise ValueError("expected an index")
    if any(type(flag) is not bool for flag in (closed, echoes, marked)) or not all(
        type(s) in {int, float} for s in (started, seconds)
    ):
        raise ValueError("expected flags and two times")
    sent = b"".join(joined(parts[half]) for half in halves[:2])
    head, content = (parts[half] for half in halves[2:])
    if isinstance(head, bytes) and isinstance(content, bytes):
        received: Any = head + content
    else:
        received = Message(head, content)
    return Exchange(
        number=number,
        probe=probes[probe],
        sent=sent,
        received=received,
        closed=closed,
        started=started,
        seconds=seconds,
        connection=connection,
        attempt=attempt,
        fault=None if fault is None else _fault(*fault),
        echoes=echoes,
        marked=marked,
    )


def _fault(kind: str, words: str) -> TransportFault:
    if type(words) is not str:
        raise ValueError("expected words")
    return TransportFault(FaultKind(kind), words)


def _path(path: object) -> str | None:
    if path is not None and not (isinstance(path, str) and path.isascii()):
        raise ValueError("expected a path")
    return path


def _text(octets: bytes | None) -> str | None:
    return None if octets is None else octets.decode("latin-1")


def _octets(text: str | None) -> bytes | None:
    return None if text is None else text.encode("latin-1")
