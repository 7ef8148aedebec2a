"""The judge: every exchange judged by every requirement of its operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from contracts.document.catalogue import Catalogue
from contracts.http.exchange import Exchange
from contracts.judging.checks import CHECKS, SEQUENCE_CHECKS
from contracts.judging.checks.bodies import OF_BODIES, media_type_clause, schema_check
from contracts.judging.checks.own import own_checks
from contracts.judging.endings import ending, refusals_from_a_cache
from contracts.judging.environment import STATUSES, trouble
from contracts.judging.finding import Finding
from contracts.judging.firewall import refusals_of_attacks
from contracts.judging.reading import Reading, let_go
from contracts.judging.troubles import deadly_requests, dropped_requests, meant_for_some


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one exchange shows: findings, and the requirements and clauses that it tested.

    The reading itself is not kept: thousands of them would fill the memory with what can be
    computed again.
    """

    exchange: Exchange
    findings: tuple[Finding, ...]
    observed: frozenset[str]
    clauses: frozenset[str]


class Judge:
    """Judges exchanges by a catalogue of requirements.

    Arguments:
        catalogue: the operation and its requirements.

    Raises:
        CatalogueError: the operation's own checks can't be loaded.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        own = own_checks(catalogue.path.parent)
        known = {**CHECKS, **own.checks}
        self._checks = {name: known[name] for name in catalogue.requirements if name in known}
        self._sequence = {**SEQUENCE_CHECKS, **own.sequence}
        for requirement in catalogue.requirements.values():
            if requirement.schema_of:
                is_about = partial(self._owns, requirement.id)
                self._checks[requirement.id] = schema_check(requirement.id, is_about)

    def _owns(self, requirement: str, status: int) -> bool:
        return self.catalogue.owner_of_schema(status) == requirement

    @property
    def spanning(self) -> frozenset[str]:
        """Ids of the requirements that only several exchanges together can break."""
        return frozenset(self._sequence)

    def judge(self, exchange: Exchange) -> Judgement:
        """Judge one exchange.

        Arguments:
            exchange: one that the API itself answered (see environment).
        """
        return self.judge_reading(self.read(exchange))

    def read(self, exchange: Exchange) -> Reading:
        """Read an exchange against the operation.

        Arguments:
            exchange: any exchange.
        """
        return Reading(exchange, self.catalogue.operation)

    def judge_reading(self, reading: Reading) -> Judgement:
        """Judge an exchange by its reading, which the caller uses too.

        Arguments:
            reading: one that the API itself answered (see environment).
        """
        findings: list[Finding] = []
        observed = set()
        for requirement, check in self._checks.items():
            found = check(reading)
            if found is not None:
                observed.add(requirement)
                findings.extend(found)
        clauses = set(reading.clauses)
        media_type = media_type_clause(reading) if "content-type-is-json" in observed else None
        if media_type is not None:
            clauses.add(media_type)
        return Judgement(reading.exchange, tuple(findings), frozenset(observed), frozenset(clauses))

    def judge_troubles(self, exchanges: Sequence[Exchange]) -> list[Finding]:
        """Judge trouble that is not the environment's: crashes, selective or stored refusals.

        Arguments:
            exchanges: every attempt of the run, in the order of sending.
        """
        end = ending(exchanges)
        if end is not None:  # refusals from then on say nothing about the API
            exchanges = [exchange for exchange in exchanges if exchange.number < end.first]
        found = [
            *dropped_requests(exchanges),
            *deadly_requests(exchanges),
            *meant_for_some(exchanges),
            *refusals_from_a_cache(exchanges),
            *refusals_of_attacks(exchanges),
            *self._bodies_of_troubles(exchanges),
        ]
        return [each for each in found if each.requirement in self.catalogue.requirements]

    def _bodies_of_troubles(self, exchanges: Iterable[Exchange]) -> Iterator[Finding]:
        """Judge bodies that say nothing about the request, if the document describes their status.

        A body of another media type is a gateway's or a limiter's own.
        """
        for exchange in exchanges:
            if exchange.fault is not None or exchange.response.status not in STATUSES:
                continue
            reading = self.read(exchange)
            stated = str(reading.status) in self.catalogue.operation.responses
            if stated and reading.documented and reading.is_documented_type and trouble(exchange):
                owner = self.catalogue.owner_of_schema(reading.status)
                of_bodies = OF_BODIES | {owner}
                for each in self.judge_reading(reading).findings:
                    if each.requirement in of_bodies:
                        yield each

    def judge_sequence(
        self, readings: Sequence[Reading]
    ) -> dict[str, tuple[list[int], list[Finding]]]:
        """Judge what spans several responses: exchanges and findings by requirement.

        Arguments:
            readings: every exchange that the API itself answered, in the order of sending.
        """
        results = {}
        for requirement, check in self._sequence.items():
            if requirement in self.catalogue.requirements:
                observed, findings = check(readings)
                numbers = [reading.exchange.number for reading in observed]
                results[requirement] = (numbers, list(findings))
        let_go()
        return results
