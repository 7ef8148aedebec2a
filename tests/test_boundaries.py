"""The rules of single things: who knows pytest, who makes cases, who writes, who names Rye."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.imports import ALL, MODULES, OPERATIONS, TREES, package_of, within

SUITES = {"contracts.common", *(f"contracts.{name}" for name in OPERATIONS)}
KNOWS_PYTEST = {"contracts.plugin", *SUITES}
TESTING_TOOLS = {
    "schemathesis": {"contracts.judging.second_oracle"},
    "requests": {"contracts.judging.second_oracle"},
    "hypothesis": {
        "contracts.judging.second_oracle",
        "contracts.probes.headers.strategies",
        "contracts.run.families",
        "contracts.run.profiles",
        *SUITES,
    },
}
"""Who may import a tool that makes cases, anywhere in the module."""

WRITERS = {"contracts.report", "contracts.cli.new_operation"}
WRITING = {"write_text", "write_bytes", "mkdir", "copyfile", "mkdtemp", "NamedTemporaryFile"}


RYES = re.compile(r"\brye\b|CHECKOUT_INTENTS|billing:read", re.IGNORECASE)
"""Names, hosts, keys, variables and scopes of the provider."""


def _is_ryes(name: str) -> bool:
    """Whether a module may name the provider: its profile, its operations, and its stand-in."""
    return package_of(name) in {"rye", "sandbox", *OPERATIONS}


def test_only_the_suites_and_the_plugin_know_pytest() -> None:
    known = {
        each.importer
        for each in ALL
        if each.module.split(".")[0] in {"pytest", "_pytest", "pytest_html"} and not each.for_types
    }
    assert {name for name in known if not any(within(name, k) for k in KNOWS_PYTEST)} == set()


@pytest.mark.parametrize("tool", TESTING_TOOLS)
def test_a_tool_that_makes_cases_stays_where_it_is_needed(tool: str) -> None:
    users = {each.importer for each in ALL if each.module.split(".")[0] == tool}
    assert users
    assert {u for u in users if not any(within(u, k) for k in TESTING_TOOLS[tool])} == set()


def test_only_the_report_writes_files() -> None:
    """Everything that leaves as text goes through redaction, and so through one package.

    The folder of a new operation is written before anything was asked.
    """
    writers = {
        f"{name}: {word}"
        for name, tree in TREES.items()
        for word in _writes(tree)
        if not any(within(name, writer) for writer in WRITERS)
    }
    assert writers == set()


def _writes(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        modes = (*node.args[:2], *(k.value for k in node.keywords if k.arg == "mode"))
        if name in WRITING or (name == "open" and any(map(_is_writing_mode, modes))):
            yield name


def _is_writing_mode(node: ast.expr) -> bool:
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, str) and bool(set(value) & set("wax+"))


@pytest.mark.parametrize("name", [n for n in MODULES if not _is_ryes(n)])
def test_what_is_particular_to_rye_stands_in_its_profile(name: str) -> None:
    tree = TREES[name]
    described = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    found = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in described
        and RYES.search(node.value)
    ]
    assert found == []
