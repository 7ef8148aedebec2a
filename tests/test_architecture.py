"""The rules of the structure: which package may import which, module sizes, who writes files."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.imports import MODULES, OPERATIONS, Import, imports, package_of, tree_of, within
from tests.support import ROOT

TESTS = ROOT / "tests"
MOST_LINES = 350
MOST_MODULES = 16
"""Python files that a folder may hold, beside its subfolders."""

LAYERS = (
    {"system"},
    {"document"},
    {"http"},
    {"probes", "judging"},
    {"redaction"},
    {"run"},
    {"report"},
    {"gate", "drift"},
    {"plugin", "cli"},
)
"""The way of a request, bottom first: a package imports those of the layers below its own."""

BESIDE = {
    "sandbox": {"system"},
    "rye": {"http"},
    "common": {"probes", "run"},
    **{name: {"common", "probes", "judging", "run"} for name in OPERATIONS},
}
"""What stands beside the layers, and what each of those may import."""

KNOWS_RYE = {"plugin", "cli"}
"""Who passes the provider's profile to all others."""

USES_THE_SANDBOX = {"contracts.run.session", "contracts.cli.sandbox"}
"""Who serves the embedded API."""

ALSO = {
    ("contracts.common", "contracts.http.probe"): {"Field"},
    ("contracts.cli", "contracts"): {"__version__"},
    ("contracts.drift", "contracts"): {"__version__"},
    ("contracts.gate", "contracts"): {"__version__"},
    ("contracts.report", "contracts"): {"__version__"},
    ("contracts.run", "contracts"): {"__version__"},
}
"""Single names beyond that: the type of a fixture, and the version that the suite states."""

LONG_TESTS = {
    "tests/drift/test_drift.py": 1565,
    "tests/gate/forgeries.py": 525,
    "tests/http/test_message.py": 481,
    "tests/http/test_target.py": 391,
    "tests/judging/test_checks.py": 467,
    "tests/redaction/test_redaction.py": 378,
    "tests/run/test_pace.py": 413,
    "tests/test_docs.py": 392,
    "tests/test_workflows.py": 446,
}
"""Tests that were longer than a module may be when the rule was made, by their lines then."""


def allowed(package: str) -> set[str]:
    """The packages that a package may import."""
    if package in BESIDE:
        return BESIDE[package]
    below = {"rye"} if package in KNOWS_RYE else set()
    for layer in LAYERS:
        if package in layer:
            return below
        below |= layer
    raise AssertionError(f"contracts/{package} is in no layer")


def excused(each: Import) -> bool:
    return any(
        within(each.importer, importer) and each.module == module and set(each.names) <= names
        for (importer, module), names in ALSO.items()
    )


PACKAGES = sorted({each for name in MODULES if (each := package_of(name))} - {"__main__"})


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    may = {None, package, *allowed(package)}
    wrong = [
        f"{each.importer} imports {each.module}"
        for each in imports()
        if package_of(each.importer) == package
        and each.module.split(".")[0] == "contracts"
        and (package_of(each.module) not in may or each.module == "contracts")
        and not (package_of(each.module) == "sandbox" and each.importer in USES_THE_SANDBOX)
        and not excused(each)
    ]
    assert wrong == []


def test_each_user_of_the_sandbox_is_one() -> None:
    users = {
        each.importer
        for each in imports()
        if package_of(each.module) == "sandbox" and package_of(each.importer) != "sandbox"
    }
    assert users == USES_THE_SANDBOX


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_says_what_it_is_for(package: str) -> None:
    name = f"contracts.{package}"
    assert ast.get_docstring(tree_of(name)), name


def test_each_exception_is_needed() -> None:
    for (importer, module), names in ALSO.items():
        used = {
            name
            for each in imports()
            if within(each.importer, importer) and each.module == module
            for name in each.names
        }
        assert used == names, importer


def _circle(edges: dict[str, set[str]]) -> list[str]:
    """One circle of a graph, its first node again at the end; empty where there is none."""
    state: dict[str, int] = {}
    trail: list[str] = []

    def visit(node: str) -> list[str]:
        state[node] = 1
        trail.append(node)
        for other in sorted(edges.get(node, ())):
            if state.get(other) == 1:
                return [*trail[trail.index(other) :], other]
            if other not in state and (found := visit(other)):
                return found
        trail.pop()
        state[node] = 2
        return []

    return next(
        (found for node in sorted(edges) if node not in state and (found := visit(node))), []
    )


def _edges() -> Iterator[tuple[str, str]]:
    """Imports among the modules; what is imported for types alone does not exist at run time."""
    for each in imports():
        if each.module in MODULES and not each.for_types and each.module != each.importer:
            yield each.importer, each.module


def test_no_circle_between_modules() -> None:
    edges: dict[str, set[str]] = {}
    for importer, module in _edges():
        edges.setdefault(importer, set()).add(module)
    assert _circle(edges) == []


def test_no_circle_between_folders() -> None:
    """In every package: neither its modules nor its subpackages, each taken whole, form one."""
    inside: dict[str, dict[str, set[str]]] = {}
    for importer, module in _edges():
        here, there = importer.split("."), module.split(".")
        depth = next(
            (at for at, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), None
        )
        if depth is None:  # a package and one of its modules
            continue
        package = ".".join(here[:depth])
        inside.setdefault(package, {}).setdefault(here[depth], set()).add(there[depth])
    assert {package: found for package, edges in inside.items() if (found := _circle(edges))} == {}


def test_a_circle_would_be_found() -> None:
    assert _circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


@pytest.mark.parametrize("name", MODULES)
def test_no_module_grows_too_large(name: str) -> None:
    assert len(MODULES[name].read_text("utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda p: p.name)
def test_no_test_grows_too_large(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    assert len(path.read_text("utf-8").splitlines()) <= LONG_TESTS.get(name, MOST_LINES)


@pytest.mark.parametrize("name", LONG_TESTS)
def test_a_long_test_is_listed_only_while_it_is_one(name: str) -> None:
    assert len((ROOT / name).read_text("utf-8").splitlines()) > MOST_LINES


def test_no_folder_holds_too_many_modules() -> None:
    counts = Counter(path.parent for path in MODULES.values())
    assert {str(path): n for path, n in counts.items() if n > MOST_MODULES} == {}


def test_tests_mirror_the_packages() -> None:
    mirrored = {path.name for path in TESTS.iterdir() if path.is_dir()} & set(PACKAGES)
    assert set(PACKAGES) - OPERATIONS - {"common", "rye", "system"} - mirrored == set()
