"""Tests and a plugin beside the suite that put markup wherever pytest-html takes some."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from html import escape
from pathlib import Path

from contracts.report.frame.page import framed
from tests.report.hostile_servers import markup

VARIABLES = ("CI_COMMIT_REF_NAME", "BUILD_TAG", "TRAVIS_BRANCH", "CIRCLE_BRANCH")
"""One of each: GitLab, Jenkins, Travis, CircleCI; pytest-metadata reads them."""

BRANCH = "<img/src=x/onerror=window.__x=1>"
OUTCOMES = {"passed": 2, "failed": 1, "skipped": 1, "xfailed": 1, "xpassed": 1, "error": 1}

DRAWS = "\n  const data = document.getElementById('data-container');\n"
LOOKS = "p {\n  color: black;\n}"
FOREIGN = (
    "<script>window.__x=1</script>",
    "<style>p{}</style>",
    "<script src=x></script>",
    "<head><style>@import 'http://127.0.0.1:9/x'</style></head>",
    "<script><!--<script></script>",
    "<script>window.__x=1</script x><script>window.__x=1</script>",
    f"<div data-jsonblob='{{}}'></div><script>{DRAWS}//</script>",
    "<p onclick=window.__x=1 onfocus='window.__x=1' style='top:0' src=z srcdoc=z>",
    "<a href=javascript:window.__x=1>a</a><a href='&#x6a;avascript:window.__x=1'>a</a>",
    "<a href='java\nscript:window.__x=1'>a</a><a href=data:text/html,x>b</a>",
    "<noscript><p title='</noscript><img src=x onerror=window.__x=1>'></noscript>",
    "<svg><style><img src=x onerror=window.__x=1></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=x onerror=window.__x=1&gt;'>",
    "<textarea><script>window.__x=1</script></textarea><xmp><img src=x onerror=window.__x=1></xmp>",
    "<meta http-equiv=refresh content='0;url=x'><base href=x><link rel=stylesheet href=x>",
    "<title><script>window.__x=1</script></title>",
    "<iframe srcdoc='<script>parent.__x=1</script>'></iframe>",
    '<h1 id="verdict">pass</h1><p id="contract">',
    '<p x="\'><script>window.__x=1</script>">',
    "<script>window.__x=1",
)
"""Markup that a careless reader takes for harmless, or that ends what it stands in."""

_PLUGIN = """
import pytest
from pytest_html import extras

EVIL = {evil!r}

def pytest_html_results_summary(prefix, summary, postfix):
    prefix.insert(0, EVIL)
    summary.append(f"<div data-jsonblob='{{{{}}}}' onclick=x()></div>{{EVIL}}")
    postfix.append("<style>*{{display:none}}</style><b style='top:0'>kept</b>" + EVIL)

def pytest_html_results_table_header(cells):
    cells.insert(2, f"<th class='sortable' onclick='window.__x=1'>More{{EVIL}}</th>")

def pytest_html_results_table_row(report, cells):
    cells.insert(2, f"<td class='col-more' onclick='window.__x=1'>{{EVIL}}</td>")

def pytest_html_results_table_html(report, data):
    data.append(EVIL)

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    report.extras = [extras.html(EVIL), extras.image("aGk=", EVIL), extras.url(EVIL, EVIL)]
    report.extras += [extras.url("javascript:window.__x=1"), extras.text(EVIL, EVIL)]
"""
_TESTS = """
import pytest
from conftest import EVIL

@pytest.fixture
def broken():
    raise RuntimeError(EVIL)

@pytest.mark.parametrize("value", [EVIL, "{branch}"])
def test_passes(value):
    '''Holds <img src=x onerror=window.__x=1>.'''
    print(value, "\\x1b[31mred\\x1b[0m &lt;b&gt;")

def test_fails():
    assert EVIL == "short", EVIL

def test_is_left_out():
    pytest.skip(EVIL)

@pytest.mark.xfail(reason=EVIL)
def test_is_expected_to_fail():
    raise ValueError(EVIL)

@pytest.mark.xfail(reason=EVIL)
def test_passes_all_the_same():
    pass

def test_has_no_fixture(broken):
    pass
"""


def written(
    own: str = "", summary: str = "", header: str = "", data: object = None, blob: str | None = None
) -> str:
    """A page as pytest-html writes it, in brief."""
    blob = json.dumps(data or {"environment": {}, "tests": {}}) if blob is None else blob
    return (
        '<!DOCTYPE html>\n<html>\n  <head>\n    <meta charset="utf-8"/>\n'
        f'    <title id="head-title">Report</title>\n<style type="text/css">{LOOKS}</style>\n'
        '  </head>\n  <body onLoad="init()">\n    <h1 id="title">Report</h1><!-- TEMPLATES -->\n'
        '<template id="row"><tr><td colspan="4"><img src="" /></td></tr></template>\n'
        f'<div class="prefix">{own}</div><div class="button" onclick="location.reload()">{summary}'
        '</div><input checked="true" type="checkbox" data-test-result="passed" disabled>\n'
        f'<table id="results-table"><thead><tr><th class="sortable">{header}</th></tr></thead>'
        f'</table><footer>\n    <div id="data-container" data-jsonblob="{escape(blob)}"></div>\n'
        f"    <script>{DRAWS}</script>\n  </footer>\n  </body>\n</html>"
    )


def write_page(folder: Path, beacon: str) -> Path:
    """Have pytest-html write a page about them, and make that inert."""
    evil = markup(beacon) + BRANCH
    (folder / "conftest.py").write_text(_PLUGIN.format(evil=evil), "utf-8")
    (folder / "test_neighbours.py").write_text(_TESTS.replace("{branch}", BRANCH), "utf-8")
    page = folder / "page.html"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    command += ["--rootdir", str(folder), "-c", os.devnull, f"--html={page}"]
    command += ["--self-contained-html", "--metadata", evil, evil, "--metadata", "plain", evil]
    command += ["--metadata-from-json", '{"tests": {"<img src=x onerror=window.__x=1>": 1}}']
    environment = os.environ | dict.fromkeys(VARIABLES, evil)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 1, done.stdout
    page.write_bytes(framed(page.read_bytes()))
    return page
