"""Runs the suite against a fault, and reads what it shows and where it ends."""

from __future__ import annotations

from pathlib import Path

from contracts.sandbox.server import Sandbox
from tests.support import Result, run_warm

BROKEN = "200-balance-currency-code-missing"
SCHEMA = "balance-response-schema"
"""The requirement that it breaks."""

HEADER = 10
"""Lines that pytest writes before the first dot, which the warm process leaves out."""


def run(fault: str | None, folder: Path, *options: str, suite: Path | None = None) -> Result:
    with Sandbox(fault=fault) as sandbox:
        options = ("--target", sandbox.url, "--hypothesis-seed", "5", "-W", "ignore", *options)
        result = run_warm(folder, *options, key=sandbox.key, suite=suite)
        assert result.record["requests"] == len(sandbox.log)
    return result


def items(result: Result, outcome: str) -> list[str]:
    return [each["id"] for each in result.record["tests"] if each["outcome"] == outcome]


def ends_with_the_verdict(result: Result) -> bool:
    """Whether nothing but pytest's own count follows the verdict's reason."""
    record = result.record
    lines = [line for line in result.output.splitlines() if line and line[0] != "!"]  # of -x
    *_, title, reason, count = lines
    assert " in " in count
    return reason == record["reason"] and f" verdict: {record['verdict']} " in title
