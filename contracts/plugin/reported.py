"""One red line for a cause: the first item that sees it speaks for it, later ones note it."""

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
"""Name of an item's property that says what it saw and did not fail for."""


class Reported:
    """Knows which item of a run spoke for which cause, be it a defect or a trouble.

    Arguments:
        run: the run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._defects: dict[str, tuple[str, str]] = {}
        self._troubles: dict[str, str] = {}
        self.reached: set[str] = set()
        """Ids of the items that were judged, or are in trouble: no other plugin skipped them."""

    def fails(self, defect: Defect) -> bool:
        """Whether a defect fails the run: nothing waives it, and it is no mere warning.

        Arguments:
            defect: one of the run's.
        """
        must = self._run.level(defect.finding.requirement) is Level.MUST
        return (must or self._run.fail_on_warning) and self._run.waiver_of(defect) is None

    def unreported(
        self, defects: Iterable[Defect], item: pytest.Item | None = None
    ) -> list[Defect]:
        """Those of some defects that no other item spoke for yet.

        Arguments:
            defects: any of the run's.
            item: who asks; it says the same again where another plugin runs it again.
        """
        own = None if item is None else item.nodeid
        return [d for d in defects if self._defects.get(d.finding.slug, (own,))[0] == own]

    def report(self, defects: Iterable[Defect], item: pytest.Item) -> None:
        """Let an item speak for defects.

        Arguments:
            defects: what it sees first.
            item: it.
        """
        told = (item.nodeid, item.name)
        self._defects.update((each.finding.slug, told) for each in defects)

    def speaker(self, defect: Defect) -> str | None:
        """The name of the item that speaks for a defect; None where none does yet.

        Arguments:
            defect: one of the run's.
        """
        return self._defects.get(defect.finding.slug, (None, None))[1]

    def troubles_of(self, item: pytest.Item) -> Counter[str]:
        """What kept an item's family from the API's own answer, each with its number of probes.

        Arguments:
            item: an item under a family mark, whose family was asked.
        """
        found = self._run.ledger.troubles.get(family_of(item) or "", [])
        troubles = Counter(words for _, words in found)
        if self._run.key_refused and requirement_of(item) == KEY_IS_GOOD:
            troubles["the key was refused"] += 0
        return troubles

    def unreported_troubles(self, item: pytest.Item) -> list[str]:
        """Let an item speak for the troubles of its family that none spoke for yet.

        Each names the number of probes that it kept from an answer, in any family.

        Arguments:
            item: an item under a family mark, whose family was asked.

        Returns:
            A sentence for each.
        """
        own = item.nodeid
        new = [each for each in self.troubles_of(item) if self._troubles.get(each, own) == own]
        self._troubles.update(dict.fromkeys(new, own))
        probes = self._run.ledger.trouble_counts()
        return [f"{words} ({count(probes[words], 'probe')} got no answer)" for words in new]

    def causes(self) -> int:
        """How many causes, defects and troubles, the run has shown that make an item red."""
        defects = sum(map(self.fails, self._run.defects()))
        return defects + len(self._run.ledger.trouble_counts())

    def is_gap(self, item: pytest.Item) -> bool:
        """Whether an item has nothing to show, and no other of the run has it instead.

        Arguments:
            item: an item under a family mark, whose family was asked.
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
        """Whether an item sees a defect that fails it, and for which none spoke yet.

        Arguments:
            item: an item under a family mark, whose family was asked.
        """
        return any(map(self.fails, self.unreported(defects_of(item, self._run), item)))


def note(item: pytest.Item, words: str) -> None:
    """Say what an item saw and does not fail for: with -v, with -rA, in JUnit and on the page.

    Arguments:
        item: the item.
        words: one line.
    """
    item.user_properties.append((NOTE, words))
    item.add_report_section("call", NOTE, words)


def notes_of(report: pytest.TestReport) -> list[str]:
    """What an item's report has to note.

    Arguments:
        report: of one of its phases.
    """
    return [str(words) for name, words in report.user_properties if name == NOTE]
