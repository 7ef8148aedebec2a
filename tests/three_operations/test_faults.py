"""Each of three operations: every fault is found by a default run whatever its seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.document.catalogue import Catalogue
from contracts.run.verdict import Verdict
from contracts.sandbox.catalogue import OPERATIONS
from contracts.sandbox.fault import Fault
from tests.direct import ask, broken
from tests.document.lint import lint
from tests.proof.conftest import PUBLISHED, SEEDS
from tests.three_operations.operations import DOCUMENT, FAULTS, FOLDERS, KEY, Server, load

DOCUMENTS = [DOCUMENT, *([PUBLISHED] if PUBLISHED.is_file() else [])]
"""The provider publishes its own, and licenses no copies: it is read where it is at hand."""


def cases() -> list[tuple[str, Fault]]:
    return [(name, fault) for name, faults in FAULTS.items() for fault in faults]


@pytest.fixture(scope="module", params=DOCUMENTS, ids=lambda path: path.stem)
def catalogues(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Catalogue]:
    folder = tmp_path_factory.mktemp("three")
    return {name: load(folder, name, request.param) for name in FOLDERS}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", FOLDERS)
def test_who_conforms_passes(catalogues: dict[str, Catalogue], name: str, seed: str) -> None:
    catalogue = catalogues[name]
    assert lint(catalogue) == []
    made = ask(catalogue, Server(catalogue, None), KEY, int(seed))
    assert broken(made) == {}
    verdict, circumstances = made.conclude()
    assert (verdict, circumstances.stopped) == (Verdict.PASS, None)
    assert made.client.sent <= 300


def test_each_of_the_three_has_a_dozen_faults_and_more() -> None:
    assert {name: len(faults) >= 12 for name, faults in FAULTS.items()} == dict.fromkeys(
        FOLDERS, True
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "fault"), cases(), ids=lambda each: each.name if isinstance(each, Fault) else each
)
def test_a_fault_is_found_by_its_requirement(
    catalogues: dict[str, Catalogue], name: str, fault: Fault, seed: str
) -> None:
    catalogue = catalogues[name]
    made = ask(catalogue, Server(catalogue, fault), KEY, int(seed))
    assert fault.requirement in broken(made), broken(made)
    assert made.conclude()[0] is Verdict.FAIL


def test_what_opens_is_found_beside_what_is_invalid(tmp_path: Path) -> None:
    """A made-up cursor travels with it, and the server says no more than that it is invalid."""
    catalogue = load(tmp_path, "shipments", DOCUMENT, relations=False)
    made = ask(catalogue, Server(catalogue, OPERATIONS["filter-opens"]), KEY)
    together = next(e for e in made.raw.values() if "parameters together" in e.probe.name)
    assert made.exchanges[together.number].response.status == 422
    assert "bad-key-is-refused" in broken(made)
