"""Shared by the tests of the whole suite: running it as users do, and reading its results.

A run in a process of its own takes seconds, most of them imports; one warm process runs the suite
again and again, all the way through sockets, pytest and report.
"""

from __future__ import annotations

import atexit
import contextlib
import html
import io
import json
import os
import re
import select
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from contracts.http.api_key import Key
from contracts.rye import RYE

ROOT = Path(__file__).resolve().parents[1]
ARTEFACTS = {"report.html", "verdict.json", "junit.xml"}
HISTORY = {"history.jsonl"}
PATIENCE = 120
"""Seconds after which a run counts as hung."""

_KEPT = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV"}
_QUIET = ("-q", "-p", "no:cacheprovider", "-p", "no:unraisableexception", "--no-header")
_SUMMARY = re.compile(r"(\d+) (failed|passed|skipped|error|warning|deselected)s?\b")
_OUTCOMES = {"passed", "failed", "skipped", "error"}


def key_of(key: str) -> Key:
    """Take a key of Rye's apart."""
    return Key.of(key, RYE)


@dataclass(frozen=True)
class Result:
    """How a run ended, what it printed, and the folder of its artefacts."""

    status: int
    output: str
    folder: Path

    @property
    def artefacts(self) -> set[str]:
        """Everything that is in the folder, hidden files too."""
        return {path.name for path in self.folder.iterdir()} if self.folder.is_dir() else set()

    @property
    def record(self) -> dict[str, Any]:
        """verdict.json."""
        return json.loads((self.folder / "verdict.json").read_text("utf-8"))

    @property
    def page(self) -> str:
        """report.html."""
        return (self.folder / "report.html").read_text("utf-8")

    def requirement(self, name: str) -> dict[str, Any]:
        """A requirement's row in verdict.json."""
        return next(each for each in self.record["requirements"] if each["id"] == name)

    def terminal_counts(self) -> Counter[str]:
        """The outcomes in pytest's last line, and the warnings and deselected items there."""
        return Counter({word: int(n) for n, word in _SUMMARY.findall(self.last_line)})

    @property
    def last_line(self) -> str:
        """pytest's last line."""
        return self.output.rstrip().rpartition("\n")[2]

    def junit_counts(self) -> Counter[str]:
        """The outcomes in junit.xml, counted by element, which must agree with its attributes."""
        [suite] = ElementTree.parse(self.folder / "junit.xml").getroot().iter("testsuite")  # noqa: S314
        cases = list(suite.iter("testcase"))
        found = Counter(
            {
                "failed": len(list(suite.iter("failure"))),
                "error": len(list(suite.iter("error"))),
                "skipped": len(list(suite.iter("skipped"))),
            }
        )
        stated = {name: int(suite.attrib[name]) for name in ("failures", "errors", "skipped")}
        assert stated == {
            "failures": found["failed"],
            "errors": found["error"],
            "skipped": found["skipped"],
        }
        assert int(suite.attrib["tests"]) == len(cases)
        return +(found + Counter(passed=len(cases) - found.total()))

    def junit_notes(self) -> dict[str, str]:
        """What the items that passed have to note in junit.xml, by their names."""
        cases = ElementTree.parse(self.folder / "junit.xml").getroot().iter("testcase")  # noqa: S314
        return {
            case.attrib["name"]: "; ".join(each.attrib["value"] for each in case.iter("property"))
            for case in cases
        }

    def page_counts(self) -> Counter[str]:
        """The outcomes of the rows that pytest-html draws."""
        blob = re.search(r'id="data-container" data-jsonblob="([^"]*)"', self.page)
        assert blob is not None
        rows = json.loads(html.unescape(blob[1]))["tests"]
        return Counter(row["result"].lower() for tests in rows.values() for row in tests)

    def record_counts(self) -> Counter[str]:
        """The outcomes in verdict.json."""
        return Counter(test["outcome"] for test in self.record["tests"])


def outcomes(counts: Counter[str]) -> Counter[str]:
    """Only what items can end as."""
    return Counter({name: number for name, number in counts.items() if name in _OUTCOMES})


def environment(**variables: str) -> dict[str, str]:
    """The environment of a run: what a process needs, and nothing that the suite would read."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT}
    return {**kept, **variables}


def start_process(*arguments: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Start Python from the checkout's root, output and errors in one stream."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=env or environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="surrogateescape",
    )


def start_suite(
    folder: Path, *options: str, env: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start the suite as people do."""
    arguments = ("-m", "pytest", "-m", "billing", "--report-dir", str(folder), *options)
    return start_process(*arguments, env=env)


def end_of(process: subprocess.Popen[str], folder: Path) -> Result:
    """Wait for a process to end."""
    try:
        output, _ = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Result(process.returncode, output, folder)


def copy_suite(folder: Path) -> Path:
    """Copy the operation's suite with its document, to be broken; returns the suite's folder."""
    shutil.copytree(ROOT / "spec", folder / "spec")
    suite = folder / "contracts" / "billing"
    left_out = shutil.ignore_patterns("__pycache__", "__init__.py")
    shutil.copytree(ROOT / "contracts" / "billing", suite, ignore=left_out)
    (folder / "contracts" / "common").mkdir()
    base = Path("contracts", "common", "base.toml")
    shutil.copyfile(ROOT / base, folder / base)
    return suite


def run_warm(
    folder: Path,
    *options: str,
    key: str | None = None,
    suite: Path | None = None,
    mark: str = "billing",
) -> Result:
    """Run the suite in the process that is kept warm.

    Arguments:
        folder: where its artefacts go.
        options: pytest's, `--target` among them.
        key: value of the key's variable; None leaves it unset.
        suite: the suite's folder; the project's own where there is none.
        mark: what `-m` selects.
    """
    arguments = [str(suite or ROOT / "contracts"), *_QUIET, "--rootdir", str(ROOT)]
    arguments += ["-c", str(ROOT / "pyproject.toml"), "-m", mark, "--report-dir", str(folder)]
    if suite is not None:
        arguments += ["-p", "contracts.plugin.plugin"]
    status, output = _ask_warm([*arguments, *options], key)
    return Result(status, output, folder)


@cache
def _warm() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support"],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.kill)
    return process


def _ask_warm(arguments: list[str], key: str | None) -> tuple[int, str]:
    process = _warm()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps([arguments, key]) + "\n")
    process.stdin.flush()
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
    line = process.stdout.readline() if ready else ""
    if not line:
        process.kill()
        process.wait()
        _warm.cache_clear()
        pytest.fail(f"the warm process gave no answer to {arguments}")
    status, output = json.loads(line)
    return status, output


def main() -> None:
    """Run the suite once for each line of standard input, and answer with a line each."""
    answers = sys.stdout
    for line in sys.stdin:
        arguments, key = json.loads(line)
        os.environ.pop(RYE.key_variable, None)
        if key is not None:
            os.environ[RYE.key_variable] = key
        for name in [n for n in sys.modules if n.startswith(("test_", "conftest"))]:
            del sys.modules[name]
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            status = int(pytest.main(arguments))
        print(json.dumps([status, output.getvalue()]), file=answers, flush=True)


if __name__ == "__main__":
    main()
