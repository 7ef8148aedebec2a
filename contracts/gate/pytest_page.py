"""Writes pytest-html's page again from its variable parts, for a gate to compare with.

Its template and style are read from its installation, without importing pytest.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape, unescape
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from contracts.report.frame.page import framed
from contracts.report.reader import compact, read_json

MOST_VALUES = 100_000
"""Most values in the data of pytest-html's script: each test has about fifteen."""

_LABELS = {
    "failed": "Failed",
    "passed": "Passed",
    "skipped": "Skipped",
    "xfailed": "Expected failures",
    "xpassed": "Unexpected passes",
    "error": "Errors",
    "rerun": "Reruns",
    "retried": "Retried",
}
_HEAD = (
    '<th class="sortable" data-column-type="result">Result</th>',
    '<th class="sortable" data-column-type="testId">Test</th>',
    '<th class="sortable" data-column-type="duration">Duration</th>',
    "<th>Links</th>",
)
_COUNTED = ("passed", "failed", "xpassed", "xfailed")
_ROW = {"extras", "result", "testId", "duration", "resultsTableRow", "log"}
_DATA = {"environment", "tests", "renderCollapsed", "initialSort", "title"}
_NAMES = re.compile(r"[\w, ]*")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_PHASES = ("setup", "teardown", "collect")
_DURATION = re.compile(r"\d+ ms|\d\d+:\d\d:\d\d")
_GENERATED = re.compile(
    rb"Report generated on (\d\d-[^\s\d<>&]{1,16}-\d{4}) at ([0-2]\d:[0-5]\d:[0-5]\d) by "
)
_TOOK = re.compile(rb'<p class="run-count">\d+ tests? took (\d+ ms|\d\d+:\d\d:\d\d)\.</p>')
_BLOB = b' data-jsonblob="'
_BLANK = b"{}"


class PytestPageError(ValueError):
    """pytest-html did not write the page so; the message says what is wrong."""


@dataclass(frozen=True)
class PytestPage:
    """The variable parts of pytest-html's page besides our own part.

    Arguments:
        rest: the page without the data from which its script makes the tables.
        data: that data.
        date: the day on which it was written, as stated.
        time: the time of that day, as stated.
        took: how long the tests took, as stated.
        outcomes: the outcomes that this version of pytest-html counts.
    """

    rest: bytes
    data: dict[str, Any]
    date: str
    time: str
    took: str
    outcomes: tuple[str, ...]

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Node id and outcome of each of the table's rows, in order."""
        tests = self.data["tests"]
        return sorted((name, row["result"].lower()) for name in tests for row in tests[name])

    def is_of(self, finished: datetime) -> bool:
        """Whether the page says that it was written when a run ended, in any time zone.

        Arguments:
            finished: when the run ended, with time zone.
        """
        day, month, year = self.date.split("-")
        near = [finished + timedelta(days=days) for days in (-1, 0, 1)]
        named = [(f"{each:%d}", _MONTHS[each.month - 1], f"{each:%Y}") for each in near]
        if month not in _MONTHS:  # in another language
            return (day, year) in {(d, y) for d, _, y in named}
        return (day, month, year) in named

    def written(self, title: str, prefix: str) -> bytes:
        """Write `rest` again, from what a run would have passed to pytest-html.

        Arguments:
            title: the page's title.
            prefix: our own part.

        Raises:
            PytestPageError: pytest-html is not installed.
        """
        from jinja2 import Environment, FileSystemLoader, select_autoescape  # noqa: PLC0415

        resources = _resources()
        environment = Environment(
            loader=FileSystemLoader(resources),
            autoescape=select_autoescape(enabled_extensions=("jinja2",)),
        )
        counts = Counter(outcome for _, outcome in self.rows)
        tests = sum(counts[outcome] for outcome in _COUNTED)
        rendered = environment.get_template("index.jinja2").render(
            title=title,
            date=self.date,
            time=self.time,
            version=installed(),
            styles=(resources / "style.css").read_text("utf-8"),
            run_count=f"{tests} {'tests' if tests > 1 else 'test'} took {self.took}.",
            running_state="finished",
            self_contained=True,
            outcomes={o: {"label": _LABELS[o], "value": counts[o]} for o in self.outcomes},
            test_data=_BLANK.decode(),
            table_head=_HEAD,
            additional_summary={"prefix": [prefix], "summary": [], "postfix": []},
        )
        return framed(rendered.encode("utf-8"))


def installed() -> str:
    """Return the installed version of pytest-html; empty if it is not installed."""
    try:
        return version("pytest-html")
    except PackageNotFoundError:
        return ""


def read_pytest_page(octets: bytes) -> PytestPage:
    """Read the variable parts of a page.

    Arguments:
        octets: the page.

    Raises:
        PytestPageError: a part is missing, or its script would render markup from the data.
    """
    parts = octets.split(_BLOB)
    if len(parts) != 2:
        raise PytestPageError("it does not have exactly one table of outcomes")
    blob, quote, behind = parts[1].partition(b'"')
    generated, took = _GENERATED.search(octets), _TOOK.search(octets)
    if generated is None or took is None:
        raise PytestPageError("it does not say when it was written, and how long the tests took")
    return PytestPage(
        rest=parts[0] + _BLOB + _BLANK + quote + behind,
        data=_read_data(blob),
        date=generated[1].decode("utf-8", "replace"),
        time=generated[2].decode(),
        took=took[1].decode(),
        outcomes=tuple(o for o in _LABELS if f'data-test-result="{o}"'.encode() in octets),
    )


def _resources() -> Path:
    spec = find_spec("pytest_html")
    if spec is None or not spec.submodule_search_locations:
        raise PytestPageError("pytest-html, which wrote it, is not installed here")
    return Path(spec.submodule_search_locations[0], "resources")


def _read_data(blob: bytes) -> dict[str, Any]:
    """Read the script's data, and require that it renders as nothing but text."""
    written = blob.decode("utf-8", "replace")
    text = unescape(written)
    # Either escape of a quotation mark is accepted, but no other difference in spelling.
    if escape(text).replace("&quot;", "&#34;") != written.replace("&#39;", "&#x27;"):
        raise PytestPageError("its table of outcomes is not spelled as pytest-html spells it")
    spaced = ": " in text[:20]
    try:
        data = read_json(text.encode(), json.dumps if spaced else compact, MOST_VALUES)
        _check_data(data)
    except PytestPageError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PytestPageError("its table of outcomes can't be read") from error
    return data  # type: ignore[no-any-return]


def _check_data(data: dict[str, Any]) -> None:
    if set(data) != _DATA:
        raise PytestPageError("the members of its table of outcomes are not pytest-html's")
    own = {name: value for name, value in data.items() if name != "tests"}
    if "<" in compact(own):
        raise PytestPageError("its environment holds markup")
    collapsed = data["renderCollapsed"]
    if not all(_NAMES.fullmatch(each) for each in (*collapsed, data["initialSort"])):
        raise PytestPageError("its table is set up with other words than pytest-html's")
    for name, rows in data["tests"].items():
        for row in rows:
            _check_row(name, row)


def _check_row(name: str, row: dict[str, Any]) -> None:
    """Require a row whose cells match its members, with no markup but that of the cells."""
    shown, cells = unescape(row["testId"]), row["resultsTableRow"]
    told = {"result": row["result"], "testId": shown, "duration": row["duration"], "links": ""}
    made = [f'<td class="col-{kind}">{words}</td>' for kind, words in told.items()]
    sound = (
        set(row) == _ROW
        and row["extras"] == []
        and shown in {name, *(f"{name}::{phase}" for phase in _PHASES)}
        and _DURATION.fullmatch(row["duration"])
        and [unescape(cell) for cell in cells] == made
        and all(cell.count("<") == 2 for cell in cells)
        and "<" not in row["log"]
    )
    if not sound:
        raise PytestPageError(f"its row of {name[:100]} is not as pytest-html writes it")
