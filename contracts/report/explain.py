"""A failure that explains itself: the requirement, the request, the byte that is wrong."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from contracts.harness.codings import CodingProblem
from contracts.harness.credentials import RECIPES
from contracts.harness.exchange import Exchange
from contracts.harness.ledger import Defect
from contracts.harness.probe import Credential
from contracts.harness.run import Run
from contracts.harness.target import KEY_VARIABLE

SHOWN_BODY = 2000
"""Characters of a body that a failure shows."""

_PLAIN_FIELDS = frozenset({b"host", b"authorization", b"content-length"})


def printable(data: bytes | str) -> str:
    """Write bytes so that no terminal and no page acts on them.

    Arguments:
        data: anything that a server sent.
    """
    text = data.decode("utf-8", "backslashreplace") if isinstance(data, bytes) else data
    return "".join(
        c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in text
    )


def sightings(run: Run, defect: Defect) -> str:
    """Say how often a defect was seen, and whether the same request also went without it.

    Arguments:
        run: the run.
        defect: one of its defects.
    """
    asked, shown = run.ledger.sightings(defect)
    seen = len(defect.exchanges)
    words = f"seen in {seen} answer{'s' if seen != 1 else ''}"
    if shown < asked:
        words += f"; intermittent: this very request showed it {shown} of {asked} times"
    return words


def curl(exchange: Exchange, url: str) -> str | None:
    """Write a request as a curl line, or None where a shell can't cook it.

    Arguments:
        exchange: what was sent.
        url: the operation's URL.
    """
    probe = exchange.probe
    if probe.wire is not None or probe.credential not in {Credential.VALID, Credential.ABSENT}:
        return None
    if probe.recipe not in {"valid", "absent"}:
        return None
    if any(not value.isascii() for _, value in exchange.request.fields):
        return None
    words = ["curl", "-i"]
    for name, value in exchange.request.fields:
        if name.lower() not in _PLAIN_FIELDS:
            text = f"{name.decode()}: {value.decode()}" if value else f"{name.decode()};"
            words.append(f"-H {shlex.quote(text)}")
    if probe.recipe == "valid":
        words.append(f'-H "Authorization: Bearer ${KEY_VARIABLE}"')
    if probe.body is not None:
        body = probe.body.decode("utf-8", "replace")
        words.append(f"-X GET --data-binary {shlex.quote(body[:500])}")
    query = f"?{probe.query.decode('latin-1')}" if probe.query is not None else ""
    words.append(shlex.quote(url + query))
    return " ".join(words)


def one_line(run: Run, defect: Defect) -> str:
    """Tell a defect in one line.

    Arguments:
        run: the run.
        defect: one of its defects.
    """
    finding = defect.finding
    return (
        f"{finding.requirement}: {printable(finding.where)}: expected {printable(finding.expected)},"
        f" found {printable(finding.found)} ({sightings(run, defect)})"
    )


def explain(run: Run, defects: Iterable[Defect]) -> str:
    """Tell defects so that a person need not read the source.

    Arguments:
        run: the run.
        defects: what to tell.
    """
    return "\n\n".join("\n".join(_explain(run, defect)) for defect in defects)


def _explain(run: Run, defect: Defect) -> Iterable[str]:
    finding = defect.finding
    requirement = run.judge.catalogue.requirements[finding.requirement]
    exchange = run.exchanges[finding.exchange]
    yield f"{requirement.level} {requirement.id}: {requirement.sentence}"
    yield f"  source    {requirement.source}: “{requirement.quote}”"
    yield f"  where     {printable(finding.where)}"
    yield f"  expected  {printable(finding.expected)}"
    yield f"  found     {printable(finding.found)}"
    if finding.clause:
        yield f"  clause    {finding.clause}"
    probe = exchange.probe
    yield f"  probe     {probe.name} — {RECIPES[probe.recipe].sentence}"
    line = curl(exchange, run.client.url)
    if line is not None:
        yield f"  request   {line}"
    else:
        yield f"  request   python -m contracts probe {finding.slug}"
    yield f"  seen      {sightings(run, defect)}"
    response = exchange.response
    yield f"  answer    exchange {exchange.number}, status {response.status or 'unreadable'}"
    for name, value in response.fields:
        yield f"            {printable(name)}: {printable(value)[:200]}"
    yield f"            {printable(shown_body(run, exchange))}"


def shown_body(run: Run, exchange: Exchange) -> str:
    """Give the body as far as a person wants to see it.

    Arguments:
        run: the run.
        exchange: one of its exchanges.
    """
    judgement = run.judgements.get(exchange.number)
    body: bytes | CodingProblem = exchange.response.content or exchange.received
    if judgement is not None and exchange.response.content:
        body = judgement.reading.decoded
    if isinstance(body, CodingProblem):
        body = exchange.response.content
    text = body[: SHOWN_BODY * 4].decode("utf-8", "backslashreplace")
    return text[:SHOWN_BODY] + ("…" if len(text) > SHOWN_BODY else "")
