"""Every fault of the second operation is found by a default run, and who conforms passes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contracts.document.catalogue import Catalogue
from contracts.gate.reasons_to_hold.held import HeldError
from contracts.gate.reasons_to_hold.requests import Requests
from contracts.judging.causes import ANY_KEY
from contracts.probes.coverage import Extent, unasked
from contracts.report.exchanges import probe_from_json, probe_to_json
from contracts.run.verdict import Verdict
from contracts.rye import RYE
from tests.direct import URL, broken
from tests.document.lint import lint
from tests.second_operation.direct import make_catalogue, run
from tests.second_operation.faults import (
    DOCUMENTS,
    FAILED,
    FAULTS,
    VARIATIONS,
    never_validates,
)
from tests.second_operation.server import NOT_FOUND, answer


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return make_catalogue(tmp_path_factory.mktemp("orders"))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_by_its_requirement(catalogue: Catalogue, fault: str) -> None:
    requirement, change = FAULTS[fault]
    made = run(catalogue, change)
    assert requirement in broken(made), broken(made)
    assert made.conclude()[0] is Verdict.FAIL


@pytest.mark.parametrize("variation", VARIATIONS)
def test_who_conforms_passes(catalogue: Catalogue, variation: str) -> None:
    made = run(catalogue, VARIATIONS[variation])
    assert broken(made) == {}
    verdict, circumstances = made.conclude()
    assert (verdict, circumstances.stopped) == (Verdict.PASS, None)
    assert made.client.sent <= 300


@pytest.mark.parametrize("seed", [2, 3])
def test_a_lenient_server_passes_whatever_the_seed(catalogue: Catalogue, seed: int) -> None:
    made = run(catalogue, never_validates, seed)
    assert broken(made) == {}
    assert made.conclude()[0] is Verdict.PASS
    assert made.ledger.observed["validate-error-schema"] == 0


def test_a_422_that_is_asked_for_has_to_come(tmp_path: Path) -> None:
    """A folder may say that its server validates: then one that never does is not proven."""
    more = "validate-error-schema.server_dependent = false\n"
    made = run(make_catalogue(tmp_path, more=more), never_validates)
    assert broken(made) == {}
    assert made.conclude()[0] is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("document", DOCUMENTS)
def test_who_keeps_another_document_passes(tmp_path: Path, document: str) -> None:
    edit, change = DOCUMENTS[document]
    catalogue = make_catalogue(tmp_path, edit)
    assert lint(catalogue) == []
    made = run(catalogue, change)
    assert broken(made) == {}
    assert made.conclude()[0] is Verdict.PASS


HEADER = (
    "- name: includeLines\n          in: query\n          schema:\n            type: boolean",
    "- name: X-Region\n          in: header\n          required: true\n          schema:\n"
    "            type: string\n            enum: [eu, us]",
)


@pytest.fixture(scope="module")
def with_a_field(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return make_catalogue(tmp_path_factory.mktemp("region"), HEADER)


def test_a_gate_knows_all_that_was_asked(with_a_field: Catalogue) -> None:
    """Parameters of path, query and header, other resources, and what does not exist."""
    made, operation = run(with_a_field), with_a_field.operation
    assert broken(made) == {}
    assert made.conclude()[0] is Verdict.PASS
    exchanges = [*made.raw.values()]
    assert all(probe_from_json(probe_to_json(e.probe)) == e.probe for e in exchanges)
    record = {"target": {"url": URL}}
    requests = Requests.of(record, exchanges, operation, RYE)
    requests.check(exchanges)
    extent = Extent(operation, RYE, requests.host.decode(), requests.path.decode(), False)
    planned = [*extent.probes(requests.keys.due(extent.recipes))]
    assert [*unasked(planned, exchanges)] == []
    for name in (
        "header X-Region us",
        "header X-Region not in enum",
        "query cursor example 1",
        "query parameters twice together 1",
        "resource shopId=shop_2",
        "shopId made up",
        "unknown resource",
    ):
        left = [e for e in exchanges if e.probe.name != name]
        assert name in {probe.name for probe in unasked(planned, left)}


@pytest.mark.parametrize("path", ["/api/v1/shops/shop_9/orders", "/health"])
def test_a_gate_holds_a_request_for_what_nobody_named(with_a_field: Catalogue, path: str) -> None:
    made = run(with_a_field)
    exchanges = [*made.raw.values()]
    asked = next(e for e in exchanges if e.probe.path is not None)
    sent = asked.sent.replace(str(asked.probe.path).encode(), path.encode())
    other = replace(asked, probe=replace(asked.probe, path=path), sent=sent)
    requests = Requests.of({"target": {"url": URL}}, exchanges, with_a_field.operation, RYE)
    with pytest.raises(HeldError):
        requests.check([other])


FIELD_FAULTS = {
    "X-Region us opens": (
        "bad-key-is-refused",
        lambda asked, given: (
            answer(asked.with_key) if asked.fields.get("x-region") == ["us"] else given
        ),
    ),
    "X-Region fails": (
        "no-server-error",
        lambda asked, given: FAILED if asked.fields.get("x-region") == ["no-such-value"] else given,
    ),
    "X-Region us refused": (
        "valid-key-gets-200",
        lambda asked, given: (
            replace(NOT_FOUND)
            if given.status == 200 and asked.fields.get("x-region") == ["us"]
            else given
        ),
    ),
}


def test_a_required_field_is_no_cause(with_a_field: Catalogue) -> None:
    [words] = broken(run(with_a_field, FAULTS["403 for a wrong key"][1]))["refusal-is-401"]
    assert ANY_KEY in words


@pytest.mark.parametrize("fault", FIELD_FAULTS)
def test_a_parameter_in_the_header_is_asked_too(with_a_field: Catalogue, fault: str) -> None:
    requirement, change = FIELD_FAULTS[fault]
    assert requirement in broken(run(with_a_field, change))
