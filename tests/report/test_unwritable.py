"""A disk that is full: what can't be written is missed, and nothing says that a run was good."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.http.target import SettingsError
from contracts.redaction import Redactor
from contracts.report.artefacts import Artefacts
from tests.gate.forgeries import BROKEN
from tests.gate.forgery import KEY
from tests.report.test_artefacts import NAMES, finished, prepared, publish, write_page
from tests.support import key_of

FULL = OSError(28, "No space left on device")


@pytest.mark.parametrize("fault", [None, BROKEN])
@pytest.mark.parametrize(
    ("step", "lost"),
    [
        ("_seal", {"report.html"}),
        ("_write_record", {"report.html", "verdict.json"}),
        ("_move", NAMES),
    ],
)
def test_what_can_not_be_written_is_withheld_and_the_run_is_an_error(
    fault: str | None, step: str, lost: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise FULL

    monkeypatch.setattr(Artefacts, step, full)
    withheld = publish(tmp_path, fault)
    assert any("it can't be written (No space left on device)" in words for words in withheld)
    left = {path.name for path in tmp_path.iterdir()}
    if fault is None:
        assert not left & lost
        assert "report.html" not in left, "it calls the run a pass"
    if "verdict.json" in left:
        record = json.loads((tmp_path / "verdict.json").read_bytes())
        assert record["verdict"] == ("error" if fault is None else "fail")


def test_nothing_that_calls_a_run_good_stays_where_the_page_can_not_be_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = Artefacts._move

    def full(self: Artefacts, name: str) -> None:
        if name == "report.html":
            raise FULL
        move(self, name)

    monkeypatch.setattr(Artefacts, "_move", full)
    assert publish(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"junit.xml"}


def test_a_page_that_was_not_written_makes_the_run_an_error(tmp_path: Path) -> None:
    run, facts = finished()
    artefacts, _, _ = prepared(tmp_path)
    [withheld] = artefacts.publish(run, facts, Redactor.for_key(key_of(KEY)))
    assert withheld == "report.html was withheld: it was not written"
    assert json.loads((tmp_path / "verdict.json").read_bytes())["verdict"] == "error"


@pytest.mark.parametrize(("name", "fault"), [("junit.xml", None), ("report.html", BROKEN)])
def test_what_is_cut_short_is_withheld(name: str, fault: str | None, tmp_path: Path) -> None:
    run, facts = finished(fault)
    artefacts, page, junit = prepared(tmp_path)
    write_page(page, run, facts)
    junit.write_text("<testsuites></testsuites>")
    path = junit if name == "junit.xml" else page
    path.write_bytes(path.read_bytes()[:-4])
    withheld = artefacts.publish(run, facts, Redactor.for_key(key_of(KEY)))
    assert f"{name} was withheld: it is truncated" in withheld
    assert not (tmp_path / name).exists()


def test_a_copy_that_can_not_be_written_is_told_and_nothing_else(tmp_path: Path) -> None:
    run, facts = finished()
    (tmp_path / "file").write_text("")
    artefacts, page, _ = prepared(tmp_path, htmlpath=str(tmp_path / "file" / "my.html"))
    write_page(page, run, facts)
    assert artefacts.publish(run, facts, Redactor.for_key(key_of(KEY))) == []
    [remark] = artefacts.remarks
    assert "my.html can't be written" in remark
    assert (tmp_path / "report.html").is_file()


def test_no_old_report_stays_where_a_copy_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = tmp_path / "my.html"
    wanted.write_text("an earlier run")
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path == wanted:
            raise PermissionError(13, "Permission denied")
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    prepared(tmp_path, htmlpath=str(wanted))[0].begin(datetime.now(UTC))
    assert wanted.read_bytes() == b""
    wanted.write_text("an earlier run")

    def read_only(path: Path, _content: bytes) -> None:
        raise PermissionError(13, f"Permission denied: {path}")

    monkeypatch.setattr(Path, "write_bytes", read_only)
    with pytest.raises(SettingsError, match=r"old report at .*my\.html can't be replaced"):
        prepared(tmp_path, htmlpath=str(wanted))[0].begin(datetime.now(UTC))
