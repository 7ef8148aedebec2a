"""A run: sends probes, judges every answer, keeps the ledger, and reaches a verdict.

It judges the bytes as sent and received, which stay private (`raw`); exchanges, judgements and
the ledger hold only what may be published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from contracts.document.requirements import Level, Requirement
from contracts.http.envelope import EnvelopeError
from contracts.http.exchange import Exchange, put_away
from contracts.http.kept.shelf import Shelf
from contracts.http.probe import Credential, Probe
from contracts.judging.defects import Defect, Signature
from contracts.judging.endings import FRESH_QUERY, KEYLESS_QUERY, Shape, ending, key_is_good
from contracts.judging.environment import is_dropped, is_stored, trouble
from contracts.judging.firewall import dropped, is_explained, is_neutral, may_be_blocked, refusal
from contracts.judging.judge import Judge, Judgement
from contracts.judging.second_look import SecondOracle, look_twice
from contracts.judging.surface import note_unspecified
from contracts.judging.troubles import RequestKey, request_key
from contracts.redaction.publishing import Spanning, masked, publish, publish_whole
from contracts.run.ledger import Ledger
from contracts.run.reduction import Reduction
from contracts.run.verdict import (
    KEY_IS_GOOD,
    Circumstances,
    Outcome,
    RunStoppedError,
    Verdict,
    is_key_refused,
    requirement_verdict,
    run_verdict,
)
from contracts.run.waivers import Waiver, WaiverState, states

if TYPE_CHECKING:
    from contracts.run.client import Client  # not needed by the gate, which sends nothing

LARGEST_PACK = 64 * 1024
"""Bytes of field lines that a pack may have, if the target accepts as many."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A probe that was not sent, and why."""

    words: str


class Run:
    """One run against one target.

    Arguments:
        judge: judges every exchange.
        connect: makes the client, given the callback for its exchanges.
        minimising: how many requests may be spent on reducing failures.
        second_oracle: another judge of bodies, or None.
        fail_on_warning: whether a broken SHOULD fails the run.
        waivers: known deviations of this target.
        today: the date against which waivers expire.
    """

    def __init__(
        self,
        judge: Judge,
        connect: Callable[[Callable[[Exchange], None]], Client],
        *,
        minimising: int = 40,
        second_oracle: SecondOracle | None = None,
        fail_on_warning: bool = False,
        waivers: Sequence[Waiver] = (),
        today: date | None = None,
    ) -> None:
        self.judge = judge
        self.ledger = Ledger()
        self.raw: dict[int, Exchange] = {}
        self.exchanges: dict[int, Exchange] = {}
        self.judgements: dict[int, Judgement] = {}
        self.circumstances = Circumstances(asked=0)
        self.fail_on_warning = fail_on_warning
        self.reduction = Reduction(minimising)
        self.client = connect(self._record)
        self.unspecified: set[str] = set()
        self.capacity = LARGEST_PACK
        self.suspects: dict[RequestKey, Probe] = {}
        self.refusal_doubted = False
        self.firewall_drops = False
        self.harmless_refusals: set[tuple[Shape, bool]] = set()
        self.on_exchange: Callable[[], None] | None = None
        self.again: Callable[[str], str] = "python -m contracts probe {}".format
        self.waivers = tuple(waivers)
        self.today = today or datetime.now(UTC).date()
        self._second_oracle = second_oracle
        self._shelf = Shelf()
        self._family = ""
        self._plain: dict[int, bool] = {}
        self._plain_signatures: set[Signature] = set()

    def ask(self, probe: Probe, attempts: int | None = None) -> Exchange | Skipped:
        """Send a probe, judge every attempt's answer, and enter it in the ledger.

        Arguments:
            probe: what to send.
            attempts: the most attempts; None for the run's allowance.
        """
        if self.circumstances.stopped is not None:
            return self._skip(probe, self.circumstances.stopped)
        usual = probe.plain or probe.name == FRESH_QUERY
        if self.key_refused and probe.credential is Credential.VALID and not usual:
            return self._skip(probe, "the key was refused")
        self._family = probe.family
        try:
            exchange = self.client.send(probe, attempts)
        except RunStoppedError as error:
            words = self.client.redactor.text(str(error))
            self.circumstances = replace(self.circumstances, stopped=words)
            return self._skip(probe, words)
        met = trouble(exchange)
        if met is not None:
            self.ledger.trouble(probe.family, exchange.number, self.client.redactor.text(met))
            if is_dropped(self.raw[exchange.number - exchange.attempt + 1]):
                self.suspects.setdefault(request_key(probe), probe)
        if probe.name in {FRESH_QUERY, KEYLESS_QUERY}:
            self._end()
        if is_neutral(probe) or (self.firewall_drops and met is not None):
            self._forgive()
        return exchange

    def ask_further(self, probe: Probe, attempts: int | None = None) -> Exchange | Skipped:
        """Send a probe that follows up an answer, or skip it if it is outside the envelope.

        Arguments:
            probe: what to send; a planned probe outside the envelope is an error of the suite.
            attempts: see ask.
        """
        try:
            return self.ask(probe, attempts)
        except EnvelopeError as error:
            return Skipped(self.client.redactor.text(str(error)))

    def finish(self, family: str) -> None:
        """Read late bytes from the open connection and judge what spans the whole run.

        Arguments:
            family: the probe family that new findings count for.
        """
        self._family = family
        self.client.finish()
        redactor = self.client.redactor
        sequence, troubles = found = self._judge_whole(self.raw)
        self.exchanges = publish_whole(
            self.raw, self.exchanges, redactor, self._judged, self._judge_whole, found
        )
        for requirement, (observed, findings) in sequence.items():
            self.ledger.add_sequence(requirement, observed, masked(findings, redactor), family)
        self.ledger.add_findings(masked(troubles, redactor), family)

    def shows(self, exchange: Exchange) -> frozenset[Signature]:
        """Return the signatures of the defects that an exchange shows.

        Arguments:
            exchange: one of this run's.
        """
        judgement = self.judgements.get(exchange.number)
        exchange = self.raw.get(exchange.number, exchange)
        found = [finding.signature for finding in judgement.findings] if judgement else []
        if may_be_blocked(exchange) and not is_explained(exchange, self.raw.values()):
            found.append(refusal(exchange).signature)
        return frozenset(found)

    def shows_beside_plain(self, exchange: Exchange) -> frozenset[Signature]:
        """Return the signatures that an exchange shows and no plain request has shown.

        Arguments:
            exchange: one of this run's.
        """
        return self.shows(exchange) - self._plain_signatures

    @property
    def key_refused(self) -> bool:
        """Whether every plain request with the key, three or more, got a well-formed 401."""
        refused = is_key_refused(self._plain.values())
        return refused and not key_is_good(list(self.raw.values()))

    def defects(self, family: str | None = None, requirement: str | None = None) -> list[Defect]:
        """Return the defects, in the order of the requirements.

        Arguments:
            family: only those that this probe family showed; None for all.
            requirement: only those of this requirement; None for all.
        """
        order = list(self.judge.catalogue.requirements)
        found = [
            defect
            for defect in self.ledger.defects
            if family is None or family in defect.families
            if requirement in {None, defect.finding.requirement}
            if not (self.key_refused and defect.finding.requirement == KEY_IS_GOOD)
        ]
        return sorted(found, key=lambda defect: order.index(defect.finding.requirement))

    def waiver_of(self, defect: Defect) -> Waiver | None:
        """Return the waiver that excuses a defect, or None.

        Arguments:
            defect: one of this run's.
        """
        excusing = (w for w in self.waivers if w.excuses(defect.finding, self.today))
        return next(excusing, None)

    def is_waived(self, requirement: str) -> bool:
        """Whether a requirement is broken, but only by waived defects.

        Arguments:
            requirement: its id.
        """
        defects = self.defects(requirement=requirement)
        return bool(defects) and all(self.waiver_of(defect) for defect in defects)

    def waiver_states(self) -> list[tuple[Waiver, WaiverState]]:
        """Return the state of each waiver."""
        known, findings = self.judge.catalogue.requirements, [d.finding for d in self.defects()]
        return states(self.waivers, known, self.ledger.observed, findings, self.today)

    def requirement_verdict(self, requirement: Requirement) -> Verdict:
        """Judge one requirement over the whole run so far.

        Arguments:
            requirement: one of the catalogue's.
        """
        refused = self.key_refused and requirement.id == KEY_IS_GOOD
        observed = self.ledger.observed[requirement.id]
        if self.is_waived(requirement.id):
            return Verdict.WARN
        return requirement_verdict(
            requirement.level,
            observed=observed,
            violated=0 if refused else self.ledger.violated[requirement.id],
            troubled=refused or (not observed and bool(self.ledger.troubles)),
        )

    def conclude(self) -> tuple[Verdict, Circumstances]:
        """Judge the whole run."""
        circumstances = replace(
            self.circumstances,
            asked=len(self.judgements),
            troubled=sum(len(troubles) for troubles in self.ledger.troubles.values()),
            key_refused=self.key_refused,
        )
        outcomes = [
            Outcome(
                requirement.level,
                self.requirement_verdict(requirement),
                requirement.server_dependent,
                self.is_waived(requirement.id),
            )
            for requirement in self.judge.catalogue.requirements.values()
        ]
        verdict = run_verdict(outcomes, circumstances, fail_on_warning=self.fail_on_warning)
        return verdict, circumstances

    def level(self, requirement: str) -> Level:
        """Return the level of a requirement.

        Arguments:
            requirement: its id.
        """
        return self.judge.catalogue.requirements[requirement].level

    def _end(self) -> None:
        """Stop if the target refuses everything, and discard judgements since it began to."""
        end = ending([self.raw[number] for number in sorted(self.raw)])
        if end is None:
            return
        words = self.client.redactor.text(end.words)
        self.circumstances = replace(self.circumstances, stopped=words)
        kept, self.ledger = self.ledger, Ledger()
        self.ledger.troubles = kept.troubles
        judged, self.judgements = self.judgements, {}
        for number, judgement in judged.items():
            family = judgement.exchange.probe.family
            if number < end.first:
                self.judgements[number] = judgement
                self.ledger.add(judgement, family)
            else:
                self.ledger.trouble(family, number, words)

    def _forgive(self) -> None:
        """Remove what a firewall dropped from the troubles and the suspected crashes."""
        numbers = dropped(list(self.raw.values()))
        self.firewall_drops = bool(numbers)
        self.ledger.forgive(numbers)
        for number in numbers:
            self.suspects.pop(request_key(self.raw[number].probe), None)

    def _skip(self, probe: Probe, words: str) -> Skipped:
        self.ledger.trouble(probe.family, 0, words)
        return Skipped(words)

    def _record(self, exchange: Exchange) -> None:
        """Keep an exchange, and judge it if the API itself answered."""
        self._judge(exchange)
        put_away(self._shelf, self.raw[exchange.number], self.exchanges[exchange.number])
        if self.on_exchange is not None:
            self.on_exchange()

    def _judge(self, exchange: Exchange) -> None:
        judged = publish(exchange, self.client.redactor, self._judged)
        self.raw[exchange.number] = judged.exchange
        self.exchanges[exchange.number] = judged.shown
        if judged.judgement is None or judged.told is None:
            return
        note_unspecified(self.unspecified, self.judge.read(judged.shown))
        self.judgements[exchange.number] = judged.told
        self.ledger.add(judged.told, self._family)
        if exchange.probe.plain:
            self._plain_signatures.update(f.signature for f in judged.told.findings)
            if exchange.probe.credential is Credential.VALID:
                self._plain[exchange.number] = self._is_clean_refusal(judged.judgement)

    def _judged(self, exchange: Exchange) -> Judgement | None:
        """Judge an exchange if the API itself answered."""
        if trouble(exchange) is not None:
            return None
        reading = self.judge.read(exchange)
        judgement = self.judge.judge_reading(reading)
        twice = look_twice(reading, self.judge.catalogue, self._second_oracle)
        return replace(judgement, findings=judgement.findings + twice)

    def _judge_whole(self, exchanges: Mapping[int, Exchange]) -> Spanning:
        """Judge what spans exchanges, as they were received or as they are published."""
        readings = [self.judge.read(exchanges[number]) for number in sorted(self.judgements)]
        every = [exchanges[number] for number in sorted(exchanges)]
        return self.judge.judge_sequence(readings), self.judge.judge_troubles(every)

    def _is_clean_refusal(self, judgement: Judgement) -> bool:
        broken = {f.requirement for f in judgement.findings if self.level(f.requirement) == "MUST"}
        refused = judgement.exchange.response.status == 401 and broken <= {KEY_IS_GOOD}
        return refused and not is_stored(judgement.exchange)
