"""What no mask shows: judged as it was received, and believed where a signature vouches for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.gate.decide import Choice, Decision, decide
from contracts.gate.recheck import recheck
from contracts.rye import RYE
from tests.gate.forgery import CATALOGUE, Report

SIGNING_KEY = "a signing key that only CI knows"
WORD = b"currencyCode"


def masked(report: Report, word: bytes, **flags: bool) -> Report:
    """A report whose answers hold a word of the protocol that is the key, too."""
    report.exchanges = [
        replace(e, received=e.received.replace(word, b"*" * len(word)), **flags)
        if word in e.received
        else e
        for e in report.exchanges
    ]
    report.repack()
    return report


def decided(report: Report, folder: Path, key: str | None = None) -> Decision:
    path = folder / "report.html"
    path.write_bytes(report.page(key=key))
    return decide(path, report.demand(sign_key=key))


@pytest.mark.parametrize("word", [WORD, b"HTTP/1.1", b"application/json", b"AuthenticationError"])
def test_only_a_signature_vouches_for_what_masks_do_not_show(word: bytes, tmp_path: Path) -> None:
    report = masked(Report.of(), word, echoes=True, marked=True)
    held = decided(report, tmp_path)
    assert (held.decision, held.code) == (Choice.HOLD, "masks")
    assert "only a signed report" in held.reason
    released = decided(report, tmp_path, SIGNING_KEY)
    assert released.decision is Choice.RELEASE, released.reason
    comparison = recheck(tmp_path / "report.html", lambda _: CATALOGUE, RYE)
    assert any("what their masks cover" in words for words in comparison.remarks)


def test_a_mask_that_is_not_marked_is_judged_as_it_stands(tmp_path: Path) -> None:
    report = masked(Report.of(), WORD, echoes=True)
    assert decided(report, tmp_path, SIGNING_KEY).code == "broken"


def _without_masks(report: Report) -> None:
    report.change(lambda e: e.response.status == 200, echoes=True, marked=True)


def _an_echo_without_masks(report: Report) -> None:
    report.change(lambda e: e.response.status == 200, echoes=True)


def _another_count(report: Report) -> None:
    report.record["evidence"]["marked"] = 1


def _broken_beside_a_mark(report: Report) -> None:
    """What is not marked counts as ever."""
    masked(report, b"AuthenticationError", echoes=True, marked=True)
    report.change(
        lambda e: e.response.status == 200,
        received=lambda e: e.received.replace(WORD, b"CurrencyCode"),
    )


def _more_than_there_is(report: Report) -> None:
    """A record may say more than is shown, never less."""
    masked(report, WORD, echoes=True, marked=True)
    report.row("refusal-is-401")["observed"] -= 1


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        (_without_masks, "masks"),
        (_an_echo_without_masks, "masks"),
        (_another_count, "masks"),
        (_broken_beside_a_mark, "broken"),
        (_more_than_there_is, "counts"),
    ],
)
@pytest.mark.parametrize("key", [None, SIGNING_KEY])
def test_a_mark_counts_only_where_a_mask_stands(
    forge: Callable[[Report], Any], code: str, key: str | None, tmp_path: Path
) -> None:
    report = Report.of()
    forge(report)
    held = decided(report, tmp_path, key)
    assert held.decision is Choice.HOLD
    assert held.code in {code, "masks" if key is None else code}
