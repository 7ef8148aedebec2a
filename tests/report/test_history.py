"""The history: what is new, gone, persisting since when; robust and bounded."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from contracts.report import history
from contracts.report.record import SCHEMA_VERSION
from contracts.report.since import Entry, History, compare
from tests.report.scripted import Elements, answering, conforming, facts_of, page_of, run_with

A, B = "number-formats-hold-aaaaaaaa", "body-is-json-bbbbbbbb"
BROKEN = '{"drawdownEnabled":true,"balance":{"currencyCode":"USD","amountSubunits":9999999999}}'


def entry(day: int, *findings: str, unobserved=(), target="sandbox", name="billing") -> Entry:
    return Entry(
        started=f"2026-11-{day:02}T12:00:00+00:00",
        target=target,
        verdict="fail" if findings else "pass",
        requests=9,
        seconds=1.0,
        unobserved=tuple(unobserved),
        findings=findings,
        name=name,
    )


def day(number: int) -> str:
    return f"2026-11-{number:02}T12:00:00+00:00"


UNSEEN = ("number-formats-hold",)


@pytest.mark.parametrize(
    ("earlier", "now", "expected"),
    [
        ([], entry(9, A), {"first": True, "new": (A,)}),
        ([entry(1)], entry(9, A), {"new": (A,)}),
        ([entry(1, A), entry(2, A)], entry(9, A, B), {"new": (B,), "persisting": {A: day(1)}}),
        ([entry(1), entry(2, A)], entry(9, A), {"persisting": {A: day(2)}}),
        ([entry(1, A), entry(2)], entry(9, A), {"returned": {A: day(1)}}),
        ([entry(1, A), entry(2, A)], entry(9), {"gone": {A: day(2)}}),
        ([entry(1, A), entry(2)], entry(9), {}),
        ([entry(1, A)], entry(9, unobserved=UNSEEN), {"unseen": {A: day(1)}}),
        (
            [entry(1, A), entry(2, unobserved=UNSEEN)],
            entry(9, A),
            {"persisting": {A: day(1)}},
        ),
        ([entry(1, A), entry(2, unobserved=UNSEEN)], entry(9), {"gone": {A: day(1)}}),
        ([entry(1, A, target="staging")], entry(9, A), {"first": True, "new": (A,)}),
        ([entry(1, A, name="orders")], entry(9, A), {"first": True, "new": (A,)}),
    ],
)
def test_what_changed_since_last_time(earlier, now, expected):
    since = compare(History(tuple(earlier)), now)
    found = {
        name: getattr(since, name)
        for name in ("first", "new", "returned", "persisting", "gone", "unseen")
        if getattr(since, name)
    }
    assert found == expected
    assert since.runs[-1] is now


def test_a_run_is_remembered_for_the_next_one(tmp_path):
    run = run_with(answering(BROKEN))
    [finding] = [d.finding.slug for d in run.defects()]
    assert history.since_last(tmp_path, run, facts_of(run)).first
    assert history.append(tmp_path, run, facts_of(run)) is None
    later = facts_of(run, minutes=5)
    since = history.since_last(tmp_path, run, later)
    assert dict(since.persisting) == {finding: "2026-11-22T12:00:00+00:00"}
    fixed = run_with(conforming)
    assert dict(history.since_last(tmp_path, fixed, later).gone) == {
        finding: "2026-11-22T12:00:00+00:00"
    }
    [line] = (tmp_path / history.NAME).read_text().splitlines()
    assert json.loads(line)["broken"] == ["number-formats-hold"]
    assert [path.name for path in tmp_path.iterdir()] == [history.NAME]


def test_only_the_last_two_hundred_runs_are_kept(tmp_path):
    run = run_with(conforming)
    lines = [json.dumps(_data(entry(1 + number % 28))) for number in range(250)]
    (tmp_path / history.NAME).write_text("\n".join(lines))
    assert history.append(tmp_path, run, facts_of(run)) is None
    kept = history.read(tmp_path).entries
    assert len(kept) == 200
    assert kept[-1].started == "2026-11-22T12:00:00+00:00"
    assert len(history.since_last(tmp_path, run, facts_of(run)).runs) == 30


def _data(value: Entry) -> dict[str, object]:
    told = {name: getattr(value, name) for name in Entry.__slots__}
    return {"schema_version": SCHEMA_VERSION, **told}


OLDER = {name: value for name, value in _data(entry(1, A)).items() if name != "schema_version"}
NEWER = {"schema_version": 99, "started": day(1), "target": "sandbox", "causes": {"of": "another"}}


@pytest.mark.parametrize("other", [OLDER, {**OLDER, "schema_version": 1}, NEWER])
def test_what_another_version_remembered_is_kept_and_does_not_count(tmp_path, other):
    elsewhere = {**other, "target": "staging"}
    lines = [json.dumps(each) for each in (other, other, elsewhere, _data(entry(2, B)))]
    (tmp_path / history.NAME).write_text("\n".join(lines))
    run = run_with(conforming)
    facts = facts_of(run)
    since = history.since_last(tmp_path, run, facts)
    assert (since.others, since.ignored, len(since.runs)) == (2, 0, 2)
    assert dict(since.gone) == {B: day(2)}
    page = page_of(run, facts.compared(since))
    words = "2 earlier runs did not count: another version of the suite gave its findings other ids"
    assert words in page
    assert history.append(tmp_path, run, facts) is None
    kept = (tmp_path / history.NAME).read_text().splitlines()
    assert kept[:4] == lines
    assert json.loads(kept[4])["schema_version"] == SCHEMA_VERSION


@pytest.mark.parametrize(
    "line",
    [
        b"{{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps({**_data(entry(1)), "verdict": "<script>"}).encode(),
        json.dumps({**_data(entry(1)), "started": "yesterday"}).encode(),
        json.dumps({**_data(entry(1)), "findings": [1]}).encode(),
        json.dumps({**_data(entry(1)), "findings": "abc"}).encode(),
        json.dumps({**_data(entry(1)), "target": 5}).encode(),
        json.dumps({**_data(entry(1)), "requests": "many"}).encode(),
        json.dumps({**_data(entry(1)), "requests": 1e999}).encode(),
        json.dumps({"started": day(1)}).encode(),
    ],
)
def test_a_line_that_is_none_is_left_out_and_said_so(tmp_path, line):
    sound = json.dumps(_data(entry(1, A))).encode()
    (tmp_path / history.NAME).write_bytes(b"\n".join([line, sound, b"", line[: len(line) // 2]]))
    found = history.read(tmp_path)
    assert [each.findings for each in found.entries] == [(A,)]
    assert found.ignored == 2
    run = run_with(conforming)
    facts = facts_of(run)
    page = page_of(run, facts.compared(history.since_last(tmp_path, run, facts)))
    assert "2 lines of the history could not be read and did not count." in page
    Elements(page)


def test_no_history_is_an_empty_one(tmp_path):
    assert history.read(tmp_path / "nowhere") == History()
    (tmp_path / history.NAME).mkdir()
    assert history.read(tmp_path) == History()
    run = run_with(conforming)
    words = history.append(tmp_path, run, facts_of(run))
    assert words is not None
    assert words.startswith("history.jsonl was not written (")


def no_file(path, kind):
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        with path.open("wb") as file:
            file.truncate(history.MOST_OCTETS + 1)


@pytest.mark.parametrize("kind", ["pipe", "folder", "endless"])
def test_what_is_no_history_stays_and_is_told(tmp_path, kind):
    """A run that opens a pipe waits until somebody writes to it."""
    run = run_with(conforming)
    no_file(tmp_path / history.NAME, kind)
    assert history.since_last(tmp_path, run, facts_of(run)).first
    told = history.append(tmp_path, run, facts_of(run))
    assert told.startswith("history.jsonl was not written (")
    assert [path.name for path in tmp_path.iterdir()] == [history.NAME]
    assert not (tmp_path / history.NAME).is_file() or kind == "endless"


def test_the_page_says_what_changed_and_draws_the_last_runs():
    run = run_with(answering(BROKEN))
    [finding] = [d.finding.slug for d in run.defects()]
    facts = facts_of(run)
    now = history.entry_of(run, facts)
    past = [
        entry(1, finding),
        replace(entry(2, finding, B), broken=("a", "b")),
        replace(entry(3), verdict="inconclusive", unobserved=("number-formats-hold",)),
        replace(entry(4, "json-is-utf-8-<script>"), verdict="error"),
    ]
    page = page_of(run, facts.compared(compare(History(tuple(past)), now)))
    elements = Elements(page)
    text = elements.texts["main"][0]
    assert "Back again 1" in text
    assert f"{finding} last seen 2026-11-02 12:00:00 UTC" in text
    assert "json-is-utf-8-<script>" in text
    assert "0 of the last 5 runs passed" in text
    bars = [a for name, a in elements.found if name == "g"]
    assert [a["class"] for a in bars] == [
        "run fail",
        "run fail",
        "run inconclusive",
        "run error",
        "run fail",
    ]


def test_a_first_run_says_so():
    run = run_with(conforming)
    facts = facts_of(run)
    since = compare(History(), history.entry_of(run, facts))
    assert "This is the first run against this target" in page_of(run, facts.compared(since))
