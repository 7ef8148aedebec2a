"""The ledger: how often each requirement and clause was observed and violated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from contracts.http.exchange import Exchange
from contracts.judging.defects import Defect, Seen, Sighting, Signature, divide
from contracts.judging.finding import Finding
from contracts.judging.judge import Judgement
from contracts.judging.troubles import RequestKey, request_key

MOST_DEFECTS = 100
"""Distinct defects kept per requirement: a server can make up names without end."""
ELSEWHERE = "elsewhere"
"""The location given for any further ones."""


class Ledger:
    """The observations, violations and defects of a run."""

    def __init__(self) -> None:
        self.observed: Counter[str] = Counter()
        self.clauses_observed: Counter[str] = Counter()
        self.clauses_violated: Counter[str] = Counter()
        self.troubles: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._family_observed: dict[str, Counter[str]] = defaultdict(Counter)
        self._seen: Seen = defaultdict(dict)
        self._told: dict[str, set[Signature]] = defaultdict(set)
        self._spanning: dict[Signature, Defect] = {}
        self._violated: Counter[str] = Counter()
        self._defects: tuple[list[Defect], Counter[str]] | None = None
        self._entered: dict[int, Judgement] = {}
        self._by_request: dict[RequestKey, list[int]] = defaultdict(list)
        self._samples: dict[str, int] = {}

    def add(self, judgement: Judgement, family: str) -> None:
        """Enter one exchange's judgement.

        Arguments:
            judgement: what the exchange shows; entered again when late bytes amend it.
            family: the current probe family.
        """
        exchange = judgement.exchange
        before = self._entered.get(exchange.number)
        if before is None:
            before = Judgement(exchange, (), frozenset(), frozenset())
            self._by_request[request_key(exchange.probe)].append(exchange.number)
        self._entered[exchange.number] = judgement
        for requirement in judgement.observed - before.observed:
            self.observed[requirement] += 1
            self._family_observed[family][requirement] += 1
            self._samples.setdefault(requirement, exchange.number)
        self.clauses_observed.update(judgement.clauses - before.clauses)
        self._violated.update(_broken(judgement) - _broken(before))
        self.clauses_violated.update(_broken_clauses(judgement) - _broken_clauses(before))
        self._defects = None
        for finding in before.findings:
            for signature in (finding.signature, _elsewhere(finding).signature):
                self._seen.get(signature, {}).pop(exchange.number, None)
        for finding in judgement.findings:
            self._file(finding, exchange, family)

    def add_sequence(
        self, requirement: str, observed: Sequence[int], findings: Iterable[Finding], family: str
    ) -> None:
        """Enter the result of a check that spans exchanges, replacing an earlier count.

        Arguments:
            requirement: the requirement's id.
            observed: numbers of exchanges, one for each time that it was tested.
            findings: its findings.
            family: the probe family that shows them.
        """
        self.observed[requirement] = len(observed)
        self._family_observed[family][requirement] = len(observed)
        if observed:
            self._samples[requirement] = observed[0]
        self.add_findings(findings, family)

    def add_findings(self, findings: Iterable[Finding], family: str) -> None:
        """Enter findings that span exchanges, each once.

        Arguments:
            findings: the findings.
            family: the probe family that shows them.
        """
        for finding in findings:
            told = self._told[finding.requirement]
            if not self._seen.get(finding.signature) and finding.signature not in self._spanning:
                if len(told) >= MOST_DEFECTS:
                    continue
                told.add(finding.signature)
                self._violated[finding.requirement] += 1
                defect = Defect(finding, {finding.exchange}, {family})
                self._spanning[finding.signature] = defect
                self._defects = None

    @property
    def defects(self) -> list[Defect]:
        """Every defect, one per cause, in the order in which they were first seen."""
        return self._account()[0]

    @property
    def violated(self) -> Counter[str]:
        """How often each requirement was violated; a defect counts for the most specific one."""
        return self._account()[1]

    def _account(self) -> tuple[list[Defect], Counter[str]]:
        if self._defects is None:
            defects, lost = divide(self._seen)
            self._defects = [*defects, *self._spanning.values()], self._violated - lost
        return self._defects

    def _file(self, finding: Finding, exchange: Exchange, family: str) -> None:
        told = self._told[finding.requirement]
        if finding.signature not in told and len(told) >= MOST_DEFECTS:
            finding = _elsewhere(finding)
        else:
            told.add(finding.signature)
        self._seen[finding.signature][exchange.number] = Sighting(finding, exchange, family)
        self._defects = None

    def trouble(self, family: str, number: int, words: str) -> None:
        """Enter a probe that got no answer from the API itself.

        Arguments:
            family: the probe family.
            number: the last attempt's exchange number.
            words: what prevented an answer.
        """
        self.troubles[family].append((number, words))

    def trouble_counts(self) -> Counter[str]:
        """How many probes each kind of trouble, by its description, left unanswered."""
        return Counter(words for found in self.troubles.values() for _, words in found)

    def forgive(self, numbers: Collection[int]) -> None:
        """Remove troubles that turned out to be refusals.

        Arguments:
            numbers: exchange numbers of the last attempts.
        """
        for family, troubles in list(self.troubles.items()):
            left = [each for each in troubles if each[0] not in numbers]
            if left:
                self.troubles[family] = left
            else:
                del self.troubles[family]

    def unobserve(self, family: str) -> None:
        """Mark a family as not observed, because too much of it was blocked.

        Arguments:
            family: the probe family.
        """
        self._family_observed[family].clear()

    def family_defects(self, family: str, requirement: str | None = None) -> Iterator[Defect]:
        """Yield the defects that a family showed.

        Arguments:
            family: the probe family.
            requirement: only those of this requirement; None for all.
        """
        for defect in self.defects:
            if family in defect.families and requirement in {None, defect.finding.requirement}:
                yield defect

    def family_observed(self, family: str, requirement: str) -> int:
        """How often a family's answers tested a requirement."""
        return self._family_observed[family][requirement]

    def sample(self, requirement: str) -> int | None:
        """Number of an exchange that tested a requirement, usually the first."""
        return self._samples.get(requirement)

    def sightings(self, defect: Defect) -> tuple[int, int]:
        """How often the defect's smallest request was sent, and how often it showed the defect."""
        entered = self._entered.get(defect.finding.exchange)
        same = self._by_request[request_key(entered.exchange.probe)] if entered is not None else []
        shown = sum(defect.finding.signature in self._signatures(number) for number in same)
        # A defect that spans exchanges is shown by no single request.
        return (len(same), shown) if shown else (0, 0)

    def _signatures(self, number: int) -> set[Signature]:
        return {finding.signature for finding in self._entered[number].findings}


def _elsewhere(finding: Finding) -> Finding:
    """Turn a finding beyond the cap into the catch-all one."""
    expected = f"what the first {MOST_DEFECTS} findings of {finding.requirement} expect"
    return replace(finding, where=ELSEWHERE, expected=expected, clause=None)


def _broken(judgement: Judgement) -> set[str]:
    return {finding.requirement for finding in judgement.findings}


def _broken_clauses(judgement: Judgement) -> set[str]:
    return {finding.clause for finding in judgement.findings if finding.clause}
