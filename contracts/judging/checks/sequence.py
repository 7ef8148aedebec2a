"""Checks that span several responses: per-request authentication, uniform refusals."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256

from contracts.http.probe import Credential
from contracts.judging.checks.registry import finding, sequence_check
from contracts.judging.expectation import TRAILING_BLANK
from contracts.judging.finding import Finding
from contracts.judging.firewall import blocked, is_attack, is_neutral, obstruction
from contracts.judging.reading import Reading, of_body

_LONGEST = 2000
_SHOWN = 160
"""Octets of a refusal that are shown next to another."""

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


@of_body
def _content(reading: Reading) -> str:
    """A refusal's content without what varies between refusals; hashed if it is long."""
    value = reading.json[0] if reading.readable else None
    if isinstance(value, dict):
        value = {name: member for name, member in value.items() if name != "stack"}
    text = json.dumps(value, sort_keys=True, default=str) if value is not None else ""
    text = _VARIES.sub("#", text)
    return text if len(text) <= _LONGEST else sha256(text.encode()).hexdigest()


def _refusal(reading: Reading) -> tuple[object, ...]:
    challenge = json.dumps(reading.response.values("www-authenticate"))
    return reading.status, reading.media_type, _content(reading), _VARIES.sub("#", challenge)


@sequence_check("trailing-blank-is-trimmed")
def trailing_blank_is_trimmed(
    readings: Sequence[Reading],
) -> tuple[Sequence[Reading], Iterable[Finding]]:
    """Whitespace after a field's value is not part of the value (RFC 9110 §5.5)."""
    plain = [r for r in readings if r.answered and r.probe.plain]
    padded = [reading for reading in plain if reading.probe.recipe == TRAILING_BLANK]
    if not any(r.probe.recipe == "valid" and 200 <= r.status < 300 for r in plain):
        return (), ()  # the bare key is refused too
    refused = [reading for reading in padded if reading.status == 401]
    requirement, expected = "trailing-blank-is-trimmed", "what the bare key gets"
    return padded, [finding(r, requirement, "status", expected, "401") for r in refused[:1]]


OTHER_SHAPES = frozenset(
    {
        "append-comma-and-word",
        "append-percent-nul",
        "append-semicolon-and-word",
        "append-colon-and-word",
        "append-hash",
        "append-question-mark",
        "append-spelled-line-feed",
        "blank-inside",
        "percent-encoded-key",
        "change-first-prefix-character",
        "lower-prefix",
        "upper-prefix",
        "change-prefix-dash",
        "change-prefix-slash",
        "last-octet-beyond-ascii",
    }
)
"""Near keys (slugs of recipes) that a server may call malformed: another prefix, or characters that
no key has."""


def _shape(reading: Reading) -> tuple[int, int]:
    """Length and word count of the credentials: what a server may call malformed."""
    fields = reading.exchange.request.fields
    scheme = reading.operation.scheme
    value = b"".join(value for name, value in fields if name.lower() == scheme.name)
    return len(value), len(value.split())


def _in_short(reading: Reading) -> str:
    """A refusal in the form in which a person compares it with another."""
    text = reading.response.content[:_SHOWN].decode("utf-8", "backslashreplace")
    return f"{reading.status} {' '.join(text.split())}"


@sequence_check("refusals-are-alike")
def refusals_are_alike(
    readings: Sequence[Reading],
) -> tuple[Sequence[Reading], Iterable[Finding]]:
    """A nearly right key is refused in the same words as random ones of its shape."""
    far: dict[tuple[int, int], dict[tuple[object, ...], Reading]] = defaultdict(dict)
    near: list[Reading] = []
    for reading in readings:
        probe = reading.probe
        if not reading.answered or not probe.plain or reading.status != 401:
            continue
        if reading.exchange.is_cut:
            continue  # its content is incomplete
        if probe.recipe.startswith("random-"):
            far[_shape(reading)].setdefault(_refusal(reading), reading)
        elif probe.credential is Credential.WRONG and probe.near:
            near.append(reading)
    # If the words already vary among random keys of one shape, they reveal nothing.
    controls = {shape: words for shape, words in far.items() if len(words) == 1}
    near = [r for r in near if _shape(r) in controls and r.probe.recipe not in OTHER_SHAPES]
    told = [reading for reading in near if _refusal(reading) not in controls[_shape(reading)]]
    if not told:
        return near, ()
    expected = "the answer that a random key of the same shape gets"
    [control] = controls[_shape(told[0])].values()
    found = (
        f"{len(told)} of {len(near)} nearly right keys are answered otherwise: "
        f"{_in_short(told[0])}, where a random key gets {_in_short(control)}"
    )
    return near, [finding(told[0], "refusals-are-alike", "body", expected, found)]


@sequence_check("firewall-lets-probes-pass")
def firewall_lets_probes_pass(
    readings: Sequence[Reading],
) -> tuple[Sequence[Reading], Iterable[Finding]]:
    """A request that a firewall blocks never reaches the API, so nothing is known about it."""
    shaped = [each for each in readings if each.answered and is_attack(each.exchange)]
    by_firewall, _ = blocked([reading.exchange for reading in shaped])
    shaped = [reading for reading in shaped if not is_neutral(reading.probe)]
    by_firewall = [exchange for exchange in by_firewall if not is_neutral(exchange.probe)]
    if not by_firewall:
        return shaped, ()
    words = f"a firewall's page for {len(by_firewall)} of {len(shaped)} such requests"
    return shaped, [obstruction(by_firewall[0], words)]
