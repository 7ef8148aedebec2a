"""Neighbours of a finding: other answers that show it, and other findings of its requirement."""

from __future__ import annotations

from contracts.judging.defects import Defect
from contracts.report.page.markup import Html, join, tag
from contracts.report.page.words import fold, with_code
from contracts.report.reason import count
from contracts.report.text.excerpt import status_words
from contracts.report.text.headline import headline
from contracts.report.text.printing import inline, shortened
from contracts.run.run import Run

_MOST = 30


def neighbours_html(run: Run, defect: Defect, most_listed: int) -> Html | None:
    """Write the neighbours of a finding.

    Arguments:
        run: the finished run.
        defect: one of its defects.
        most_listed: how many findings the page shows.
    """
    finding = defect.finding
    alike = sorted(defect.exchanges - {finding.exchange})
    kin = [
        other
        for other in run.defects()[:most_listed]
        if other.finding.requirement == finding.requirement and other.finding.slug != finding.slug
    ]
    if not alike and not kin:
        return None
    items = [_answer(run, number) for number in alike[:_MOST]]
    if len(alike) > _MOST:
        told = f"and {len(alike) - _MOST:,} more"
        more = tag("a", told, href="#exchanges", data_broken=finding.requirement)
        items.append(tag("li", more))
    others = [
        tag("p", "This promise is also broken here: ", _kin(run, each)) for each in kin[:_MOST]
    ]
    parts = [f"{count(len(alike), 'more answer')} like it"] if alike else []
    parts += [f"{count(len(kin), 'other finding')} of this promise"] if kin else []
    listed = tag("ul", *items) if items else None
    return fold(join((tag("b", "Fails alike: "), ", ".join(parts))), *others, listed)


def _answer(run: Run, number: int) -> Html:
    exchange = run.exchanges[number]
    link = tag("a", f"#{number}", href="#exchanges", data_exchange=number)
    words = f"{exchange.probe.family}: {inline(exchange.probe.name)}"
    return tag("li", link, f" {status_words(exchange.response.status)} · {words}")


def _kin(run: Run, defect: Defect) -> Html:
    shown = with_code(shortened(inline(headline(run, defect)), 200))
    return tag("a", shown, href=f"#finding-{defect.finding.slug}")
