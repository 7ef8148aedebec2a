"""The data that pytest-html's script renders, outcomes and environment, as mere text.

The script writes these values into the page as markup. Most are not the suite's own: names and
parameters of tests, captured output, what plugins attach, and the environment, where
pytest-metadata lists CI variables such as the name of a branch.
"""

from __future__ import annotations

import json
import re
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any

from contracts.report.text.printing import printable

_CELL = re.compile(r'<td(?:[^<>]*?\sclass="([\w -]*)")?[^<>]*>(.*)</td>', re.DOTALL)
_NAME = "col-testId"
"""The cell with a test's name, which is not markup, although pytest-html does not escape it."""

_ATTACHED = frozenset({"extras", "tableHtml"})
"""What plugins and fixtures attach to a test: markup, links, media."""


def inert_outcomes(written: str) -> str:
    """Rewrite the attribute with pytest-html's data, so that no value becomes an element.

    Arguments:
        written: the attribute's JSON text; if it is not JSON, the result is empty.
    """
    try:
        data = json.loads(written, parse_constant=str)
        if not isinstance(data, dict):
            return ""
        inert = {
            _text(name): _tests(v) if name == "tests" else _inert(v) for name, v in data.items()
        }
        return escape(json.dumps(inert, separators=(",", ":"))).replace("&quot;", "&#34;")
    except (ValueError, RecursionError):
        return ""


def _text(words: str) -> str:
    return escape(printable(words))


def _inert(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_inert(each) for each in value]
    if isinstance(value, dict):
        return {_text(name): _inert(each) for name, each in value.items()}
    return value


def _tests(tests: Any) -> Any:
    """Rewrite each test's rows; its key is never shown, and stays as it is for the gate."""
    if not isinstance(tests, dict):
        return _inert(tests)
    return {
        name: [_row(row) for row in rows] if isinstance(rows, list) else []
        for name, rows in tests.items()
    }


def _row(row: Any) -> Any:
    if not isinstance(row, dict):
        return _inert(row)
    return {_text(key): _part(key, value) for key, value in row.items()}


def _part(key: str, value: Any) -> Any:
    if key in _ATTACHED:
        return []
    if key == "log" and isinstance(value, str):
        return _text(_words(value))
    if key == "resultsTableRow" and isinstance(value, list):
        return [_cell(str(each)) for each in value]
    return _inert(value)


def _cell(markup: str) -> str:
    found = _CELL.fullmatch(markup)
    kind, content = found.groups() if found else (None, markup)
    words = content if kind == _NAME else _words(content)
    return f'<td class="{kind}">{_text(words)}</td>' if kind else f"<td>{_text(words)}</td>"


class _Words(HTMLParser):
    """The text of some markup."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.feed(markup)
        self.close()

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def _words(markup: str) -> str:
    return "".join(_Words(markup).pieces) if "<" in markup else unescape(markup)
