"""A run as its record states it, with enough to write the page again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from contracts.document.catalogue import Catalogue
from contracts.gate.reasons_to_hold.record import Record, times
from contracts.http.api_key import Key
from contracts.http.api_profile import ApiProfile
from contracts.http.exchange import Exchange
from contracts.http.target import Target
from contracts.judging.defects import Defect
from contracts.judging.finding import Finding
from contracts.judging.judge import Judge, Judgement
from contracts.report.facts import RunFacts
from contracts.report.since import Since
from contracts.run.ledger import Ledger
from contracts.run.run import Run
from contracts.run.verdict import Circumstances, Verdict
from contracts.run.waivers import Waiver

if TYPE_CHECKING:
    from contracts.run.client import Client

_SHOWED = re.compile(r"showed it (\d+) of (\d+) times")
"""How a finding states how often its request showed it (see `report.text.explain.sightings`)."""


class ToldRun(Run):
    """A finished run, as its record states it.

    Arguments:
        record: a schema-valid record.
        exchanges: the recorded exchanges.
        judgements: what each exchange that the API itself answered tested, by number.
        catalogue: the requirements.
        api: the API's profile.
        waivers: the known deviations of its target.
    """

    def __init__(
        self,
        record: Record,
        exchanges: Iterable[Exchange],
        judgements: Mapping[int, Judgement],
        catalogue: Catalogue,
        api: ApiProfile,
        waivers: Iterable[Waiver],
    ) -> None:
        path = catalogue.operation.plain.path
        client = SimpleNamespace(
            url=record["target"]["url"] + path, api=api, sent=record["requests"]
        )
        self._refused = bool(record["circumstances"]["key_refused"])
        super().__init__(
            Judge(catalogue),
            lambda _: cast("Client", client),
            fail_on_warning=record["fail_on_warning"],
            waivers=tuple(waivers),
            today=times(record)[0].date(),
        )
        self._told = Verdict(record["verdict"])
        self.ledger = _ToldLedger(record)
        self.exchanges = {exchange.number: exchange for exchange in exchanges}
        self.judgements = dict(judgements)
        self.unspecified = set(record["unspecified"])
        given = dict(record["circumstances"])
        self.circumstances = Circumstances(asked=given.pop("answered"), **given)
        commands = {finding["id"]: finding["again"] for finding in record["findings"]}
        self.again = commands.__getitem__

    @property
    def key_refused(self) -> bool:
        """Whether the record says that the key was refused."""
        return self._refused

    def conclude(self) -> tuple[Verdict, Circumstances]:
        """Return the verdict and the circumstances from the record."""
        return self._told, self.circumstances


class _ToldLedger(Ledger):
    """The ledger that a record states."""

    def __init__(self, record: Record) -> None:
        super().__init__()
        rows = record["requirements"]
        self.observed.update({row["id"]: row["observed"] for row in rows})
        self._stated = Counter({row["id"]: row["violated"] for row in rows})
        self._first: dict[str, int | None] = {row["id"]: row["sample"] for row in rows}
        for row in record["clauses"]:
            self.clauses_observed[row["id"]] = row["observed"]
            self.clauses_violated[row["id"]] = row["violated"]
        for each in record["troubles"]:
            self.trouble(each["family"], each["exchange"], each["words"])
        self._findings = [_defect(finding) for finding in record["findings"]]
        self._showed = {finding["id"]: finding["sightings"] for finding in record["findings"]}

    @property
    def defects(self) -> list[Defect]:
        """The findings that the record states."""
        return self._findings

    @property
    def violated(self) -> Counter[str]:
        """How often each requirement was violated, as the record states."""
        return self._stated

    def sample(self, requirement: str) -> int | None:
        """Number of an exchange that tested a requirement."""
        return self._first[requirement]

    def sightings(self, defect: Defect) -> tuple[int, int]:
        """How often the defect's smallest request was sent, and how often it showed the defect."""
        showed = _SHOWED.search(self._showed[defect.finding.slug])
        return (int(showed[2]), int(showed[1])) if showed else (0, 0)


def _defect(told: Mapping[str, Any]) -> Defect:
    finding = Finding(
        told["requirement"],
        told["exchange"],
        told["where"],
        told["expected"],
        told["found"],
        clause=told["clause"],
        cause=told["cause"],
    )
    return Defect(finding, set(told["exchanges"]), set(told["families"]))


def told_facts(record: Record, catalogue: Catalogue, api: ApiProfile) -> RunFacts:
    """Return a run's facts besides its findings.

    Arguments:
        record: a schema-valid record.
        catalogue: the requirements.
        api: the API's profile.
    """
    started, finished = (datetime.fromisoformat(record[at]) for at in ("started", "finished"))
    target = record["target"]
    since = record["since"]
    return RunFacts(
        catalogue=catalogue,
        target=Target(target["name"], target["url"], Key("", "", api), target["why"]),
        profile=record["profile"],
        allowance=record["allowance"],
        seed=record["seed"],
        started=started,
        finished=finished,
        verdict=Verdict(record["verdict"]),
        reason=record["reason"],
        complete=record["complete"],
        exit_status=record["exit_status"],
        versions=dict(record["versions"]),
        since=since and Since.from_json(since, target["name"]),
    )
