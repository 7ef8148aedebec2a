"""The suite's options for pytest; installed, pytest knows them before it looks for the project.

pytest looks for its configuration beside whatever on the command line exists as a path. Without
this, `--report-dir DIR` with a folder that exists would be taken for a place to collect from,
and the project's own configuration would not be found.

A checkout is run by its own modules, also where a copy of the package is installed: its
configuration puts it first on the path before pytest comes here.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

CONFIGURATION = "pyproject.toml"
SUITE = "contracts.plugin.plugin"
"""The plugin that a checkout's conftest.py registers."""

_PACKAGE = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's options."""
    group = parser.getgroup("contracts", "contract suite")
    add = group.addoption
    add("--target", metavar="TARGET", help="sandbox, staging or a base URL")
    add("--report-dir", metavar="DIR", help="where reports go (reports/)")
    add("--fail-on-warning", action="store_true", help="a broken SHOULD fails the run")
    add("--max-requests", type=int, metavar="N", help="hard cap on requests in a run")
    add("--timeout", type=float, metavar="SECONDS", help="deadline of one exchange (15)")
    add("--ca-file", metavar="PEM", help="certificates to trust in the usual ones' stead")
    add("--proxy", metavar="URL", help="HTTP proxy to use; the environment's is never used")
    add("--allow-production", action="store_true", help="production host and key are meant")
    add("--sign-key-env", metavar="NAME", help="variable with the key that signs the report")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | pytest.ExitCode | None:
    """Start again with the project's configuration where an option's value hid it."""
    project = Path(config.invocation_params.dir) / CONFIGURATION
    if not _is_hidden(config, project):
        return None
    _make_way(project.parent)
    arguments = ["-c", str(project), "--rootdir", str(project.parent)]
    return pytest.main([*arguments, *map(str, config.invocation_params.args)])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Say what to do where a contract was asked for and the suite is not here.

    Arguments:
        terminalreporter: where to say it.
        exitstatus: how the session ended.
        config: pytest's configuration.
    """
    if exitstatus != pytest.ExitCode.NO_TESTS_COLLECTED or config.pluginmanager.hasplugin(SUITE):
        return
    operations = {path.parent.name for path in _PACKAGE.glob("*/requirements.toml")}
    if config.option.markexpr in operations:
        terminalreporter.write_line("The contract suite runs in its checkout: change to it first.")


def _make_way(checkout: Path) -> None:
    """Forget the modules of an installed copy where the checkout holds its own."""
    package = _PACKAGE.name
    own = checkout / Path(__file__).resolve().relative_to(_PACKAGE.parent)
    if own.is_file() and not own.samefile(__file__):
        for name in [each for each in sys.modules if each.partition(".")[0] == package]:
            del sys.modules[name]


def _is_hidden(config: pytest.Config, project: Path) -> bool:
    if not hasattr(config.option, "file_or_dir"):
        return False  # --help: pytest has stopped reading the command line
    asked_otherwise = config.option.inifilename or config.option.rootdir
    if asked_otherwise or config.option.file_or_dir or config.inipath == project:
        return False
    values = (config.option.report_dir, config.option.target, config.option.ca_file)
    if not any(value and Path(config.invocation_params.dir, value).exists() for value in values):
        return False
    return project.is_file() and "[tool.pytest" in project.read_text("utf-8")
