"""What a pipeline shows to people: summaries on a run's page, the webhook, the badges."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checkout import add_program, run_script
from tests.support import ROOT
from tests.test_workflows import load, steps

SCRIPTS = ROOT / ".ci"
ADDRESS = "https://chat.example/hooks/5f1c"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder whose `curl` keeps what it was given."""
    (tmp_path / ".ci").symlink_to(SCRIPTS)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    add_program(programs / "curl", 'printf "%s\\n" "$@" > arguments', "cat > config", "exit 0")
    return tmp_path


def summary(checkout: Path, text: str, title: str = "Drift: exit status 1") -> str:
    (checkout / "output").write_text(text)
    page = checkout / "page"
    done = run_script(checkout, f".ci/summary '{title}' output", {"GITHUB_STEP_SUMMARY": str(page)})
    assert (done.returncode, done.stdout) == (0, "")
    return page.read_text()


def test_a_summary_shows_the_output_as_text(checkout: Path) -> None:
    text = "breaking: `x` <script>&amp;\n\n</pre># no heading\n::warning title=drift::again\n"
    assert summary(checkout, text) == (
        "## Drift: exit status 1\n\n<pre>\nbreaking: `x` &lt;script>&amp;amp;\n&nbsp;\n"
        "&lt;/pre># no heading\n</pre>\n\n"
    )


def test_a_summary_has_bounds(checkout: Path) -> None:
    assert len(summary(checkout, "x" * 10_000_000)) < 100_000


def test_elsewhere_there_is_no_summary(checkout: Path) -> None:
    done = run_script(checkout, ".ci/summary Title missing", {"GITHUB_STEP_SUMMARY": ""})
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("workflow", "needed"),
    [("nightly", "Compare the published document with the pinned one"), ("release-gate", "Decide")],
)
def test_drift_and_gate_have_their_words_on_the_page(workflow: str, needed: str) -> None:
    [found] = [each for each in steps(workflow) if each.get("name", "").startswith(needed)]
    script = found["run"]
    if ".ci/gate" in script:
        script = (SCRIPTS / "gate").read_text()
    assert "summary" in script


def test_the_gates_decision_is_on_the_page(checkout: Path) -> None:
    add_program(checkout / ".venv" / "bin" / "gh", "exit 1")
    page = checkout / "page"
    env = {"GITHUB_STEP_SUMMARY": str(page), "REPOSITORY": "someone/suite"}
    done = run_script(checkout, ".ci/gate", env)
    words = "hold: the nightly runs of someone/suite can't be listed"
    assert (done.returncode, done.stdout) == (1, f"{words}\n")
    assert page.read_text() == f"## Release gate: exit status 1\n\n<pre>\n{words}\n</pre>\n\n"


def test_the_nightly_page_begins_with_what_to_do(checkout: Path) -> None:
    """The first step that runs anything writes three lines, whatever comes after it."""
    first = next(each for each in steps("nightly") if "run" in each)
    page = checkout / "page"
    done = run_script(checkout, first["run"], {"GITHUB_STEP_SUMMARY": str(page)})
    assert done.returncode == 0
    lines = page.read_text().strip().splitlines()
    assert [re.findall(r"\d+", line.split(":")[0]) for line in lines] == [["1"], ["75", "69"], []]
    named = re.findall(r"`([^`]+)`", page.read_text())
    upload = next(each for each in steps("nightly") if "upload-artifact" in each.get("uses", ""))
    assert named == ["report.html", upload["with"]["name"], "docs/troubleshooting.md"]
    assert (ROOT / named[-1]).is_file()


def told(checkout: Path, webhook: str, sentence: str = "exit status 1. https://x.example/7") -> str:
    done = run_script(
        checkout, '.ci/webhook "$SENTENCE"', {"WEBHOOK": webhook, "SENTENCE": sentence}
    )
    assert done.returncode == 0
    return done.stdout


def test_the_webhook_is_off_until_it_is_set(checkout: Path) -> None:
    assert "CONTRACTS_WEBHOOK is not set" in told(checkout, "")
    assert not (checkout / "arguments").exists()


def test_the_webhook_gets_a_sentence_and_hides_its_address(checkout: Path) -> None:
    sentence = 'exit "1" \\ at\nhttps://x.example/7'
    assert told(checkout, ADDRESS, sentence) == ""
    assert (checkout / "config").read_text() == f'url = "{ADDRESS}"\n'
    arguments = (checkout / "arguments").read_text().splitlines()
    assert not any(ADDRESS in each for each in arguments)
    sent = arguments[arguments.index("--data") + 1]
    assert json.loads(sent) == {"text": sentence.replace("\n", " ")}


def test_the_webhook_step_hears_of_all_but_green_and_spoils_nothing() -> None:
    [step] = [each for each in steps("nightly") if ".ci/webhook" in each.get("run", "")]
    assert step["continue-on-error"] == "true"
    assert step["if"] == "${{ !cancelled() && (failure() || steps.ask.outputs.status != '0') }}"
    assert step["env"]["WEBHOOK"] == "${{ secrets.CONTRACTS_WEBHOOK }}"


def test_a_badge_shows_a_workflow_that_exists() -> None:
    shown = re.findall(
        r"\.\./\.\./actions/workflows/([a-z-]+)\.yml", (ROOT / "README.md").read_text()
    )
    assert shown
    for name in shown:
        assert load(name)["on"]


def test_each_python_that_is_promised_is_tried() -> None:
    matrix = load("pull-request")["jobs"]["tests"]["strategy"]["matrix"]["python"]
    tox = (ROOT / "tox.ini").read_text("utf-8")
    others = re.findall(r"py3(\d+): python3\.\1$", tox, re.MULTILINE)
    assert matrix == ["3.11", *(f"3.{each}" for each in others)]
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_dependabot_renews_all_but_the_oldest() -> None:
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text())["updates"]
    assert {each["package-ecosystem"] for each in updates} == {"pip", "github-actions"}
    [pip] = [each for each in updates if each["package-ecosystem"] == "pip"]
    assert pip["exclude-paths"] == ["constraints-lowest.txt"]
    assert (ROOT / pip["exclude-paths"][0]).is_file()


# --- Jenkins and Azure ------------------------------------------------------------------------


def example(language: str, name: str) -> str:
    pipelines = (ROOT / "docs" / "pipelines.md").read_text("utf-8")
    _, _, after = pipelines.partition(f"<!-- {name} -->\n```{language}\n")
    return after.partition("\n```\n")[0]


def azures_step() -> dict[str, Any]:
    [job] = yaml.safe_load(example("yaml", "azure"))["jobs"]
    [found] = [each for each in job["steps"] if ".ci/patiently" in each.get("script", "")]
    return found


@pytest.mark.parametrize(("status", "expected"), [(0, 0), (1, 1), (4, 4), (75, 0)])
def test_azure_knows_a_third_state(checkout: Path, status: int, expected: int) -> None:
    add_program(checkout / ".venv" / "bin" / "python", f"exit {status}")
    done = run_script(checkout, azures_step()["script"], {"TRIES": "1"})
    assert done.returncode == expected
    assert ("SucceededWithIssues" in done.stdout) == (status == 75)


@pytest.mark.parametrize(("status", "expected"), [(0, 0), (1, 1), (75, 75)])
def test_jenkins_hears_the_exit_status(checkout: Path, status: int, expected: int) -> None:
    text = example("groovy", "jenkins")
    [script] = re.findall(r'script: """\n(.*?)"""', text, re.DOTALL)
    assert "\\" not in script  # Groovy would interpret it
    assert "$" not in script
    programs = checkout / ".venv" / "bin"
    add_program(programs / "python3", "exit 0")
    add_program(programs / "python", 'case "$*" in *pip*) exit 0 ;; esac', f"exit {status}")
    done = run_script(checkout, script, {"TRIES": "1"}, ("sh", "-e"))
    assert done.returncode == expected
    assert text.count("{") == text.count("}")


def test_every_pipeline_asks_what_the_nightly_workflow_asks() -> None:
    [nightly] = [each["run"] for each in steps("nightly") if each.get("id") == "ask"]
    asked = re.search(r"-m pytest (.*?) --report-dir", nightly, re.DOTALL)
    assert asked is not None
    words = " ".join(asked[1].split())
    assert words in azures_step()["script"]
    assert words in example("groovy", "jenkins")
