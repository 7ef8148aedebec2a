"""What to do about a run (release, hold, or run again), and for how long a report is valid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from contracts.run.verdict import Verdict
from contracts.run.waivers import TROUBLESOME, WaiverState

MAX_AGE = timedelta(hours=26)
"""The default maximum age of a run, counted from its start."""


class Advice(StrEnum):
    """The next step for whoever decides on a release."""

    RELEASE = "Release"
    HOLD = "Hold"
    ASK_AGAIN = "Ask again"


def advise(record: Mapping[str, Any]) -> Advice:
    """Return what to do, as the gate would, which by default requires a deployment.

    Arguments:
        record: a schema-valid record.
    """
    if record["verdict"] == Verdict.FAIL:
        return Advice.HOLD
    if record["verdict"] != Verdict.PASS or not record["complete"] or is_rehearsal(record):
        return Advice.ASK_AGAIN
    return Advice.HOLD if needs_attention(record) else Advice.RELEASE


def headline(record: Mapping[str, Any]) -> str:
    """Return what to do, in words; a pass that relies on waivers has its own.

    Arguments:
        record: a schema-valid record.
    """
    advice = advise(record)
    is_waived = any(waiver["state"] == WaiverState.USED for waiver in record["waivers"])
    return f"{advice} with waived deviations" if advice is Advice.RELEASE and is_waived else advice


def is_rehearsal(record: Mapping[str, Any]) -> bool:
    """Whether the target was no deployment, but the sandbox or a local server.

    Arguments:
        record: a schema-valid record.
    """
    target = record["target"]
    return bool(target["loopback"]) and target["name"] != "staging"


def needs_attention(record: Mapping[str, Any]) -> bool:
    """Whether a waiver has expired or excuses nothing: a gate holds on either.

    Arguments:
        record: a schema-valid record.
    """
    return any(waiver["state"] in TROUBLESOME for waiver in record["waivers"])
