"""Dropped requests are repeated at the end, to tell a server fault from an environment fault."""

from __future__ import annotations

from dataclasses import replace

from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Probe
from contracts.judging.environment import trouble
from contracts.judging.troubles import ROUND_SECONDS, ROUNDS
from contracts.run.run import Run, Skipped

MOST_SUSPECTS = 4
"""Most requests to repeat: a few identify the cause, and more would use up the cap."""


def confirm_dropped(run: Run, family: str) -> None:
    """Repeat dropped requests in rounds, with the plain request after each.

    Arguments:
        run: the run, which knows what was dropped.
        family: the probe family that they count for.
    """
    suspects = list(run.suspects.values())[:MOST_SUSPECTS]
    for number in range(1, ROUNDS + 1):
        if number > 1 and suspects:
            run.client.pace.hold(ROUND_SECONDS)
        suspects = [probe for probe in suspects if _is_dropped_again(run, probe, family, number)]


def _is_dropped_again(run: Run, probe: Probe, family: str, number: int) -> bool:
    name = f"{probe.name}, round {number}"
    asked = run.ask(replace(probe, name=name, family=family, fresh=True), attempts=1)
    if isinstance(asked, Skipped) or trouble(asked) is None:
        return False
    plain = Probe(f"plain behind {name}", family, "valid", Credential.VALID, fresh=True)
    return _is_answered(run.ask(plain))


def _is_answered(asked: Exchange | Skipped) -> bool:
    return isinstance(asked, Exchange) and trouble(asked) is None
