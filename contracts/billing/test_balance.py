"""`200` Balance in smallest currency unit and currency code.

With a valid key, `GET /api/v1/billing/balance` answers a `BalanceResponse`:

    {"drawdownEnabled": true, "balance": {"currencyCode": "USD", "amountSubunits": 1500}}

`amountSubunits` is an int32 and moves between reads; properties beyond these are allowed.
"""

from __future__ import annotations

import pytest

from contracts.run.asking import Asker

pytestmark = pytest.mark.billing

READS = 4


@pytest.mark.family(
    "plain reads",
    order=10,
    observes=(
        "valid-key-gets-200",
        "content-type-is-json",
        "body-is-json",
        "json-is-utf-8",
        "member-names-are-unique",
        "balance-response-schema",
        "number-formats-hold",
        "integers-have-no-fraction",
        "message-is-http",
        "framing-is-unambiguous",
        "content-coding-is-sound",
        "no-shared-caching",
        "currency-is-iso-4217",
    ),
)
def test_a_valid_key_reads_its_balance(ask: Asker) -> None:
    """As documented, several times over one connection and once over a new one."""
    for _ in range(READS):
        ask("valid")
    ask("valid", name="valid on a new connection", fresh=True)
    ask("valid-trailing-blank")
    ask("valid-lower-case-name")
