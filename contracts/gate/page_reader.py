"""A report as the gate finds it: one whole page with exactly one machine record in it.

The page may be megabytes long and the gate answers at once: it is searched, not parsed. All that
the run did not write itself stands in it escaped, so what is found is the page's own.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from contracts.gate.reasons_to_hold.held import HeldError
from contracts.report.sign import ELEMENT, Seal, read_seal

LARGEST = 64 * 1024 * 1024
"""Octets of a file beyond which it is no report."""

_MEMBERS = ({"seal", "record", "exchanges"}, {"seal", "signature", "record", "exchanges"})
_START = b"<!doctype html"
_ROWS = 'data-jsonblob="'
_COUNT = re.compile(r'<span class="([a-z]+)">(\d+) [A-Z]')
_HEADING = re.compile(r"<h1[^<>]*\bid=\"verdict\"[^<>]*>(.*?)</h1>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Page:
    """One report.

    Arguments:
        octets: the file.
        text: the same as text.
        record: the machine record; not judged yet.
        exchanges: the packed exchanges.
    """

    octets: bytes
    text: str
    record: Any
    exchanges: str

    @cached_property
    def seal(self) -> Seal | None:
        """Its seal and its signature; None where their slots are not as the suite writes them."""
        return read_seal(self.octets)

    @property
    def heading(self) -> str | None:
        """Advice and verdict, as a person reads them at the top; None where it is not just one."""
        found = _HEADING.findall(self.text)
        words = _TAG.sub(" ", found[0]).split() if len(found) == 1 else []
        return " ".join(word for word in words if word.isascii() and word.isalpha()) or None

    @property
    def counts(self) -> dict[str, int]:
        """How often each outcome occurred, as pytest-html says above its table."""
        start = self.text.find('name="filter_checkbox"')
        end = self.text.find("</div>", start)
        return {outcome: int(count) for outcome, count in _COUNT.findall(self.text[start:end])}

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Node id and outcome of each row of pytest-html's table, in order.

        Raises:
            HeldError: there is no such table, more than one, or one that can't be read.
        """
        from html import unescape  # noqa: PLC0415 - 2,231 names, needed once

        start = self.text.find(_ROWS) + len(_ROWS)
        end = self.text.find('"', start)
        if start < len(_ROWS) or end < 0 or self.text.find(_ROWS, end) >= 0:
            raise HeldError("table", "The page has not got exactly one table of pytest's outcomes.")
        try:
            tests = json.loads(unescape(self.text[start:end]))["tests"]
            return sorted(
                (str(name), str(row["result"]).lower()) for name in tests for row in tests[name]
            )
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise HeldError("table", "pytest's table of outcomes can't be read.") from error


def read_page(path: Path) -> Page:
    """Read a report.

    Arguments:
        path: the HTML file.

    Raises:
        HeldError: it is missing, not whole, or carries not exactly one machine record.
    """
    octets = _read(path)
    text = octets.decode("utf-8", "surrogateescape")
    _check_whole(octets)
    element = _find_record(text)
    value = _parse(element)
    if not isinstance(value, dict) or set(value) not in _MEMBERS:
        raise HeldError("schema", "The machine record's element holds not what this suite writes.")
    if not isinstance(value["exchanges"], str):
        raise HeldError("schema", "The machine record's exchanges are no text.")
    return Page(octets, text, value["record"], value["exchanges"])


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise HeldError("too-large", f"The file has {size} bytes, more than any report.")
        octets = path.read_bytes()
    except FileNotFoundError:
        raise HeldError("missing", "There is no such file.") from None
    except OSError as error:
        words = error.strerror or "it failed"
        raise HeldError("unreadable", f"The file can't be read ({words}).") from None
    if not octets.strip():
        raise HeldError("empty", "The file is empty.")
    return octets


def _check_whole(octets: bytes) -> None:
    if not octets.lstrip()[: len(_START)].lower() == _START:
        raise HeldError("no-report", "The file is no HTML report of this suite.")
    if not octets.rstrip().endswith(b"</html>"):
        raise HeldError("truncated", "The file ends before the page does.")
    low = octets.lower()
    if low.count(_START) > 1 or low.count(b"</html>") > 1:
        raise HeldError("several-pages", "The file holds more than one page.")


def _find_record(text: str) -> str:
    """Give the text of the one element that carries the record."""
    name = "contract-record"
    found = []
    at = text.find(name)
    while at >= 0:
        tag = text.rfind("<", 0, at)
        if tag >= 0 and ">" not in text[tag:at] and "id" in text[tag:at].lower():
            found.append(tag)
        at = text.find(name, at + len(name))
    if not found:
        raise HeldError("no-record", "The page carries no machine record.")
    if len(found) > 1:
        raise HeldError(
            "several-records", f"The page carries {len(found)} machine records, not one."
        )
    start = found[0]
    end = text.find("</script>", start)
    hidden = text.rfind("<!--", 0, start) > text.rfind("-->", 0, start)
    if not text.startswith(ELEMENT, start) or end < 0 or hidden:
        raise HeldError("no-record", "The page's machine record is not where the suite puts it.")
    return text[start + len(ELEMENT) : end]


def _parse(text: str) -> Any:
    """Read JSON (RFC 8259) without what Python allows beyond it, and each name once."""

    def refuse(_: str) -> None:
        raise ValueError("not a JSON number")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) < len(pairs):
            raise ValueError("a name twice")
        return dict(pairs)

    try:
        return json.loads(text, parse_constant=refuse, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise HeldError("not-json", "The page's machine record is not JSON.") from error
