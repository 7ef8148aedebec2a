"""Run `schemathesis run` against each fault named on standard input, printing a JSON line each.

    python -m benchmarks.children.schemathesis_faults SEED < NAMES

All checks are on except `unsupported_method`, which the conforming server fails (like express, it
answers 404 where 405 is expected), and it stops at its first failure.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile

from benchmarks.processes import ROOT, environment
from contracts.sandbox.server import Sandbox

OPTIONS = (
    "--checks=all",
    "--exclude-checks=unsupported_method",
    "--max-failures=1",
    "--request-timeout=1.5",
    "--generation-database=none",
    "--no-color",
)
LIMIT = 120
"""Seconds after which a run is stopped and counts as having found nothing."""
CONFORMING = "conforming"
"""The name that stands for the server without a fault."""


def run(name: str, seed: str) -> dict[str, object]:
    """Run schemathesis against one server; what it reports as an error counts as found too.

    Arguments:
        name: the fault's name.
        seed: the seed for schemathesis.
    """
    fault = None if name == CONFORMING else name
    with Sandbox(fault=fault) as sandbox, tempfile.TemporaryDirectory() as folder:
        report = f"{folder}/report.json"
        arguments = [str(ROOT / "spec" / "openapi.yaml"), "--url", sandbox.url, "--seed", seed]
        arguments += ["-H", f"Authorization: Bearer {sandbox.key}", *OPTIONS]
        arguments += ["--report=json", f"--report-json-path={report}"]
        try:
            subprocess.run(
                [sys.executable, "-m", "schemathesis.cli", "run", *arguments],
                cwd=folder,
                env=environment({}),
                capture_output=True,
                timeout=LIMIT,
                check=False,
            )
            with open(report, "rb") as file:  # noqa: PTH123 - a path in the temporary folder
                report_of_run = json.load(file)
            failures = [*report_of_run["failures"], *report_of_run["errors"]]
        except (subprocess.TimeoutExpired, OSError):
            failures = []
        sent = len(sandbox.log)
    return {"fault": name, "requests": sent, "first": sent if failures else None}


def main(seed: str) -> None:
    """Run schemathesis against each fault.

    Arguments:
        seed: the seed for schemathesis.
    """
    for name in sys.stdin.read().split():
        print(json.dumps(run(name, seed)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
