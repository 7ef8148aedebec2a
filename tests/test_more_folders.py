"""With two more folders, nothing breaks: the project's own tests still pass.

These are a few tests of each kind; `.ci/run` runs them all through a file in tests/packaging.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.second_operation.more import copy_with_more
from tests.support import environment

LIMIT = 400
"""Seconds after which they count as hung."""

TELLING = (
    "tests/cli/test_cli.py::test_the_gate_holds_a_sandbox_report_unless_it_is_named",
    "tests/cli/test_cli.py::test_the_plan_is_what_a_run_sends",
    "tests/cli/test_cli.py::test_a_plain_probe_comes_with_a_curl_line",
    "tests/gate/test_gate.py::test_what_a_report_says_acts_on_no_terminal",
    "tests/plugin/test_operations.py",
    "tests/plugin/test_selection.py::test_a_selection_keeps_its_meaning[-k]",
    "tests/test_docs.py::test_each_command_does_what_its_document_says[drift]",
    "tests/test_docs.py::test_the_request_counts_are_those_of_the_plan",
)


def test_tests_of_commands_gate_plugin_and_documents_pass(tmp_path: Path) -> None:
    copy = copy_with_more(tmp_path / "copy")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *TELLING],
        cwd=copy,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
