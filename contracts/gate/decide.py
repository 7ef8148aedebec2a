"""The gate decides, from a report, whether a release may go out.

It trusts computation, not text. It holds an unsigned report that contradicts itself, and a signed
one that was changed at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from contracts.gate.judge_again import check_account, judge_again
from contracts.gate.page_reader import Page, read_page
from contracts.gate.reasons_to_hold.connections import check_connections
from contracts.gate.reasons_to_hold.coverage import check_coverage, check_version
from contracts.gate.reasons_to_hold.evidence import check_dates, check_times, unpack_evidence
from contracts.gate.reasons_to_hold.held import HeldError
from contracts.gate.reasons_to_hold.masks import check_masks
from contracts.gate.reasons_to_hold.newer_run import check_newer_run
from contracts.gate.reasons_to_hold.record import (
    Demand,
    Record,
    check_age,
    check_consistency,
    check_form,
    check_outcome,
    check_subject,
    span,
    times,
)
from contracts.gate.reasons_to_hold.requests import Requests
from contracts.gate.write_again import check_page
from contracts.report.waived import waivers_of
from contracts.run.verdict import ExitStatus, Verdict
from contracts.run.waivers import WaiverState

__all__ = ["Choice", "Decision", "Demand", "decide"]


class Choice(StrEnum):
    """What to do with the release."""

    RELEASE = "release"
    HOLD = "hold"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate decided, and why.

    Arguments:
        decision: release, hold, or inconclusive for a sound report that proves nothing.
        code: stable name of the reason.
        reason: the reason in one sentence.
        report: the file.
        target: the target that it is about; None if that could not be read.
        verdict: the verdict that it states.
        started: when the run began.
        finished: when it ended.
        requests: how many requests it sent.
        warnings: ids of the requirements that are broken without failing the run.
        waivers: the ids that the waivers used name.
        signed: whether a signature was demanded and is valid.
    """

    decision: Choice
    code: str
    reason: str
    report: str
    target: str | None = None
    verdict: str | None = None
    started: str | None = None
    finished: str | None = None
    requests: int | None = None
    warnings: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()
    signed: bool = False

    @property
    def exit_status(self) -> int:
        """0 for release, 1 for hold, 75 for inconclusive."""
        if self.decision is Choice.RELEASE:
            return ExitStatus.PASS
        return ExitStatus.FAIL if self.decision is Choice.HOLD else ExitStatus.INCONCLUSIVE

    def to_json(self) -> dict[str, Any]:
        """Return the decision as JSON."""
        return asdict(self)


def decide(path: Path, demand: Demand) -> Decision:
    """Decide on a report.

    Arguments:
        path: the HTML report.
        demand: what it must be about.
    """
    told: dict[str, Any] = {"report": str(path)}
    try:
        if not path.exists():
            check_newer_run(path, None)
        page = read_page(path)
        check_form(page.record)
        told |= _told(page.record)
        check_newer_run(path, page.record)
        _examine(page, demand)
    except HeldError as held:
        about = "" if "target" in told else f"{path}: "  # no target to name it by
        return Decision(Choice.HOLD, held.code, inert(f"{about}{held.reason}"), **told)
    told["signed"] = demand.sign_key is not None
    record = page.record
    if record["verdict"] == Verdict.INCONCLUSIVE:
        reason = inert(f"The run proves nothing: {record['reason']}")
        return Decision(Choice.INCONCLUSIVE, "inconclusive", reason, **told)
    return Decision(Choice.RELEASE, "pass", _praise(record, demand), **told)


def _examine(page: Page, demand: Demand) -> None:
    """Hold a report for the first reason found; cheap and informative checks come first."""
    record = page.record
    check_outcome(record, demand)
    check_version(record)
    check_subject(record, demand)
    check_age(record, demand)
    check_consistency(record, demand)
    evidence = unpack_evidence(record, page.exchanges)
    exchanges = evidence.exchanges
    check_times(record, exchanges)
    if demand.sign_key is None:
        check_dates(record, exchanges)
    check_connections(exchanges)
    requests = Requests.of(record, exchanges, demand.catalogue.operation, demand.api)
    requests.check(exchanges)
    if evidence.cut:
        _check_cut(page, demand, len(evidence.cut))
    else:
        check_masks(record, exchanges, signed=demand.sign_key is not None)
        account = judge_again(exchanges, demand.catalogue)
        check_account(record, account, waivers_of(record, demand.waivers))
    check_coverage(record, exchanges, requests, demand)
    _check_seal(page, demand)
    if demand.sign_key is None:  # a signature proves that the run wrote it
        check_page(page, exchanges, account, demand)


def _check_cut(page: Page, demand: Demand, cut: int) -> None:
    """Require a signature if exchanges are not recorded whole, and so can't be judged again."""
    if demand.sign_key is None:
        raise HeldError(
            "evidence-cut",
            f"The target sent so much that {cut} exchange{'s are' if cut > 1 else ' is'} "
            "not recorded whole, "
            "and only a signed report releases then.",
        )
    _check_seal(page, demand)


def _check_seal(page: Page, demand: Demand) -> None:
    if demand.sign_key is not None:
        if page.seal.signature is None:
            raise HeldError("unsigned", "The report is not signed, but a signature is required.")
        if not page.seal.signed_with(demand.sign_key):
            raise HeldError("signature", "The report was signed with another key, or edited since.")
    if not page.seal.unbroken:
        raise HeldError("seal", "The page was changed after the run wrote it.")


def _told(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "target": record["target"]["name"],
        "verdict": record["verdict"],
        "started": record["started"],
        "finished": record["finished"],
        "requests": record["requests"],
        "warnings": tuple(
            row["id"] for row in record["requirements"] if row["verdict"] == Verdict.WARN
        ),
        "waivers": tuple(
            waiver["finding"] or waiver["requirement"]
            for waiver in record["waivers"]
            if waiver["state"] == WaiverState.USED
        ),
    }


def _praise(record: Record, demand: Demand) -> str:
    kept = sum(
        row["level"] == "MUST" and row["verdict"] == Verdict.PASS for row in record["requirements"]
    )
    warned = sum(row["verdict"] == Verdict.WARN for row in record["requirements"])
    ago = span(max(demand.now - times(record)[0], demand.now - demand.now))
    warnings = f", with {warned} warning{'s' if warned > 1 else ''}" if warned else ""
    used = [waiver for waiver in record["waivers"] if waiver["state"] == WaiverState.USED]
    causes = len({name for waiver in used for name in waiver["findings"]})
    waivers = ""
    if used:
        waivers = f", by {len(used)} waiver{'s' if len(used) > 1 else ''}"
        waivers += f" that excuse{'s' if len(used) == 1 else ''} {causes} "
        waivers += f"cause{'s' if causes > 1 else ''}"
    return (
        f"{record['target']['name']} kept {kept} MUSTs in {record['requests']} requests"
        f"{warnings}{waivers}, {ago} ago."
    )


def inert(text: str) -> str:
    """Make a report's text safe for a terminal, in one line.

    Arguments:
        text: any text.
    """
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown if len(shown) <= 300 else f"{shown[:299]}…"
