"""Whatever lies in a report's place: an answer at once, with its reason, in little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.processes import LAUNCHER
from contracts.cli import recorded
from contracts.cli.operations import catalogue_of
from contracts.drift.observed import RunError, read_observed
from contracts.gate import recheck
from contracts.gate.decide import decide
from contracts.gate.page_reader import LARGEST
from contracts.report import history, reader
from contracts.report.running import NoteError, read_note
from contracts.rye import RYE
from tests.gate.forgery import ROOT, Report
from tests.gate.hostile_files import HOSTILE
from tests.support import environment

MOST_SECONDS, MOST_MEGABYTES = 2, 300


@dataclass
class Done:
    """What a command came to: its exit status, its last line, and what it took."""

    status: int
    words: str
    seconds: float
    megabytes: float


def run(folder: Path, *words: str) -> Done:
    """Run a command of the suite, and see what of the machine it takes."""
    told, cost = folder / "told", folder / "cost"
    with told.open("wb") as file:
        command = [sys.executable, "-c", LAUNCHER, str(cost), sys.executable, "-m", "contracts"]
        subprocess.run(
            [*command, *words], cwd=ROOT, env=environment(), stdout=file, stderr=file, check=True
        )
    lines = told.read_text().splitlines()
    status, _, took, peak = json.loads(cost.read_text())
    return Done(status, lines[-1], took, peak / 1024)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in other units elsewhere")
@pytest.mark.parametrize("name", HOSTILE)
def test_the_gate_refuses_a_hostile_page_at_once(name: str, tmp_path: Path) -> None:
    code, make = HOSTILE[name]
    report = Report.of()
    page = tmp_path / "report.html"
    page.write_bytes(make(report))
    done = run(tmp_path, "gate", str(page), "--target", report.record["target"]["url"])
    assert (done.status, done.words[:6]) == (1, "hold: "), done
    assert done.words.endswith(".")
    assert done.seconds < MOST_SECONDS, done
    assert done.megabytes < MOST_MEGABYTES, done
    assert decide(page, report.demand()).code == code


def _fifo(path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("needs FIFOs")
    os.mkfifo(path)


def _link(device: str) -> Callable[[Path], None]:
    def link(path: Path) -> None:
        if not Path(device).exists():
            pytest.skip(f"needs {device}")
        path.symlink_to(device)

    return link


def _large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


PLACES: dict[str, Callable[[Path], None]] = {
    "FIFO": _fifo,
    "zeros": _link("/dev/zero"),
    "noise": _link("/dev/urandom"),
    "nothing": _link("/dev/null"),
    "folder": Path.mkdir,
    "large": _large,
}


@pytest.mark.parametrize("name", PLACES)
def test_what_is_no_small_regular_file_is_read_by_nobody(name: str, tmp_path: Path) -> None:
    PLACES[name](path := tmp_path / "report.html")
    decision = decide(path, Report.of().demand())
    assert decision.code == ("too-large" if name == "large" else "unreadable")
    assert decision.reason.endswith(").")
    with pytest.raises(recheck.UnreadableError):
        recheck.recheck(path, catalogue_of, RYE)
    with pytest.raises(RunError):
        read_observed(path, "name", "GET /", "0" * 64)
    if name == "large":
        with pytest.raises(recorded.UnreadableError):
            recorded.read_recorded(path)
    else:
        assert recorded.read_recorded(path) is None


@pytest.mark.parametrize("name", PLACES)
def test_no_note_and_no_history_keep_a_run_waiting(name: str, tmp_path: Path) -> None:
    PLACES[name](tmp_path / history.NAME)
    PLACES[name](tmp_path / "running.json")
    assert history.read(tmp_path) == history.History()
    with pytest.raises(NoteError):
        read_note(tmp_path)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(b"x" * 11)

    def small(handle: int) -> os.stat_result:
        told = list(os.stat(handle))
        told[6] = 1
        return os.stat_result(told)

    monkeypatch.setattr(reader.os, "fstat", small)
    with pytest.raises(OSError, match="11 bytes, and 10 are the most"):
        reader.read_file(path, 10)
    assert reader.read_file(path, 11) == b"x" * 11
    assert LARGEST < 1 << 25


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"a":NaN}',
        b'{"a":1e400}',
        b'{"a":1e2}',
        b'{"a":"\xc3\xa4"}',
        b'{"a":"\\u0061"}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":1}\n',
        b'{"a":-0}',
        b"[" * 100_000,
        b"[1,2,3,4,5,6,7]",
        b"",
    ],
)
def test_json_is_read_in_one_spelling_alone(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"^it "):
        reader.read_json(text, reader.compact, 6)
    assert reader.read_json(b'{"a":[1,1.5,"\\u00e4,[{"]}', reader.compact, 6)
