"""If a run requests several resources, each body is about the one that was requested."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache

from contracts.document.operation import Operation
from contracts.document.plain_request import Variation
from contracts.judging.checks.registry import check, finding
from contracts.judging.finding import Finding
from contracts.judging.reading import Reading

_ID = "resource-is-its-own"


@check(_ID)
def resource_is_its_own(reading: Reading) -> Iterable[Finding] | None:
    """A body that names the id of one of the resources names that of its own."""
    if not reading.readable or not 200 <= reading.status < 300:
        return None
    probe, decoded = reading.probe, reading.decoded
    own = Variation(path=probe.path)
    known = _ids(reading.operation)
    if own not in known or len(known) < 2 or not isinstance(decoded, bytes):
        return None
    if known[own].search(decoded):
        return ()
    for other, named in known.items():
        shown = None if other == own else named.search(decoded)
        if shown is not None:
            expected = "the id of the resource that was asked, or none"
            found = f"{shown[0].decode('utf-8', 'replace')}, which is another resource's"
            return (finding(reading, _ID, "body", expected, found),)
    return None


@cache
def _ids(operation: Operation) -> Mapping[Variation, re.Pattern[bytes]]:
    """Patterns for the path values that only one of the resources has, by resource."""
    plain = operation.plain
    of_each = {Variation(): plain.values}
    for given, variation in zip(plain.others, plain.resources.values(), strict=True):
        of_each[Variation(path=variation.path)] = {**plain.values, **given}
    told_apart = {}
    for variation, values in of_each.items():
        others = [each for path, each in of_each.items() if path != variation]
        own = {
            name: value
            for name, value in values.items()
            if f"{{{name}}}" in plain.template and all(each[name] != value for each in others)
        }
        if own:
            told_apart[variation] = _names_one_of(own)
    return told_apart


def _names_one_of(values: Mapping[str, str]) -> re.Pattern[bytes]:
    """Match one of the values as a JSON string, or as a number under the name `id` or its own."""
    found = []
    for name, value in values.items():
        found.append(re.escape(json.dumps(value, ensure_ascii=False)))
        if value.isdecimal():
            found.append(rf'"(?:id|{re.escape(name)})"\s*:\s*{value}(?=[\s,}}])')
    return re.compile("|".join(found).encode())
