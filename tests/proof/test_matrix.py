"""The proof: every fault is found by its requirement, and every conforming server passes.

Each entry of the sandbox's catalogue is a server; the real suite asks and judges each of them
through sockets, in its default profile. Runs are whole, with pytest, report and gate, but for the
further faults of a requirement. Plain `pytest` takes a sample, some entries of each kind;
CONTRACTS_PROOF=all takes the whole catalogue, and CONTRACTS_PROOF_UNTIL=found ends the runs of
further faults when they are found.
"""

from __future__ import annotations

import tomllib

import pytest

from contracts.document.catalogue import Catalogue
from contracts.document.requirements import Level
from contracts.judging.checks import CHECKS, SEQUENCE_CHECKS
from contracts.judging.checks.own import own_checks
from contracts.run.verdict import ExitStatus
from contracts.sandbox.catalogue import CATALOGUE, OPERATIONS
from tests.proof.conftest import ROOT, SEEDS, chosen
from tests.second_operation.faults import FAULTS

REQUIREMENTS = Catalogue.load(ROOT / "contracts/billing/requirements.toml").requirements
BASE = tomllib.loads((ROOT / "contracts/common/base.toml").read_text("utf-8"))["requirement"]
ELSEWHERE = {name for name, entry in BASE.items() if "schema_of" not in entry} - {*REQUIREMENTS}
"""Requirements that apply only to operations with parameters, or with several resources."""
CAP = 300

# One defect can break related requirements, depending on the request.
STATUSES = {
    "valid-key-gets-200",
    "bad-key-is-refused",
    "refusal-is-401",
    "status-is-documented",
    "authentication-per-request",
    "preconditions-after-authentication",
}
MESSAGES = {"message-is-http", "framing-is-unambiguous"}
TEXTS = {"body-is-json", "json-is-utf-8"}
NEIGHBOURS = (STATUSES, MESSAGES, TEXTS)


# These faults also answer the right key in unusual forms, and those bodies are judged.
SERVED = {"401-as-200", "401-as-200-page"}
BODIES = {"balance-response-schema", "content-type-is-json"}


def related(name: str) -> set[str]:
    """The requirements that a fault may break: its own, and what one request shows of it."""
    requirement = CATALOGUE[name].requirement
    besides = BODIES if name in SERVED else set()
    return {requirement}.union(besides, *(g for g in NEIGHBOURS if requirement in g))


def entries(kind: str) -> list[str]:
    return [name for name in chosen() if CATALOGUE[name].kind == kind]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", entries("fault"))
def test_each_fault_is_found_by_its_requirement(results, name, seed):
    run, requirement = results[seed][name], CATALOGUE[name].requirement
    must = REQUIREMENTS[requirement].level is Level.MUST
    assert run["verdict"] is not None, run["reason"]
    assert requirement in run["broken"]["MUST" if must else "SHOULD"], run["reason"]
    if must:
        assert run["status"] == ExitStatus.FAIL, run["reason"]
    assert run["gate"] in {None, "pass"}
    assert set(run["broken"]["MUST"]) <= related(name), run["findings"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", entries("variation"))
def test_each_conforming_variation_passes(results, name, seed):
    run = results[seed][name]
    assert run["status"] == ExitStatus.PASS, (run["reason"], run.get("findings"))
    assert run["gate"] == "pass"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", entries("environment"))
def test_trouble_of_the_environment_is_never_a_verdict_on_the_api(results, name, seed):
    run = results[seed][name]
    expected = ExitStatus.PASS if CATALOGUE[name].transient else ExitStatus.INCONCLUSIVE
    assert run["status"] == expected, (run["reason"], run.get("findings"))
    assert run["gate"] == ("pass" if CATALOGUE[name].transient else "inconclusive")


def test_no_run_sends_more_than_the_cap(results):
    sent = {name: run["received"] for runs in results.values() for name, run in runs.items()}
    assert max(sent.values()) <= CAP, [name for name, count in sent.items() if count > CAP]


def test_each_requirement_is_broken_by_some_fault():
    killed = {fault.requirement for fault in CATALOGUE.values() if fault.kind == "fault"}
    assert set(REQUIREMENTS) == killed


def test_each_check_judges_a_requirement_and_each_requirement_has_a_check():
    own = own_checks(ROOT / "contracts/billing")
    checked = {*CHECKS, *SEQUENCE_CHECKS, *own.checks, *own.sequence}
    schemas = {name for name, requirement in REQUIREMENTS.items() if requirement.schema_of}
    assert checked | schemas == {*REQUIREMENTS, *ELSEWHERE}


def test_each_requirement_of_other_operations_is_broken_by_some_fault():
    broken = {fault.requirement for fault in OPERATIONS.values()}
    assert broken | {requirement for requirement, _ in FAULTS.values()} >= ELSEWHERE
