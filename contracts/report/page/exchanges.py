"""All exchanges of a run, to list and filter: the page unpacks them on demand."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

from contracts.report.page.markup import Html, join, tag
from contracts.report.page.words import fold, section
from contracts.report.reason import count
from contracts.report.record import inert
from contracts.report.text.excerpt import status_words
from contracts.run.run import Run

_MOST_STATUSES = 3


def exchanges_html(run: Run) -> Html | None:
    """Write the place where exchanges.js lists them, and what the packed exchanges lack.

    Arguments:
        run: the finished run.
    """
    if not run.exchanges:
        return None
    statuses = Counter(each.response.status for each in run.exchanges.values())
    common = statuses.most_common(_MOST_STATUSES)
    told = ", ".join(f"{times:,} × {status_words(status)}" for status, times in common)
    rest = len(statuses) - len(common)
    more = f" and {rest} more" if rest else ""
    title = f"{count(len(run.exchanges), 'exchange')}: {told}{more}"
    without = tag("noscript", tag("p", "A script unpacks and lists them; recheck reads them too."))
    listed = fold(title, without, tag("div", class_="listing"), id="exchange-list")
    index = json.dumps(_index(run), separators=(",", ":"))
    data = Html(f'<script type="application/json" id="exchange-index">{inert(index)}</script>')
    note = "each request and its answer as they were on the wire, by status, family, requirement"
    return section("exchanges", "All exchanges", join((listed, data)), note=note)


def _index(run: Run) -> dict[str, object]:
    """Return each exchange's status, and which requirements it tested and broke."""
    names = list(run.judge.catalogue.requirements)
    places = {name: place for place, name in enumerate(names)}
    broken: dict[int, set[str]] = defaultdict(set)
    for defect in run.defects():
        for number in defect.exchanges:
            broken[number].add(defect.finding.requirement)
    sets: dict[tuple[int, ...], int] = {}

    def placed(requirements: frozenset[str] | set[str]) -> int:
        return sets.setdefault(tuple(sorted(places[name] for name in requirements)), len(sets))

    rows = []
    for number in sorted(run.exchanges):
        judgement = run.judgements.get(number)
        tested = judgement.observed if judgement is not None else frozenset()
        status = run.exchanges[number].response.status
        rows.append([status, placed(tested | broken[number]), placed(broken[number])])
    statuses = {status: status_words(status) for status in sorted({row[0] for row in rows})}
    return {"requirements": names, "sets": list(sets), "statuses": statuses, "rows": rows}
