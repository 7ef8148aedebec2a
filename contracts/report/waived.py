"""Waivers in the machine record, and which of its findings they excuse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from contracts.judging.finding import Finding
from contracts.run.waivers import Waiver, WaiverState, for_target


def to_json(waiver: Waiver, state: WaiverState, findings: Iterable[Finding] = ()) -> dict[str, Any]:
    """Return a waiver and its state as JSON for the record.

    Arguments:
        waiver: one of the target's.
        state: its state after the run.
        findings: all findings of the run.
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
    """Describe a waiver's state in one line.

    Arguments:
        waiver: one of the target's.
        state: its state after the run.
        findings: all findings of the run.
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
        data: the result of `to_json`.

    Raises:
        ValueError: its expiry date is invalid.
    """
    given = {name: value for name, value in data.items() if name not in {"state", "findings"}}
    return Waiver(**given | {"expires": date.fromisoformat(data["expires"])})


def is_excused(findings: Sequence[Finding], waivers: Iterable[Waiver], day: date) -> bool:
    """Whether there are findings, and waivers that excuse all of them.

    Arguments:
        findings: those of one requirement.
        waivers: the target's.
        day: the day of the run.
    """
    known = tuple(waivers)
    return bool(findings) and all(any(w.excuses(f, day) for w in known) for f in findings)


def stated_findings(record: Mapping[str, Any], requirement: str) -> list[Finding]:
    """Return the findings that a record states for one requirement.

    Arguments:
        record: a schema-valid record.
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
    """Keep the waivers for a record's target.

    Arguments:
        record: a schema-valid record.
        waivers: all of the checkout's.
    """
    return for_target(waivers, record["target"]["name"], record["target"]["url"])
