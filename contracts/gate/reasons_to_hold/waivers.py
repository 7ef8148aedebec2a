"""The gate's demands on waivers: the checkout's own, not expired, and each excusing something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from contracts.gate.reasons_to_hold.held import HeldError
from contracts.report.waived import stated_findings, to_json, waivers_of
from contracts.run.verdict import Verdict
from contracts.run.waivers import TROUBLESOME, Waiver


def check_waivers(
    record: Mapping[str, Any], waivers: Iterable[Waiver], began: date, today: date
) -> None:
    """Require that the run used this checkout's waivers, and that all are still valid and needed.

    Arguments:
        record: a schema-valid record.
        waivers: all of the checkout's.
        began: the day of the run.
        today: the gate's day.

    Raises:
        HeldError: a waiver differs, has expired, or has nothing left to excuse.
    """
    own = waivers_of(record, waivers)
    rows = {row["id"]: row for row in record["requirements"]}
    expected = []
    for waiver in own:
        named = stated_findings(record, waiver.requirement)
        state = waiver.state(
            known=waiver.requirement in rows,
            observed=rows[waiver.requirement]["observed"] if waiver.requirement in rows else 0,
            findings=named,
            today=began,
        )
        expected.append(to_json(waiver, state, named))
    if record["waivers"] != expected:
        raise HeldError("waivers", "The run excused other deviations than this checkout does.")
    if record["verdict"] != Verdict.PASS:
        return
    for waiver, told in zip(own, expected, strict=True):
        about = f"The waiver for {waiver.about} ({waiver.ticket})"
        if today > waiver.expires:
            raise HeldError("waiver-expired", f"{about} held until {waiver.expires}.")
        if told["state"] in TROUBLESOME:
            names = waiver.renamed(stated_findings(record, waiver.requirement))
            hint = f"; name it {' or '.join(names)}" if names else ""
            raise HeldError("waiver-state", f"{about}: {told['state']}{hint}.")
