"""What is read off pytest's items, and the words in which they end."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

FAMILY_MARK = "family"
EVERYTHING_ELSE = "everything-else"

_HOLDS_TESTS = re.compile(r"^def test_|^from .+ import (?:\*|.*\btest_)", re.MULTILINE)


class InconclusiveError(Exception):
    """The environment kept a probe family from the API's own answer."""


class ContractWarning(UserWarning):
    """A SHOULD is broken."""


def warn(words: str) -> None:
    """Warn of a broken SHOULD, and go on where `-W error` makes exceptions of warnings.

    A project's settings for its own tests don't decide what breaks a contract: `--fail-on-warning`
    does.

    Arguments:
        words: what is broken.
    """
    try:
        warnings.warn(ContractWarning(words), stacklevel=2)
    except ContractWarning:
        with warnings.catch_warnings():
            warnings.simplefilter("always", ContractWarning)
            warnings.warn(ContractWarning(words), stacklevel=2)


def family_of(item: pytest.Item) -> str | None:
    """The probe family that an item stands for; None for other tests.

    Arguments:
        item: any item.
    """
    mark = item.get_closest_marker(FAMILY_MARK)
    return str(mark.args[0]) if mark else None


def folder_of(item: pytest.Item) -> Path:
    """The folder of an item's module.

    Arguments:
        item: any item.
    """
    return _resolved(item.path.parent)


@lru_cache(maxsize=64)
def _resolved(folder: Path) -> Path:
    return folder.resolve()


def requirement_of(item: pytest.Item) -> str:
    """The id of the requirement that an item judges, or `everything-else`.

    Arguments:
        item: any item.
    """
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("requirement", EVERYTHING_ELSE)) if callspec else EVERYTHING_ELSE


def order_of(item: pytest.Item) -> int:
    """An item's place in the run: other tests first, then the families as they say.

    Arguments:
        item: any item.
    """
    mark = item.get_closest_marker(FAMILY_MARK)
    return int(mark.kwargs.get("order", 0)) if mark else -1


def is_left_out(folder: Path, items: Iterable[pytest.Item]) -> bool:
    """Whether a probe family of an operation's folder is not among the items of its run.

    Arguments:
        folder: the operation's folder.
        items: the items from it.
    """
    here = {(item.path.resolve(), getattr(item, "originalname", item.name)) for item in items}
    modules = {item.path.resolve(): item.getparent(pytest.Module) for item in items}
    for path in folder.glob("test_*.py"):
        module = modules.get(path)
        if module is None:
            if _HOLDS_TESTS.search(path.read_text("utf-8")):
                return True
            continue
        for name, function in vars(module.obj).items():
            marks = getattr(function, "pytestmark", ()) if name.startswith("test_") else ()
            if any(mark.name == FAMILY_MARK for mark in marks) and (path, name) not in here:
                return True
    return False


def is_own_error(result: pytest.TestReport, excinfo: pytest.ExceptionInfo[Any]) -> bool:
    """Whether an item failed for a reason of the suite's own.

    Arguments:
        result: pytest's report of one of its phases.
        excinfo: what was raised.
    """
    outcomes = (pytest.fail.Exception, pytest.skip.Exception)
    return bool(result.failed) and not excinfo.errisinstance(outcomes)
