"""One failure per cause: the first item that sees it reports it, later ones only note it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from contracts.document.requirements import Level
from contracts.judging.defects import Defect
from contracts.plugin.items import EVERYTHING_ELSE, defects_of, family_of, requirement_of
from contracts.report.reason import count
from contracts.run.run import Run
from contracts.run.verdict import KEY_IS_GOOD

NOTE = "note"
"""Name of the item property for what it saw but did not fail for."""


class Reported:
    """Tracks which item of a run reported which cause, be it a defect or a trouble.

    Arguments:
        run: the run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._defects: dict[str, tuple[str, str]] = {}
        self._troubles: dict[str, str] = {}
        self.reached: set[str] = set()
        """Node ids of items that were judged or in trouble, rather than skipped by a plugin."""

    def fails(self, defect: Defect) -> bool:
        """Whether a defect fails the run: it is neither waived nor just a warning.

        Arguments:
            defect: one of the run's.
        """
        must = self._run.level(defect.finding.requirement) is Level.MUST
        return (must or self._run.fail_on_warning) and self._run.waiver_of(defect) is None

    def unreported(
        self, defects: Iterable[Defect], item: pytest.Item | None = None
    ) -> list[Defect]:
        """Return the defects that no other item has reported yet.

        Arguments:
            defects: any of the run's.
            item: the current item, which reports the same defects again if a plugin reruns it.
        """
        own = None if item is None else item.nodeid
        return [d for d in defects if self._defects.get(d.finding.slug, (own,))[0] == own]

    def report(self, defects: Iterable[Defect], item: pytest.Item) -> None:
        """Record that an item reports defects.

        Arguments:
            defects: the defects that it saw first.
            item: the item.
        """
        told = (item.nodeid, item.name)
        self._defects.update((each.finding.slug, told) for each in defects)

    def speaker(self, defect: Defect) -> str | None:
        """Return the name of the item that reported a defect; None if none has yet.

        Arguments:
            defect: one of the run's.
        """
        return self._defects.get(defect.finding.slug, (None, None))[1]

    def troubles_of(self, item: pytest.Item) -> Counter[str]:
        """Return the troubles of an item's family, each with the number of probes affected.

        Arguments:
            item: an item with a family mark, whose family was called.
        """
        found = self._run.ledger.troubles.get(family_of(item) or "", [])
        troubles = Counter(words for _, words in found)
        if self._run.key_refused and requirement_of(item) == KEY_IS_GOOD:
            troubles["the key was refused"] += 0
        return troubles

    def unreported_troubles(self, item: pytest.Item) -> list[str]:
        """Record that an item reports those troubles of its family that no other item has.

        Arguments:
            item: an item with a family mark, whose family was called.

        Returns:
            A phrase for each, with the number of probes that it affected in all families.
        """
        own = item.nodeid
        new = [each for each in self.troubles_of(item) if self._troubles.get(each, own) == own]
        self._troubles.update(dict.fromkeys(new, own))
        probes = self._run.ledger.trouble_counts()
        return [f"{words} ({count(probes[words], 'probe')} got no answer)" for words in new]

    def causes(self) -> int:
        """Return how many causes (defects and troubles) so far make an item fail."""
        defects = sum(map(self.fails, self._run.defects()))
        return defects + len(self._run.ledger.trouble_counts())

    def is_gap(self, item: pytest.Item) -> bool:
        """Whether an item has nothing to show, and no other item of the run makes up for it.

        Arguments:
            item: an item with a family mark, whose family was called.
        """
        family, name = family_of(item) or "", requirement_of(item)
        if name == EVERYTHING_ELSE:
            answered = self._run.judgements.values()
            return not any(each.exchange.probe.family == family for each in answered)
        if name == KEY_IS_GOOD and self._run.key_refused:
            return True
        if self._run.ledger.family_observed(family, name):
            return False
        requirement = self._run.judge.catalogue.requirements[name]
        needed = requirement.level is Level.MUST and not requirement.server_dependent
        troubled = bool(self._run.ledger.troubles)
        return (needed or troubled) and not self._run.ledger.observed[name]

    def has_news(self, item: pytest.Item) -> bool:
        """Whether an item sees a defect that fails it and that no other item has reported.

        Arguments:
            item: an item with a family mark, whose family was called.
        """
        return any(map(self.fails, self.unreported(defects_of(item, self._run), item)))


def note(item: pytest.Item, words: str) -> None:
    """Note what an item saw but does not fail for: shown by -v and -rA, in JUnit and on the page.

    Arguments:
        item: the item.
        words: one line.
    """
    item.user_properties.append((NOTE, words))
    item.add_report_section("call", NOTE, words)


def notes_of(report: pytest.TestReport) -> list[str]:
    """Return the notes in an item's report.

    Arguments:
        report: the report of one of its phases.
    """
    return [str(words) for name, words in report.user_properties if name == NOTE]
