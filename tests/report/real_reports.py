"""Makes the reports of real runs, one after the other in one warm process.

python tests/report/real_reports.py FOLDER BEACON NAME…
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import pytest  # noqa: E402

from contracts.rye import RYE  # noqa: E402
from contracts.sandbox.fault import Fault  # noqa: E402
from contracts.sandbox.server import Sandbox  # noqa: E402
from tests.report.hostile_neighbours import BRANCH, VARIABLES  # noqa: E402
from tests.report.hostile_servers import hostile, markup  # noqa: E402
from tests.sampling import is_whole  # noqa: E402
from tests.support import copy_suite  # noqa: E402

STAGING = "- url: https://staging.api.rye.com"

SUBUNITS = "200-balance-amount-subunits-is-a-javascript-timestamp"
FAULTS: dict[str, Callable[[str], str | Fault | None]] = {
    "sandbox": lambda _: None,
    "pass": lambda _: None,
    "fail": lambda _: SUBUNITS,
    "waived": lambda _: SUBUNITS,
    "inconclusive": lambda _: "503-always",
    "hostile": hostile,
}
STATUSES = {"pass": 0, "fail": 1, "waived": 0, "inconclusive": 75, "sandbox": 0, "hostile": 1}
"""How the run of each ends."""
MADE = tuple(STATUSES) if is_whole() else ("pass", "fail", "hostile")
"""Those that the tests look at: README's command takes a sample."""
WAIVER = """
[[waiver]]
requirement = "number-formats-hold"
target = "staging"
reason = "Amounts are sent as 64-bit numbers."
ticket = "RYE-7"
expires = {expires}
"""


def make_report(name: str, folder: Path, beacon: str, *options: str) -> int:
    """Run the suite against one server and leave its artefacts in a folder of that name."""
    arguments = ["-q", "-p", "no:cacheprovider", "-m", "billing", "-W", "ignore"]
    arguments += [f"--rootdir={ROOT}", "-c", str(ROOT / "pyproject.toml")]
    arguments += [f"--report-dir={place_of(name, folder).parent}", "--hypothesis-seed=1", *options]
    if name == "hostile":
        evil = markup(beacon) + BRANCH
        os.environ.update(dict.fromkeys(VARIABLES, evil))
        arguments += ["--metadata", evil, evil, "--metadata", "plain", evil]
    if name == "sandbox":
        return int(pytest.main([*arguments, str(ROOT / "contracts"), "--target=sandbox"]))
    with Sandbox(fault=FAULTS[name](beacon)) as sandbox, TemporaryDirectory() as place:
        os.environ[RYE.key_variable] = sandbox.key
        suite = staging_at(sandbox.url, Path(place), waived=name == "waived")
        for module in [each for each in sys.modules if each.startswith(("test_", "conftest"))]:
            del sys.modules[module]
        arguments += [str(suite), "-p", "contracts.plugin.plugin", "--target=staging"]
        return int(pytest.main(arguments))


def place_of(name: str, folder: Path) -> Path:
    """Where a report lies; the path of the hostile one is markup too."""
    return folder / ("<img src onerror>" if name == "hostile" else name) / "report.html"


def staging_at(url: str, folder: Path, *, waived: bool = False) -> Path:
    """Copy the suite with a document whose staging is a server on loopback."""
    suite = copy_suite(folder)
    document = folder / "spec" / "openapi.yaml"
    text = document.read_text("utf-8")
    assert text.count(STAGING) == 1
    document.write_text(text.replace(STAGING, f"- url: {url}"), "utf-8")
    if waived:
        expires = datetime.now(UTC).date() + timedelta(days=30)
        (suite / "waivers.toml").write_text(WAIVER.format(expires=expires), "utf-8")
    return suite


if __name__ == "__main__":
    _, place, beacon, *names = sys.argv
    statuses = [make_report(name, Path(place), beacon) for name in names]
    print("exit statuses", *statuses)
