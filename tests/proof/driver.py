"""Runs the real suite against one sandbox after another in one warm process.

    python -m tests.proof.driver RESULTS.json SEED [found] < NAMES

Each line of NAMES is an entry of the sandbox's catalogue. A run takes a second here but several
in a process of its own; it is a full run all the same: sockets, pytest, report. Of a requirement's
faults only the first gets one: the others differ in what is asked and judged, and that is all that
is done for them; with `found`, only until they are found.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.document.catalogue import Catalogue
from contracts.gate.decide import Demand, decide
from contracts.report.facts import RunFacts
from contracts.report.record import build
from contracts.run.session import Session
from contracts.run.verdict import ExitStatus, exit_status
from contracts.rye import RYE
from contracts.sandbox.catalogue import CATALOGUE as ENTRIES
from contracts.sandbox.server import Sandbox
from tests.direct import ask_all, families, settings_of

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Catalogue.load(ROOT / "contracts" / "billing" / "requirements.toml")
QUICK = (
    "-q",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:unraisableexception",
    "-m",
    "billing",
    "--no-header",
    "-W",
    "ignore",
)
TIMEOUT = 1.5
"""Seconds that a request may take."""


def whole_runs() -> set[str]:
    """The entries whose runs are whole: all but the further faults of a requirement."""
    first = {entry.requirement: name for name, entry in reversed(ENTRIES.items())}
    return {n for n, entry in ENTRIES.items() if entry.kind != "fault" or n in first.values()}


def run_suite(url: str, key: str, folder: Path, *options: str) -> dict[str, Any]:
    """Run the suite in this process; returns exit status, output and the record."""
    os.environ[RYE.key_variable] = key
    arguments = [str(ROOT / "contracts"), *QUICK, "--rootdir", str(ROOT), "-c"]
    arguments += [str(ROOT / "pyproject.toml"), "--target", url, "--report-dir", str(folder)]
    output = io.StringIO()
    began = time.monotonic()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        status = int(pytest.main([*arguments, *options]))
    record = folder / "verdict.json"
    return {
        "status": status,
        "seconds": round(time.monotonic() - began, 3),
        "output": output.getvalue(),
        "record": json.loads(record.read_text()) if record.is_file() else None,
    }


def run_fault(name: str, seed: str, *options: str) -> dict[str, Any]:
    """Run the suite against a sandbox with one entry of the catalogue."""
    with tempfile.TemporaryDirectory() as folder, Sandbox(fault=name) as sandbox:
        options = (*options, "--hypothesis-seed", seed)
        result = run_suite(sandbox.url, sandbox.key, Path(folder), *options)
        result["received"] = len(sandbox.log)
        if result["status"] in {ExitStatus.PASS, ExitStatus.INCONCLUSIVE}:
            result["gate"] = code_of_the_gate(Path(folder) / "report.html", result["record"])
    return result


def run_without_pytest(name: str, seed: str, until: str | None = None) -> dict[str, Any]:
    """Ask the same of a sandbox with a fault, and judge it, without pytest and the page.

    Arguments:
        name: of the fault.
        seed: of the run.
        until: a requirement; what comes after the family that finds it broken is not asked.
    """
    began = time.monotonic()
    with Sandbox(fault=name) as sandbox:
        settings = settings_of(CATALOGUE, sandbox.key, sandbox.url, TIMEOUT)
        session = Session(settings, CATALOGUE)
        try:
            made = session.start(minimising=settings.profile.minimising)
            ask_all(made, families(CATALOGUE.name), settings, int(seed), until)
        finally:
            session.stop()
        facts = RunFacts.begin(settings, CATALOGUE, int(seed)).concluded(made, None)
        record = build(made, facts)
        return {
            "status": exit_status(facts.verdict),
            "seconds": round(time.monotonic() - began, 3),
            "record": record,
            "received": len(sandbox.log),
        }


def code_of_the_gate(report: Path, record: dict[str, Any]) -> str:
    """What an unsigned gate says of a report that was just written."""
    now, target = datetime.fromisoformat(record["finished"]), record["target"]["url"]
    return decide(report, Demand(CATALOGUE, now, target, api=RYE)).code


def summary(result: dict[str, Any]) -> dict[str, Any]:
    """Keep of a run what the proof looks at."""
    record = result["record"]
    kept = {name: result.get(name) for name in ("status", "seconds", "received", "gate")}
    if record is None:
        return {**kept, "verdict": None, "reason": result["output"][-2000:]}
    broken = {
        level: sorted(
            r["id"] for r in record["requirements"] if r["violated"] and r["level"] == level
        )
        for level in ("MUST", "SHOULD")
    }
    findings = [
        f"{f['requirement']}: {f['where']}: {f['expected']} / {f['found']} ({f['probe']['name']})"
        for f in record["findings"]
    ]
    shown = {name: record[name] for name in ("verdict", "reason", "requests", "complete")}
    return {**kept, **shown, "broken": broken, "findings": findings[:8]}


def main() -> None:
    """Run each entry that is read from standard input, one name a line."""
    results, seed, *ends = sys.argv[1:]
    names = sys.stdin.read().split()
    whole = whole_runs()
    gathered = {}
    for name in names:
        made = (
            run_fault(name, seed, "--timeout", str(TIMEOUT))
            if name in whole
            else run_without_pytest(name, seed, ENTRIES[name].requirement if ends else None)
        )
        gathered[name] = summary(made)
    Path(results).write_text(json.dumps(gathered))


if __name__ == "__main__":
    main()
