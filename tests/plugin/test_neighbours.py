"""Beside other plugins: a sentence where a run can't be had, and 3 where something else fails."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.gate.decide import decide
from contracts.sandbox.server import Sandbox
from tests.gate.forgery import Report
from tests.support import PATIENCE, ROOT, Result, environment, outcomes, run_warm

SMALL = ("-k", "test_a_valid_key_reads_its_balance")
BROKEN = "200-balance-currency-code-missing"
OLD = "an earlier run"


def beside(what: str, folder: Path, *options: str, key: str | None = None) -> Result:
    plugin = ("-p", "tests.plugin.neighbour", "--neighbour", what)
    return run_warm(folder, *SMALL, *plugin, *options, key=key)


def run_cold(folder: Path, *options: str, limit: int | None = None, **variables: str) -> Result:
    """Run the suite as a process of its own.

    Arguments:
        folder: where its artefacts go.
        options: pytest's.
        limit: length in bytes that no file may exceed, as on a disk that is full.
        variables: the environment's.
    """
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-m",
            "billing",
            *SMALL,
            "--report-dir",
            str(folder),
            *options,
        ],
        cwd=ROOT,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
        preexec_fn=None
        if limit is None
        else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    return Result(done.returncode, done.stdout, folder)


# --- what can't be had ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--setup-plan",), "--setup-plan: it runs no test"),
        (("--setup-only",), "--setup-only: it runs no test"),
        (("-p", "no:html"), "-p no:html"),
        (("-p", "no:metadata"), "-p no:metadata"),
    ],
)
def test_a_run_that_proves_nothing_is_refused(
    options: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    result = run_warm(tmp_path / "reports", *SMALL, *options)
    assert result.status == 4
    [line] = result.output.strip().splitlines()
    assert words in line
    assert result.artefacts == set()


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("wrapped", "tests.plugin.neighbour, which replaces"),
        ("twice", "is there 2 times (leave out --count"),
    ],
)
def test_items_that_are_not_the_suites_own_are_refused(
    what: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "report.html").write_text(OLD)
    result = beside(what, tmp_path)
    assert result.status == 4
    assert words in result.output
    assert "Traceback" not in result.output
    assert (tmp_path / "report.html").read_text() == OLD, "nothing began"


def test_items_in_threads_of_their_own_ask_nothing(tmp_path: Path) -> None:
    result = beside("threads", tmp_path)
    assert result.status == 3
    assert "The suite itself failed: RunElsewhereError" in result.output
    assert result.record["requests"] == 0
    assert result.record["complete"] is False


def test_without_plugins_that_load_themselves_the_report_s_own_have_to_be_named(
    tmp_path: Path,
) -> None:
    off = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    result = run_cold(tmp_path / "reports", **off)
    assert result.status == 4
    assert "-p html" in result.output
    assert result.artefacts == set()
    result = run_cold(tmp_path / "reports", "-p", "html", "-p", "metadata", **off)
    assert result.status == 0, result.output
    assert result.record["verdict"] == "pass"


def test_a_package_is_as_good_as_its_folder(tmp_path: Path) -> None:
    result = run_cold(tmp_path, "--pyargs", "contracts.billing")
    assert result.status == 0, result.output


def test_a_package_from_elsewhere_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--pyargs", "contracts.billing"],
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 4, done.stdout
    assert "in its checkout" in done.stdout
    assert "Traceback" not in done.stdout


# --- what runs again, or has another opinion -------------------------------------------------


def test_what_fails_fails_again_when_it_is_run_again(tmp_path: Path) -> None:
    with Sandbox(BROKEN) as sandbox:
        result = beside("again", tmp_path, "--target", sandbox.url, key=sandbox.key)
    assert result.status == 1
    assert outcomes(result.record_counts())["failed"] == 1
    assert result.record_counts()["rerun"] == 1
    assert result.page_counts()["failed"] == 1
    assert decide(tmp_path / "report.html", Report.of().demand()).code == "failed"


def test_no_other_plugin_has_a_say_in_the_exit_status(tmp_path: Path) -> None:
    with Sandbox(BROKEN) as sandbox:
        result = beside("status", tmp_path, "--target", sandbox.url, key=sandbox.key)
    assert result.status == 1


# --- what fails at the end -------------------------------------------------------------------


@pytest.mark.parametrize("hook", ["sessionfinish", "html_results_summary"])
def test_what_fails_before_the_report_is_there_is_an_error(hook: str, tmp_path: Path) -> None:
    result = beside(hook, tmp_path)
    assert result.status == 3
    assert "Traceback" not in result.output
    assert "No space left on device" in result.output.rpartition("verdict: error")[2]
    assert result.record["verdict"] == "error"
    assert "report.html" not in result.artefacts


@pytest.mark.parametrize("hook", ["terminal_summary", "unconfigure"])
def test_what_fails_when_the_report_is_there_is_no_finding(hook: str, tmp_path: Path) -> None:
    result = beside(hook, tmp_path)
    assert result.status == 3
    assert "Traceback" not in result.output
    assert "The suite itself failed at pytest's end: OSError" in result.output
    assert result.record["verdict"] == "pass"
    assert not any(name.startswith(".writing-") for name in result.artefacts)


@pytest.mark.parametrize("hook", ["sessionfinish", "terminal_summary"])
def test_a_finding_stays_one_whatever_fails_at_the_end(hook: str, tmp_path: Path) -> None:
    with Sandbox(BROKEN) as sandbox:
        result = beside(hook, tmp_path, "--target", sandbox.url, key=sandbox.key)
    assert result.status == 1
    assert result.record["verdict"] == "fail"


@pytest.mark.parametrize("limit", [100, 20_000])
def test_a_disk_that_is_full_is_an_error(limit: int, tmp_path: Path) -> None:
    """Nothing can be written at all, or not the page alone."""
    (tmp_path / "report.html").write_text(OLD)
    result = run_cold(tmp_path, "-p", "no:cacheprovider", limit=limit)
    assert result.status == 3, result.output
    assert "Traceback" not in result.output
    assert "report.html" not in result.artefacts
    assert "running.json" in result.artefacts, "which the gate reads"
    assert not any(name.startswith(".writing-") for name in result.artefacts)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")  # noqa: PTH110
def test_output_that_nobody_takes_is_no_finding(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", *SMALL, "--report-dir", str(tmp_path)]
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            command, cwd=ROOT, env=environment(), stdout=full, stderr=full, check=False
        )
    assert done.returncode not in {0, 1, 2, 4}


@pytest.mark.parametrize("option", ["--html", "--junitxml"])
def test_a_copy_that_can_not_be_written_changes_no_verdict(option: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    wanted = tmp_path / "file" / "copy"
    result = run_warm(tmp_path / "reports", *SMALL, option, str(wanted))
    assert result.status == 0
    assert f"{wanted} can't be written" in result.output
    assert result.artefacts >= {"report.html", "verdict.json", "junit.xml"}


def test_pytest_finds_the_configuration_whatever_an_option_s_value_is(tmp_path: Path) -> None:
    copy = tmp_path / "copy.html"
    copy.write_text(OLD)
    result = run_cold(tmp_path / "reports", "--html", str(copy), "-v")
    assert result.status == 0, result.output
    assert "configfile: pyproject.toml" in result.output
    assert "contract" in copy.read_text("utf-8")
