"""What is wrong, in one line: the violation, then the request that shows it."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.document.json_pointer import unescape
from contracts.http.probe import Credential, Probe
from contracts.judging.causes import ANY, ANY_KEY
from contracts.judging.defects import Defect
from contracts.judging.finding import STATUS, Finding
from contracts.probes.credentials import RECIPES
from contracts.report.text.excerpt import place_of, status_words
from contracts.report.text.layout import last_token
from contracts.report.text.printing import inline, shortened
from contracts.run.run import Run

WIDEST = 60
"""Most characters of a field, a query or a value in a headline."""

MOST_NAMED = 2
"""Most fields of a request that a headline names."""

_STATUS = {
    "bad-key-is-refused": "Served without a valid key",
    "refusal-is-401": "{found} instead of 401",
    "valid-key-gets-200": "{found} though the key is valid",
    "status-is-documented": "{found}, which is not documented",
    "preconditions-after-authentication": "{found} before the key is checked",
    "no-server-error": "{found}",
    "range-is-no-failure": "{found} for a range",
    "trailing-blank-is-trimmed": "Whitespace after the key is taken as part of it",
}
"""What a status means, by requirement."""

_SPANNING = {
    "authentication-per-request": "The same request is {found}",
    "refusals-are-alike": "Nearly right keys are refused differently: {found}",
    "firewall-lets-probes-pass": "A firewall keeps probes from the API: {found}",
}
"""What several answers show together, by requirement."""


def headline(run: Run, defect: Defect) -> str:
    """Say what is wrong, and which request shows it.

    Arguments:
        run: the run.
        defect: one of its defects.
    """
    finding = defect.finding
    probe = run.exchanges[finding.exchange].probe
    return f"{_violation(run, finding)}{_for(probe, finding)}"


def _violation(run: Run, finding: Finding) -> str:
    found = shortened(inline(finding.found), WIDEST)
    if finding.requirement in _SPANNING:
        return _SPANNING[finding.requirement].format(found=found)
    if finding.where == STATUS:
        found = found.partition(", which")[0]
        found = f"Status {found}" if found.isdigit() else found
        return _STATUS.get(finding.requirement, "{found}").format(found=found)
    place = place_of(run, finding)
    if place.is_pointer:
        return _in_body(run, finding, place.keyword, found)
    expected = shortened(inline(finding.expected), WIDEST)
    if finding.requirement == "no-server-error":
        return "The server crashes" if found.startswith("none") else "Never answered"
    where = inline(place.words)
    return f"{where[:1].upper()}{where[1:]}: {found}; expected {expected}"


def _in_body(run: Run, finding: Finding, keyword: str, found: str) -> str:
    """Say what is wrong with a body: a missing or extra member, or a wrong value."""
    status = status_words(run.exchanges[finding.exchange].response.status).partition(" ")[0]
    name = member(finding.where)
    if keyword == "required":
        lacking = member(f"{finding.where}/{last_token(finding.clause or '')}")
        return f"{status} body lacks `{lacking}`"
    if keyword == "additionalProperties":
        return f"{status} body has `{name}`, which its schema does not allow"
    expected = shortened(inline(finding.expected), WIDEST)
    subject = f"`{name}`" if name else "the whole"
    return f"{status} body: {subject} is {found}; expected {expected}"


def member(pointer: str) -> str:
    """Write a JSON pointer in dotted notation: `balance.currencyCode`, `items[0].id`.

    Arguments:
        pointer: a pointer into a body.
    """
    words = ""
    for step in pointer.split("/")[1:]:
        name = unescape(step)
        if name.isdigit():
            words += f"[{name}]"
        else:
            words += f".{name}" if words else name
    return shortened(inline(words), WIDEST)


def _for(probe: Probe, finding: Finding) -> str:
    """Name what is odd about the request, or nothing if any request shows the finding."""
    if finding.cause in {ANY, ANY_KEY} or finding.requirement in _SPANNING:
        return ""
    odd = list(oddities_of(probe))
    if not odd:
        return ""
    named = " and ".join(odd)
    if finding.requirement == "bad-key-is-refused":
        return f" to {named}"
    return f" for {named}"


def oddities_of(probe: Probe) -> Iterator[str]:
    """Yield what is odd about a request compared with the plain one, most informative first.

    Arguments:
        probe: any probe.
    """
    if probe.wire is not None:
        yield f"the raw request {inline(probe.name.partition(',')[0])}"
        return
    yield from carried(probe)
    alone = probe.plain
    recipe = RECIPES.get(probe.recipe)
    if alone and recipe is not None and probe.credential is not Credential.VALID:
        yield f"a client that {recipe.sentence}"


def carried(probe: Probe) -> Iterator[str]:
    """Yield the path, fields, query and content that a request has in addition to the plain one's.

    Arguments:
        probe: any probe.
    """
    if probe.path is not None:
        yield f"`{shortened(inline(probe.path), WIDEST)}`"
    for name, value in probe.fields[:MOST_NAMED]:
        yield f"`{shortened(inline(name + b': ' + value), WIDEST)}`"
    if len(probe.fields) > MOST_NAMED:
        yield f"{len(probe.fields) - MOST_NAMED} fields more"
    if probe.query is not None:
        yield f"`?{shortened(inline(probe.query), WIDEST)}`"
    if probe.body is not None:
        yield f"content of {len(probe.body):,} bytes"
