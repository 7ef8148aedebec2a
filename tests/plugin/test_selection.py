"""What is selected keeps its meaning where one item speaks for a cause: requests and verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.sandbox.server import Sandbox
from tests.plugin.shown import BROKEN, SCHEMA, ends_with_the_verdict, items, run
from tests.support import ROOT, copy_suite, run_warm

READ = ROOT / "contracts/billing/test_balance.py"


@pytest.mark.parametrize(
    ("options", "suite", "failed", "requests"),
    [
        (("-k", "test_known_fields_with_a_valid_key"), None, 1, (30, 90)),
        (("-x",), None, 1, (5, 60)),
        ((), READ, 1, (7, 8)),
        ((), READ.with_name("test_headers.py"), 1, (60, 240)),
        ((), Path(f"{READ}::test_a_valid_key_reads_its_balance[{SCHEMA}]"), 1, (7, 8)),
        ((), Path(f"{READ}::test_a_valid_key_reads_its_balance[valid-key-gets-200]"), 0, (7, 8)),
    ],
    ids=["-k", "-x", "file", "another file", "node id", "node id of another requirement"],
)
def test_a_selection_keeps_its_meaning(
    options: tuple[str, ...],
    suite: Path | None,
    failed: int,
    requests: tuple[int, int],
    tmp_path: Path,
) -> None:
    result = run(BROKEN, tmp_path, *options, suite=suite)
    assert (result.status, result.record["verdict"]) == (1, "fail")
    assert result.record["complete"] is False
    assert len(items(result, "failed")) == failed
    assert requests[0] <= result.record["requests"] <= requests[1]
    [finding] = result.record["findings"]
    assert result.output.count(f"contracts probe {finding['id']}") == 1
    assert ("found beside the items that ran" in result.output) == (not failed)
    assert ends_with_the_verdict(result)


def test_what_failed_last_fails_again(tmp_path: Path) -> None:
    cache = ("-p", "cacheprovider", "-o", f"cache_dir={tmp_path / 'cache'}")
    first = run(BROKEN, tmp_path / "first", *cache)
    again = run(BROKEN, tmp_path / "again", *cache, "--lf")
    fixed = run(None, tmp_path / "fixed", *cache, "--lf")
    assert items(first, "failed") == items(again, "failed") == items(fixed, "passed")
    assert len(again.record["tests"]) == len(fixed.record["tests"]) == 1
    assert again.record["requests"] == fixed.record["requests"] <= 8
    assert (again.status, fixed.status) == (1, 0)


def test_a_waived_cause_is_one_expected_failure(tmp_path: Path) -> None:
    suite = copy_suite(tmp_path / "copy")
    with Sandbox(fault=BROKEN) as sandbox:
        (suite / "waivers.toml").write_text(
            f'[[waiver]]\nrequirement = "{SCHEMA}"\ntarget = "{sandbox.url}"\n'
            'reason = "known"\nticket = "BILL-1"\nexpires = 2099-01-01\n'
        )
        options = ("--target", sandbox.url)
        result = run_warm(tmp_path / "reports", *options, key=sandbox.key, suite=suite)
    assert result.record["verdict"] == "pass", result.output
    assert result.record_counts()["xfailed"] == 1
    [finding] = result.record["findings"]
    assert any(f"waived: {finding['id']}" in notes for notes in result.junit_notes().values())
