""".ci/run: a part that takes too long or fails is told, and the next one has its turn."""

from __future__ import annotations

import re
import subprocess

from tests.support import ROOT

SCRIPT = (ROOT / ".ci" / "run").read_text("utf-8")


def run_parts(*parts: str) -> tuple[int, list[str]]:
    """Run parts as the script does; gives its exit status and the lines that it printed."""
    found = re.search(r"^passed=0.*?^}$", SCRIPT, re.MULTILINE | re.DOTALL)
    assert found is not None
    end = SCRIPT[SCRIPT.index("\nprintf") :]
    done = subprocess.run(
        ["bash", "-uo", "pipefail", "-c", "\n".join((found[0], *parts, end))],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


def test_each_part_is_told_with_its_seconds() -> None:
    status, lines = run_parts("part First 9 'echo said'", "part Second 9 'true'")
    assert status == 0
    assert "said" in lines
    assert re.fullmatch(r"First passed after \d s\.", lines[-3])
    assert re.fullmatch(r"Second passed after \d s\.", lines[-2])
    assert lines[-1] == "parts: 2 passed, 0 failed"


def test_a_part_that_takes_too_long_fails_the_run() -> None:
    status, lines = run_parts("part Slow 1 'echo said; sleep 20'", "part Next 9 'true'")
    assert status == 1
    assert "said" in lines
    assert re.fullmatch(r"Slow was ended after \d s: it may take at most 1 s\.", lines[-3])
    assert lines[-1] == "parts: 1 passed, 1 failed"


def test_the_first_command_that_fails_ends_its_part() -> None:
    status, lines = run_parts("part Broken 9 'false; echo unsaid'", "part Next 9 'read -r line'")
    assert status == 1
    assert "unsaid" not in lines
    assert lines[-3].startswith("Broken failed with exit status 1 after ")
    assert lines[-2].startswith("Next failed with exit status 1 ")  # there is nothing to read
