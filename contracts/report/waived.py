"""Waivers as the machine record holds them, and what they excuse of its findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from contracts.judging.finding import Finding
from contracts.run.waivers import Waiver, WaiverState, for_target


def to_json(waiver: Waiver, state: WaiverState, findings: Iterable[Finding] = ()) -> dict[str, Any]:
    """Write a waiver, and what became of it, as the record holds them.

    Arguments:
        waiver: one of the target's.
        state: what became of it in the run.
        findings: all that the run found.
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
        "findings": sorted(each.slug for each in findings if waiver.concerns(each)),
    }


def account(waiver: Waiver, state: WaiverState, findings: Iterable[Finding]) -> str:
    """Say in a line what became of a waiver.

    Arguments:
        waiver: one of the target's.
        state: what became of it in the run.
        findings: all that the run found.
    """
    found = list(findings)
    words = f"waiver for {waiver.about} ({waiver.ticket}, until {waiver.expires}): {state}"
    if state is WaiverState.USED:
        causes = sum(waiver.concerns(finding) for finding in found)
        words += f", excuses {causes} cause{'s' if causes != 1 else ''}"
    names = waiver.renamed(found)
    return f"{words}; name it {' or '.join(names)}" if names else words


def from_json(data: Mapping[str, Any]) -> Waiver:
    """Read a waiver back.

    Arguments:
        data: what `to_json` wrote.

    Raises:
        ValueError: its day is none of the calendar.
    """
    given = {name: value for name, value in data.items() if name not in {"state", "findings"}}
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
        Finding(
            requirement,
            each["exchange"],
            each["where"],
            each["expected"],
            each["found"],
            cause=each["cause"],
        )
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
