"""What GitHub is told: only where it is GitHub, and nothing that it would take for a command."""

from __future__ import annotations

import re

from contracts.report import github
from tests.report.scripted import CATALOGUE, answering, conforming, facts_of, run_with

BROKEN = '{"drawdownEnabled":true,"balance":{"currencyCode":"USD","amountSubunits":9999999999}}'


def test_a_failure_is_an_error_annotation():
    run = run_with(answering(BROKEN))
    [line] = github.annotations(run, facts_of(run))
    sentence = CATALOGUE.requirements["number-formats-hold"].sentence
    told = "200 body: `balance.amountSubunits` is 9999999999; expected int32"
    assert line.startswith(f"::error title=number-formats-hold::{told}")
    assert sentence in line


def test_a_warning_is_a_warning_annotation_unless_it_fails_the_run():
    run = run_with(answering(BROKEN.replace("9999999999", "5"), "Cache-Control: public"))
    warnings = [line for line in github.annotations(run, facts_of(run)) if "caching" in line]
    assert [line.partition(" ")[0] for line in warnings] == ["::warning"]
    run.fail_on_warning = True
    [line] = github.annotations(run, facts_of(run))
    assert line.startswith("::error ")


def test_a_run_that_proves_nothing_is_an_error_annotation():
    run = run_with(conforming)
    facts = facts_of(run)
    [line] = github.annotations(run, facts)
    assert line == f"::error title=contract suite%3A inconclusive::{facts.reason}"


def test_percent_signs_commas_and_line_ends_are_escaped():
    evil = '{"drawdownEnabled":"100%0A::set-output name=a::b, \\n::error::c"}'
    lines = github.annotations(run := run_with(answering(evil)), facts_of(run))
    assert lines
    for line in lines:
        assert re.fullmatch(r"::(error|warning) title=[\w-]+::[^\n\r]+", line)
        assert re.search(r"%(?!25|0A|0D|3A|2C)", line) is None
        assert "%0A" not in line.replace("%250A", "")


def test_at_most_ten_of_a_kind():
    names = ",".join(f'"n{number}":1' for number in "abcdefghijklmnopqrstuvwxyz")
    refused = f'{{"name":"A","message":"b",{names}}}'
    run = run_with(lambda _: answering(refused)(_).replace(b"200 OK", b"401 Unauthorized"))
    assert len(run.defects()) > 20
    lines = github.annotations(run, facts_of(run))
    assert sum(line.startswith("::error") for line in lines) == 10
    assert "more findings in the report" in github.job_summary(run, facts_of(run))


def test_the_summary_tells_verdict_failures_and_account():
    run = run_with(answering(BROKEN))
    facts = facts_of(run)
    summary = github.job_summary(run, facts)
    assert summary.startswith("## ❌ Contract: fail\n")
    assert "9999999999" in summary
    assert "python -m contracts probe number-formats-hold-" in summary
    for name in CATALOGUE.requirements:
        assert name in summary


def test_it_is_added_to_the_jobs_summary_where_this_is_github(tmp_path):
    run = run_with(answering(BROKEN))
    facts = facts_of(run)
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    assert github.publish(run, facts, environ) == github.annotations(run, facts)
    assert summary.read_text() == "before\n" + github.job_summary(run, facts)
    assert github.publish(run, facts, environ | {"GITHUB_ACTIONS": "no"}) == []
    assert github.publish(run, facts, {}) == []
    environ["GITHUB_STEP_SUMMARY"] = str(tmp_path)
    [*_, line] = github.publish(run, facts, environ)
    assert "GITHUB_STEP_SUMMARY could not be written" in line
