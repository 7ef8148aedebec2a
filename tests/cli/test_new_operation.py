"""`python -m contracts new-operation` writes a whole folder, or refuses in one sentence."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from contracts.cli import new_operation, operations
from contracts.document.catalogue import Catalogue
from contracts.document.relations.stated import Filter, Relations
from tests.support import ROOT, environment

ORDERS = "GET /api/v1/shops/{shopId}/orders"
WRITING = """
openapi: 3.0.0
servers: [{url: https://api.example}]
paths:
  /links/{kind}:
    get:
      parameters: [{name: kind, in: path, required: true, schema: {type: string, enum: [a]}}]
      responses: {'200': {description: OK}}
      security: [{key: ['links:write']}]
  /import:
    get: {responses: {'200': {description: OK}}}
    post: {responses: {'200': {description: OK}}}
  /v1: {get: {responses: {'200': {description: OK}}}}
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with what the command reads."""
    for name in ("contracts/common", "contracts/billing", "spec"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copyfile(ROOT / "contracts/__init__.py", tmp_path / "contracts/__init__.py")
    example = ROOT / "tests" / "second_operation" / "checkout" / "spec" / "orders.yaml"
    shutil.copyfile(example, tmp_path / "spec" / "orders.yaml")
    (tmp_path / "spec" / "writing.yaml").write_text(WRITING, "utf-8")
    for module in (new_operation, operations):
        monkeypatch.setattr(module, "PACKAGE", tmp_path / "contracts")
    return tmp_path


def make(checkout: Path, operation: str, document: str, *options: str) -> None:
    file = str(checkout / "spec" / document)
    assert new_operation.main([operation, "--document", file, *options]) == 0


def test_it_writes_a_whole_folder(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(checkout, ORDERS, "orders.yaml", "--parameter", "shopId=shop_1")
    folder = checkout / "contracts" / "shop_orders"
    assert sorted(path.name for path in folder.iterdir()) == [
        "__init__.py",
        "requirements.toml",
        "test_shop_orders.py",
    ]
    catalogue = Catalogue.load(folder / "requirements.toml")
    assert catalogue.operation.plain.path == "/api/v1/shops/shop_1/orders"
    suite = (folder / "test_shop_orders.py").read_text("utf-8")
    assert "pytestmark = pytest.mark.shop_orders" in suite
    for module in (ROOT / "contracts" / "common").glob("[!_]*.py"):
        assert f"from contracts.common.{module.stem} import *" in suite
    assert catalogue.operation.relations == Relations(
        items="/orders",
        id="/id",
        limit="limit",
        after="cursor",
        next="/nextCursor",
        order=("/createdAt", True),
        filters={
            "state": Filter("/state"),
            "createdSince": Filter("/createdAt", ">="),
            "delivery": Filter("/delivery"),
        },
    )
    told = capsys.readouterr().out
    assert "write into" not in told
    assert "pytest -m shop_orders --target sandbox" in told


def test_it_is_clean(checkout: Path) -> None:
    make(checkout, ORDERS, "orders.yaml", "--parameter", "shopId=shop_1")
    make(checkout, "GET /links/{kind}", "writing.yaml")
    shutil.copyfile(ROOT / "pyproject.toml", checkout / "pyproject.toml")
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", "contracts"],
            cwd=checkout,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_it_says_what_only_a_person_knows(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(checkout, ORDERS, "orders.yaml")
    told = capsys.readouterr().out
    lines = [each.strip() for each in told.splitlines() if each.startswith("    ")]
    line, *others = lines
    assert others == []
    assert line == 'parameters = { shopId = "…" }'
    path = checkout / "contracts" / "shop_orders" / "requirements.toml"
    head, table, tail = path.read_text("utf-8").partition("\n[operation.relations]\n")
    path.write_text(f"{head}{line.replace('…', 'shop_1')}\n{table}{tail}", "utf-8")
    assert Catalogue.load(path).operation.values == {"shopId": "shop_1"}


@pytest.mark.parametrize(
    ("operation", "options", "name", "effects"),
    [
        ("GET /links/{kind}", (), "link", True),
        ("GET /import", (), "import_", None),
        ("GET /import", ("--effects",), "import_", True),
        ("GET /v1", ("--name", "root"), "root", None),
    ],
)
def test_names_and_effects(
    checkout: Path, operation: str, options: tuple[str, ...], name: str, effects: bool | None
) -> None:
    make(checkout, operation, "writing.yaml", *options)
    written = (checkout / "contracts" / name / "requirements.toml").read_text("utf-8")
    assert tomllib.loads(written)["operation"].get("effects") is effects


def test_one_operation_may_have_two_folders(checkout: Path) -> None:
    make(checkout, ORDERS, "orders.yaml", "--parameter", "shopId=a")
    make(checkout, ORDERS, "orders.yaml", "--parameter", "shopId=b", "--name", "other_orders")
    for name, value in (("shop_orders", "a"), ("other_orders", "b")):
        catalogue = Catalogue.load(checkout / "contracts" / name / "requirements.toml")
        assert catalogue.operation.values == {"shopId": value}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["POST /import", "writing.yaml"], "sends GET alone"),
        (["GET import", "writing.yaml"], "sends GET alone"),
        (["GET /imports", "writing.yaml"], "has no GET /imports; it has GET /import"),
        (["GET /xyz", "nonsense.yaml"], "cannot be read"),
        (["GET /xyz", "provenance.toml"], "expected"),
        (["GET /xyz", "../../elsewhere.yaml"], "outside of this checkout"),
        (["GET /v1", "writing.yaml"], "give one with --name"),
        (["GET /v1", "writing.yaml", "--name", "Not-a-name"], "no name such as order_lines"),
        (["GET /v1", "writing.yaml", "--name", "common"], "contracts/common exists already"),
        (["GET /v1", "writing.yaml", "--name", "x", "--parameter", "a"], "such as id=ord_1"),
        (["GET /v1", "writing.yaml", "--name", "x", "--parameter", "a=1"], "no parameter a"),
        (
            ["GET /api/v1/billing/balance", "openapi.yaml"],
            "contracts/billing asks GET /api/v1/billing/balance already",
        ),
    ],
)
def test_what_can_not_be_made_is_told_in_one_line(
    checkout: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted((checkout / "contracts").iterdir())
    operation, document, *options = arguments
    with pytest.raises(SystemExit, match="4"):
        make(checkout, operation, document, *options)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert captured.err.count("\n") == 1
    assert sorted((checkout / "contracts").iterdir()) == before
