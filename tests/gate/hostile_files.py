"""Files that would fill the memory, or take for ever, where somebody expects a report."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from hashlib import sha256

from contracts.report.sign import ELEMENT
from tests.gate.forgery import Report

Made = Callable[[Report], bytes]
HOSTILE: dict[str, tuple[str, Made]] = {}
"""By name, the code of the reason to hold it, and what makes it of a sound report."""


def hostile(code: str) -> Callable[[Made], Made]:
    """List one with its code."""

    def listed(function: Made) -> Made:
        HOSTILE[function.__name__] = (code, function)
        return function

    return listed


def packed(report: Report, text: bytes) -> bytes:
    """Put another text into the place of the exchanges, and its digest into the record."""
    report.packed = base64.b64encode(zlib.compress(text)).decode()
    report.record["evidence"]["sha256"] = sha256(text).hexdigest()
    return report.page()


def repeated(report: Report, start: bytes, again: bytes, times: int) -> bytes:
    """Do the same with a text that goes on and on: what it is compressed to can be repeated."""
    stream = zlib.compressobj(9)
    first = stream.compress(start) + stream.flush(zlib.Z_FULL_FLUSH)
    block = stream.compress(again) + stream.flush(zlib.Z_FULL_FLUSH)
    report.packed = base64.b64encode(first + block * times + stream.flush()).decode()
    return report.page()


def layout(probe: object, parts: list[str], rows: list[list[object]]) -> bytes:
    value = {"probes": [probe], "parts": parts, "exchanges": rows}
    return json.dumps(value, separators=(",", ":")).encode()


def probe_of(report: Report) -> object:
    return json.loads(zlib.decompress(base64.b64decode(report.packed)))["probes"][0]


@hostile("evidence")
def lists_without_end(report):
    """Some 0.9 MB that would be 12.5 GB of Python's objects."""
    return repeated(report, b'{"probes":[[]', b",[]" * 233_000, 800)


@hostile("evidence")
def brackets_without_end(report):
    return packed(report, b"[" * 30_000_000)


@hostile("evidence")
def blanks_without_end(report):
    return repeated(report, b"", b" " * 1_000_000, 700)


@hostile("evidence")
def one_long_answer_to_each_request(report):
    probe, count = probe_of(report), report.record["requests"]
    rows = [[n, 0, 0, 1, 0, 2, False, 0, 0, 1, 1, None, False] for n in range(1, count + 1)]
    return packed(report, layout(probe, ["", "x", "y" * 20_000_000], rows))


@hostile("evidence")
def requests_without_end(report):
    probe, count = probe_of(report), 30_000
    rows = [[n, 0, 0, 0, 0, 0, False, 0, 0, 1, 1, None, False] for n in range(1, count + 1)]
    return packed(report, layout(probe, [""], rows))


@hostile("several-records")
def elements_without_end(report):
    return report.page().replace(b"<main ", ELEMENT.encode() * 200_000 + b"<main ")


@hostile("seal")
def name_of_the_element_without_end(report):
    return report.page().replace(b"<main ", b"contract-record " * 400_000 + b"<main ")


@hostile("seal")
def tags_without_end(report):
    return report.page().replace(b"<main ", b"<b><p>" * 2_000_000 + b"<main ")


@hostile("not-json")
def findings_without_end(report):
    report.record["unspecified"] = ["/x"] * 1_000_000
    return report.page()


@hostile("not-json")
def record_that_nests_without_end(report):
    page = report.page()
    return page.replace(b'"record":{', b'"record":' + b"[" * 90_000 + b"{")


@hostile("not-json")
def number_without_end(report):
    requests = b'"requests":%d' % report.record["requests"]
    return report.page().replace(requests, requests + b"0" * 5_000_000)


@hostile("table")
def outcomes_without_end(report):
    report.table(lambda data: data["environment"].update(x=[0] * 1_000_000), whole=True)
    return report.page()
