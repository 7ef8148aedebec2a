"""The rules of the house: who may import whom, how large a module is, and who writes files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import ROOT

PACKAGE = ROOT / "contracts"
MOST_LINES = 400

MAY_IMPORT = {
    "harness": set(),
    "report": {"harness"},
    "sandbox": set(),
    "billing": {"harness"},
    "cli": {"harness", "report", "billing", "sandbox", "top"},
    "top": {"harness", "report", "billing", "sandbox", "cli"},
}
"""Room by room; `top` is what stands beside them: plugin, session, settings, command line."""

ALSO = {
    ("contracts.billing", "contracts.run.settings"): {"Profile"},
    ("contracts.report", "contracts"): {"__version__"},
}
"""Single names beyond that: the type of a fixture, and the version that a report states."""

OPERATIONS = {f"contracts.{path.parent.name}" for path in PACKAGE.glob("*/requirements.toml")}
"""The operations' suites."""

KNOWS_PYTEST = {
    *OPERATIONS,
    "contracts.plugin.collector",
    "contracts.plugin.discretion",
    "contracts.plugin.items",
    "contracts.plugin.options",
    "contracts.plugin.plugin",
    "contracts.plugin.contract_run",
}
TESTING_TOOLS = {
    "schemathesis": {"contracts.judging.second_oracle"},
    "requests": {"contracts.judging.second_oracle"},
    "hypothesis": {
        "contracts.judging.second_oracle",
        "contracts.probes.headers.strategies",
        *OPERATIONS,
        "contracts.cli.plan",
        "contracts.run.families",
        "contracts.plugin.plugin",
        "contracts.plugin.contract_run",
    },
}
"""Who may import a tool that makes cases, anywhere in the module."""

WRITERS = {"contracts.report"}
WRITING = {"write_text", "write_bytes", "mkdir", "copyfile", "mkdtemp", "NamedTemporaryFile"}


@dataclass(frozen=True)
class Import:
    """One import statement's name."""

    importer: str
    module: str
    names: tuple[str, ...]
    late: bool
    for_types: bool


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}


def imports(name: str) -> Iterator[Import]:
    """What a module imports, wherever in it the statement stands."""
    yield from _imports(name, TREES[name], late=False, for_types=False)


def _imports(name: str, node: ast.AST, *, late: bool, for_types: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(name, alias.name, (), late, for_types)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"{name} imports relatively"
            yield from _from(name, child, late=late, for_types=for_types)
        else:
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
            yield from _imports(name, child, late=late or function, for_types=for_types or types)


def _from(name: str, node: ast.ImportFrom, *, late: bool, for_types: bool) -> Iterator[Import]:
    """A name that is a module is imported itself, not from its package."""
    module = node.module or ""
    names = [alias.name for alias in node.names]
    for inner in names:
        if f"{module}.{inner}" in MODULES:
            yield Import(name, f"{module}.{inner}", (), late, for_types)
    others = tuple(inner for inner in names if f"{module}.{inner}" not in MODULES)
    if others:
        yield Import(name, module, others, late, for_types)


def room(module: str) -> str | None:
    """The room that a module is in; None outside of the house."""
    parts = module.split(".")
    if parts[0] != "contracts":
        return None
    return parts[1] if len(parts) > 1 and parts[1] in MAY_IMPORT else "top"


def excused(each: Import) -> bool:
    return any(
        _within(each.importer, importer) and each.module == module and set(each.names) <= names
        for (importer, module), names in ALSO.items()
    )


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


ALL = [each for name in MODULES for each in imports(name)]


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_a_room_imports_only_what_it_may(name: str) -> None:
    wrong = [
        f"{each.importer} imports {each.module}"
        for each in ALL
        if room(each.importer) == name
        and room(each.module) not in {None, name, *MAY_IMPORT[name]}
        and not excused(each)
    ]
    assert wrong == []


def test_each_exception_is_needed() -> None:
    for (importer, module), names in ALSO.items():
        used = {
            name
            for each in ALL
            if _within(each.importer, importer) and each.module == module
            for name in each.names
        }
        assert used == names, importer


def test_only_the_suites_and_the_plugin_know_pytest() -> None:
    known = {
        each.importer
        for each in ALL
        if each.module.split(".")[0] in {"pytest", "_pytest", "pytest_html"} and not each.for_types
    }
    assert {name for name in known if not any(_within(name, k) for k in KNOWS_PYTEST)} == set()


@pytest.mark.parametrize("tool", TESTING_TOOLS)
def test_a_tool_that_makes_cases_stays_where_it_is_needed(tool: str) -> None:
    users = {each.importer for each in ALL if each.module.split(".")[0] == tool}
    assert users
    assert {u for u in users if not any(_within(u, k) for k in TESTING_TOOLS[tool])} == set()


def test_the_sandbox_shares_no_code_with_its_judge() -> None:
    shared = {
        each.module
        for each in ALL
        if room(each.importer) == "sandbox" and room(each.module) not in {None, "sandbox"}
    }
    assert shared == set()


def test_no_circle_between_modules() -> None:
    """Late imports count too; what is imported for types alone does not exist when it runs."""
    edges = {
        name: {each.module for each in imports(name) if each.module in MODULES}
        - {each.module for each in imports(name) if each.for_types}
        - {name}
        for name in MODULES
    }
    state: dict[str, int] = {}
    trail: list[str] = []

    def visit(name: str) -> None:
        state[name] = 1
        trail.append(name)
        for other in sorted(edges[name]):
            if state.get(other) == 1:
                pytest.fail(" → ".join([*trail[trail.index(other) :], other]))
            if other not in state:
                visit(other)
        trail.pop()
        state[name] = 2

    for name in MODULES:
        if name not in state:
            visit(name)


def test_no_circle_between_folders() -> None:
    """A package's own modules are one folder; what they import from elsewhere is an edge."""
    edges: dict[str, set[str]] = {}
    for each in ALL:
        if each.module in MODULES and not each.for_types and not excused(each):
            here, there = room(each.importer), room(each.module)
            if here and there and here != there:
                edges.setdefault(here, set()).add(there)
    for name in ("harness", "report", "sandbox", "billing"):
        for other in edges.get(name, set()):
            assert name not in edges.get(other, set()), (name, other)


@pytest.mark.parametrize("name", MODULES)
def test_no_module_grows_too_large(name: str) -> None:
    assert len(MODULES[name].read_text("utf-8").splitlines()) < MOST_LINES


def test_only_the_report_writes_files() -> None:
    """Everything that leaves as text goes through redaction, and so through one room."""
    writers = {
        f"{name}: {word}"
        for name, tree in TREES.items()
        for word in _writes(tree)
        if not any(_within(name, writer) for writer in WRITERS)
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
