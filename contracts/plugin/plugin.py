"""The pytest plugin: it prepares a contract run and provides the suites' fixtures."""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from contracts.document.catalogue import Catalogue, CatalogueError
from contracts.document.document import DocumentError
from contracts.http.target import SettingsError
from contracts.plugin.collector import Collector
from contracts.plugin.combined.part import part_of
from contracts.plugin.combined.turns import Turns
from contracts.plugin.contract_run import ContractRun
from contracts.plugin.items import FAMILY_MARK
from contracts.plugin.neighbours.refusals import refuse_command_line, refuse_without_run
from contracts.plugin.operations import (
    CATALOGUE_FILE,
    asks_about_pytest,
    operation_folders,
    register_marks,
    select,
)
from contracts.plugin.options import (
    add_short_names,
    elsewhere,
    in_own_names,
    named_on,
    values_of,
)
from contracts.run.settings import read_settings
from contracts.run.waivers import WaiverError, load_waivers
from contracts.rye import RYE

WAIVER_FILE = "waivers.toml"

_RUN = pytest.StashKey[ContractRun]()
_UNASKED = pytest.StashKey[frozenset[Path]]()
_STARTED = pytest.StashKey[bool]()
_TAKEN = pytest.StashKey[frozenset[str]]()


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the short names of the suite's options that no other plugin has."""
    pluginmanager.register(Turns(), "contract-turns")
    config: Any = pluginmanager.get_plugin("pytestconfig")
    config.stash[_TAKEN] = add_short_names(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Prepare a contract run if the session's arguments reach an operation's folder."""
    config.addinivalue_line(
        "markers",
        f"{FAMILY_MARK}(name, order, observes): a probe family and the requirements it observes",
    )
    part = part_of(config)
    folders = operation_folders(config)
    register_marks(config, folders)
    if part is None:
        folders, unasked = select(config, folders)
    else:
        part.narrow(config)
        folders, unasked = [part.folder], []
    config.stash[_UNASKED] = frozenset(unasked)
    late = _STARTED not in config.stash  # pytest loaded this during collection
    if not folders or late or asks_about_pytest(config):
        return
    _keep_to_one_process(config)
    taken = config.stash[_TAKEN]
    refuse_command_line(config, taken)
    try:
        catalogue = Catalogue.load(folders[0] / CATALOGUE_FILE)
        server = catalogue.operation.server
        settings = read_settings(
            values_of(config), os.environ, server, RYE, profile=_profile_name(config)
        )
        if part is not None:
            settings = part.limit(settings)
        waivers = load_waivers(folders[0] / WAIVER_FILE)
        seed = _prepare_hypothesis(config)
        run = ContractRun(config, settings, catalogue, folders[0], seed, waivers, part)
        if not config.option.collectonly:
            run.artefacts.prepare(config)
    except (SettingsError, CatalogueError, DocumentError, WaiverError) as error:
        words = in_own_names(str(error), taken)
        raise pytest.UsageError(words) from error
    config.stash[_RUN] = run
    run.register()
    config.pluginmanager.register(Collector(), "contract-collector")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(
    config: pytest.Config,
) -> Generator[None, int | pytest.ExitCode | None, int | pytest.ExitCode | None]:
    """Keep a failure in pytest's last steps from exiting with 1, as findings do."""
    config.stash[_STARTED] = True
    try:
        status = yield
    except pytest.UsageError:
        raise
    except Exception as error:
        if _RUN not in config.stash:
            raise
        status = config.stash[_RUN].broken_off(error)
    return status


def pytest_collection_finish(session: pytest.Session) -> None:
    """Reject probe families if there is no run."""
    if _RUN not in session.config.stash and not asks_about_pytest(session.config):
        refuse_without_run(session.items, FAMILY_MARK)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Point out options on the command line whose short names another plugin has."""
    if _RUN not in config.stash:
        return []
    taken = config.stash[_TAKEN]
    return [elsewhere(name) for name in named_on(config, taken)]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Ignore the folders of other operations, which this session can't test.

    Arguments:
        collection_path: the path that pytest is about to collect.
        config: pytest's configuration.
    """
    return True if collection_path in config.stash.get(_UNASKED, frozenset()) else None


def _keep_to_one_process(config: pytest.Config) -> None:
    """Switch xdist off: the requests of a run are one sequence with one pace and one cap."""
    if getattr(config.option, "dist", "no") != "no" or getattr(config.option, "tx", None):
        config.option.dist = "no"
        config.option.tx = []
        config.option.numprocesses = None


def _profile_name(config: pytest.Config) -> str:
    return str(config.getoption("--hypothesis-profile", default=None) or "default")


def _prepare_hypothesis(config: pytest.Config) -> int:
    """Have Hypothesis use the run's profile and a seed that a report can name.

    Returns:
        The seed.

    Raises:
        SettingsError: the profile is not known, or the seed is no integer.
    """
    from contracts.run import profiles  # noqa: PLC0415 - Hypothesis costs 0.1 s

    config.option.hypothesis_profile = profiles.load(_profile_name(config))
    given = config.getoption("--hypothesis-seed", default=None)
    try:
        seed = int(given) if given not in {None, "random"} else secrets.randbits(32)
    except ValueError as error:
        raise SettingsError(f"--hypothesis-seed is {given!r:.60}: give an integer") from error
    config.option.hypothesis_seed = str(seed)
    return seed


@pytest.fixture
def ask(request: pytest.FixtureRequest) -> Any:
    """Sends a probe of the test's family: `ask("valid", query=b"limit=1")`."""
    return request.config.stash[_RUN].asker(request.node)


@pytest.fixture
def profile(request: pytest.FixtureRequest) -> Any:
    """How much this run sends."""
    return request.config.stash[_RUN].settings.profile


@pytest.fixture
def requirement(request: pytest.FixtureRequest) -> str:
    """Id of the requirement that this item judges (a family has one item per requirement)."""
    return str(request.param)
