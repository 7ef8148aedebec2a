"""`.ci/patiently` repeats inconclusive runs, and raises an alarm if they persist."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.checkout import run_script
from tests.support import ROOT

QUICKLY = {"TRIES": "2", "WAIT": "0"}


def patiently(folder: Path, command: str, **env: str) -> subprocess.CompletedProcess[str]:
    script = f"{ROOT / '.ci' / 'patiently'} ask sh -c '{command}'"
    return run_script(folder, script, {**QUICKLY, **env})


@pytest.mark.parametrize("status", [0, 1, 3, 4, 2])
def test_what_is_no_doubt_is_not_asked_again(status: int, tmp_path: Path) -> None:
    done = patiently(tmp_path, f"echo asked; exit {status}")
    assert (done.returncode, done.stdout.count("asked")) == (status, 1)
    assert not (tmp_path / "reports" / "inconclusive-since-ask").exists()


def test_doubt_is_asked_again_and_an_answer_ends_it(tmp_path: Path) -> None:
    done = patiently(tmp_path, "test -e asked || { touch asked; exit 75; }")
    assert done.returncode == 0
    assert "try 2 of 2 in 0 s" in done.stdout
    assert not (tmp_path / "reports" / "inconclusive-since-ask").exists()


def test_doubt_that_persists_alarms_the_second_night(tmp_path: Path) -> None:
    note = tmp_path / "reports" / "inconclusive-since-ask"
    first = patiently(tmp_path, "exit 75")
    began = note.read_text()
    again = patiently(tmp_path, "exit 75")
    assert (first.returncode, again.returncode) == (75, 75)
    assert note.read_text() == began
    note.write_text(f"{int(began) - 24 * 3600}\n")
    second = patiently(tmp_path, "exit 75")
    assert second.returncode == 69
    assert "Inconclusive for 24 hours" in second.stdout
    assert patiently(tmp_path, "exit 1").returncode == 1
    assert not note.exists()


def test_a_note_that_is_none_begins_anew(tmp_path: Path) -> None:
    note = tmp_path / "reports" / "inconclusive-since-ask"
    note.parent.mkdir()
    note.write_text("; touch pwned\n")
    assert patiently(tmp_path, "exit 75").returncode == 75
    assert note.read_text().strip().isdigit()
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("variable", ["TRIES", "WAIT", "ALARM"])
def test_what_is_no_number_is_refused_before_anything_is_asked(
    variable: str, tmp_path: Path
) -> None:
    done = patiently(tmp_path, "touch asked; exit 75", **{variable: "abc"})
    assert done.returncode == 4
    assert f"expected a whole number, found {variable}=abc" in done.stdout
    assert not (tmp_path / "asked").exists()


def test_a_note_that_cannot_be_written_changes_no_status(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file, where a folder is expected")
    done = patiently(tmp_path, "exit 75")
    assert done.returncode == 75
    assert "inconclusive-since-ask can't be written" in done.stdout


def test_a_name_alone_is_no_command(tmp_path: Path) -> None:
    assert run_script(tmp_path, str(ROOT / ".ci" / "patiently") + " ask", {}).returncode == 4
