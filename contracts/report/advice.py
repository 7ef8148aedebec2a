"""What to do about a run: release, hold, or ask again; how long a report says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from contracts.run.verdict import Verdict
from contracts.run.waivers import TROUBLESOME, WaiverState

MAX_AGE = timedelta(hours=26)
"""How long ago a run may have started, by default."""


class Advice(StrEnum):
    """What a person who decides on a release does next."""

    RELEASE = "Release"
    HOLD = "Hold"
    ASK_AGAIN = "Ask again"


def advise(record: Mapping[str, Any]) -> Advice:
    """Say what to do, as the gate does, which by default wants a deployment.

    Arguments:
        record: as its schema says.
    """
    if record["verdict"] == Verdict.FAIL:
        return Advice.HOLD
    if record["verdict"] != Verdict.PASS or not record["complete"] or is_rehearsal(record):
        return Advice.ASK_AGAIN
    return Advice.HOLD if needs_attention(record) else Advice.RELEASE


def headline(record: Mapping[str, Any]) -> str:
    """Write what to do; a pass that rests on waivers is one of another kind.

    Arguments:
        record: as its schema says.
    """
    advice = advise(record)
    is_waived = any(waiver["state"] == WaiverState.USED for waiver in record["waivers"])
    return f"{advice} with waived deviations" if advice is Advice.RELEASE and is_waived else advice


def is_rehearsal(record: Mapping[str, Any]) -> bool:
    """Whether the run asked no deployment: the sandbox, or a server on its own machine.

    Arguments:
        record: as its schema says.
    """
    target = record["target"]
    return bool(target["loopback"]) and target["name"] != "staging"


def needs_attention(record: Mapping[str, Any]) -> bool:
    """Whether a waiver is past its day, or excuses nothing: a gate holds either.

    Arguments:
        record: as its schema says.
    """
    return any(waiver["state"] in TROUBLESOME for waiver in record["waivers"])
