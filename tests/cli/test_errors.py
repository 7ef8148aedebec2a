"""What can't be used is told in one sentence that names the file."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from contracts.__main__ import COMMANDS
from contracts.cli import gate, operations
from tests.support import ROOT

SPEC = (ROOT / "spec" / "openapi.yaml").read_text("utf-8")
REPORTS = {"missing": None, "empty": "", "page": "<!doctype html><html></html>", "text": "green"}


@pytest.mark.parametrize("name", REPORTS)
def test_the_gate_names_a_report_that_is_none(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, text = tmp_path / f"{name}.html", REPORTS[name]
    if text is not None:
        path.write_text(text)
    assert gate.main([str(path)]) == 1
    assert capsys.readouterr().out.startswith(f"hold: {path}: The")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("type: integer", "type: integr"), "expected a type of OpenAPI 3.0"),
        (("openapi: 3", "openapi: 2"), "expected OpenAPI 3.0"),
        (("paths:", "paths: ["), "expected YAML"),
    ],
)
def test_the_gate_names_a_document_that_is_none(
    change: tuple[str, str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(SPEC.replace(*change), "utf-8")
    with pytest.raises(SystemExit, match="4"):
        gate.main(["report.html", "--spec", str(path)])
    said = capsys.readouterr().err
    assert said.startswith(f"contracts gate: {path}: ")
    assert words in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "command", [name for name in COMMANDS if name not in {"new-operation", "recheck", "sandbox"}]
)
def test_a_catalogue_that_is_none_is_named(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "orders" / "requirements.toml"
    path.parent.mkdir()
    path.write_text("[operation\n")
    monkeypatch.setattr(operations, "PACKAGE", tmp_path)
    try:
        status = import_module(COMMANDS[command][0]).main(["plain"][: command != "plan"])
    except SystemExit as ended:
        status = ended.code
    assert status == 4
    assert f"contracts {command}: {path} can't be read (" in capsys.readouterr().err
