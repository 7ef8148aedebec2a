"""The recorded exchanges as the page holds them: compressed, each part once, with a digest."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from contracts.http.exchange import Exchange
from contracts.http.kept.parts import Kept, Part, halves, joined
from contracts.http.probe import Probe
from contracts.report.exchanges import (
    CUT,
    MOST_REPEATED,
    MOST_UNPACKED,
    Whole,
    part_to_json,
    probe_to_json,
)
from contracts.report.reader import compact

BUDGET = 11_500_000
"""Most characters of the exchanges in the page: as much as a run keeps (see shelf), in base64."""

_CUTS = (64 * 1024, 16 * 1024, 4 * 1024, 1024, 256, 0)


@dataclass(frozen=True, slots=True)
class Packed:
    """Exchanges, packed.

    Arguments:
        text: base64 of the zlib stream (RFC 4648 §4, RFC 1950) of a JSON text.
        sha256: hash of that JSON text's bytes, in hexadecimal.
        count: how many exchanges it holds.
        cut: how many of them were cut to fit.
        marked: how many of them would be judged differently from what was received.
    """

    text: str
    sha256: str
    count: int
    cut: int
    marked: int


def pack(exchanges: Iterable[Exchange], *, budget: int = BUDGET) -> Packed:
    """Pack exchanges for the page.

    Large parts are compressed already. If a server sends so much that they still don't fit, long
    messages are cut until the page can be opened. The number cut is stated, so that no gate takes
    the rest for the whole.

    Arguments:
        exchanges: the recorded exchanges, in the order of sending.
        budget: the most characters for them.
    """
    recorded = tuple(exchanges)
    for longest in (None, *_CUTS):
        layout = _Layout(recorded, longest)
        if longest != 0 and not layout.may_fit(budget):
            continue
        text = layout.text()
        packed = base64.b64encode(zlib.compress(text, 6)).decode("ascii")
        if len(packed) <= budget and len(text) <= MOST_UNPACKED:
            break
    marked = sum(exchange.marked for exchange in recorded)
    return Packed(packed, sha256(text).hexdigest(), len(recorded), layout.cut, marked)


class _Layout:
    """Exchanges as one JSON text that holds equal probes, header sections and contents once.

    Arguments:
        exchanges: the recorded exchanges.
        longest: most octets kept of a header section or a content; None keeps all.
    """

    def __init__(self, exchanges: Sequence[Exchange], longest: int | None) -> None:
        self._longest = longest
        self._probes: dict[Probe, int] = {}
        self._parts: dict[bytes | Part | Whole, int] = {}
        self._octets = 0
        self._rows = [self._row(exchange) for exchange in exchanges]
        self.cut = sum(row[CUT] is True for row in self._rows)

    def may_fit(self, budget: int) -> bool:
        """Whether packing is worth trying, by a quick estimate of the size.

        Arguments:
            budget: the most characters of the packed text.
        """
        large = sum(len(part.packed) for part in self._parts if isinstance(part, Part))
        small = [part for part in self._parts if isinstance(part, bytes)]
        size = large + sum(map(len, small))
        if size > MOST_UNPACKED or self._octets > MOST_REPEATED:
            return False
        if size <= budget:
            return True
        quick = zlib.compressobj(1)
        packed = sum(len(quick.compress(part)) for part in small) + len(quick.flush())
        return (packed + large) * 4 // 3 <= budget * 2

    def text(self) -> bytes:
        """Return the JSON text."""
        value = {
            "probes": [probe_to_json(probe) for probe in self._probes],
            "parts": [part_to_json(part) for part in self._parts],
            "exchanges": self._rows,
        }
        return compact(value).encode("ascii")

    def _place(self, half: Kept) -> int:
        """Return the index of half a message among the parts, adding what it consists of first."""
        part: bytes | Part | Whole
        if isinstance(half, bytes):
            part = half
        elif len(half) == 1:
            part = half[0]
        else:
            part = tuple(self._parts.setdefault(each, len(self._parts)) for each in half)
        return self._parts.setdefault(part, len(self._parts))

    def _row(self, exchange: Exchange) -> list[object]:
        fault, longest = exchange.fault, self._longest
        large = exchange.large
        received = halves(exchange.received) if large is None else large.halves
        kept: tuple[Kept, ...] = (*halves(exchange.sent), *received)
        cut = exchange.is_cut
        if longest is not None:
            octets = [joined(half) for half in kept]
            cut = cut or any(len(each) > longest for each in octets)
            kept = tuple(each[:longest] for each in octets)
        self._octets += sum(len(half) for half in kept if isinstance(half, bytes))
        return [
            exchange.number,
            self._probes.setdefault(exchange.probe, len(self._probes)),
            *map(self._place, kept),
            exchange.closed,
            exchange.started,
            exchange.seconds,
            exchange.connection,
            exchange.attempt,
            None if fault is None else [str(fault.kind), fault.words],
            cut,
            exchange.echoes,
            exchange.marked,
        ]
