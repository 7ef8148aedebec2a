"""tox in a fresh clone: it downloads and installs, so only .ci/run collects this, by its name.

python -m pytest tests/packaging/tox_in_a_clone.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

LIMIT = 170
"""Seconds that an environment may take to be made and used."""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tox") / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return folder


def tox(clone: Path, *arguments: str) -> tuple[int, str]:
    """Run an environment; gives tox' exit status and all that it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "tox", "run", "-e", *arguments],
        cwd=clone,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    return done.returncode, done.stdout


def test_the_suite_runs_and_the_gate_releases(clone: Path) -> None:
    status, output = tox(clone, "billing")
    assert status == 0, output
    assert "verdict: pass" in output
    status, output = tox(clone, "gate")
    assert status == 0, output
    assert "release: sandbox kept" in output
    status, output = tox(clone, "gate", "--", "reports/report.html")
    assert status == 1, output
    assert "hold: " in output


def test_nothing_is_left_in_the_way_of_the_other_commands(clone: Path) -> None:
    """Some releases of tox write a file `.venv`, where README's command makes a folder."""
    left = subprocess.run(
        ["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True
    )
    assert left.stdout == ""
    assert not (clone / ".venv").exists()
