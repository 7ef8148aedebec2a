"""README.md's commands: each is covered here, and does what the page says."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from contracts.rye import RYE
from contracts.sandbox.catalogue import CATALOGUE
from contracts.sandbox.server import Sandbox
from tests.support import ROOT, end_of, environment, run_warm, start_process

README = (ROOT / "README.md").read_text("utf-8")
SET_UP = re.compile(
    r"python3 -m venv \.venv && \.venv/bin/pip install -q -e (\.|'\.\[test\]')"
    r" && \.venv/bin/python -m (pytest [a-z0-9 -]+)"
)
PYTHON = ".venv/bin/python -m "
TRIED_ELSEWHERE = {
    "pytest -m billing": "test_end_to_end, as its first test",
    "pytest tests -n 2 --dist loadfile": "this very run",
}


def commands() -> list[str]:
    """Every line of every shell block."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def marked(name: str) -> str:
    """The command under a comment."""
    match = re.search(rf"^<!-- {name} -->\n```sh\n([^\n]+)\n```$", README, re.MULTILINE)
    assert match is not None, f"README.md has no one-line command under <!-- {name} -->"
    return match[1]


def in_virtual_environment() -> list[str]:
    """The commands that need no more set-up, without the interpreter's path."""
    return [line.removeprefix(PYTHON) for line in commands() if line.startswith(PYTHON)]


def test_the_set_up_commands_are_one_line_each_and_need_nothing_but_python() -> None:
    assert [SET_UP.fullmatch(marked(name)) is not None for name in ("run", "tests")] == [True] * 2
    found = [SET_UP.fullmatch(marked(name)) for name in ("run", "tests")]
    assert [match[2] for match in found if match] == list(TRIED_ELSEWHERE)
    assert [match[1] for match in found if match] == [".", "'.[test]'"]


def test_ci_runs_the_test_command_verbatim(tmp_path: Path) -> None:
    """Its own extraction, with everything after it left out."""
    script = (ROOT / ".ci/run").read_text("utf-8")
    [extraction] = re.findall(r"^command=.*$", script, re.MULTILINE)
    assert 'part "README\'s test command" 1200 "$command"\n' in script
    shell = f'{extraction}\nprintf %s "$command"'
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", shell], cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout.decode() == marked("tests")


def test_every_command_is_known_to_these_tests() -> None:
    known = {
        *(marked(name) for name in ("run", "tests")),
        f"export {RYE.key_variable}=RYE/staging-…",
        *(PYTHON + command for command in (STAGING, LIST_FAULTS, WITH_FAULT)),
    }
    assert set(commands()) == known


STAGING = "pytest -m billing --target staging"
LIST_FAULTS = "contracts sandbox --list-faults"
WITH_FAULT = "contracts sandbox --fault 200-balance-currency-code-missing"


def test_the_staging_command_works_on_a_sandbox_in_its_place(tmp_path: Path) -> None:
    assert STAGING in in_virtual_environment()
    with Sandbox() as sandbox:
        options = shlex.split(STAGING.replace("staging", sandbox.url))[3:]
        result = run_warm(tmp_path, *options, key=sandbox.key)
    assert result.status == 0, result.output[-2000:]
    assert result.record["target"]["url"] == sandbox.url


def test_the_faults_are_listed(tmp_path: Path) -> None:
    result = end_of(start_process("-m", *shlex.split(LIST_FAULTS)), tmp_path)
    assert result.status == 0
    assert all(name in result.output for name in CATALOGUE)


def test_the_sandbox_says_how_to_point_the_suite_at_it(tmp_path: Path) -> None:
    process = start_process("-m", *shlex.split(WITH_FAULT))
    try:
        assert process.stdout is not None
        said = "".join(process.stdout.readline() for _ in range(4))
        key = re.search(r"RYE/staging-\w+", said)
        url = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert key is not None
        assert url is not None
        selection = ("--target", url[0], "-k", "test_a_valid_key_reads_its_balance")
        result = run_warm(tmp_path, *selection, key=key[0])
    finally:
        process.terminate()
        process.communicate(timeout=10)
    assert result.status == 1
    assert "balance-response-schema" in result.output


def test_the_example_of_a_failure_is_what_a_failure_looks_like(tmp_path: Path) -> None:
    [example] = re.findall(r"^```text\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    with Sandbox(fault="200-balance-currency-code-missing") as sandbox:
        selection = ("--target", sandbox.url, "-k", "test_a_valid_key_reads_its_balance")
        result = run_warm(tmp_path, *selection, key=sandbox.key)
    lines = result.output.splitlines()
    first, *rows = example.splitlines()
    assert first in lines
    for row in rows:
        label = row.split()[0]
        assert any(line.split()[:1] == [label] for line in lines), label


def test_every_option_of_the_table_is_an_option(tmp_path: Path) -> None:
    result = end_of(
        start_process("-m", "pytest", "--help", env=environment(COLUMNS="200")), tmp_path
    )
    table = re.findall(r"^\| (`--.*?) \|", README, re.MULTILINE)
    options = [option for cell in table for option in re.findall(r"`(--[a-z-]+)", cell)]
    assert len(options) >= 9
    known = set(re.findall(r"--[a-z-]+", result.output))
    assert {o for o in options if not {o, f"--contract{o[1:]}"} & known} == set()


@pytest.mark.parametrize("number", ["0", "1", "2", "3", "4", "5", "75"])
def test_every_exit_status_is_explained(number: str) -> None:
    assert re.search(rf"^\| [\d, ]*\b{number}\b", README, re.MULTILINE)
