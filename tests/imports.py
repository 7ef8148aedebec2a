"""Which module of the package imports which, read from the source, for tests of the structure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support import ROOT

PACKAGE = ROOT / "contracts"
OPERATIONS = {path.parent.name for path in PACKAGE.glob("*/requirements.toml")}
"""The operations' suites."""


@dataclass(frozen=True)
class Import:
    """One import statement's name."""

    importer: str
    module: str
    names: tuple[str, ...]
    for_types: bool


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


@cache
def tree_of(name: str) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(MODULES[name].read_text("utf-8"))


@cache
def imports() -> list[Import]:
    """What the modules import, wherever in them the statements stand."""
    return [each for name in MODULES for each in _imports(name, tree_of(name), for_types=False)]


def _imports(name: str, node: ast.AST, *, for_types: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(name, alias.name, (), for_types)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"{name} imports relatively"
            yield from _from(name, child, for_types=for_types)
        else:
            types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
            yield from _imports(name, child, for_types=for_types or types)


def _from(name: str, node: ast.ImportFrom, *, for_types: bool) -> Iterator[Import]:
    """A name that is a module is imported itself, not from its package."""
    module = node.module or ""
    names = [alias.name for alias in node.names]
    for inner in names:
        if f"{module}.{inner}" in MODULES:
            yield Import(name, f"{module}.{inner}", (), for_types)
    others = tuple(inner for inner in names if f"{module}.{inner}" not in MODULES)
    if others:
        yield Import(name, module, others, for_types)


def package_of(module: str) -> str | None:
    """The package right below `contracts` that a module is in; None for anything else."""
    parts = module.split(".")
    return parts[1] if parts[0] == "contracts" and len(parts) > 1 else None


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
