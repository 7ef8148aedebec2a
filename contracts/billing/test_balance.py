"""`200` Balance in smallest currency unit and currency code.

With a valid key, `GET /api/v1/billing/balance` answers a `BalanceResponse`:

    {"drawdownEnabled": true, "balance": {"currencyCode": "USD", "amountSubunits": 1500}}

`amountSubunits` is an int32 and moves between reads; properties beyond these are allowed.
"""

from __future__ import annotations

import pytest

from contracts.common.success import OBSERVED, read
from contracts.run.asking import Asker

pytestmark = pytest.mark.billing


@pytest.mark.family("plain reads", order=10, observes=(*OBSERVED, "currency-is-iso-4217"))
def test_a_valid_key_reads_its_balance(ask: Asker) -> None:
    """As documented, several times over one connection and once over a new one."""
    read(ask)
