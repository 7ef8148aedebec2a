"""One red line for a cause, and a terminal that a person reads to its end.

Each fault is of another family: bodies, refusals, JSON, codings, framing, messages, conditions,
ranges, odd requests, credentials.
"""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from tests.plugin.shown import BROKEN, HEADER, SCHEMA, ends_with_the_verdict, items, run

FAULTS = [
    BROKEN,
    "422-fields-missing",
    "200-json-name-twice",
    "200-gzip-corrupt",
    "200-chunk-size-garbage",
    "200-field-with-nul",
    "304-for-anyone",
    "range-off-by-one",
    "500-on-traceparent",
    "any-basic",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_finding_one_failed_item_and_a_screen(fault: str, tmp_path: Path) -> None:
    result = run(fault, tmp_path)
    [finding] = result.record["findings"]
    [failed] = items(result, "failed")
    assert finding["requirement"] in failed or failed.endswith("[everything-else]")
    assert result.output.count(f"contracts probe {finding['id']}") == 1
    assert len(result.output.splitlines()) + HEADER < 60
    assert ends_with_the_verdict(result)
    counts = {"failed": 1}
    for found in (result.junit_counts(), result.page_counts(), result.record_counts()):
        assert {name: found[name] for name in ("failed", "error") if found[name]} == counts


def test_later_items_that_see_it_pass_and_note_it_alike_everywhere(tmp_path: Path) -> None:
    result = run(BROKEN, tmp_path, "-v", "-v")
    [finding], [failed] = result.record["findings"], items(result, "failed")
    words = f"known: {finding['id']}, for which {failed.rpartition('::')[2]} failed"
    noted = {name for name, notes in result.junit_notes().items() if words in notes}
    assert len(noted) > 5
    assert result.output.count(f"PASSED ({words})") == len(noted)
    assert html.unescape(html.unescape(result.page)).count(words) == len(noted)
    assert result.requirement(SCHEMA)["verdict"] == "fail"


def test_a_passing_run_has_no_gaps_and_names_what_depends_on_the_server(tmp_path: Path) -> None:
    result = run("422-never", tmp_path)
    assert set(result.record_counts()) == {"passed"}
    assert result.record["verdict"] == "pass"
    assert result.output.splitlines()[-2].endswith("not observed: validate-error-schema.")
    assert result.output.count("validate-error-schema") == 1


def test_a_should_is_told_once_and_names_none_of_our_code(tmp_path: Path) -> None:
    result = run("currency-symbol", tmp_path)
    [finding] = result.record["findings"]
    assert result.output.count(f"contracts probe {finding['id']}") == 1
    assert "SHOULD currency-is-iso-4217: " in result.output
    assert ".py" not in result.output
    assert len(result.output.splitlines()) + HEADER < 50
    assert ends_with_the_verdict(result)
