"""The suite's options for pytest, which it knows before it looks for its configuration.

Each has a unique name, `--contract-…`: an environment may contain any other plugin, and pytest
fails to start if two define the same option. The short name is available in the suite's checkout,
unless another plugin has it.

pytest looks for its configuration near any argument that exists as a path, before it knows its
plugins' options. Without this plugin, `--report-dir DIR` with an existing folder would be taken
for a place to collect from, and the checkout's own configuration would not be found.

A checkout runs its own modules even if a copy of the package is installed: its configuration puts
it first on the path before pytest loads this.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

AWAY = "The contract suite runs in its checkout: change to it first."
CONFIGURATION, CATALOGUES = "pyproject.toml", "*/requirements.toml"
SUITE = "contracts.plugin.plugin"
"""The plugin that a checkout's conftest.py registers."""

OWN, SHORT = "--contract-", "--"
OPTIONS: dict[str, dict[str, Any]] = {
    "target": {"metavar": "TARGET", "help": "sandbox, staging or a base URL"},
    "report-dir": {"metavar": "DIR", "help": "where reports go (reports/)"},
    "fail-on-warning": {"action": "store_true", "help": "a broken SHOULD fails the run"},
    "max-requests": {"type": int, "metavar": "N", "help": "hard cap on requests in a run"},
    "timeout": {"type": float, "metavar": "SECONDS", "help": "deadline of one exchange (15)"},
    "ca-file": {"metavar": "PEM", "help": "certificates to trust instead of the default ones"},
    "proxy": {"metavar": "URL", "help": "HTTP proxy to use; proxy variables are ignored"},
    "allow-production": {"action": "store_true", "help": "permit a production host or key"},
    "sign-key-env": {"metavar": "NAME", "help": "variable with the key that signs the report"},
}
"""The argparse arguments of each option."""

_PACKAGE = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's options under their unique names."""
    group = parser.getgroup("contracts", "contract suite (--target for --contract-target, …)")
    for name, attributes in OPTIONS.items():
        group.addoption(OWN + name, dest=_place(name), **attributes)


def add_short_names(parser: pytest.Parser) -> frozenset[str]:
    """Add the options' short names, except those that other plugins have.

    Arguments:
        parser: pytest's, once it has the options of all installed plugins.

    Returns:
        The names that other plugins have, without leading hyphens.
    """
    group = parser.getgroup("contracts")
    taken = frozenset(name for name in OPTIONS if not _is_free(parser, name))
    for name in OPTIONS.keys() - taken:
        attributes = {**OPTIONS[name], "dest": _place(name), "help": argparse.SUPPRESS}
        group.addoption(SHORT + name, **attributes)
    return taken


def values_of(config: pytest.Config) -> SimpleNamespace:
    """Return the options' values under their short names.

    Arguments:
        config: pytest's configuration.
    """
    return SimpleNamespace(
        **{name.replace("-", "_"): getattr(config.option, _place(name)) for name in OPTIONS}
    )


def named_on(config: pytest.Config, names: Iterable[str]) -> list[str]:
    """Return the short names used on the command line, in PYTEST_ADDOPTS or in `addopts`.

    Arguments:
        config: pytest's configuration.
        names: the names to look for, without leading hyphens.
    """
    added = shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))
    words = [*map(str, config.invocation_params.args), *added, *config.getini("addopts")]
    return [name for name in OPTIONS if name in names and _is_said(name, words)]


def elsewhere(name: str) -> str:
    """Return a sentence saying that an option is another plugin's.

    Arguments:
        name: a short name that another plugin has, without leading hyphens.
    """
    return f"{SHORT}{name} belongs to another plugin here: use {OWN}{name} for the contract suite"


def in_own_names(words: str, names: Iterable[str]) -> str:
    """Replace options' short names by their unique ones.

    Arguments:
        words: a message about options, or a command-line argument.
        names: short names to replace, without leading hyphens.
    """
    for name in names:
        words = re.sub(rf"(?<![\w-]){SHORT}{name}(?![\w-])", OWN + name, words)
    return words


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Any:
    """Help pytest find the checkout's conftest.py, which adds the short names."""
    known = early_config.known_args_namespace
    said = [name for name in OPTIONS if _is_said(name, args) and _is_free(parser, name)]
    if said and _is_checkout(Path(early_config.invocation_params.dir)):
        words = [in_own_names(word, said) for word in args]
        known.file_or_dir = parser.parse_known_args(words).file_or_dir
    result = yield
    if said and not early_config.pluginmanager.hasplugin(SUITE) and _asks_for_suite(known):
        raise pytest.UsageError(AWAY)
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | pytest.ExitCode | None:
    """Restart with the project's configuration if an option's value hid it."""
    project = Path(config.invocation_params.dir) / CONFIGURATION
    if not _is_hidden(config, project):
        return None
    _make_way(project.parent)
    arguments = ["-c", str(project), "--rootdir", str(project.parent)]
    return pytest.main([*arguments, *map(str, config.invocation_params.args)])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Say what to do if an operation was selected outside the suite's checkout.

    Arguments:
        terminalreporter: where to write it.
        exitstatus: how the session ended.
        config: pytest's configuration.
    """
    if exitstatus != pytest.ExitCode.NO_TESTS_COLLECTED or config.pluginmanager.hasplugin(SUITE):
        return
    if _asks_for_suite(config.option):
        terminalreporter.write_line(AWAY)


def _place(name: str) -> str:
    return f"contract_{name.replace('-', '_')}"


def _is_free(parser: pytest.Parser, name: str) -> bool:
    """Whether no plugin has a short name, so that pytest reports it as unknown."""
    word = f"{SHORT}{name}=1"
    try:
        return word in parser.parse_known_and_unknown_args([word])[1]
    except pytest.UsageError:  # another plugin has it, and rejects the value
        return False


def _is_said(name: str, words: Iterable[str]) -> bool:
    return any(word.partition("=")[0] == SHORT + name for word in words)


def _asks_for_suite(options: Any) -> bool:
    return options.markexpr in {path.parent.name for path in _PACKAGE.glob(CATALOGUES)}


def _make_way(checkout: Path) -> None:
    """Unload the modules of an installed copy if the checkout has its own."""
    package = _PACKAGE.name
    own = checkout / Path(__file__).resolve().relative_to(_PACKAGE.parent)
    if own.is_file() and not own.samefile(__file__):
        for name in [each for each in sys.modules if each.partition(".")[0] == package]:
            del sys.modules[name]


def _is_hidden(config: pytest.Config, project: Path) -> bool:
    """Whether an option's value misled pytest in its search for the checkout's configuration."""
    if not hasattr(config.option, "file_or_dir"):
        return False  # with --help, pytest stops parsing the command line
    asked_otherwise = config.option.inifilename or config.option.rootdir
    if asked_otherwise or config.option.file_or_dir or config.inipath == project:
        return False
    return (
        project.is_file()
        and "[tool.pytest" in project.read_text("utf-8")
        and _is_checkout(project.parent)
    )


def _is_checkout(folder: Path) -> bool:
    return any(folder.glob(f"*/{CATALOGUES}"))
