"""The benchmarks measure what they claim, at sizes too small to be meaningful."""

from __future__ import annotations

import json
import math

import pytest
from jsonschema import Draft4Validator

from benchmarks import found, hostile, judging, reports, run_cost, start_up
from benchmarks.__main__ import SECTIONS, main
from benchmarks.children.suite_faults import first_sight
from benchmarks.found import Sight
from benchmarks.hostile_servers import SERVERS
from benchmarks.processes import Command, ProcessFailedError, spend, take_turns
from benchmarks.rows import Row, compared, table
from benchmarks.sizes import QUICK, Sizes
from contracts.document.catalogue import Catalogue
from contracts.sandbox.catalogue import CATALOGUE

TINY = Sizes(rounds=1, faults=2, schemathesis=1, exchanges=(250, 260), bodies=40, warm_up=False)


def check_rows(rows: list[Row], section: str) -> None:
    assert rows
    for row in rows:
        assert row.section == section
        assert math.isfinite(row.value)
        assert row.value >= 0 or "growth" in row.what
        if row.ratio is not None:
            assert row.floor
            assert row.ratio >= 0
    assert len({(row.what, row.beside) for row in rows}) == len(rows)


def test_found_counts_requests_of_the_suite_and_of_schemathesis():
    rows, details = found.measure(TINY)
    check_rows(rows, found.SECTION)
    shares = [row.value for row in rows if row.unit == "%"]
    assert shares == sorted(shares)
    assert [fault for fault, _, _ in details["runs"]["schemathesis"]] == found.sample(1, TINY.seed)
    assert {fault for fault, _, _ in details["runs"]["suite"]} == set(found.sample(2, TINY.seed))
    for _, requests, first in details["runs"]["suite"]:
        assert 100 < requests <= 300
        assert first is None or 1 <= first <= requests


def test_run_compares_whole_processes():
    rows = run_cost.measure(TINY)
    check_rows(rows, run_cost.SECTION)
    shares = {row.what: row.ratio for row in rows}
    parts = [ratio for what, ratio in shares.items() if "alone" in what or "bare requests" in what]
    assert sum(parts) == pytest.approx(1)


def test_start_up_compares_with_pytest_alone():
    rows = start_up.measure(TINY)
    check_rows(rows, start_up.SECTION)
    assert len({row.floor for row in rows}) == 2


def test_judging_compares_on_the_same_bodies():
    check_rows(judging.measure(TINY), judging.SECTION)


def test_reports_are_as_large_as_they_were_wanted():
    rows = reports.measure(TINY)
    check_rows(rows, reports.SECTION)
    whats = " ".join(row.what for row in rows)
    for wanted in TINY.exchanges:
        assert f"{wanted} exchanges" in whats or f"{wanted - 1} exchanges" in whats


@pytest.mark.parametrize("name", ["largest-fresh", "gzip-bomb"])
def test_memory_is_bounded_whatever_a_server_sends(name):
    met = hostile.meet(name, "--max-requests=40")
    assert met.run.memory < 400 * hostile.MEGABYTE
    assert met.gate.memory < 300 * hostile.MEGABYTE
    assert met.page < 16 * hostile.MEGABYTE


def test_every_hostile_server_is_one():
    assert "conforming" in SERVERS
    assert all(fault.kind == "variation" for fault in SERVERS.values())
    assert set(QUICK.servers) <= set(SERVERS)


def test_bodies_differ_and_some_are_wrong_for_every_validator():
    catalogue = Catalogue.load(judging.CATALOGUE)
    validator = catalogue.operation.validator(200)
    assert validator is not None
    bare = Draft4Validator(
        judging.inlined(catalogue.operation.document.content, validator.root.schema)
    )
    bodies = judging.bodies(200, 1)
    assert len(set(bodies)) == 200
    kept = [not validator.check(json.loads(body)) for body in bodies]
    assert kept == [bare.is_valid(json.loads(body)) for body in bodies]
    assert 140 < sum(kept) < 200


def test_a_sample_is_part_of_a_larger_one():
    everything = found.sample(None, 1)
    assert sorted(everything) == sorted(n for n, f in CATALOGUE.items() if f.kind == "fault")
    assert found.sample(10, 1) == everything[:10]
    assert found.sample(10, 2) != everything[:10]


def test_share_counts_what_was_found_in_time():
    sights = [Sight("a", 240, 1), Sight("b", 240, 50), Sight("c", 240, 51), Sight("d", 240, None)]
    assert [found.share(sights, budget) for budget in (1, 50, 300)] == [25, 50, 75]


def test_first_sight_is_the_first_answer_that_shows_the_fault():
    record = {
        "requirements": [{"id": "must", "level": "MUST"}, {"id": "should", "level": "SHOULD"}],
        "findings": [
            {"requirement": "should", "level": "SHOULD", "exchanges": [2, 9]},
            {"requirement": "must", "level": "MUST", "exchanges": [7, 5]},
        ],
    }
    assert first_sight(record, "should") == 2
    assert first_sight(record, "must") == 5
    assert first_sight({**record, "findings": []}, "must") is None


def test_ratios_are_taken_within_each_round():
    row = compared("s", "w", [2.0, 30.0, 2.0], [1.0, 10.0, 1.0], unit="s", beside="a floor")
    assert (row.value, row.floor, row.ratio) == (2.0, 1.0, 2.0)


def test_the_table_shows_every_row_under_its_heads():
    rows = [
        Row("run", "wall time", 1.5, "s", "a floor", 1.0, 1.5, "<= 1.5"),
        Row("found", "faults", 95.31, "%"),
    ]
    head, rule, first, second = table(rows).splitlines()
    assert first.index("1.50 s") + len("1.50 s") == head.index("value") + len("value")
    assert set(rule) == {"-", " "}
    assert "a floor" in first
    assert "95.3 %" in second


def test_a_process_tells_what_it_used():
    cost = spend(Command(("-c", "b = bytearray(50_000_000); sum(range(10**6))")))
    assert cost.cpu > 0
    assert cost.wall > 0
    assert cost.memory > 50_000_000


def test_a_process_that_fails_fails_the_benchmark():
    with pytest.raises(ProcessFailedError, match=r"(?s)exit status 3.*oh"):
        spend(Command(("-c", "import sys; print('oh'); sys.exit(3)")))


def test_processes_are_measured_equally_often():
    costs = take_turns({"a": Command(("-c", "")), "b": Command(("-c", ""))}, 2)
    assert {name: len(each) for name, each in costs.items()} == {"a": 2, "b": 2}


def test_the_command_prints_the_table_and_writes_json(tmp_path, capsys):
    path = tmp_path / "bench.json"
    assert main(["--quick", "--rounds", "1", "--json", str(path), "judging"]) == 0
    assert "bare jsonschema" in capsys.readouterr().out
    written = json.loads(path.read_text("utf-8"))
    assert written["rounds"] == 1
    assert written["rows"]
    assert {"date", "python", "processor", "versions"} <= set(written["machine"])


def test_the_command_names_its_sections(capsys):
    with pytest.raises(SystemExit):
        main(["nonsense"])
    errors = capsys.readouterr().err
    assert all(section in errors for section in SECTIONS)
