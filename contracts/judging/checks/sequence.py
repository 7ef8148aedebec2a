"""What spans several answers: authentication decided each time, refusals alike."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from contracts.http.probe import Credential
from contracts.judging.checks.registry import finding, sequence_check
from contracts.judging.finding import Finding
from contracts.judging.reading import Reading

_VARIES = re.compile(r"[0-9a-fA-F]{8,}(?:-[0-9a-fA-F]{4,})*|\d+")


@sequence_check("authentication-per-request")
def authentication_per_request(
    readings: Sequence[Reading],
) -> tuple[Sequence[Reading], Iterable[Finding]]:
    """The same plain request is served each time or refused each time (RFC 9110 §3.3)."""
    asked = defaultdict(list)
    for reading in readings:
        if reading.probe.plain and reading.answered:
            if 200 <= reading.status < 300:
                asked[reading.probe.recipe].append((True, reading))
            elif reading.status in {401, 403}:
                asked[reading.probe.recipe].append((False, reading))
    observed, findings = [], []
    for outcomes in asked.values():
        if len(outcomes) < 2:
            continue
        observed.append(outcomes[-1][1])
        credential = outcomes[0][1].probe.credential
        right = credential in {Credential.VALID, Credential.DRESSED, Credential.DOUBLED}
        if len({served for served, _ in outcomes}) == 1:
            continue
        stray = next(reading for served, reading in outcomes if served is not right)
        expected = "the same decision each time the same request is sent"
        words = "served" if not right else "refused"
        count = sum(served is not right for served, _ in outcomes)
        found = f"{words} {count} of {len(outcomes)} times"
        findings.append(finding(stray, "authentication-per-request", "status", expected, found))
    return observed, findings


def _refusal(reading: Reading) -> str:
    value = reading.json[0] if reading.readable else None
    if isinstance(value, dict):
        value = {name: member for name, member in value.items() if name != "stack"}
    shown = [
        reading.status,
        reading.media_type,
        json.dumps(value, sort_keys=True, default=str) if value is not None else "",
        reading.response.values("www-authenticate"),
    ]
    return _VARIES.sub("#", json.dumps(shown))


@sequence_check("refusals-are-alike")
def refusals_are_alike(
    readings: Sequence[Reading],
) -> tuple[Sequence[Reading], Iterable[Finding]]:
    """A nearly right key is refused in the words that a random one of its shape gets."""
    far: dict[str, Reading] = {}
    near: list[Reading] = []
    for reading in readings:
        probe = reading.probe
        if not reading.answered or not probe.plain or reading.status != 401:
            continue
        if probe.recipe.startswith("random-key-"):
            far.setdefault(_refusal(reading), reading)
        elif probe.credential is Credential.WRONG and (
            probe.near or probe.recipe.startswith("random-")
        ):
            near.append(reading)
    if not far or not near:
        return (), ()
    told = [reading for reading in near if _refusal(reading) not in far]
    if len(far) > 1 or not told:  # words that vary for keys of one shape tell nothing
        return near, ()
    expected = "the answer that a random key of the same shape gets"
    found = f"{len(told)} of {len(near)} nearly right keys are answered otherwise"
    return near, [finding(told[0], "refusals-are-alike", "body", expected, found)]
