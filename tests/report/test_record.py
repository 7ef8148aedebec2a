"""The machine record: its schema, its element in the page, and the exchanges beside it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contracts.http.exchange import Exchange, FaultKind, TransportFault
from contracts.http.probe import Credential, Probe
from contracts.report.exchanges import EvidenceError, from_json, inflate, unpack
from contracts.report.packing import pack
from contracts.report.reader import compact
from contracts.report.record import SCHEMA_FILE, SCHEMA_VERSION, RecordError, validate
from contracts.report.sign import ELEMENT, read_seal, sealed
from tests.gate.forgeries import BROKEN, DOWN, REFUSED
from tests.gate.forgery import CATALOGUE, Report, files_of

SCHEMA = json.loads(SCHEMA_FILE.read_bytes())
RUNS = [None, BROKEN, REFUSED, DOWN]


@pytest.mark.parametrize("fault", RUNS)
def test_verdict_json_is_the_pages_record_and_keeps_its_schema(fault: str | None) -> None:
    record = json.loads(files_of(fault)["verdict.json"])
    assert record == Report.of(fault).record
    Draft202012Validator(SCHEMA).validate(record)


def test_the_schema_is_one_and_describes_each_member_of_the_record() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["required"] == list(SCHEMA["properties"])
    undescribed = [
        name for name, member in SCHEMA["properties"].items() if "description" not in member
    ]
    assert undescribed == []


VERSIONS = {
    1: "8796bb8e3fe97696",
    2: "2a796da15651f9d5",
    3: "f8e1be580c45c1c5",
    4: "7c09a438796db674",
    5: "9296bac7a8b775a6",
}
"""What the schema of each version demands: who changes that adds a version, with a new line."""


def test_a_record_of_another_form_has_another_version() -> None:
    demands = json.dumps(_undescribed(SCHEMA), sort_keys=True)
    assert sha256(demands.encode()).hexdigest()[:16] == VERSIONS[SCHEMA_VERSION]
    assert max(VERSIONS) == SCHEMA_VERSION == SCHEMA["properties"]["schema_version"]["const"]


def _undescribed(value: object) -> object:
    """What a part of a schema demands, without the words that describe it."""
    if isinstance(value, dict):
        kept = {n: v for n, v in value.items() if n != "description" or not isinstance(v, str)}
        return {name: _undescribed(each) for name, each in kept.items()}
    return [_undescribed(each) for each in value] if isinstance(value, list) else value


def test_the_names_that_others_depend_on_are_there() -> None:
    record = Report.of().record
    stable = {"schema_version", "verdict", "complete", "target", "spec_sha256", "started"}
    stable |= {"finished", "requests", "requirements", "findings"}
    assert stable <= set(record)
    assert {"id", "level", "verdict", "observed", "violated"} <= set(record["requirements"][0])


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("/verdict", {"verdict": "fine"}),
        ("/requests", {"requests": -1}),
        ("/spec_sha256", {"spec_sha256": "abc"}),
        ("/started", {"started": "yesterday"}),
        ("the whole", {"surprise": 1}),
    ],
)
def test_a_record_that_breaks_the_schema_is_refused_with_its_place(
    where: str, change: dict
) -> None:
    with pytest.raises(RecordError, match=f"^{where}: "):
        validate(Report.of().record | change)


@pytest.mark.parametrize("fault", RUNS)
def test_the_element_can_not_end_early_nor_be_markup(fault: str | None) -> None:
    page = files_of(fault)["report.html"].decode()
    assert page.count(ELEMENT) == 1
    start = page.index(ELEMENT) + len(ELEMENT)
    text = page[start : page.index("</script>", start)]
    assert not set("<>&\u2028\u2029") & set(text)
    assert text.isascii()
    assert json.loads(text)["record"]["schema_version"] == SCHEMA_VERSION


def test_the_record_tells_every_outcome_that_pytest_html_tells() -> None:
    report = Report.of(BROKEN)
    outcomes = [test["outcome"] for test in report.record["tests"]]
    assert set(outcomes) == {"passed", "failed"}
    assert len({test["id"] for test in report.record["tests"]}) == len(outcomes)


octets = st.binary(max_size=60)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
maybe_octets = st.none() | octets
probes = st.builds(
    Probe,
    name=texts,
    family=texts,
    recipe=texts,
    credential=st.sampled_from(Credential),
    fields=st.lists(st.tuples(octets, octets), max_size=3).map(tuple),
    query=maybe_octets,
    body=maybe_octets,
    fresh=st.booleans(),
    wire=maybe_octets,
    attack=st.booleans(),
    near=st.booleans(),
)
seconds = st.floats(0, 1e6, allow_nan=False)
faults = st.none() | st.builds(TransportFault, kind=st.sampled_from(FaultKind), words=texts)
recorded = st.lists(
    st.builds(
        Exchange,
        number=st.integers(0, 5000),
        probe=probes,
        sent=octets | octets.map(lambda data: b"GET / HTTP/1.1\r\n\r\n" + data),
        received=octets | octets.map(lambda data: b"HTTP/1.1 200 OK\r\n\r\n" + data),
        closed=st.booleans(),
        started=seconds,
        seconds=seconds,
        connection=st.integers(0, 100),
        attempt=st.integers(1, 4),
        fault=faults,
    ),
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(exchanges=recorded)
def test_unpacking_undoes_packing(exchanges: list[Exchange]) -> None:
    packed = pack(exchanges)
    evidence = unpack(packed.text)
    assert evidence.exchanges == tuple(exchanges)
    assert (evidence.sha256, evidence.cut) == (packed.sha256, frozenset())
    assert (packed.count, packed.cut) == (len(exchanges), 0)


def test_many_exchanges_are_packed_like_few() -> None:
    [first, *_] = Report.of().exchanges
    many = tuple(replace(first, number=n, received=b"%d" % n) for n in range(1, 1001))
    for count in (0, 1, 255, 256, 257, 1000):
        assert unpack(pack(many[:count]).text).exchanges == many[:count]


def test_what_compresses_well_is_unpacked_to_its_end() -> None:
    [first, *_] = Report.of().exchanges
    for size in (256 * 1024, 3_000_003):
        zeros = replace(first, received=bytes(size))
        assert unpack(pack([zeros]).text).exchanges == (zeros,)


def test_what_recurs_stands_there_once() -> None:
    [exchange] = [e for e in Report.of().exchanges if e.number == 1]
    body = os.urandom(20_000)
    answers = [
        replace(exchange, number=n, received=b"HTTP/1.1 200 OK\r\nX-Id: %d\r\n\r\n" % n + body)
        for n in range(1, 101)
    ]
    assert len(pack(answers).text) < 3 * len(pack(answers[:1]).text)


def test_messages_are_cut_only_where_nothing_else_keeps_the_page_small() -> None:
    [exchange] = [e for e in Report.of().exchanges if e.number == 1]
    noise = [replace(exchange, number=n, received=os.urandom(40_000)) for n in range(1, 31)]
    whole, cut = pack(noise), pack(noise, budget=500_000)
    assert (whole.cut, unpack(whole.text).cut) == (0, frozenset())
    assert len(cut.text) <= 500_000
    assert (cut.count, cut.cut) == (30, 30)
    assert unpack(cut.text).cut == frozenset(range(1, 31))
    assert pack(noise, budget=10).count == 30


BAD_ROWS = [
    [],
    [1],
    [1, 99, 0, 0, 0, 0, False, 0, 0, 1, 1, None, False],
    [1, 0, 0, 0, 0, -1, False, 0, 0, 1, 1, None, False],
    [1, 0, 0, 0, 0, True, False, 0, 0, 1, 1, None, False],
    ["1", 0, 0, 0, 0, 0, False, 0, 0, 1, 1, None, False],
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, None, False],
    [1, 0, 0, 0, 0, 0, False, "0", 0, 1, 1, None, False],
    [1, 0, 0, 0, 0, 0, False, 0, 0, 1, 1, ["bad luck", ""], False],
]


@pytest.mark.parametrize("row", BAD_ROWS)
def test_exchanges_of_another_layout_are_refused(row: list) -> None:
    value = json.loads(inflate(pack(Report.of().exchanges[:1]).text))
    value["exchanges"] = [row]
    with pytest.raises(EvidenceError):
        from_json(compact(value).encode())


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"null", b'{"probes":[{}]}', b"\xff"])
def test_another_text_is_refused(text: bytes) -> None:
    with pytest.raises(EvidenceError):
        from_json(text)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_octet_that_is_touched_breaks_seal_and_signature(data: st.DataObject) -> None:
    page = sealed(files_of(None)["report.html"], "a key of some length")
    seal = read_seal(page)
    assert seal is not None
    assert seal.unbroken
    assert seal.signed_with("a key of some length")
    assert not seal.signed_with("a key of some lengtH")
    at = data.draw(st.integers(0, len(page) - 1))
    octet = data.draw(st.integers(0, 255).filter(lambda value: value != page[at]))
    touched = read_seal(page[:at] + bytes([octet]) + page[at + 1 :])
    assert touched is None or not (touched.unbroken and touched.signed_with("a key of some length"))


def test_the_requirements_of_the_record_are_the_catalogues() -> None:
    rows = Report.of().record["requirements"]
    assert [row["id"] for row in rows] == list(CATALOGUE.requirements)
