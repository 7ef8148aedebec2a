"""Every GET of the provider's whole document: the command writes a folder, and its run passes.

The document is published but must not be copied (`info.license` is UNLICENSED): it is read from
CONTRACTS_PUBLISHED or next to the checkout. A sample of the operations is run, unless
CONTRACTS_PROOF=all selects all of them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
import yaml

from contracts.document.catalogue import Catalogue
from contracts.sandbox.catalogue import OPERATIONS
from contracts.sandbox.catalogue.operations import lists
from contracts.sandbox.generated.api import Generated
from contracts.sandbox.server import Sandbox
from tests.checkout import make_checkout
from tests.document.lint import lint
from tests.proof.conftest import PUBLISHED
from tests.sampling import is_whole
from tests.support import PATIENCE, Result, environment
from tests.warm import Warm

FOLDERS = {
    "/api/v1/billing": "billing_settings",
    "/api/v1/billing/transactions": "billing_transactions",
    "/api/v1/brands/domain/{domain}": "brands_domain",
    "/api/v1/checkout-intents": "checkout_intents",
    "/api/v1/checkout-intents/{id}": "checkout_intent",
    "/api/v1/checkout-intents/{id}/order": "checkout_intent_order",
    "/api/v1/checkout-intents/{id}/shipments": "checkout_intent_shipments",
    "/api/v1/commissions": "commissions",
    "/api/v1/commissions/{id}": "commission",
    "/api/v1/events": "events",
    "/api/v1/events/{id}": "event",
    "/api/v1/merchant-connectors/{connector}/installation-link": (
        "merchant_connector_installation_link"
    ),
    "/api/v1/orders": "orders",
    "/api/v1/orders/{id}": "order",
    "/api/v1/products/lookup": "products_lookup",
    "/api/v1/products/subscriptions": "products_subscriptions",
    "/api/v1/returns/{returnId}": "return_",
    "/api/v1/shipments": "shipments",
    "/api/v1/shipments/{id}": "shipment",
}
"""Folder names by path; the balance is left out, since it has its folder already."""

BY_HAND = {
    "/api/v1/billing": ["--name", "billing_settings"],
    "/api/v1/checkout-intents/{id}": ["--parameter", "id=ci_000001"],
    "/api/v1/checkout-intents/{id}/order": ["--parameter", "id=ci_000001"],
    "/api/v1/checkout-intents/{id}/shipments": ["--parameter", "id=ci_000001"],
    "/api/v1/commissions/{id}": ["--parameter", "id=com_000001"],
    "/api/v1/events/{id}": ["--parameter", "id=evt_000001"],
    "/api/v1/merchant-connectors/{connector}/installation-link": [
        "--parameter",
        "storeUrl=shop.example.com",
    ],
    "/api/v1/orders/{id}": ["--parameter", "id=order_000001"],
    "/api/v1/products/lookup": [
        "--effects",
        "--parameter",
        "url=https://shop.example.com/products/1",
    ],
    "/api/v1/returns/{returnId}": ["--parameter", "returnId=ret_000001"],
    "/api/v1/shipments/{id}": ["--parameter", "id=shp_000001"],
}
"""Options for what no document says."""

SAMPLE = ("checkout_intents",)
IN_ORDER = "commissions"
"""The list whose folder also states an order, in a line written by hand."""

OF_ONE = ("somebody-elses", "not-found-for-all", "not-found-as-text")
FAULTS = {each.name: IN_ORDER for each in lists.FAULTS} | dict.fromkeys(OF_ONE, "order")
"""Faults by name, with the folder to test each on."""

RELATIONS = {
    "limit-is-respected",
    "cursor-ends",
    "pages-continue",
    "order-is-kept",
    "filters-filter",
    "answer-is-for-the-request",
}


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    checkout = make_checkout(tmp_path_factory.mktemp("published") / "checkout", "http://[::1]")
    document = checkout / "spec" / PUBLISHED.name
    shutil.copyfile(PUBLISHED, document)
    commands = [
        [f"GET {path}", "--document", str(document), *BY_HAND.get(path, ())] for path in FOLDERS
    ]
    script = (
        "import json, sys\n"
        "from contracts.cli.new_operation import main\n"
        "for arguments in json.load(sys.stdin):\n"
        "    main(arguments)\n"
    )
    subprocess.run(
        [sys.executable, "-c", script],
        cwd=checkout,
        env=environment(),
        input=json.dumps(commands),
        text=True,
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    with (checkout / "contracts" / IN_ORDER / "requirements.toml").open("a") as file:
        file.write('order = "/createdAt descending"\n')
    process = Warm(checkout)
    yield process
    process.stop()


def _catalogue(warm: Warm, name: str) -> Catalogue:
    return Catalogue.load(warm.checkout / "contracts" / name / "requirements.toml")


def test_each_get_of_the_document_has_a_folder(warm: Warm) -> None:
    document = yaml.safe_load(PUBLISHED.read_bytes())
    paths = {path for path, item in document["paths"].items() if "get" in item}
    assert paths == {*FOLDERS, _catalogue(warm, "billing").operation.path}
    for path, name in FOLDERS.items():
        catalogue = _catalogue(warm, name)
        assert catalogue.operation.path == path
        assert lint(catalogue) == []
    assert all(len(options) <= 15 for options in BY_HAND.values())


@pytest.mark.parametrize("name", FOLDERS.values() if is_whole() else SAMPLE)
def test_each_passes_against_the_sandbox(warm: Warm, name: str) -> None:
    result = warm.run(name, "--target", "sandbox")
    assert result.status == 0, result.output[-3000:]
    complete = not _catalogue(warm, name).effects  # operations with effects are only sampled
    assert (result.record["verdict"], result.record["complete"]) == ("pass", complete)
    assert result.record["requests"] <= 300
    _check_relations(warm, name, result)


def _check_relations(warm: Warm, name: str, result: Result) -> None:
    stated = () if _catalogue(warm, name).effects else _catalogue(warm, name).requirements
    for requirement in RELATIONS.intersection(stated):
        assert result.requirement(requirement)["observed"] > 0, requirement


@pytest.mark.parametrize("fault", FAULTS if is_whole() else ["pages-overlap"])
def test_what_parameters_mean_is_told_from_what_they_do_not(warm: Warm, fault: str) -> None:
    name, entry = FAULTS[fault], OPERATIONS[fault]
    operation = _catalogue(warm, name).operation
    api = Generated(operation.document.path, operation.path, operation.plain.known)
    with Sandbox(fault, api=api) as sandbox:
        result = warm.run(name, "--target", sandbox.url, key=sandbox.key)
    broken = {each["requirement"] for each in result.record["findings"]}
    if entry.kind == "variation":
        assert (result.status, broken) == (0, set()), result.output[-3000:]
    else:
        assert result.status == 1, result.output[-3000:]
        assert entry.requirement in broken
