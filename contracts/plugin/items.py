"""What a pytest item stands for, and how it can end."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from contracts.judging.defects import Defect
from contracts.run.planning import Family
from contracts.run.run import Run

FAMILY_MARK = "family"
EVERYTHING_ELSE = "everything-else"


class InconclusiveError(Exception):
    """Trouble in the environment kept a probe family from an answer of the API itself."""


def family_of(item: pytest.Item) -> str | None:
    """Return the probe family that an item stands for; None for other tests.

    Arguments:
        item: any item.
    """
    mark = item.get_closest_marker(FAMILY_MARK)
    return str(mark.args[0]) if mark else None


def families_of(items: Iterable[pytest.Item]) -> list[Family]:
    """Return the probe families of items, each once, in order.

    Arguments:
        items: items with family marks.
    """
    asked = {
        family: Family(family, 0, item.obj)
        for item in items
        if isinstance(item, pytest.Function) and (family := family_of(item)) is not None
    }
    return list(asked.values())


def folder_of(item: pytest.Item) -> Path:
    """Return the folder of an item's module.

    Arguments:
        item: any item.
    """
    return _resolved(item.path.parent)


def belongs(item: pytest.Item, folder: Path) -> bool:
    """Whether an item stands for a probe family of an operation.

    Arguments:
        item: any item.
        folder: the operation's folder.
    """
    return family_of(item) is not None and folder_of(item) == folder


@lru_cache(maxsize=64)
def _resolved(folder: Path) -> Path:
    return folder.resolve()


def requirement_of(item: pytest.Item) -> str:
    """Return the id of the requirement that an item judges, or `everything-else`.

    Arguments:
        item: any item.
    """
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("requirement", EVERYTHING_ELSE)) if callspec else EVERYTHING_ELSE


def defects_of(item: pytest.Item, run: Run) -> list[Defect]:
    """Return an item's defects: its requirement's, or all that no other item of its family has.

    Arguments:
        item: an item with a family mark.
        run: the run, which has called the family.
    """
    family, name = family_of(item), requirement_of(item)
    if name != EVERYTHING_ELSE:
        return run.defects(family, name)
    mark = item.get_closest_marker(FAMILY_MARK)
    own = run.judge.catalogue.named(mark.kwargs["observes"]) if mark else ()
    return [d for d in run.defects(family) if d.finding.requirement not in own]


def is_own_error(result: pytest.TestReport, excinfo: pytest.ExceptionInfo[Any]) -> bool:
    """Whether an item failed because of an error of the suite.

    Arguments:
        result: pytest's report of one of its phases.
        excinfo: what was raised.
    """
    others = (pytest.fail.Exception, pytest.skip.Exception, InconclusiveError)
    return bool(result.failed) and not excinfo.errisinstance(others)
