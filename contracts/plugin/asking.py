"""Asking is an item's set-up: the first item of a family calls it, and all find its answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.plugin.items import InconclusiveError, family_of
from contracts.plugin.reported import Reported, note
from contracts.plugin.terminal.progress import Progress
from contracts.run.asking import Asker
from contracts.run.run import Run


class Asking:
    """Calls each probe family once.

    Arguments:
        run: the run.
        reported: which item spoke for which cause.
        seed: Hypothesis' seed.
        last: the probe family that asks last.
        progress: how far the run has come, where that is shown.
        on_error: takes what failed in the suite itself.
    """

    def __init__(
        self,
        run: Run,
        reported: Reported,
        seed: int,
        last: str | None,
        progress: Progress | None,
        on_error: Callable[[str], None],
    ) -> None:
        self._run = run
        self._reported = reported
        self._seed = seed
        self._last = last
        self._progress = progress
        self._on_error = on_error
        self._askers: dict[str, Asker] = {}
        self._asked: dict[str, Exception | None] = {}

    def asker(self, item: pytest.Item) -> Asker:
        """Give the asker of an item's family; other tests have one of their own.

        Arguments:
            item: any item.
        """
        name = family_of(item) or item.name
        return self._askers.setdefault(name, Asker(self._run, name))

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Ask, where the item's family was not asked yet; trouble in asking is an error."""
        family = family_of(item)
        if family is None or not isinstance(item, pytest.Function):
            return
        if family not in self._asked:
            self._ask(family, item)
        failed = self._asked[family]
        if failed is not None:
            raise failed
        troubles = self._reported.troubles_of(item)
        if not troubles or self._reported.has_news(item):
            return
        new = self._reported.unreported_troubles(item)
        if new:
            raise InconclusiveError("; ".join(new))
        words = "; ".join(troubles)
        if self._reported.is_gap(item):
            pytest.skip(f"not asked: {words}")
        note(
            item, f"inconclusive: {troubles.total()} of its family's probes got no answer: {words}"
        )

    def _ask(self, family: str, item: pytest.Function) -> None:
        from contracts.run import families  # noqa: PLC0415 - when items run

        self._asked[family] = None
        arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
        try:
            families.call(item.obj, family, self._seed, **arguments)
            self.asker(item).confirm()
        except Exception as error:
            self._asked[family] = error
            self._on_error(f"{type(error).__name__} in {item.name}")
            raise
        finally:
            if self._progress is not None:
                self._progress.clear()
        if family == self._last:
            self._run.finish(family)
