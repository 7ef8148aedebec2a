"""Marked exchanges: the run judged what their masks hide, which no gate can repeat."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.gate.reasons_to_hold.held import HeldError
from contracts.gate.reasons_to_hold.record import Record
from contracts.http.exchange import Exchange
from contracts.redaction.masking import holds_mask


def check_masks(record: Record, exchanges: Sequence[Exchange], *, signed: bool) -> None:
    """Require that marked exchanges contain a mask, and that a signature vouches for them.

    Arguments:
        record: a schema-valid record.
        exchanges: the recorded exchanges.
        signed: whether the report's signature is demanded.

    Raises:
        HeldError: a marked exchange has no mask, or no signature vouches for it.
    """
    marked = [exchange for exchange in exchanges if exchange.marked]
    if len(marked) != record["evidence"]["marked"]:
        raise HeldError("masks", "The record miscounts the marked exchanges.")
    for exchange in exchanges:
        if (exchange.echoes or exchange.marked) and not _holds(exchange):
            raise HeldError(
                "masks", f"Exchange {exchange.number} is said to hold a mask, but holds none."
            )
    if marked and not signed:
        words = "1 exchange is" if len(marked) == 1 else f"{len(marked)} exchanges are"
        raise HeldError(
            "masks",
            f"{words} judged by what the masks cover ({marked[0].number} is the first): only a "
            "signed report can be believed about that.",
        )


def _holds(exchange: Exchange) -> bool:
    """Whether an exchange has a mask where it should; every request with credentials has one."""
    return holds_mask(exchange.received if exchange.echoes else exchange.sent)
