"""The requests that led to a finding that no single request shows, in order."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.http.exchange import Exchange
from contracts.judging.defects import Defect
from contracts.report.text.excerpt import status_words
from contracts.report.text.printing import inline, shortened
from contracts.run.run import Run

MOST = 6
"""Most requests that are named, including the finding's own, which comes last."""

OF_SEVERAL = frozenset({"authentication-per-request"})
"""Requirements whose violation shows in several answers, in their order."""


def story(run: Run, defect: Defect) -> list[str]:
    """List the requests that led to a finding, with their answers; empty if one alone shows it.

    Arguments:
        run: the run.
        defect: one of its defects.
    """
    finding = defect.finding
    if finding.requirement not in OF_SEVERAL and finding.where != "cache":
        return []
    before = list(_before(run, finding.exchange))[-MOST + 1 :]
    return [_line(exchange) for exchange in (*before, run.exchanges[finding.exchange])]


def _before(run: Run, number: int) -> Iterator[Exchange]:
    """Yield the earlier exchanges that are plain or on the same connection."""
    own = run.exchanges[number]
    for each in sorted(run.exchanges):
        exchange = run.exchanges[each]
        if each < number and (exchange.probe.plain or exchange.connection == own.connection):
            yield exchange


def _line(exchange: Exchange) -> str:
    name = shortened(inline(exchange.probe.name), 60)
    answer = exchange.fault.kind if exchange.fault else status_words(exchange.response.status)
    return f"{exchange.number}. {name}: {answer}"
