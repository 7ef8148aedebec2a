"""Reads a report for the gate: one whole page with exactly one machine record in it.

The page may be megabytes long and the gate has to be fast, so the record is looked up where the
suite puts it. Whether a browser shows the same is checked by writing the page again (see
`write_again`): a page that is identical, octet by octet, can be read in only one way.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.gate.reasons_to_hold.held import HeldError
from contracts.report.reader import read_file, read_json
from contracts.report.record import spelled
from contracts.report.sign import BLANK, ELEMENT, Seal, read_seal

LARGEST = 16 * 1024 * 1024
"""Most octets of a report."""
MOST_VALUES = 100_000
"""Most values in a machine record: each failed test, finding and requirement has about twenty."""

_MEMBERS = ["seal", "record", "exchanges"]
_START = b"<!DOCTYPE html>"
_END = b"</html>"
_ELEMENT = ELEMENT.encode()


@dataclass(frozen=True)
class Page:
    """One report.

    Arguments:
        seal: its seal, its signature, and the page that they cover.
        record: the machine record, not checked yet.
        exchanges: the packed exchanges.
    """

    seal: Seal
    record: Any
    exchanges: str


def read_page(path: Path) -> Page:
    """Read a report.

    Arguments:
        path: the HTML file.

    Raises:
        HeldError: it is missing, not whole, or does not hold exactly one machine record.
    """
    octets = _read(path)
    _check_whole(octets)
    seal, element = _find_record(octets)
    value = _parse(element)
    if not isinstance(value["exchanges"], str):
        raise HeldError("schema", "The machine record's exchanges are not text.")
    return Page(seal, value["record"], value["exchanges"])


def _read(path: Path) -> bytes:
    try:
        octets = read_file(path, LARGEST)
    except FileNotFoundError:
        raise HeldError("missing", "There is no such file.") from None
    except OSError as error:
        code = "too-large" if error.errno == errno.EFBIG else "unreadable"
        words = error.strerror or "it failed"
        raise HeldError(code, f"The file can't be read ({words}).") from None
    if not octets.strip():
        raise HeldError("empty", "The file is empty.")
    return octets


def _check_whole(octets: bytes) -> None:
    if octets[: len(_START)].upper() != _START.upper():
        raise HeldError("no-report", "The file is not an HTML report of this suite.")
    if not octets.rstrip().endswith(_END):
        raise HeldError("truncated", "The file ends before the page does.")
    if octets.count(_START) > 1 or octets.count(_END) > 1:
        raise HeldError("several-pages", "The file holds more than one page.")


def _find_record(octets: bytes) -> tuple[Seal, bytes]:
    """Find the one element that holds the record; returns the seal and the blanked text."""
    found = octets.count(_ELEMENT)
    if found > 1:
        raise HeldError("several-records", f"The page carries {found} machine records, not one.")
    if not found:
        raise HeldError("no-record", "The page carries no machine record.")
    seal = read_seal(octets)
    if seal is None:
        raise HeldError("seal", "The page carries no seal where the suite puts it.")
    text, end, _ = seal.octets.partition(_ELEMENT)[2].partition(b"</script>")
    if not end:
        raise HeldError("no-record", "The page's machine record has no end.")
    return seal, text


def _parse(text: bytes) -> Any:
    """Parse the element's JSON, which must have the suite's own spelling."""
    try:
        value = read_json(text, spelled, MOST_VALUES)
    except ValueError as error:
        raise HeldError("not-json", f"The page's machine record can't be read: {error}.") from error
    if not isinstance(value, dict) or list(value) != _MEMBERS or value["seal"] != BLANK:
        raise HeldError("schema", "The machine record's element holds more than this suite writes.")
    return value
