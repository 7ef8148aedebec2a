"""The suite's options: names that no other plugin has, and short ones where nobody else does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contracts.plugin.options import OPTIONS, in_own_names
from tests.support import ROOT, environment, run_warm

OWNERS = ("-p", "tests.plugin.owners")
DRY = ("--collect-only",)
UNUSABLE = [
    ("target", "nonsense"),
    ("max-requests", "0"),
    ("timeout", "0"),
    ("ca-file", "no-such.pem"),
    ("proxy", "socks5://127.0.0.1:1"),
    ("sign-key-env", "NO_SUCH_VARIABLE"),
]


def own(folder: Path) -> tuple[str, str]:
    return "--contract-report-dir", str(folder)


@pytest.mark.parametrize(("name", "value"), UNUSABLE)
def test_each_option_has_a_name_of_its_own(name: str, value: str, tmp_path: Path) -> None:
    result = run_warm(tmp_path, f"--contract-{name}", value, *DRY)
    assert result.status == 4
    assert len(result.output.strip().splitlines()) == 1
    assert name in result.output


def test_pytest_starts_beside_a_plugin_that_has_every_short_name(tmp_path: Path) -> None:
    result = run_warm(tmp_path / "other", *OWNERS, *own(tmp_path), *DRY)
    assert result.status == 0, result.output
    assert " tests collected" in result.output


@pytest.mark.parametrize(("name", "value"), UNUSABLE)
def test_what_is_said_of_an_option_names_it_as_it_is_had(
    name: str, value: str, tmp_path: Path
) -> None:
    result = run_warm(tmp_path, *OWNERS, *own(tmp_path), f"--contract-{name}", value, *DRY)
    assert result.status == 4
    assert f" --{name} " not in result.output, "that is another plugin's"


@pytest.mark.parametrize("name", sorted(OPTIONS.keys() - {"timeout", "report-dir"}))
def test_a_short_name_that_another_plugin_would_take_is_refused(name: str, tmp_path: Path) -> None:
    options = (*OWNERS, *own(tmp_path), f"--{name}=1")
    result = run_warm(tmp_path, *options)
    assert result.status == 4
    sentence = f"--{name} belongs to another plugin here: use --contract-{name}"
    assert result.output.strip() == f"ERROR: {sentence} for the contract suite"
    assert result.artefacts == set()


def test_the_folder_of_reports_is_never_silently_another(tmp_path: Path) -> None:
    """A gate would take the old report at the place that was meant for this run's."""
    (tmp_path / "report.html").write_text("an earlier run")
    result = run_warm(tmp_path, *OWNERS)
    assert result.status == 4
    assert "--contract-report-dir" in result.output


def test_a_timeout_of_another_plugin_is_no_reason_to_refuse(tmp_path: Path) -> None:
    result = run_warm(tmp_path, *OWNERS, *own(tmp_path), "--timeout=60", *DRY)
    assert result.status == 0, result.output


def test_other_projects_options_are_theirs(tmp_path: Path) -> None:
    """Also those that pytest comes to know when it collects, for which its parser is still open."""
    (tmp_path / "sub").mkdir()
    adding = "def pytest_addoption(parser):\n    parser.addoption('--%s')\n"
    (tmp_path / "conftest.py").write_text(adding % "target")
    (tmp_path / "sub" / "conftest.py").write_text(adding % "proxy")
    (tmp_path / "sub" / "test_it.py").write_text(
        "def test_it(pytestconfig):\n    assert pytestconfig.option.target == 'theirs'\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "contracts.plugin.options"]
    done = subprocess.run(
        [*command, "--target", "theirs"],
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_only_the_names_that_are_taken_are_replaced() -> None:
    words = "--timeout is 0, --timeout-method and --contract-timeout are not; --target is free"
    expected = words.replace("--timeout is", "--contract-timeout is")
    assert in_own_names(words, ["timeout"]) == expected
    assert in_own_names("--report-dir=a", ["report-dir"]) == "--contract-report-dir=a"
