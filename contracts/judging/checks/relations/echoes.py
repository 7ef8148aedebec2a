"""A body that repeats a requested value repeats the right one."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.document.relations.values import NOTHING, SANE, at, text
from contracts.judging.checks.registry import Judged, finding, sequence_check
from contracts.judging.checks.relations.pages import given_by, in_path
from contracts.judging.reading import Reading


@sequence_check("answer-is-for-the-request")
def answer_is_for_the_request(readings: Sequence[Reading]) -> Judged:
    """Where the body repeats a requested value, it has that value and no other."""
    observed, findings = [], []
    for reading in readings:
        given = given_by(reading)
        if given is None:
            continue
        asked = {**given, **in_path(reading)}
        for name, pointer in reading.operation.relations.echoes.items():
            values, value = asked.get(name, ()), at(reading.json[0], pointer)
            if len(values) != 1 or not SANE.fullmatch(values[0]) or value is NOTHING:
                continue
            observed.append(reading)
            if text(value) != values[0]:
                expected, found = f"the value of {name} that was asked for", repr(value)
                requirement = "answer-is-for-the-request"
                findings.append(finding(reading, requirement, pointer, expected, found))
    return observed, findings
