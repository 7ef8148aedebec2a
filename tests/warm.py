"""A process in a checkout that runs its suites repeatedly, importing them once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.support import ROOT, Result, environment

QUIET = ("-q", "-p", "no:cacheprovider", "--no-header")


class Warm:
    """The process.

    Arguments:
        checkout: whose suites it runs.
    """

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support"],
            cwd=checkout,
            env=environment(PYTHONPATH=str(ROOT)),  # for this module; the rest is the copy's
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, mark: str, *options: str, key: str | None = None) -> Result:
        """Run the suite of one mark, and give what it left."""
        folder = self.checkout / "reports"
        arguments = ["-m", mark, *QUIET, "--report-dir", str(folder), *options]
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([arguments, key]) + "\n")
        self._process.stdin.flush()
        status, output = json.loads(self._process.stdout.readline())
        return Result(status, output, folder)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
