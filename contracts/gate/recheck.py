"""The recheck: judges every recorded exchange again, regardless of the stored findings.

The run is replayed offline with the same ledger, both oracles, and the checks that span exchanges.
Only the client is replaced, by one that answers from the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

from contracts.document.catalogue import Catalogue
from contracts.gate.page_reader import read_page
from contracts.gate.reasons_to_hold.held import HeldError
from contracts.gate.reasons_to_hold.record import check_form, times
from contracts.http.api_profile import ApiProfile
from contracts.http.exchange import Exchange
from contracts.http.probe import Probe
from contracts.judging.environment import trouble
from contracts.judging.finding import ASSERTED, Finding
from contracts.judging.judge import Judge
from contracts.judging.second_oracle import oracle_for
from contracts.redaction import Redactor
from contracts.report.exchanges import Evidence, EvidenceError, unpack
from contracts.report.waived import from_json
from contracts.run.client import HEALTH_PROBE, Client
from contracts.run.run import Run


class UnreadableError(ValueError):
    """A report can't be judged again; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Count:
    """The verdict on a requirement or clause, and its counts."""

    verdict: str | None
    observed: int
    violated: int


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement or clause, as the report states it and as its exchanges show it."""

    id: str
    stated: Count | None
    found: Count | None

    @property
    def same(self) -> bool:
        """Whether the report states what its exchanges show."""
        return self.stated == self.found


@dataclass(frozen=True)
class Comparison:
    """A report compared with what its exchanges show.

    Arguments:
        stated: the verdict that the report states.
        found: the verdict that its exchanges show.
        rows: the requirements and clauses.
        gone: ids of findings that the report states but the exchanges do not show.
        new: ids of findings that the exchanges show but the report does not state.
        remarks: other differences, in sentences.
    """

    stated: str
    found: str
    rows: tuple[Row, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether everything that the report states is what its exchanges show."""
        alike = all(row.same for row in self.rows) and self.stated == self.found
        return alike and not self.gone and not self.new and not self.remarks

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as JSON."""
        rows = [{**asdict(row), "same": row.same} for row in self.rows]
        return {"same": self.same, **asdict(self), "rows": rows}


def recheck(path: Path, load: Callable[[str], Catalogue], api: ApiProfile) -> Comparison:
    """Judge a report's exchanges again and compare.

    Arguments:
        path: the HTML report.
        load: returns an operation's requirements, given its folder's name.
        api: the API's profile.

    Raises:
        UnreadableError: it is not a whole report, or its exchanges can't be read.
    """
    try:
        page = read_page(path)
        check_form(page.record)
        evidence = unpack(page.exchanges)
    except (HeldError, EvidenceError) as error:
        raise UnreadableError(str(error).rstrip(".")) from error
    record = page.record
    catalogue = load(record["name"])
    try:
        run = replay(evidence.exchanges, record, catalogue, api)
    except (HeldError, ValueError) as error:
        raise UnreadableError("its times or waivers are not valid dates") from error
    verdict, _ = run.conclude()
    stated = {finding["id"] for finding in record["findings"]}
    found = {defect.finding.slug for defect in run.defects()}
    return Comparison(
        stated=record["verdict"],
        found=str(verdict),
        rows=(*_requirements(record, run), *_clauses(record, run)),
        gone=tuple(sorted(stated - found)),
        new=tuple(sorted(found - stated)),
        remarks=tuple(_remarks(record, evidence, catalogue)),
    )


def replay(
    exchanges: Iterable[Exchange],
    record: Mapping[str, Any],
    catalogue: Catalogue,
    api: ApiProfile,
) -> Run:
    """Replay a recorded run, without a target.

    Arguments:
        exchanges: the recorded exchanges, in the order of sending.
        record: the run's record; of its findings, only those from a suite's `assert` are used,
            since only a run can make them.
        catalogue: the operation's requirements.
        api: the API's profile.
    """
    client = _Replay(record["target"]["url"] + catalogue.operation.plain.path, api)

    def connect(recorder: Callable[[Exchange], None]) -> Client:
        client.record = recorder
        return cast(Client, client)

    run = Run(
        Judge(catalogue),
        connect,
        second_oracle=oracle_for(catalogue.operation),
        fail_on_warning=record["fail_on_warning"],
        waivers=[from_json(waiver) for waiver in record["waivers"]],
        today=times(record)[0].date(),
    )
    for group in _groups(exchanges):
        client.group = group
        run.ask(group[0].probe)
    for each in record["troubles"]:
        if each["exchange"] == 0:  # never sent, so not among the exchanges
            run.ledger.trouble(each["family"], 0, each["words"])
    if _came_to_its_end(record, run.judge):
        run.finish("the whole run")
    for each in record["findings"]:
        if each["cause"] == ASSERTED and each["requirement"] in catalogue.requirements:
            run.ledger.add_findings([_asserted(each)], each["families"][0])
    given = record["circumstances"]
    names = ("stopped", "deselected", "sampled", "interrupted", "crashed", "error")
    run.circumstances = replace(run.circumstances, **{name: given[name] for name in names})
    return run


def _asserted(stated: Mapping[str, Any]) -> Finding:
    names = ("requirement", "exchange", "where", "expected", "found")
    return Finding(**{name: stated[name] for name in names}, cause=ASSERTED)


class _Replay:
    """Stands in for the client: answers from the record."""

    def __init__(self, url: str, api: ApiProfile) -> None:
        self.url = url
        self.api = api
        self.redactor = Redactor(None)  # recorded exchanges are masked already
        self.sent = 0
        self.group: list[Exchange] = []
        self.record: Callable[[Exchange], None] = lambda _: None

    def send(self, probe: Probe, _attempts: int | None = None) -> Exchange:
        """Record every attempt of a probe; returns the probe's last one."""
        for exchange in self.group:
            self.sent += 1
            self.record(exchange)
        return next(each for each in reversed(self.group) if each.probe == probe)

    def finish(self) -> None:
        """Do nothing: a record has no late bytes."""


def _groups(exchanges: Iterable[Exchange]) -> Iterator[list[Exchange]]:
    """Group the attempts of each probe, with the health checks that follow them."""
    group: list[Exchange] = []
    for exchange in exchanges:
        goes_on = bool(group) and (
            (exchange.attempt == group[-1].attempt + 1 and exchange.probe == group[-1].probe)
            or (exchange.probe.name == HEALTH_PROBE and trouble(group[-1]) is not None)
        )
        if group and not goes_on:
            yield group
            group = []
        group.append(exchange)
    if group:
        yield group


def _came_to_its_end(record: Mapping[str, Any], judge: Judge) -> bool:
    """Whether checks that span exchanges ran, which happens after the last family."""
    spanning = [row for row in record["requirements"] if row["id"] in judge.spanning]
    circumstances = record["circumstances"]
    cut_short = any(circumstances[name] for name in ("deselected", "interrupted", "error"))
    return any(row["observed"] for row in spanning) or not cut_short


def _requirements(record: Mapping[str, Any], run: Run) -> Iterator[Row]:
    stated = {row["id"]: row for row in record["requirements"]}
    requirements = run.judge.catalogue.requirements
    for name in dict.fromkeys((*stated, *requirements)):
        row, found = stated.get(name), None
        if name in requirements:
            verdict = str(run.requirement_verdict(requirements[name]))
            found = Count(verdict, run.ledger.observed[name], run.ledger.violated[name])
        yield Row(name, row and Count(row["verdict"], row["observed"], row["violated"]), found)


def _clauses(record: Mapping[str, Any], run: Run) -> Iterator[Row]:
    stated = {row["id"]: row for row in record["clauses"]}
    known = {clause.id for clause in run.judge.catalogue.operation.clauses}
    ledger = run.ledger
    for name in dict.fromkeys((*stated, *sorted(known))):
        row, found = stated.get(name), None
        if name in known:
            found = Count(None, ledger.clauses_observed[name], ledger.clauses_violated[name])
        yield Row(name, row and Count(None, row["observed"], row["violated"]), found)


def _remarks(record: Mapping[str, Any], evidence: Evidence, catalogue: Catalogue) -> Iterator[str]:
    if evidence.sha256 != record["evidence"]["sha256"]:
        yield "the exchanges are not those of the record"
    if len(evidence.exchanges) != record["requests"]:
        yield f"{record['requests']} requests were sent, {len(evidence.exchanges)} are recorded"
    marked = sum(exchange.marked for exchange in evidence.exchanges)
    if marked:
        yield f"{marked} exchanges were judged by what their masks cover"
    if evidence.cut:
        yield f"{len(evidence.cut)} exchanges are not whole"
    if record["spec_sha256"] != catalogue.operation.document.sha256:
        yield "the run was judged by another document than this checkout's"
    if record["catalogue_sha256"] != catalogue.sha256:
        yield "the run was judged by other requirements than this checkout's"
