"""A default run of the second operation without sockets, without pytest, and without a report."""

from __future__ import annotations

from pathlib import Path

from contracts.document.catalogue import Catalogue
from contracts.run.run import Run
from tests.direct import ask
from tests.second_operation.server import KEY, Fault, respond
from tests.support import ROOT

EXAMPLE = ROOT / "tests" / "second_operation" / "checkout"
GIVEN = """
paths = [{ shopId = "shop_2" }]
unknown = { shopId = "shop_0" }
"""
"""What `[operation]` names beside what the example does."""


def make_catalogue(folder: Path, *edits: tuple[str, str], more: str = "") -> Catalogue:
    """The example's catalogue with other resources, and its document with some words replaced."""
    document = (EXAMPLE / "spec" / "orders.yaml").read_text("utf-8")
    for old, new in edits:
        assert document.count(old) == 1, old
        document = document.replace(old, new)
    (folder / "orders.yaml").write_text(document, "utf-8")
    text = (EXAMPLE / "contracts" / "orders" / "requirements.toml").read_text("utf-8")
    text = text.replace("../../spec/orders.yaml", "orders.yaml")
    text = text.replace("../common", str(ROOT / "contracts" / "common"))
    path = folder / "requirements.toml"
    path.write_text(text.replace("\n[requirement]", f"{GIVEN}\n[requirement]") + more, "utf-8")
    return Catalogue.load(path)


def run(catalogue: Catalogue, fault: Fault | None = None, seed: int = 1) -> Run:
    """Ask everything that a default run asks of a server with one fault."""
    return ask(catalogue, lambda request: respond(request, fault), KEY, seed)
