"""Waivers before the gate: the checkout's own, none past its day, none that excuses nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from contracts.gate.page_reader import HeldError
from contracts.judging.finding import Finding
from contracts.run.verdict import Verdict
from contracts.run.waivers import TROUBLESOME, Waiver, WaiverState, for_target


def to_json(waiver: Waiver, state: WaiverState) -> dict[str, Any]:
    """Write a waiver, and what became of it, as the record holds them.

    Arguments:
        waiver: one of the target's.
        state: what became of it in the run.
    """
    return {
        "requirement": waiver.requirement,
        "finding": waiver.finding,
        "target": waiver.target,
        "reason": waiver.reason,
        "ticket": waiver.ticket,
        "expires": waiver.expires.isoformat(),
        "intermittent": waiver.intermittent,
        "state": str(state),
    }


def from_json(data: Mapping[str, Any]) -> Waiver:
    """Read a waiver back.

    Arguments:
        data: what `to_json` wrote.

    Raises:
        ValueError: its day is none of the calendar.
    """
    given = {name: value for name, value in data.items() if name != "state"}
    return Waiver(**given | {"expires": date.fromisoformat(data["expires"])})


def is_excused(findings: Sequence[Finding], waivers: Iterable[Waiver], day: date) -> bool:
    """Tell whether there are findings, and waivers that excuse all of them.

    Arguments:
        findings: of one requirement.
        waivers: the target's.
        day: the day of the run.
    """
    known = tuple(waivers)
    return bool(findings) and all(any(w.excuses(f, day) for w in known) for f in findings)


def stated_findings(record: Mapping[str, Any], requirement: str) -> list[Finding]:
    """Give the findings that a record states of one requirement.

    Arguments:
        record: as its schema says.
        requirement: the requirement's id.
    """
    return [
        Finding(requirement, each["exchange"], each["where"], each["expected"], each["found"])
        for each in record["findings"]
        if each["requirement"] == requirement
    ]


def waivers_of(record: Mapping[str, Any], waivers: Iterable[Waiver]) -> tuple[Waiver, ...]:
    """Keep the waivers about a record's target.

    Arguments:
        record: as its schema says.
        waivers: all of the checkout's.
    """
    return for_target(waivers, record["target"]["name"], record["target"]["url"])


def check_waivers(
    record: Mapping[str, Any], waivers: Iterable[Waiver], began: date, today: date
) -> None:
    """Demand that the run excused what this checkout excuses, and that all of it still holds.

    Arguments:
        record: as its schema says.
        waivers: all of the checkout's.
        began: the day of the run.
        today: the gate's day.

    Raises:
        HeldError: a waiver is another, is past its day, or has nothing left to excuse.
    """
    own = waivers_of(record, waivers)
    rows = {row["id"]: row for row in record["requirements"]}
    expected = []
    for waiver in own:
        named = stated_findings(record, waiver.requirement)
        state = waiver.state(
            known=waiver.requirement in rows,
            observed=rows[waiver.requirement]["observed"] if waiver.requirement in rows else 0,
            excused=sum(waiver.about in {finding.requirement, finding.slug} for finding in named),
            today=began,
        )
        expected.append(to_json(waiver, state))
    if record["waivers"] != expected:
        raise HeldError("waivers", "The run excused other deviations than this checkout does.")
    if record["verdict"] != Verdict.PASS:
        return
    for waiver, told in zip(own, expected, strict=True):
        about = f"The waiver for {waiver.about} ({waiver.ticket})"
        if today > waiver.expires:
            raise HeldError("waiver-expired", f"{about} held until {waiver.expires}.")
        if told["state"] in TROUBLESOME:
            raise HeldError("waiver-state", f"{about}: {told['state']}.")
