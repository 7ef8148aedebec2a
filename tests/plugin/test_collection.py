"""Tests run in several processes, which must collect the same ones: their ids depend on nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ELSEWHEN = """
import random, sys, time

now = time.time
time.time = lambda: now() + 1_000_000.5
random.seed(7)

import pytest

sys.exit(pytest.main(sys.argv[1:]))
"""


def test_ids_are_the_same_at_any_time_and_in_any_process(request: pytest.FixtureRequest) -> None:
    here = {item.nodeid for item in request.session.items if item.path.is_relative_to(ROOT)}
    options = ("--collect-only", "-q", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHEN, "tests", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    tests = {name for name in here if name.startswith("tests/")}
    assert tests
    assert tests - set(done.stdout.splitlines()) == set()
