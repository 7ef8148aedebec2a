"""pytest's last line, junit.xml, pytest-html's rows and verdict.json tell one story.

They agree when

- the four count the same items as passed, failed, skipped and in error;
- items failed if and only if a requirement is broken that fails the run, or the suite itself did;
- items ended in error if and only if something stayed without the API's own answer, or the suite
  itself failed; where everything is broken at once, failures may stand in front of errors;
- each finding that fails the run is told in full once, by one failed item where any saw it;
- no item passes in the name of a requirement of which verdict.json says that it is doubtful,
  unless a note of its own says so too;
- the terminal tells each broken SHOULD once, and pytest itself warns of none;
- the process' exit status is the one that verdict.json states and that belongs to its verdict;
- items that pytest counts as deselected, and they alone of the circumstances that these runs
  have by themselves, make the run incomplete.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.sandbox.catalogue import CATALOGUE
from contracts.sandbox.fault import Fault
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer, render
from contracts.sandbox.server import Sandbox
from contracts.sandbox.wire import End, Script
from tests.support import Result, copy_suite, outcomes, run_warm

DOUBTFUL = {"inconclusive", "not observed"}
QUIET = ("-W", "ignore")
"""The process that is kept warm meets warnings of other projects."""
STATUSES = {"pass": 0, "fail": 1, "error": 3, "inconclusive": 75}


def _everything_at_once(answer: Answer, context: Context) -> Answer:
    """A MUST and a SHOULD are broken, and after 60 requests a gateway is in the way."""
    if len(context.run.arrivals) > 60:
        return replace(answer, status=503, body=b"", fields=())
    broken = CATALOGUE["200-drawdown-enabled-is-null"].answer
    doubtful = CATALOGUE["401-without-challenge"].answer
    assert broken is not None
    assert doubtful is not None
    return doubtful(broken(answer, context), context)


def _late_bytes(answer: Answer, _context: Context) -> Script | None:
    """Every answer goes on after its end, a moment later."""
    return Script((render(answer), 0.001, b"more"), End.HOLD, answer.status)


EVERYTHING = Fault("everything-at-once", "All of it.", "environment", answer=_everything_at_once)
LATE = Fault("late-bytes", "Late.", "fault", "framing-is-unambiguous", wire=_late_bytes)

SCENARIOS: dict[str, tuple[str | Fault | None, tuple[str, ...], str]] = {
    "conforming": (None, (), "pass"),
    "MUST broken": ("200-balance-amount-subunits-is-string", (), "fail"),
    "refusals broken": ("401-message-missing", (), "fail"),
    "SHOULD broken": ("401-without-challenge", (), "pass"),
    "SHOULD broken that fails": ("401-without-challenge", ("--fail-on-warning",), "fail"),
    "SHOULD broken across answers": ("near-key-told", (), "pass"),
    "SHOULD across answers that fails": ("near-key-told", ("--fail-on-warning",), "fail"),
    "intermittent": ("once-in-20-without-currency", (), "fail"),
    "authentication remembered": ("once-in-20-refusals-leak", (), "fail"),
    "key refused": ("key-refused", (), "inconclusive"),
    "down from the start": ("resets-always", (), "inconclusive"),
    "down in the middle": ("refuses-after-20", (), "inconclusive"),
    "a gateway in the middle": ("504-after-30", (), "inconclusive"),
    "cap reached": (None, ("--max-requests", "20"), "inconclusive"),
    "cap reached after a violation": (
        "200-balance-amount-subunits-is-string",
        ("--max-requests", "20"),
        "fail",
    ),
    "deselected": (None, ("-k", "test_a_valid_key_reads_its_balance"), "pass"),
    "deselected and broken": (
        "200-balance-amount-subunits-is-string",
        ("-k", "test_a_valid_key_reads_its_balance or injections"),
        "fail",
    ),
    "422 never": ("422-never", (), "pass"),
    "late bytes": (LATE, (), "fail"),
    "late bytes, last of all": (LATE, ("-k", "test_nothing_is_open"), "fail"),
    "everything at once": (EVERYTHING, (), "fail"),
    "stopped at the first failure": ("200-balance-amount-subunits-is-string", ("-x",), "fail"),
}


@pytest.fixture(params=list(SCENARIOS))
def scenario(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Result]]:
    fault, options, expected = SCENARIOS[request.param]
    with Sandbox(fault=fault) as sandbox:
        options = ("--target", sandbox.url, "--timeout", "2", *QUIET, *options)
        yield expected, run_warm(tmp_path, *options, key=sandbox.key)


def test_the_four_accounts_agree(scenario: tuple[str, Result]) -> None:
    expected, result = scenario
    assert result.record["verdict"] == expected, result.output[-2000:]
    agree(result)


@pytest.mark.parametrize("place", ["collection", "asking", "judging"])
@pytest.mark.parametrize("fault", [None, "200-balance-amount-subunits-is-string"])
def test_they_agree_where_the_suite_itself_fails(
    place: str, fault: str | None, tmp_path: Path
) -> None:
    suite = copy_suite(tmp_path / "copy")
    break_suite(suite, place)
    with Sandbox(fault=fault) as sandbox:
        options = ("--target", sandbox.url, *QUIET)
        result = run_warm(tmp_path / "reports", *options, key=sandbox.key, suite=suite)
    violated = fault is not None and place != "collection"
    assert result.record["verdict"] == ("fail" if violated else "error"), result.output[-2000:]
    assert result.record["circumstances"]["error"] is True
    assert result.record["complete"] is False
    agree(result)


def break_suite(suite: Path, place: str) -> None:
    """Make the copy of a suite fail by itself."""
    module = suite / ("test_validation.py" if place == "asking" else "test_sequence.py")
    text = module.read_text("utf-8")
    if place == "collection":
        text += "\nraise RuntimeError('broken')\n"
    elif place == "asking":
        text += (
            "\n\n@pytest.mark.family('broken', order=59, observes=VALIDATED)\n"
            "def test_that_breaks(ask):\n    1 / 0\n"
        )
    else:
        (suite / "conftest.py").write_text(
            "import pytest\n\n\n@pytest.hookimpl(wrapper=True)\n"
            "def pytest_pyfunc_call(pyfuncitem):\n"
            "    result = yield\n"
            "    assert 'test_each_request' not in pyfuncitem.name\n"
            "    return result\n"
        )
    module.write_text(text, "utf-8")


def agree(result: Result) -> None:
    """Hold the four accounts of a run against each other."""
    record, terminal = result.record, result.terminal_counts()
    counts = result.record_counts()
    assert outcomes(terminal) == counts == result.junit_counts() == result.page_counts()

    failing = {"MUST", "SHOULD"} if record["fail_on_warning"] else {"MUST"}
    broken = {f["requirement"] for f in record["findings"] if f["level"] in failing}
    circumstances = record["circumstances"]
    own = circumstances["error"]
    assert (record["verdict"] == "fail") == bool(broken)
    assert bool(counts["failed"]) == bool(broken) or own
    doubtful = bool(record["troubles"]) or circumstances["key_refused"]
    assert bool(counts["error"]) == doubtful or own
    assert not own or counts["failed"] + counts["error"]

    told = Counter(re.findall(r"^  \w+ +python -m contracts probe (\S+)", result.output, re.M))
    assert own or set(told) == {finding["id"] for finding in record["findings"]}
    assert set(told.values()) <= {1}
    assert own or counts["failed"] <= sum(f["level"] in failing for f in record["findings"])

    named = {_requirement(test) for test in record["tests"] if test["outcome"] == "failed"}
    assert named - {"everything-else"} <= broken or own
    stated = {r["id"]: r["verdict"] for r in record["requirements"]}
    fails = {"fail", "warn"} if record["fail_on_warning"] else {"fail"}
    assert broken == {name for name, verdict in stated.items() if verdict in fails}
    notes = result.junit_notes()
    for test in record["tests"]:
        if test["outcome"] == "passed" and stated.get(_requirement(test)) in DOUBTFUL:
            assert notes[test["id"].rpartition("::")[2]].startswith("not observed"), test

    warned = {r["id"] for r in record["requirements"] if r["verdict"] == "warn"}
    shown = "= warnings: broken SHOULDs =" in result.output
    assert shown == (bool(warned) and not record["fail_on_warning"])
    assert not terminal["warning"]

    assert result.status == record["exit_status"] == STATUSES[record["verdict"]]
    assert circumstances["deselected"] == bool(terminal["deselected"]) or own
    if circumstances["deselected"]:
        assert record["complete"] is False


def _requirement(test: dict[str, str]) -> str:
    match = re.search(r"\[(.*)\]$", test["id"])
    return match[1] if match else ""
