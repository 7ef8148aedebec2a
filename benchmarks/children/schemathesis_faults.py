"""Run `schemathesis run` against each fault that standard input names, with a JSON line each.

    python -m benchmarks.children.schemathesis_faults SEED < NAMES

It gets every check but `unsupported_method`, which the conforming server breaks (it answers 404
where 405 is demanded, as express does), and stops at its first failure.
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
"""Seconds after which a run counts as one that found nothing: nobody waits for it."""
CONFORMING = "conforming"
"""Stands for the server without a fault among the names."""


def run(name: str, seed: str) -> dict[str, object]:
    """Run schemathesis against one server; what it calls an error counts as found, too.

    Arguments:
        name: of the fault.
        seed: schemathesis'.
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
            with open(report, "rb") as file:  # noqa: PTH123 - a path of the temporary folder
                report_of_run = json.load(file)
            failures = [*report_of_run["failures"], *report_of_run["errors"]]
        except (subprocess.TimeoutExpired, OSError):
            failures = []
        sent = len(sandbox.log)
    return {"fault": name, "requests": sent, "first": sent if failures else None}


def main(seed: str) -> None:
    """Run schemathesis against each fault.

    Arguments:
        seed: schemathesis'.
    """
    for name in sys.stdin.read().split():
        print(json.dumps(run(name, seed)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
