"""What the document says about parameters, with the key and without: values, none, two at once.

Of an operation without parameters in the query or the header there is nothing to ask.
"""

from __future__ import annotations

import pytest

from contracts.common.validation import VALIDATED
from contracts.probes.documented import keyless
from contracts.run.asking import Asker

OPENED = ("bad-key-is-refused", "refusal-is-401")


@pytest.mark.family(
    "documented values", order=12, observes=("valid-key-gets-200", "success-body-schema")
)
def test_a_documented_value_is_served(ask: Asker) -> None:
    """Every value that the document names, or that is given as an example."""
    ask.variations(ask.operation.plain.documented)


@pytest.mark.family("broken values", order=13, observes=VALIDATED)
def test_a_broken_value_is_ignored_or_rejected(ask: Asker) -> None:
    """Every way to break a parameter, and text that means nothing."""
    ask.variations(ask.operation.plain.broken)


@pytest.mark.family("parameters twice", order=14, observes=VALIDATED)
def test_a_parameter_given_twice_is_served_or_rejected(ask: Asker) -> None:
    """As a form does that is sent with a field too many."""
    ask.variations(ask.operation.plain.repeated)


@pytest.mark.family("parameters without a key", order=19, observes=OPENED)
def test_no_parameter_opens_what_a_key_opens(ask: Asker) -> None:
    """Every parameter with all these values, without a key and with a wrong one."""
    for pack, recipe in keyless(ask.operation.plain):
        ask.pack(pack, recipe)
