"""The `again` line of a finding, pasted as it stands, shows the finding again.

Defects of different families: each is found in a run against a sandbox of its own, and the line is
taken from what that run printed.
"""

from __future__ import annotations

import html
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from contracts.cli import probe
from contracts.rye import RYE
from contracts.sandbox.catalogue import CATALOGUE
from contracts.sandbox.server import Sandbox
from tests.support import PATIENCE, ROOT, Result, environment, run_warm

PLAIN = "test_a_valid_key_reads_its_balance"
KEYLESS = "test_nothing_is_open_before_any_key_was_sent"
UNUSABLE = "test_a_request_without_usable_credentials_is_refused"
NEAR = "test_a_nearly_right_key_is_refused"
FIELDS = "test_known_fields_with_a_valid_key"
KEYLESS_FIELDS = "test_known_fields_without_a_key"
QUERIES = "test_an_undocumented_query_is_ignored_or_rejected"
TOGETHER = "test_each_request_is_judged_on_its_own_merits"

DEFECTS = {
    "200-balance-currency-code-missing": PLAIN,
    "200-balance-amount-subunits-is-2-to-the-31": PLAIN,
    "200-balance-amount-subunits-is-written-point-zero": PLAIN,
    "200-as-201": PLAIN,
    "200-labelled-text-html": PLAIN,
    "200-json-nan": PLAIN,
    "200-json-bom": PLAIN,
    "200-json-name-twice": PLAIN,
    "200-gzip-corrupt": PLAIN,
    "200-status-line-garbage": PLAIN,
    "200-two-lengths": PLAIN,
    "401-body-with-code": KEYLESS,
    "401-as-403": KEYLESS,
    "401-as-200": KEYLESS,
    "500-on-basic": UNUSABLE,
    "extended-key": NEAR,
    "500-on-traceparent": FIELDS,
    "content-type-gets-409": FIELDS,
    "range-with-whole-body": FIELDS,
    "beyond-int32-for-trace": FIELDS,
    "500-on-content": "test_content_on_a_get_is_ignored_or_rejected",
    "304-for-anyone": KEYLESS_FIELDS,
    "let-in-by-forwarded-proto": KEYLESS_FIELDS,
    "422-body-with-code": QUERIES,
    "500-on-query-twice": QUERIES,
    "let-in-by-query-debug": "test_a_query_is_no_credential",
    "connection-stays-authenticated": TOGETHER,
    "cached-for-anyone": TOGETHER,
    "refused-after-bad-key": TOGETHER,
    "drops-traceparent": f"{FIELDS} or {TOGETHER}",
    "near-key-told": f"{NEAR} or test_a_key_that_was_never_issued_is_refused",
    "trailing-blank-kept": PLAIN,
}
"""Entries of the catalogue, and the tests that are to find each."""

IN_A_SHELL = {"extended-key", "500-on-traceparent", "cached-for-anyone"}
"""Those of them of which the line is given to a shell; the others are run in this process."""

LINE = re.compile(r"python -m contracts probe (\S+).*")


def lines_of(text: str) -> dict[str, str]:
    """The lines that ask again, by the finding that each is about."""
    return {match[1]: match[0].rstrip() for match in LINE.finditer(text)}


def junit_text(result: Result) -> str:
    root = ElementTree.parse(result.folder / "junit.xml").getroot()  # noqa: S314
    return "\n".join(each.text or "" for each in root.iter("failure"))


def copied(result: Result) -> str:
    """What the copy buttons of the page's own part copy."""
    own = result.page.partition('id="data-container"')[0]
    return "\n".join(map(html.unescape, re.findall(r"<code>(python -m [^<]*)</code>", own)))


def paste(line: str, key: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run the line without its shell."""
    command = shlex.split(line)
    assert command[:4] == ["python", "-m", "contracts", "probe"]
    capsys.readouterr()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RYE.key_variable, key)
        patch.delenv(RYE.url_variable, raising=False)
        status = probe.main(command[4:])
    return status, capsys.readouterr().out


def paste_into_a_shell(line: str, key: str) -> tuple[int, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S602 - as people do
        line,
        shell=True,
        cwd=ROOT,
        env=environment(**{RYE.key_variable: key, "PATH": path}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("fault", DEFECTS)
def test_the_line_shows_the_finding_again(
    fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    requirement = CATALOGUE[fault].requirement
    with Sandbox(fault) as sandbox:
        options = ("--target", sandbox.url, "-k", DEFECTS[fault], "--fail-on-warning")
        result = run_warm(tmp_path, *options, key=sandbox.key)
        assert result.status == 1, result.output[-3000:]
        findings = [f for f in result.record["findings"] if f["requirement"] == requirement]
        assert findings, result.output[-3000:]
        name = findings[0]["id"]
        line = lines_of(result.output)[name]
        assert lines_of(junit_text(result))[name] == line
        assert lines_of(copied(result))[name] == line
        asked = len(sandbox.log)
        if fault in IN_A_SHELL:
            status, output = paste_into_a_shell(line, sandbox.key)
        else:
            status, output = paste(line, sandbox.key, capsys)
        assert len(sandbox.log) > asked
    assert status == 1, output
    broken = output.rstrip().rpartition("\n")[2]
    assert re.match(rf"broken: (\S+, )*{requirement}(,|;|$)", broken), output
    assert "did not show again" not in broken


def test_the_defects_are_of_many_kinds() -> None:
    requirements = {CATALOGUE[fault].requirement for fault in DEFECTS}
    assert len(DEFECTS) >= 30
    assert len(requirements) >= 17
    assert set(DEFECTS) >= IN_A_SHELL
