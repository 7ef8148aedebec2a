"""The project's tests with two more folders in place: minutes, so only .ci/run collects this.

python -m pytest tests/packaging/in_a_larger_checkout.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.second_operation.more import copy_with_more
from tests.support import environment

LIMIT = 900
"""Seconds that the tests of one folder may take."""

PLACES = ("tests/cli", "tests/gate", "tests/plugin", "tests/test_docs.py", "tests/test_readme.py")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_with_more(tmp_path_factory.mktemp("larger") / "copy")


@pytest.mark.parametrize("place", PLACES)
def test_they_pass_there_too(copy: Path, place: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", place],
        cwd=copy,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
