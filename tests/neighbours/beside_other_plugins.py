"""The suite beside each plugin of the table, in an environment that has them all.

It installs, so only .ci/run collects this, by its name:

python3 -m venv .venv-plugins
.venv-plugins/bin/pip install -e . -r tests/neighbours/requirements.txt
python -m pytest tests/neighbours/beside_other_plugins.py
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.__main__ import main
from contracts.rye import RYE
from contracts.sandbox.server import Sandbox
from tests.neighbours.table import FAIL, NOTHING, PARTLY, PASS, REFUSED, ROWS, SUITE, Row
from tests.support import PATIENCE, ROOT, environment

PYTHON = Path(os.environ.get("CONTRACTS_PLUGINS") or ROOT / ".venv-plugins", "bin", "python")
NEEDED = ("html", "metadata", "hypothesispytest")
BROKEN = "200-balance-currency-code-missing"
STATUS = {PASS: 0, PARTLY: 0, FAIL: 1, REFUSED: 4, NOTHING: 5}
GATE = {PASS: "pass", PARTLY: "incomplete", FAIL: "failed"}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, since some of them leave files where they are started."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("contracts", "spec"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copyfile(ROOT / name, folder / name)
    author = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com")
    for words in (("init",), ("add", "."), (*author, "commit", "-m", "A checkout")):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def broken() -> Iterator[Sandbox]:
    with Sandbox(BROKEN) as sandbox:
        yield sandbox


def run(checkout: Path, *options: str, **variables: str) -> tuple[int, str]:
    """Run the suite where the plugins are; gives its exit status and what it printed."""
    done = subprocess.run(
        [str(PYTHON), "-m", "pytest", "-m", "billing", *options],
        cwd=checkout,
        env=environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", **variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stdout


def beside(row: Row, checkout: Path, folder: Path, broken: Sandbox) -> tuple[int, str]:
    """Run the suite beside a plugin."""
    plugins = [*NEEDED, *row.plugins.split()]
    plugins += [] if SUITE in plugins else [SUITE]
    words = [word for name in plugins for word in ("-p", name)]
    words += row.options.replace("FOLDER", str(folder)).split()
    words += [] if "--report-dir" in row.options else ["--contract-report-dir", str(folder / "r")]
    if row.expected != FAIL:
        return run(checkout, *words)
    key = {RYE.key_variable: broken.key}
    return run(checkout, *words, "--contract-target", broken.url, **key)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.plugins} {row.options}".strip())
def test_a_run_is_complete_or_says_why_it_can_not_be_had(
    row: Row,
    checkout: Path,
    tmp_path: Path,
    broken: Sandbox,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, output = beside(row, checkout, tmp_path, broken)
    assert status == STATUS[row.expected], output
    assert row.words in output, output
    reports = tmp_path / "r"
    if row.expected in {REFUSED, NOTHING}:
        assert not reports.exists()
        return
    assert f"verdict: {FAIL if row.expected == FAIL else PASS}" in output, output
    record = json.loads((reports / "verdict.json").read_bytes())
    assert record["exit_status"] == status
    assert record["complete"] is (row.expected != PARTLY)
    main(["gate", str(reports / "report.html"), "--target", record["target"]["url"], "--json"])
    assert json.loads(capsys.readouterr().out)["code"] == GATE[row.expected]
