"""The recorded exchanges as the page carries them: compressed, each part once, with a digest."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from contracts.http.exchange import Exchange
from contracts.http.probe import Probe
from contracts.report.exchanges import CUT, probe_to_json

BUDGET = 2_400_000
"""Characters that the exchanges may take in the page, so that it stays under 3 MB."""

_MOST_PACKED = 64 * 1024 * 1024
_CUTS = (256 * 1024, 64 * 1024, 16 * 1024, 4 * 1024, 1024, 256, 0)
_BLANK_LINE = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Packed:
    """Exchanges, packed.

    Arguments:
        text: base64 of the zlib stream (RFC 4648 §4, RFC 1950) of a JSON text.
        sha256: of that JSON text's bytes, in hexadecimal.
        count: how many exchanges it holds.
        cut: how many of them do not hold all their bytes, since they would not have fitted.
        marked: how many of them would be judged otherwise than what was received.
    """

    text: str
    sha256: str
    count: int
    cut: int
    marked: int


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
        layout = _Layout(recorded, longest)
        if longest != 0 and not layout.may_fit(budget):
            continue
        text = layout.text()
        packed = base64.b64encode(zlib.compress(text, 6)).decode("ascii")
        if len(packed) <= budget:
            break
    marked = sum(exchange.marked for exchange in recorded)
    return Packed(packed, sha256(text).hexdigest(), len(recorded), layout.cut, marked)


class _Layout:
    """Exchanges as one JSON text in which probes, header sections and contents stand once each.

    Arguments:
        exchanges: what was recorded.
        longest: octets of a header section or a content that are kept; None keeps all.
    """

    def __init__(self, exchanges: Sequence[Exchange], longest: int | None) -> None:
        self._longest = longest
        self._probes: dict[Probe, int] = {}
        self._parts: dict[bytes, int] = {}
        self._rows = [self._row(exchange) for exchange in exchanges]
        self.cut = sum(row[CUT] is True for row in self._rows)

    def may_fit(self, budget: int) -> bool:
        """Whether it is worth the time to pack it: a quick look at its size.

        Arguments:
            budget: characters that it may take when it is packed.
        """
        size = sum(map(len, self._parts))
        if size <= budget or size > _MOST_PACKED:
            return size <= budget
        quick = zlib.compressobj(1)
        packed = sum(len(quick.compress(part)) for part in self._parts) + len(quick.flush())
        return packed * 4 // 3 <= budget * 2

    def text(self) -> bytes:
        """Write it."""
        value = {
            "probes": [probe_to_json(probe) for probe in self._probes],
            "parts": [part.decode("latin-1") for part in self._parts],
            "exchanges": self._rows,
        }
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")

    def _row(self, exchange: Exchange) -> list[object]:
        halves = (*_halves(exchange.sent), *_halves(exchange.received))
        fault, longest = exchange.fault, self._longest
        return [
            exchange.number,
            self._probes.setdefault(exchange.probe, len(self._probes)),
            *(self._parts.setdefault(half[:longest], len(self._parts)) for half in halves),
            exchange.closed,
            exchange.started,
            exchange.seconds,
            exchange.connection,
            exchange.attempt,
            None if fault is None else [str(fault.kind), fault.words],
            longest is not None and any(len(half) > longest for half in halves),
            exchange.echoes,
            exchange.marked,
        ]


def _halves(message: bytes) -> tuple[bytes, bytes]:
    """Part a message after its header section: header and content recur independently."""
    at = message.find(_BLANK_LINE)
    end = len(message) if at < 0 else at + len(_BLANK_LINE)
    return message[:end], message[end:]
