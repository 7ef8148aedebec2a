"""Asking: the first item's setup calls every family, so that all items find their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from traceback import extract_tb
from typing import Any

import pytest

from contracts.judging.checks.registry import LONGEST
from contracts.judging.finding import ASSERTED, Finding
from contracts.plugin.items import FAMILY_MARK, InconclusiveError, family_of, folder_of
from contracts.plugin.reported import Reported, note
from contracts.plugin.terminal.progress import Progress
from contracts.redaction.publishing import masked
from contracts.run.asking import Asker
from contracts.run.run import Run, Skipped
from contracts.run.settings import Profile, Sample


class Asking:
    """Calls each probe family once, and all of them before the first item is judged.

    Only a whole run shows which findings share a cause, and how many probes a trouble affected.

    Arguments:
        run: the run.
        reported: which item reported which cause.
        items: the run's items, in order.
        profile: how much the run sends.
        seed: Hypothesis's seed.
        most_red: causes after which pytest stops (`-x`, `--maxfail`); 0 for no limit.
        progress: the progress display, or None.
        on_error: called with a description of an error of the suite.
        sample: the sample of operation-independent probes to send; None for all.
    """

    def __init__(
        self,
        run: Run,
        reported: Reported,
        items: Sequence[pytest.Item],
        profile: Profile,
        seed: int,
        most_red: int,
        progress: Progress | None,
        on_error: Callable[[str], None],
        sample: Sample | None = None,
    ) -> None:
        self._run = run
        self._reported = reported
        self._profile = profile
        self._seed = seed
        self._most_red = most_red
        self._progress = progress
        self._on_error = on_error
        self._sample = sample
        self._askers: dict[str, Asker] = {}
        self._asked: dict[str, Exception | None] = {}
        self._unasked: dict[str, pytest.Function] = {}
        for item in items:
            family = family_of(item)
            if family is not None and isinstance(item, pytest.Function):
                self._unasked.setdefault(family, item)

    def asker(self, item: pytest.Item) -> Asker:
        """Return the asker of an item's family, or a separate one for any other test.

        Arguments:
            item: any item.
        """
        name = family_of(item) or item.name
        if name not in self._askers:
            from contracts.run.families import asker_for  # noqa: PLC0415 - when items run

            self._askers[name] = asker_for(self._run, name, self._sample)
        return self._askers[name]

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Call the families, if not yet done; the first item in trouble for a cause is an error."""
        family = family_of(item)
        if family is None or not isinstance(item, pytest.Function):
            return
        if not self._asked:
            self._ask_ahead()
        if family not in self._asked:
            self._ask(family, item, item.funcargs)
        try:
            self._tell_trouble(item, family)
        except BaseException:
            self._reported.reached.add(item.nodeid)  # accounted for: its error says why
            raise

    def _tell_trouble(self, item: pytest.Item, family: str) -> None:
        """End an item whose family got no answer from the API itself, once for each cause."""
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
        note(item, f"inconclusive: {troubles.total()} probes of its family got no answer: {words}")

    def _ask_ahead(self) -> None:
        """Call the families one after the other, up to where pytest would stop.

        A family that uses fixtures of its own waits for the setup of its first item.
        """
        for family, item in list(self._unasked.items()):
            fixtures = {"ask": self.asker(item), "profile": self._profile}
            if set(item._fixtureinfo.argnames) <= fixtures.keys():
                self._ask(family, item, fixtures)
            broken = sum(error is not None for error in self._asked.values())
            if 0 < self._most_red <= self._reported.causes() + broken:
                return

    def _ask(self, family: str, item: pytest.Function, fixtures: Mapping[str, Any]) -> None:
        from contracts.run import families  # noqa: PLC0415 - when items run

        self._asked[family] = None
        self._unasked.pop(family, None)
        arguments = {name: fixtures[name] for name in item._fixtureinfo.argnames}
        try:
            try:
                families.call(item.obj, family, self._seed, **arguments)
            except (AssertionError, AttributeError) as error:
                if not _enter(self._run, error, item, family):
                    raise
            self.asker(item).confirm()
        except Exception as error:
            self._asked[family] = error
            self._on_error(f"{type(error).__name__} in {item.name}")
        finally:
            if self._progress is not None:
                self._progress.clear()
        if not self._unasked:
            self._run.finish(family)


def _enter(run: Run, error: Exception, item: pytest.Function, family: str) -> bool:
    """Enter a failed `assert` of the operation's folder as a finding, as a failed check is.

    It counts against the first requirement that its family observes; if the family is in trouble,
    the trouble is reported instead. Returns False for any other error, which is the suite's own.
    """
    place = extract_tb(error.__traceback__)[-1]
    if Path(place.filename).resolve().parent != folder_of(item):
        return False
    if isinstance(error, AttributeError):
        return isinstance(error.obj, Skipped)
    if run.ledger.troubles[family]:
        return True
    asked = [number for number, e in run.exchanges.items() if e.probe.family == family]
    mark = item.get_closest_marker(FAMILY_MARK)
    observed = run.judge.catalogue.named(mark.kwargs["observes"]) if mark else ()
    if not asked or not observed:
        return False
    found = Finding(
        requirement=observed[0],
        exchange=max(asked),
        where=f"{Path(place.filename).name}, {place.name}",
        expected=(place.line or "an assertion")[:LONGEST],
        found=(str(error) or "it does not hold")[:LONGEST],
        cause=ASSERTED,
    )
    run.ledger.add_findings(masked([found], run.client.redactor), family)
    return True
