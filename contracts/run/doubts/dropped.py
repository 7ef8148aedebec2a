"""What was dropped is sent again at the end, to tell the server's fault from the environment's."""

from __future__ import annotations

from dataclasses import replace

from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Probe
from contracts.judging.environment import trouble
from contracts.judging.troubles import ROUND_SECONDS, ROUNDS
from contracts.run.run import Run, Skipped

MOST_SUSPECTS = 4
"""Requests that are sent again: a few name the cause, and more cost what is left of the cap."""


def confirm_dropped(run: Run, family: str) -> None:
    """Send what was dropped again, in rounds with the plain request after each.

    Arguments:
        run: the run, which knows what was dropped.
        family: the probe family in whose name they are sent.
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
