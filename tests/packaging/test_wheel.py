"""What `pip install` makes of a checkout: a package whose commands work anywhere.

The dependencies come from the environment that runs the tests, so that nothing is downloaded.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.gate.forgery import files_of
from tests.support import PATIENCE, ROOT, environment

OFFLINE = ("--no-index", "--no-deps", "--no-build-isolation")
SELECTION = ("-m", "billing", "-k", "test_a_valid_key_reads_its_balance", "--target", "sandbox")
VERSION = "0.0.1"
"""What the checkout calls itself, and the installed copy does not."""


class Place:
    """A checkout with a virtual environment in it, both in a path that scripts stumble over."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "un café"
        self.elsewhere = folder / "elsewhere"
        self.elsewhere.mkdir()
        left_out = shutil.ignore_patterns("__pycache__")
        for name in ("contracts", "spec"):
            shutil.copytree(ROOT / name, self.checkout / name, ignore=left_out)
        for name in ("README.md", "conftest.py", "pyproject.toml"):
            shutil.copyfile(ROOT / name, self.checkout / name)
        venv.create(self.checkout / ".venv", with_pip=False, symlinks=True)
        self.python = self.checkout / ".venv" / "bin" / "python"
        [packages] = (self.checkout / ".venv").glob("lib/python*/site-packages")
        here = {sysconfig.get_path(kind) for kind in ("purelib", "platlib")}
        (packages / "dependencies.pth").write_text("\n".join(sorted(here)), "utf-8")
        self.script = self.checkout / ".venv" / "bin" / "pytest"
        self.script.write_text("import sys, pytest\nsys.exit(pytest.console_main())\n")

    def install(self, *what: str) -> None:
        pip("--python", str(self.python), "install", *OFFLINE, *what)

    def run(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run the environment's Python; nothing but its installation tells it of the package."""
        env = environment()
        env.pop("PYTHONPATH", None)
        return subprocess.run(
            [str(self.python), *arguments],
            cwd=cwd or self.elsewhere,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def pytest(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run the script `pytest`, which unlike `python -m pytest` does not look around first."""
        return self.run(str(self.script), *arguments, cwd=cwd)

    def call_the_checkout(self, version: str) -> None:
        path = self.checkout / "contracts" / "__init__.py"
        text = path.read_text("utf-8")
        path.write_text(text.replace('__version__ = "', f'__version__ = "{version}+'), "utf-8")


def pip(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", *arguments],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling", reason="hatchling is not here: pip install -e '.[test]'")
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", *OFFLINE, "--wheel-dir", str(folder), str(ROOT))
    [path] = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A checkout in whose environment the wheel is installed, and that has moved on since."""
    place = Place(tmp_path_factory.mktemp("installed"))
    place.install(str(wheel))
    place.call_the_checkout(VERSION)
    return place


@pytest.fixture(scope="module")
def report(installed: Place) -> Path:
    """The report of a whole run in the checkout, with the script `pytest`."""
    done = installed.pytest("-m", "billing", "--target", "sandbox", cwd=installed.checkout)
    assert done.returncode == 0, done.stdout
    return installed.checkout / "reports" / "report.html"


def version_of(folder: Path) -> str:
    """The version of the suite that wrote a record."""
    record = json.loads((folder / "verdict.json").read_text("utf-8"))
    return record["versions"]["contracts"]


# --- the wheel ------------------------------------------------------------------------------


def test_it_holds_the_package_and_the_document_and_no_suites(wheel: Path) -> None:
    kinds = {".py", ".toml", ".json", ".css", ".js", ".yaml"}
    expected = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / "contracts").rglob("*")
        if path.suffix in kinds and not path.name.startswith("test_")
    }
    for path in (ROOT / "spec").iterdir():
        expected[f"contracts/spec/{path.name}"] = path.read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        found = {
            name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name
        }
    assert sorted(found) == sorted(expected)
    assert found == expected


def test_a_checkout_has_one_document() -> None:
    assert not (ROOT / "contracts" / "spec").exists()


# --- anywhere -------------------------------------------------------------------------------


def test_the_gate_and_the_recheck_work_anywhere(installed: Place, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_bytes(files_of()["report.html"])
    target = json.loads(files_of()["verdict.json"])["target"]["url"]
    gate = installed.run("-m", "contracts", "gate", str(report), "--target", target)
    assert gate.returncode == 0, gate.stdout
    assert gate.stdout.startswith(f"release: {target} kept")
    again = installed.run("-m", "contracts", "recheck", str(report))
    assert again.returncode == 0, again.stdout


def test_another_version_of_the_gate_holds_and_says_so(installed: Place, report: Path) -> None:
    gate = installed.run("-m", "contracts", "gate", str(report), "--target", "sandbox")
    assert gate.returncode == 1
    assert gate.stdout.startswith(f"hold: Version {VERSION}+")


def test_the_sandbox_works_anywhere(installed: Place) -> None:
    done = installed.run("-m", "contracts", "sandbox", "--list-faults")
    assert done.returncode == 0, done.stdout
    assert "200-balance-currency-code-missing" in done.stdout


def test_the_drift_is_held_against_the_document_that_is_installed(installed: Place) -> None:
    document = str(ROOT / "spec" / "openapi.yaml")
    done = installed.run("-m", "contracts", "drift", document, "--no-sdk")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("command", ["-m pytest -m billing", "-m contracts plan"])
def test_what_needs_the_suite_says_so(installed: Place, command: str) -> None:
    done = installed.run(*command.split())
    assert done.returncode in {4, 5}
    [words] = [line for line in done.stdout.splitlines() if "checkout" in line]
    assert " suite " in words


# --- the checkout beside it -----------------------------------------------------------------


def test_a_checkout_is_run_by_its_own_modules(installed: Place, report: Path) -> None:
    assert version_of(report.parent).startswith(VERSION)
    done = installed.run("-m", "contracts", "gate", str(report), "--json")
    assert json.loads(done.stdout)["decision"] == "hold"  # about staging, which nobody asked


def test_a_folder_for_reports_that_exists_changes_nothing(installed: Place, tmp_path: Path) -> None:
    """pytest takes it for a place to collect from, and starts with what is installed."""
    options = (*SELECTION, "--report-dir", str(tmp_path))
    done = installed.pytest(*options, cwd=installed.checkout)
    assert done.returncode == 0, done.stdout
    assert version_of(tmp_path).startswith(VERSION)


def test_an_editable_installation_is_the_checkout(wheel: Path, tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.install("--editable", str(place.checkout))
    place.call_the_checkout(VERSION)
    done = place.pytest(*SELECTION, cwd=place.checkout)
    assert done.returncode == 0, done.stdout
    assert version_of(place.checkout / "reports").startswith(VERSION)
    gate = place.run("-m", "contracts", "gate", str(place.checkout / "reports" / "report.html"))
    assert gate.stdout.startswith("hold: "), gate.stdout
