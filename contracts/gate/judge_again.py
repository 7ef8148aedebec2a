"""The gate judges every requirement again, from the recorded octets, with jsonschema alone.

It trusts nothing that the record states about a requirement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.document.catalogue import Catalogue
from contracts.document.requirements import Level
from contracts.gate.reasons_to_hold.held import HeldError
from contracts.gate.reasons_to_hold.record import Record, times
from contracts.http.exchange import Exchange
from contracts.http.probe import Credential
from contracts.judging.endings import ending, key_is_good
from contracts.judging.environment import is_stored, trouble
from contracts.judging.firewall import dropped
from contracts.judging.judge import Judge
from contracts.judging.reading import Reading
from contracts.report.waived import is_excused
from contracts.run.ledger import Ledger
from contracts.run.verdict import KEY_IS_GOOD, is_key_refused
from contracts.run.waivers import Waiver


@dataclass
class Account:
    """What the exchanges show, counted again.

    Arguments:
        ledger: how often each requirement and clause was tested and broken.
        answered: how many exchanges the API itself answered.
        judged: numbers of those.
        troubled: numbers of the last attempts that it did not answer.
        key_refused: whether every plain request with the key got a well-formed 401.
        marked: numbers of exchanges that can't be judged because of their masks, and don't count.
    """

    ledger: Ledger = field(default_factory=Ledger)
    answered: int = 0
    judged: set[int] = field(default_factory=set)
    troubled: set[int] = field(default_factory=set)
    key_refused: bool = False
    marked: set[int] = field(default_factory=set)


def judge_again(exchanges: Sequence[Exchange], catalogue: Catalogue) -> Account:
    """Judge every requirement from the recorded octets.

    Arguments:
        exchanges: the recorded exchanges, in the order of sending.
        catalogue: the operation's requirements.
    """
    levels = {name: each.level for name, each in catalogue.requirements.items()}
    judge = Judge(catalogue)
    account = Account()
    readings: list[Reading] = []
    refusals: list[bool] = []
    end = ending(exchanges)
    for exchange, following in zip(exchanges, (*exchanges[1:], None), strict=True):
        if exchange.marked:
            account.marked.add(exchange.number)
            continue
        if trouble(exchange) is not None:
            if following is None or not _is_retry(exchange, following):
                account.troubled.add(exchange.number)
            continue
        if end is not None and exchange.number >= end.first:
            account.troubled.add(exchange.number)
            continue
        reading = judge.read(exchange)
        judgement = judge.judge_reading(reading)
        account.answered += 1
        account.judged.add(exchange.number)
        account.ledger.add(judgement, exchange.probe.family)
        readings.append(reading)
        if exchange.probe.plain and exchange.probe.credential is Credential.VALID:
            broken = {f.requirement for f in judgement.findings if levels[f.requirement] == "MUST"}
            refused = exchange.response.status == 401 and broken <= {KEY_IS_GOOD}
            refusals.append(refused and not is_stored(exchange))
    account.troubled -= dropped(exchanges)
    account.key_refused = is_key_refused(refusals) and not key_is_good(exchanges)
    for requirement, (observed, findings) in judge.judge_sequence(readings).items():
        account.ledger.add_sequence(requirement, observed, findings, "the whole run")
    account.ledger.add_findings(judge.judge_troubles(exchanges), "the whole run")
    return account


def check_account(record: Record, account: Account, waivers: Sequence[Waiver] = ()) -> None:
    """Require that the record states for every requirement and clause what its exchanges show.

    It may state more if there are marked exchanges, for which the signature vouches.

    Arguments:
        record: a schema-valid record of a run that did not fail.
        account: what its exchanges show.
        waivers: the known deviations of its target that are excused.

    Raises:
        HeldError: it states something else.
    """
    began = times(record)[0].date()
    refused, ledger, marked = account.key_refused, account.ledger, bool(account.marked)
    if record["circumstances"]["key_refused"] != refused and not marked:
        raise HeldError("counts", "Whether the key was refused differs from the record.")
    for row in record["requirements"]:
        name = row["id"]
        found = (defect.finding for defect in ledger.defects)
        defects = [finding for finding in found if finding.requirement == name]
        if refused and name == KEY_IS_GOOD:
            defects = []
        must = row["level"] == Level.MUST
        if must and defects and not is_excused(defects, waivers, began):
            raise HeldError(
                "broken",
                f"Exchange {defects[0].exchange} breaks {name}, whatever the record says.",
            )
        unobserved = record["verdict"] == "pass" and not ledger.observed[name]
        unobserved = unobserved and not record["circumstances"]["sampled"]
        if must and unobserved and not row["server_dependent"] and not marked:
            raise HeldError("unobserved", f"No recorded exchange puts {name} to the test.")
        _check_counts(name, row, ledger.observed[name], ledger.violated[name], marked)
        if row["sample"] != ledger.sample(name) and not marked:
            raise HeldError(
                "counts", f"Another exchange is the first that puts {name} to the test."
            )
    for row in record["clauses"]:
        name = row["id"]
        counts = ledger.clauses_observed[name], ledger.clauses_violated[name]
        _check_counts(name, row, *counts, marked)
    answered = record["circumstances"]["answered"] - account.answered
    if not 0 <= answered <= len(account.marked):
        raise HeldError("counts", "The API did not answer as often as the record says.")
    told = {each["exchange"] for each in record["troubles"]} - {0} - account.marked
    if not told <= account.troubled or (account.troubled and not record["troubles"]):
        raise HeldError("counts", "The record leaves out trouble that its exchanges show.")
    shown = {
        defect.finding.slug
        for defect in ledger.defects
        if not (refused and defect.finding.requirement == KEY_IS_GOOD)
    }
    stated = {finding["id"] for finding in record["findings"]}
    if not shown <= stated or (stated > shown and not marked):
        raise HeldError("findings", "The record's findings are not those that its exchanges show.")


def _check_counts(name: str, row: Any, observed: int, violated: int, marked: bool) -> None:
    for what, stated, found in (
        ("observed", row["observed"], observed),
        ("violated", row["violated"], violated),
    ):
        if stated < found or (stated > found and not marked):
            raise HeldError(
                "counts",
                f"{name} is called {what} {stated} times, but the exchanges show {found}.",
            )


def _is_retry(exchange: Exchange, following: Exchange) -> bool:
    return following.attempt == exchange.attempt + 1 and following.probe == exchange.probe
