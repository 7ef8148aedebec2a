"""`python -m contracts sandbox` as a person or a script meets it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.cli.sandbox import main
from contracts.sandbox.catalogue import CATALOGUE, OPERATIONS
from contracts.sandbox.fault import Fault
from contracts.sandbox.server import Sandbox
from tests.support import ROOT, environment

SERVE = "import sys; from contracts.cli.sandbox import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_stop(number: signal.Signals) -> None:
    command = [sys.executable, "-c", SERVE, "--fault", "amount-zero"]
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(5)]
        curl = re.search(r"-H 'Authorization: (Bearer RYE/staging-\w+)' (http://\S+)", lines[2])
        assert curl is not None
        request = urllib.request.Request(curl[2], headers={"Authorization": curl[1]})  # noqa: S310
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
            assert b'"amountSubunits":0' in response.read()
        assert "variation amount-zero: " in lines[4]
        process.send_signal(number)
        _, errors = process.communicate(timeout=5)
    assert (process.returncode, errors) == (0, "")


def test_it_lists_every_entry_in_groups(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-faults"]) == 0
    output = capsys.readouterr().out
    listed = [line.split()[0] for line in output.splitlines() if line.startswith("  ")]
    assert sorted(listed) == sorted(CATALOGUE)
    assert len(output.split("\n\n")) == 3
    row = next(line for line in output.splitlines() if line.startswith("  401-with-stack "))
    assert row.split(maxsplit=3)[1:] == ["fault", "no-stack-trace", "The 401 shows a stack trace."]


def test_it_lists_what_another_operation_can_do_differently(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--operation", "orders", "--list-faults"]) == 0
    output = capsys.readouterr().out
    listed = [line.split()[0] for line in output.splitlines() if line.startswith("  ")]
    assert sorted(listed) == sorted(OPERATIONS)


@pytest.mark.parametrize(
    ("words", "matches"),
    [
        (["variation"], lambda entry: entry.kind == "variation"),
        (["no-stack-trace"], lambda entry: entry.requirement == "no-stack-trace"),
        (["Currency", "fault"], lambda entry: entry.kind == "fault" and _tells(entry, "currency")),
        (["currency", "symbol"], lambda entry: entry.name == "currency-symbol"),
    ],
)
def test_it_lists_what_is_asked_for(
    words: list[str], matches: Callable[[Fault], bool], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--list-faults", *words]) == 0
    output = capsys.readouterr().out
    listed = [line.split()[0] for line in output.splitlines() if line.startswith("  ")]
    expected = [entry.name for entry in CATALOGUE.values() if matches(entry)]
    assert 0 < len(expected) < len(CATALOGUE)
    assert sorted(listed) == sorted(expected)


def _tells(entry: Fault, word: str) -> bool:
    texts = (entry.name, entry.requirement or "", entry.sentence)
    return word in " ".join(texts).lower()


def test_its_line_for_pytest_can_be_pasted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "contracts", "sandbox", "--fault", "amount-zero"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment()
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        pasted = f"{lines[3].strip()} --report-dir {tmp_path} -k reads_its_balance"
        done = subprocess.run(
            ["sh", "-c", pasted], cwd=ROOT, env=environment(), capture_output=True, check=False
        )
        process.terminate()
    assert done.returncode == 0, done.stdout
    record = json.loads((tmp_path / "verdict.json").read_bytes())
    assert record["target"]["url"] in lines[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fault", "nonsense"], "no fault named 'nonsense'"),
        (["--port", "99999"], "'99999' is not a TCP port"),
        (["--port", "http"], "'http' is not a TCP port"),
        (["--fault", "chunked", "--list-faults"], "not allowed with"),
        (["--fall"], "--fall"),
        (["--list-faults", "nonsense", "fault"], "nothing in the catalogue matches 'nonsense' and"),
    ],
)
def test_unusable_settings_are_told_in_one_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="4"):
        main(arguments)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert captured.err.count("\n") == 1


def test_a_busy_port_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox() as sandbox:
        port = sandbox.url.rsplit(":", 1)[1]
        with pytest.raises(SystemExit, match="4"):
            main(["--port", port])
    assert f"Port {port} is not available" in capsys.readouterr().err
