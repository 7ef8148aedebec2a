"""What holds across answers: judged last, over everything that was asked."""

from __future__ import annotations

import pytest

from contracts.run.asking import Asker


@pytest.mark.family(
    "the whole run",
    order=1000,
    observes=(
        "authentication-per-request",
        "refusals-are-alike",
        "firewall-lets-probes-pass",
        "valid-key-gets-200",
        "no-server-error",
        "limit-is-respected",
        "cursor-ends",
        "pages-continue",
        "order-is-kept",
        "filters-filter",
        "answer-is-for-the-request",
    ),
)
def test_each_request_is_judged_on_its_own_merits(ask: Asker) -> None:
    """The same request, whatever came before it: a right key in between wrong ones."""
    ask.confirm_dropped()
    ask("valid")
    ask("random-key-1", name="random key after a valid one")
    ask("valid", name="valid after a wrong key")
    ask("absent", name="absent after a valid key")
    ask("valid", name="valid after none")
    ask("absent", name="absent on a new connection", fresh=True)
    ask("random-key-1", name="random key on a new connection", fresh=True)
    ask("valid", name="valid on a new connection", fresh=True)
