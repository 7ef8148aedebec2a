"""Which items a run has: one per family and requirement, in the families' order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from contracts.document.catalogue import Catalogue
from contracts.plugin.items import EVERYTHING_ELSE, FAMILY_MARK, belongs, family_of, folder_of

_HOLDS_TESTS = re.compile(r"^def test_|^from .+ import (?:\*|.*\btest_)", re.MULTILINE)


class Collection:
    """Makes the items of an operation's probe families, and detects when some are left out.

    Arguments:
        folder: the operation's folder.
        catalogue: the operation's requirements.
    """

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.items: list[pytest.Item] = []
        self.deselected = False
        self._collected: set[str] = set()
        self._folder = folder
        self._catalogue = catalogue

    @pytest.hookimpl(tryfirst=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make one item for each requirement that a family observes."""
        mark = metafunc.definition.get_closest_marker(FAMILY_MARK)
        if mark is None:
            return
        observes = self._catalogue.named(mark.kwargs["observes"])
        metafunc.fixturenames.append("requirement")
        metafunc.parametrize("requirement", [*observes, EVERYTHING_ELSE], indirect=True)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort items by family: the most informative first, attack-shaped ones last."""
        items.sort(key=_order_of)

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Remember every item, because not every plugin reports what it deselects."""
        if belongs(item, self._folder):
            self._collected.add(item.nodeid)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Note that the operator left items out."""
        self.deselected |= any(belongs(item, self._folder) for item in items)

    def finish(self, items: Iterable[pytest.Item]) -> None:
        """Pick the operation's items from those that pytest will run.

        Arguments:
            items: the session's.

        Raises:
            pytest.UsageError: there are items of another operation.
        """
        families = [item for item in items if family_of(item) is not None]
        self.items = [item for item in families if belongs(item, self._folder)]
        others = {folder_of(item) for item in families} - {self._folder}
        if others:
            names = ", ".join(sorted(folder.name for folder in {*others, self._folder}))
            raise pytest.UsageError(
                f"one run tests one operation, but these were selected: {names}; choose with -m"
            )
        self.deselected |= not self._collected <= {item.nodeid for item in self.items}
        self.deselected |= _is_left_out(self._folder, self.items)


def _order_of(item: pytest.Item) -> int:
    """Return an item's sort key: other tests come first, then the families by their `order`."""
    mark = item.get_closest_marker(FAMILY_MARK)
    return int(mark.kwargs.get("order", 0)) if mark else -1


def _is_left_out(folder: Path, items: Iterable[pytest.Item]) -> bool:
    """Whether a probe family of an operation's folder is not among the items of its run."""
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
