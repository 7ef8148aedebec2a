"""The ledger: per requirement and per clause, how often observed and how often violated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from contracts.harness.exchange import Exchange
from contracts.harness.finding import Finding
from contracts.harness.judge import Judgement

Signature = tuple[str, str, str]
RequestKey = tuple[object, ...]


def request_key(exchange: Exchange) -> RequestKey:
    """Tell whether two exchanges asked the same: recipe, fields, query, content.

    Arguments:
        exchange: any exchange.
    """
    probe = exchange.probe
    return probe.recipe, probe.fields, probe.query, probe.body, probe.wire


@dataclass
class Defect:
    """All sightings of one defect.

    Arguments:
        finding: the sighting that shows it in the smallest request so far.
        exchanges: numbers of the exchanges that show it.
        families: the probe families that met it.
    """

    finding: Finding
    size: int
    exchanges: set[int] = field(default_factory=set)
    families: set[str] = field(default_factory=set)


class Ledger:
    """The account of a run."""

    def __init__(self) -> None:
        self.observed: Counter[str] = Counter()
        self.violated: Counter[str] = Counter()
        self.clauses_observed: Counter[str] = Counter()
        self.clauses_violated: Counter[str] = Counter()
        self.defects: dict[Signature, Defect] = {}
        self.troubles: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._family_observed: dict[str, Counter[str]] = defaultdict(Counter)
        self._by_request: dict[RequestKey, dict[int, frozenset[Signature]]] = defaultdict(dict)
        self._requests: dict[int, RequestKey] = {}
        self._counted: dict[str, set[int]] = defaultdict(set)
        self._samples: dict[str, int] = {}

    def add(self, judgement: Judgement, family: str) -> list[Defect]:
        """Enter one exchange's judgement; returns the defects that it shows.

        Arguments:
            judgement: what the exchange shows; entered again when late bytes amend it.
            family: the probe family that is being asked.
        """
        exchange = judgement.reading.exchange
        for requirement in judgement.observed:
            if self._once(exchange.number, f"observed {requirement}"):
                self.observed[requirement] += 1
                self._family_observed[family][requirement] += 1
                self._samples.setdefault(requirement, exchange.number)
        for clause in judgement.clauses:
            if self._once(exchange.number, f"clause {clause}"):
                self.clauses_observed[clause] += 1
        key = request_key(exchange)
        self._requests[exchange.number] = key
        signatures = frozenset(finding.signature for finding in judgement.findings)
        self._by_request[key][exchange.number] = signatures
        return [self._file(f, exchange, family) for f in judgement.findings]

    def add_sequence(
        self, requirement: str, observed: Sequence[int], findings: Iterable[Finding], family: str
    ) -> None:
        """Enter what a check that spans exchanges found; a later account replaces an earlier one.

        Arguments:
            requirement: the requirement's id.
            observed: numbers of exchanges, one for each time that it was put to the test.
            findings: its findings.
            family: the probe family that shows them.
        """
        self.observed[requirement] = len(observed)
        self._family_observed[family][requirement] = len(observed)
        if observed:
            self._samples[requirement] = observed[0]
        for finding in findings:
            if finding.signature not in self.defects:
                self.violated[requirement] += 1
                self.defects[finding.signature] = Defect(finding, 0, {finding.exchange}, {family})

    def _file(self, finding: Finding, exchange: Exchange, family: str) -> Defect:
        if self._once(exchange.number, f"violated {finding.requirement}"):
            self.violated[finding.requirement] += 1
        if finding.clause and self._once(exchange.number, f"broken {finding.clause}"):
            self.clauses_violated[finding.clause] += 1
        size = len(exchange.sent) + 1000 * len(exchange.probe.fields)
        defect = self.defects.setdefault(finding.signature, Defect(finding, size))
        if size < defect.size:
            defect.finding, defect.size = finding, size
        defect.exchanges.add(exchange.number)
        defect.families.add(family)
        return defect

    def _once(self, number: int, what: str) -> bool:
        counted = self._counted[what]
        if number in counted:
            return False
        counted.add(number)
        return True

    def trouble(self, family: str, number: int, words: str) -> None:
        """Enter a probe that stayed without the API's own answer.

        Arguments:
            family: the probe family.
            number: the last attempt's exchange number.
            words: what was in the way.
        """
        self.troubles[family].append((number, words))

    def family_defects(self, family: str, requirement: str | None = None) -> Iterator[Defect]:
        """The defects that a family met.

        Arguments:
            family: the probe family.
            requirement: only those of this requirement; None for all.
        """
        for defect in self.defects.values():
            if family in defect.families and requirement in {None, defect.finding.requirement}:
                yield defect

    def family_observed(self, family: str, requirement: str) -> int:
        """How often a family's answers put a requirement to the test."""
        return self._family_observed[family][requirement]

    def sample(self, requirement: str) -> int | None:
        """Number of an exchange that put a requirement to the test: the first, as a rule."""
        return self._samples.get(requirement)

    def sightings(self, defect: Defect) -> tuple[int, int]:
        """How often the defect's smallest request was sent, and how often it showed the defect."""
        key = self._requests.get(defect.finding.exchange)
        same = self._by_request.get(key, {}) if key is not None else {}
        if not any(defect.finding.signature in signs for signs in same.values()):
            return 0, 0  # it spans exchanges: no single request shows it
        return len(same), sum(defect.finding.signature in signs for signs in same.values())
