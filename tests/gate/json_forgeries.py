"""Texts in JSON that two readers read differently, in a page and in its evidence."""

from __future__ import annotations

import base64
import codecs
import zlib
from hashlib import sha256

from contracts.report.sign import sealed
from tests.gate.forgeries import forgery
from tests.gate.forgery import Report


def edited(report: Report, old: str, new: str) -> bytes:
    """Change what the seal covers, and seal it again."""
    page = report.page().decode()
    assert old in page, old
    return sealed(page.replace(old, new, 1).encode())


# --- JSON that readers read differently -------------------------------------------------------


@forgery("not-json")
def requests_with_an_exponent(report):
    requests = report.record["requests"]
    return edited(report, f'"requests":{requests}', f'"requests":{requests / 100}e2')


@forgery("schema")
def requests_with_a_fraction(report):
    requests = report.record["requests"]
    return edited(report, f'"requests":{requests}', f'"requests":{requests}.0')


@forgery("not-json")
def verdict_spelled_otherwise(report):
    return edited(report, '"verdict":"pass"', '"verdict":"p\\u0061ss"')


@forgery("not-json")
def white_space_in_the_record(report):
    return edited(report, '"verdict":"pass"', '"verdict": "pass"')


def evidence(report: Report, old: bytes, new: bytes) -> None:
    """Change the text of the exchanges, and state its digest."""
    text = zlib.decompress(base64.b64decode(report.packed))
    assert old in text, old
    text = text.replace(old, new, 1)
    report.packed = base64.b64encode(zlib.compress(text, 6)).decode()
    report.record["evidence"]["sha256"] = sha256(text).hexdigest()


@forgery("evidence")
def name_twice_in_the_evidence(report):
    evidence(report, b'"recipe":"valid"', b'"recipe":"absent","recipe":"valid"')


@forgery("evidence")
def list_of_exchanges_twice(report):
    evidence(report, b',"exchanges":[[', b',"exchanges":[],"exchanges":[[')


@forgery("evidence")
def unknown_name_in_the_evidence(report):
    evidence(report, b'"recipe":"valid"', b'"recipe":"valid","note":"fine"')


@forgery("evidence")
def member_of_another_type_in_the_evidence(report):
    evidence(report, b'"fresh":false', b'"fresh":0')


@forgery("evidence")
def nan_in_the_evidence(report):
    evidence(report, b'"name":"valid"', b'"name":NaN')


@forgery("evidence")
def white_space_in_the_evidence(report):
    evidence(report, b'{"probes":', b' {"probes":')


@forgery("evidence")
def byte_order_mark_in_the_evidence(report):
    evidence(report, b'{"probes":', codecs.BOM_UTF8 + b'{"probes":')


@forgery("evidence")
def evidence_in_utf_8(report):
    evidence(report, b'"name":"valid"', '"name":"välid"'.encode())


@forgery("evidence")
def parts_that_no_exchange_has(report):
    evidence(report, b'"],"exchanges":', b'","never sent"],"exchanges":')
