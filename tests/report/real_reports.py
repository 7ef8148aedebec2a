"""Makes the reports of real runs, one after the other in one warm process.

python tests/report/real_reports.py FOLDER BEACON NAME…
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import pytest  # noqa: E402

from contracts.rye import RYE  # noqa: E402
from contracts.sandbox.fault import Fault  # noqa: E402
from contracts.sandbox.server import Sandbox  # noqa: E402
from tests.report.hostile_servers import hostile  # noqa: E402

TARGETS: dict[str, Callable[[str], str | Fault | None]] = {
    "pass": lambda _: None,
    "fail": lambda _: "200-balance-amount-subunits-is-a-javascript-timestamp",
    "inconclusive": lambda _: "503-always",
    "hostile": hostile,
}


def make_report(name: str, folder: Path, beacon: str, *options: str) -> int:
    """Run the suite against one server and leave its artefacts in a folder of that name."""
    with Sandbox(fault=TARGETS[name](beacon)) as sandbox:
        os.environ[RYE.key_variable] = sandbox.key
        arguments = ["-q", "-p", "no:cacheprovider", "-m", "billing", "-W", "ignore"]
        arguments += [f"--rootdir={ROOT}", "-c", str(ROOT / "pyproject.toml")]
        arguments += [str(ROOT / "contracts"), f"--target={sandbox.url}"]
        arguments += [f"--report-dir={folder / name}", "--hypothesis-seed=1", *options]
        return int(pytest.main(arguments))


if __name__ == "__main__":
    _, place, beacon, *names = sys.argv
    statuses = [make_report(name, Path(place), beacon) for name in names]
    print("exit statuses", *statuses)
