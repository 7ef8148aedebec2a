"""All that every operation is asked, and the queries that only this operation documents."""
# ruff: noqa: F403

import pytest

from contracts.common.authentication import *
from contracts.common.generated import *
from contracts.common.headers import *
from contracts.common.sequence import *
from contracts.common.success import *
from contracts.common.validation import *
from contracts.run.asking import Asker

pytestmark = pytest.mark.funds


@pytest.mark.family("documented", order=12, observes=("valid-key-gets-200",))
def test_a_documented_query_is_served(ask: Asker) -> None:
    """Every value that the document itself names, and every way to break one."""
    ask.queries(ask.operation.plain.documented)
    ask.queries(ask.operation.plain.broken)
