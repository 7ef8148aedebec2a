"""The cases that schemathesis derives from the document, judged like all others.

Only GET is ever sent, and by the suite's own client: schemathesis makes the cases.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from contracts.harness.asking import Asker
from contracts.harness.second_oracle import cases_beside

pytestmark = pytest.mark.billing


@pytest.mark.family(
    "generated cases", order=65, observes=("valid-key-gets-200", "balance-response-schema")
)
@settings(max_examples=3)
@given(case=cases_beside(__file__))
def test_a_generated_case_keeps_the_contract(ask: Asker, case: Any) -> None:
    """An operation without parameters has few cases; one with parameters has many."""
    ask.case(case)
