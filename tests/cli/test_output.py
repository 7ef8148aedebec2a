"""What all commands have in common: their version, and an output that nobody reads to its end."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from contracts import __version__
from contracts.__main__ import COMMANDS
from tests.support import ROOT, environment


@pytest.mark.parametrize("arguments", [(), *((name,) for name in COMMANDS)])
def test_each_command_tells_the_version(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "contracts", *arguments, "--version"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == f"contracts {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--help",), 0),
        (("plan",), 0),
        (("sandbox", "--list-faults"), 0),
        (("drift", "spec/openapi.yaml"), 0),
        (("gate", "none.html"), 1),
        (("gate", "--strange"), 4),
    ],
)
def test_where_nobody_reads_on_it_ends_quietly_with_its_status(
    arguments: tuple[str, ...], status: int
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "contracts", *arguments]
    try:
        for errors in (subprocess.PIPE, writing):
            done = subprocess.run(
                command, cwd=ROOT, env=environment(), stdout=writing, stderr=errors, check=False
            )
            assert done.returncode == status
            assert b"Error" not in (done.stderr or b"")
    finally:
        os.close(writing)
