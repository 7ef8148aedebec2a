"""An outage is one error, says how many probes it concerns, and fits on a screen."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from tests.plugin.shown import HEADER, items, run
from tests.support import Result, run_warm

OUTAGES = {"503-always": "503 Service Unavailable", "key-refused": "The key was refused"}
KEY = "RYE/staging-12345678abcdefgh"


@pytest.mark.parametrize("fault", OUTAGES)
def test_an_outage_is_one_error_and_few_lines(fault: str, tmp_path: Path) -> None:
    result = run(fault, tmp_path)
    is_told_briefly(result)
    assert OUTAGES[fault] in result.record["reason"]


def test_a_target_that_is_not_there_is_one_error_and_few_lines(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        is_told_briefly(run_warm(tmp_path, "--target", url, "-W", "ignore", key=KEY))


def is_told_briefly(result: Result) -> None:
    """One error with the number of probes that stayed without an answer, and nothing green."""
    assert result.status == 75
    assert len(items(result, "error")) == 1
    assert len(result.output.splitlines()) + HEADER < 25, result.output
    unanswered = f"{len(result.record['troubles'])} probes got no answer"
    assert f"({unanswered})" in result.output
    title, count, reason, _ = result.output.splitlines()[-4:]
    assert " verdict: inconclusive " in title
    assert count.startswith(unanswered)
    assert reason == result.record["reason"]
    stated = {each["id"]: each["verdict"] for each in result.record["requirements"]}
    passed = {re.sub(r".*\[(.*)\]", r"\1", name) for name in items(result, "passed")}
    assert not [name for name in passed if stated.get(name) == "inconclusive"]
