"""`python -m contracts sandbox` as a person or a script meets it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request

import pytest

from contracts.cli.sandbox import main
from contracts.sandbox.catalogue import CATALOGUE
from contracts.sandbox.server import Sandbox

SERVE = "import sys; from contracts.cli.sandbox import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_stop(number: signal.Signals) -> None:
    command = [sys.executable, "-c", SERVE, "--fault", "amount-zero"]
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        curl = re.search(r"-H 'Authorization: (Bearer RYE/staging-\w+)' (http://\S+)", lines[2])
        assert curl is not None
        request = urllib.request.Request(curl[2], headers={"Authorization": curl[1]})  # noqa: S310
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
            assert b'"amountSubunits":0' in response.read()
        assert "variation amount-zero: " in lines[3]
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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fault", "nonsense"], "no fault named 'nonsense'"),
        (["--port", "99999"], "'99999' is no TCP port"),
        (["--port", "http"], "'http' is no TCP port"),
        (["--fault", "chunked", "--list-faults"], "not allowed with"),
        (["--fall"], "--fall"),
    ],
)
def test_unusable_settings_are_told_in_one_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 4
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert captured.err.count("\n") == 1


def test_a_busy_port_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox() as sandbox:
        port = sandbox.url.rsplit(":", 1)[1]
        assert main(["--port", port]) == 4
    assert f"Port {port} can't be had" in capsys.readouterr().err
