"""Fixtures that run the real suite against the catalogue, once for all tests of the proof.

By default against a sample; CONTRACTS_PROOF=all selects the whole catalogue.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from contracts.sandbox.catalogue import CATALOGUE
from tests.sampling import is_whole

ROOT = Path(__file__).resolve().parents[2]
SEEDS = os.environ.get("CONTRACTS_PROOF_SEEDS", "1").split()
UNTIL = ["found"] if os.environ.get("CONTRACTS_PROOF_UNTIL") == "found" else []
"""`found` ends the run of a requirement's further faults once they are found."""
ONE_IN = 400
"""Of the entries of one kind, the first and every 400th after it are sampled."""
MATRIX = ROOT / "reports" / "fault-matrix.csv"
DRIVERS = 2
"""Processes that work; one more mostly waits until the environment recovers."""
LIMIT = 1500
"""Seconds that a driver may take for its part of the catalogue with one seed."""


# The provider publishes its whole document but licenses no copies: tests that need it run only
# if it is next to the checkout, or where a variable points.
BESIDE = ROOT.parent / "shared" / "api" / "universal-checkout.openapi.yml"
PUBLISHED = Path(os.environ.get("CONTRACTS_PUBLISHED", BESIDE))
collect_ignore = [] if PUBLISHED.is_file() else ["test_published.py"]


def chosen() -> list[str]:
    """The entries that are run, in their order: all, or some of each kind."""
    if is_whole():
        return list(CATALOGUE)
    seen: Counter[str] = Counter()
    names = []
    for name, entry in CATALOGUE.items():
        if seen[entry.kind] % ONE_IN == 0:
            names.append(name)
        seen[entry.kind] += 1
    return names


def run_catalogue(names: list[str], seed: str, folder: Path) -> dict[str, dict]:
    """Run the suite against each entry, shared out among driver processes."""
    waiting = [name for name in names if CATALOGUE[name].kind == "environment"]
    working = [name for name in names if CATALOGUE[name].kind != "environment"]
    shares = [waiting, *(working[number::DRIVERS] for number in range(DRIVERS))]
    if not is_whole():
        shares = [names]  # other tests run beside it, and a driver's imports take seconds
    paths = [folder / f"{seed}-{number}.json" for number in range(len(shares))]
    drivers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.proof.driver", str(path), seed, *UNTIL],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for path in paths
    ]
    for driver, share in zip(drivers, shares, strict=True):
        driver.stdin.write("\n".join(share))
        driver.stdin.close()
        driver.stdin = None
    results: dict[str, dict] = {}
    for driver, path in zip(drivers, paths, strict=True):
        _, errors = driver.communicate(timeout=LIMIT)
        assert driver.returncode == 0, errors[-3000:]
        results |= json.loads(path.read_text())
    return results


def write_matrix(results: dict[str, dict[str, dict]]) -> None:
    """Write which entry showed a violation of which requirement, for people to read."""
    MATRIX.parent.mkdir(exist_ok=True)
    with MATRIX.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["entry", "kind", "requirement", "seed", "exit", "requests", "broken"])
        for seed, runs in results.items():
            for name, run in runs.items():
                fault = CATALOGUE[name]
                broken = (
                    [*run["broken"]["MUST"], *run["broken"]["SHOULD"]] if run["verdict"] else []
                )
                row = [name, fault.kind, fault.requirement or "", seed, run["status"]]
                table.writerow([*row, run.get("requests"), " ".join(broken)])


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, dict]]:
    """Results by seed and entry."""
    folder = tmp_path_factory.mktemp("proof")
    gathered = {seed: run_catalogue(chosen(), seed, folder) for seed in SEEDS}
    write_matrix(gathered)
    return gathered
