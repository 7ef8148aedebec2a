"""The cases that schemathesis derives from the document, judged like all others.

Only GET is ever sent, and by the suite's own client: schemathesis makes the cases.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.run.asking import Asker


@pytest.mark.family(
    "generated cases", order=65, observes=("valid-key-gets-200", "success-body-schema")
)
@given(data=st.data())
def test_a_generated_case_keeps_the_contract(ask: Asker, data: st.DataObject) -> None:
    """An operation without parameters has few cases; one with parameters has many."""
    ask.case(data.draw(ask.cases()))
