"""`200`: what the plain request with a valid key gets, several times."""

from __future__ import annotations

import pytest

from contracts.run.asking import Asker

READS = 4

OBSERVED = (
    "valid-key-gets-200",
    "content-type-is-json",
    "body-is-json",
    "json-is-utf-8",
    "member-names-are-unique",
    "success-body-schema",
    "number-formats-hold",
    "integers-have-no-fraction",
    "message-is-http",
    "framing-is-unambiguous",
    "content-coding-is-sound",
    "no-shared-caching",
    "trailing-blank-is-trimmed",
)
"""What a plain 200 puts to the test."""


def read(ask: Asker) -> None:
    """Ask the plain request several times over one connection, and once over a new one."""
    for _ in range(READS):
        ask("valid")
    ask("valid", name="valid on a new connection", fresh=True)
    ask("valid-trailing-blank")
    ask("valid-lower-case-name")


@pytest.mark.family("plain reads", order=10, observes=OBSERVED)
def test_a_valid_key_is_served(ask: Asker) -> None:
    """As documented, each time."""
    read(ask)
