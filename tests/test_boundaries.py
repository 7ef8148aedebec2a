"""Rules for single concerns: which module uses pytest, makes cases, writes, or names Rye."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.imports import MODULES, OPERATIONS, imports, package_of, tree_of, within
from tests.support import ROOT

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

WRITERS = {"contracts.report", "contracts.cli.new_operation", "contracts.system"}
WRITING = {"write_text", "write_bytes", "mkdir", "copyfile", "mkdtemp", "NamedTemporaryFile"}


RYES = re.compile(r"\brye\b|CHECKOUT_INTENTS|billing:read", re.IGNORECASE)
"""Names, hosts, keys, variables and scopes of the provider."""


def _is_ryes(name: str) -> bool:
    """Whether a module may name the provider: its profile, its operations, and its stand-in."""
    return package_of(name) in {"rye", "sandbox", *OPERATIONS}


def test_only_the_suites_and_the_plugin_know_pytest() -> None:
    known = {
        each.importer
        for each in imports()
        if each.module.split(".")[0] in {"pytest", "_pytest", "pytest_html"} and not each.for_types
    }
    assert {name for name in known if not any(within(name, k) for k in KNOWS_PYTEST)} == set()


@pytest.mark.parametrize("tool", TESTING_TOOLS)
def test_a_tool_that_makes_cases_stays_where_it_is_needed(tool: str) -> None:
    users = {each.importer for each in imports() if each.module.split(".")[0] == tool}
    assert users
    assert {u for u in users if not any(within(u, k) for k in TESTING_TOOLS[tool])} == set()


def test_only_the_report_writes_files() -> None:
    """Everything that leaves as text goes through redaction, and so through one package.

    The folder of a new operation is written before anything was asked.
    """
    writers = {
        f"{name}: {word}"
        for name in MODULES
        for word in _writes(tree_of(name))
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
    tree = tree_of(name)
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


# --- systems --------------------------------------------------------------------------------

SYSTEM = "contracts.system"
NOT_EVERYWHERE = {
    *("curses", "fcntl", "grp", "msvcrt", "nt", "posix", "pty", "pwd", "readline", "resource"),
    *("select", "syslog", "termios", "tty", "winreg"),
}
"""Modules of the standard library that a system lacks, or that differ there."""
EVERYWHERE = {
    "os": {
        *("O_RDONLY", "O_WRONLY", "close", "devnull", "dup2", "environ", "fdopen", "fspath"),
        *("fstat", "getpid", "open", "path", "replace"),
    },
    "signal": {"SIGINT", "SIGTERM", "Signals", "default_int_handler", "getsignal", "signal"},
    "socket": {
        *("AF_INET", "AF_INET6", "IPPROTO_TCP", "SOCK_STREAM", "SOL_SOCKET", "SO_LINGER"),
        *("TCP_NODELAY", "gaierror", "getaddrinfo", "socket"),
    },
}
"""Names of modules whose names depend on the system, that every system has and means alike."""
ARGUMENTS = {"dir_fd", "pass_fds", "preexec_fn", "process_group", "start_new_session"}
PLACES = re.compile(r"/(dev|proc|sys|tmp)(/|$)")


def _of_a_system(tree: ast.AST) -> Iterator[str]:
    """What a module uses that not every system has."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names if each.name in NOT_EVERYWHERE)
            case ast.ImportFrom(module=module, names=names):
                taken = {each.name for each in names} - EVERYWHERE.get(module or "", set())
                if module in NOT_EVERYWHERE or (module in EVERYWHERE and taken):
                    yield f"{module}: {taken}"
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                if name not in EVERYWHERE.get(module, {name}):
                    yield f"{module}.{name}"
                if f"{module}.{name}" in {"sys.platform", "os.name", "platform.system"}:
                    yield f"{module}.{name}"
            case ast.keyword(arg=str(name)) if name in ARGUMENTS:
                yield name
            case ast.Constant(value=str(text)) if PLACES.match(text):
                yield text


def test_what_differs_between_systems_stands_in_one_module() -> None:
    trees = {name: tree_of(name) for name in MODULES}
    trees |= {"conftest": ast.parse((ROOT / "conftest.py").read_text("utf-8"))}
    found = {name: sorted(_of_a_system(tree)) for name, tree in trees.items()}
    assert [name for name, words in found.items() if words] == [SYSTEM], found[SYSTEM]


@pytest.mark.parametrize(
    "line",
    [
        "import select",
        "from fcntl import flock",
        "from signal import SIGKILL",
        "os.fork()",
        "signal.signal(signal.SIGHUP, handler)",
        "listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)",
        "os.open(name, os.O_RDONLY | os.O_DIRECTORY)",
        "os.path.exists(name) or os.stat(name, dir_fd=3)",
        "subprocess.Popen(command, start_new_session=True)",
        "Path('/proc/self/status').read_text()",
        "windows = sys.platform == 'win32'",
    ],
)
def test_it_would_be_noticed_elsewhere(line: str) -> None:
    assert list(_of_a_system(ast.parse(line)))
