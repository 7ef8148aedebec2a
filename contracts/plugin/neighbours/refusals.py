"""Rejects what a run does not work with, in one sentence and before anything is sent.

A run is one sequence of requests: sent once, in one process and one thread, and judged as a
whole. So its items can't be repeated, distributed or wrapped as other plugins do with tests.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from contracts.http.target import SettingsError
from contracts.plugin.items import requirement_of
from contracts.plugin.options import AWAY, elsewhere, named_on, values_of

_ONCE = "a run is one sequence of requests, in one process and one thread"
_OFFLINE = "a run sends requests"
_REFUSED = (
    ("_pytest.setupplan", "setupplan", "--setup-plan", "it runs no test, so nothing is judged"),
    ("_pytest.setuponly", "setuponly", "--setup-only", "it runs no test, so nothing is judged"),
    ("pytest_forked", "forked", "--forked", _ONCE),
    ("pytest_parallel", "workers", "--workers", _ONCE),
    ("pytest_parallel", "tests_per_worker", "--tests-per-worker", _ONCE),
    ("pytest_run_parallel.plugin", "parallel_threads", "--parallel-threads", _ONCE),
    ("pytest_run_parallel.plugin", "iterations", "--iterations", _ONCE),
    ("pytest_run_parallel.plugin", "forever", "--forever", _ONCE),
    ("pytest_socket", "disable_socket", "--disable-socket", _OFFLINE),
    ("pytest_recording.plugin", "block_network", "--block-network", _OFFLINE),
)
"""Plugin, the option's `dest`, the option, and why a run does not work with it."""

_THREADS = {"parallel_threads", "iterations"}
"""Options whose value 1 is what pytest does anyway."""
_NETWORK = {"disable_socket", "block_network"}
_LIFTED = ("allow_hosts", "force_enable_socket", "allowed_hosts")
"""Options that let requests through after all."""

_NEEDED = {"htmlpath": ("pytest-html", "html"), "metadata": ("pytest-metadata", "metadata")}
"""What the report needs: an option's `dest`, the package, and its name for `-p`."""


class RunElsewhereError(Exception):
    """An item ran in a process or thread other than the run's."""


def refuse_command_line(config: pytest.Config, taken: frozenset[str]) -> None:
    """Reject options and plugins that a run does not work with, or lacks.

    Arguments:
        config: pytest's configuration.
        taken: short names of the suite's options that other plugins use.

    Raises:
        pytest.UsageError: there is one; one sentence says what to do.
    """
    modules = {getattr(each, "__name__", None) for each in config.pluginmanager.get_plugins()}
    for plugin, place, option, why in _REFUSED:
        if plugin in modules and _is_on(config, place):
            raise pytest.UsageError(f"the contract suite does not work with {option}: {why}")
    for place, (package, name) in _NEEDED.items():
        if not hasattr(config.option, place):
            raise pytest.UsageError(
                f"the contract suite needs the plugin of {package}, which is not loaded: leave "
                f"out -p no:{name}; with PYTEST_DISABLE_PLUGIN_AUTOLOAD, add -p {name}"
            )
    given = values_of(config)
    for name in named_on(config, taken - {"timeout"}):
        if not getattr(given, name.replace("-", "_")):
            raise pytest.UsageError(elsewhere(name))


def refuse_items(items: Iterable[pytest.Item]) -> None:
    """Reject duplicate items, and functions that another plugin has wrapped.

    Arguments:
        items: the run's.

    Raises:
        SettingsError: there is one.
    """
    asked: Counter[tuple[Path, str, str]] = Counter()
    for item in items:
        name = str(getattr(item, "originalname", item.name))
        asked[item.path, name, requirement_of(item)] += 1
        function, own = getattr(item, "obj", None), _own(item, name)
        if function != own:
            culprit = getattr(function, "__globals__", {}).get("__name__", "another plugin")
            raise SettingsError(
                f"the contract suite does not work with {culprit}, which replaces {name}: {_ONCE}"
            )
    twice = next((key for key, times in asked.items() if times > 1), None)
    if twice is not None:
        raise SettingsError(
            f"each item can run once only, but {twice[1]}[{twice[2]}] is there {asked[twice]} "
            "times (leave out --count and the like)"
        )


def refuse_without_run(items: Iterable[pytest.Item], mark: str) -> None:
    """Reject probe families if no run was prepared, because pytest loaded the plugin late.

    Arguments:
        items: the session's.
        mark: the mark of probe families.

    Raises:
        pytest.UsageError: there is one.
    """
    if any(item.get_closest_marker(mark) for item in items):
        raise pytest.UsageError(AWAY)


class OneThread:
    """Keeps items in the process and the thread in which the run began."""

    def __init__(self) -> None:
        self._here = _here()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Fail an item in any other process or thread."""
        if _here() != self._here:
            raise RunElsewhereError(_ONCE)


def _here() -> tuple[int, int]:
    return os.getpid(), threading.get_ident()


def _is_on(config: pytest.Config, place: str) -> bool:
    value = getattr(config.option, place, None)
    if place in _THREADS and str(value) == "1":
        return False
    lifted = place in _NETWORK and any(getattr(config.option, each, None) for each in _LIFTED)
    return value not in {None, False} and not lifted


def _own(item: pytest.Item, name: str) -> Any:
    holder = getattr(item.parent, "obj", None)
    return getattr(holder, name, None)
