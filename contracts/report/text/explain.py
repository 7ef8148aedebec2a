"""The explanation of a failure: the requirement, the request, the byte that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from contracts.http.exchange import Exchange
from contracts.http.probe import Probe
from contracts.judging.defects import Defect
from contracts.probes.credentials import RECIPES
from contracts.report.text.curl import asked_of, curl
from contracts.report.text.excerpt import Place, answer_of, place_of, status_words
from contracts.report.text.headline import carried, headline
from contracts.report.text.layout import Line, windows
from contracts.report.text.printing import inline, printable, shortened
from contracts.report.text.story import story
from contracts.run.run import Run

__all__ = ["curl", "explain", "one_line", "printable", "sightings"]

WIDTH = 100
"""Most columns of an answer's line."""
MOST_FIELDS, MOST_LINES = 4, 7
"""Most lines of a header section and of a body in a failure, which has some 25 lines in all."""
MOST_DEFECTS = 20
"""Most defects shown in full, and most others shown in one line each."""

MOST_FAMILIES = 4
"""Most probe families that a failure names."""

_LABEL = 10


def sightings(run: Run, defect: Defect) -> str:
    """Say how often a defect was seen, and whether the same request sometimes did not show it.

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


def probe_words(probe: Probe) -> str:
    """Return a probe's name and a description of its credentials.

    Arguments:
        probe: any probe.
    """
    recipe = RECIPES.get(probe.recipe)
    sentence = recipe.sentence if recipe else "sends credentials that are among its fields"
    odd = " and ".join(carried(probe)) if probe.wire is None else ""
    return f"{inline(probe.name)} — {sentence}" + (f", plus {odd}" if odd else "")


def one_line(run: Run, defect: Defect) -> str:
    """Describe a defect in one line.

    Arguments:
        run: the run.
        defect: one of its defects.
    """
    return f"{headline(run, defect)} ({defect.finding.requirement}; {sightings(run, defect)})"


def explain(run: Run, defects: Sequence[Defect], most: int = MOST_DEFECTS) -> str:
    """Explain defects so that nobody needs to read the source.

    Arguments:
        run: the run.
        defects: the defects to explain.
        most: how many are shown in full; the next get one line each, the rest are counted.
    """
    paragraphs = ["\n".join(_explain(run, defect)) for defect in defects[:most]]
    lines = [one_line(run, defect) for defect in defects[most : most + MOST_DEFECTS]]
    rest = len(defects) - most - MOST_DEFECTS
    if rest > 0:
        lines.append(f"… and {rest:,} more finding{'s' if rest != 1 else ''}, all in the report")
    return "\n\n".join([*paragraphs, "\n".join(lines)] if lines else paragraphs)


def _explain(run: Run, defect: Defect) -> Iterator[str]:
    finding = defect.finding
    requirement = run.judge.catalogue.requirements[finding.requirement]
    exchange = run.exchanges[finding.exchange]
    place = place_of(run, finding)
    yield headline(run, defect)
    yield _row("broken", f"{requirement.level} {requirement.id}: {requirement.sentence}")
    quote = f": “{requirement.quote}”" if requirement.quote else ""
    yield _row("source", f"{requirement.source}{quote}")
    if requirement.source_url:
        yield _row("", requirement.source_url)
    yield _row("where", inline(place.words))
    yield _row("expected", _brief(finding.expected))
    yield _row("found", _brief(finding.found))
    seen = sightings(run, defect).removeprefix("seen ")
    families = sorted(defect.families)
    by = ", ".join(families) if len(families) <= MOST_FAMILIES else f"{len(families)} families"
    yield _row("seen", f"{seen}; by {by}")
    yield _row("probe", probe_words(exchange.probe))
    for number, step in enumerate(story(run, defect)):
        yield _row("" if number else "in order", step)
    line = curl(exchange, *asked_of(run))
    if line is not None:
        yield _row("request", shortened(line, 1000))
    yield _row("again", inline(run.again(finding.slug)))
    yield _row("answer", f"exchange {exchange.number}, {status_words(exchange.response.status)}")
    yield from _answer(exchange, place)


def _answer(exchange: Exchange, place: Place) -> Iterator[str]:
    """Yield the answer's lines, with `>` before the marked ones and carets beneath."""
    answer = answer_of(exchange, place)
    yield from _lines(windows(list(answer.head), most=MOST_FIELDS, width=WIDTH))
    if answer.head and answer.body:
        yield "  |"
    yield from _lines(windows(list(answer.body), most=MOST_LINES, width=WIDTH))
    if answer.undone:
        yield _row("", f"({answer.undone} undone)")


def _lines(lines: Iterable[Line]) -> Iterator[str]:
    shown = list(lines)
    carets = sum(line.mark is not None for line in shown) <= 3
    for line in shown:
        gutter = "> | " if line.mark else "  " if line.note else "  | "
        yield f"{gutter}{line.text}"
        if line.mark and carets:
            first, last = line.mark
            yield f"  | {' ' * first}{'^' * max(1, last - first)}"


def _row(label: str, words: str) -> str:
    return f"  {label:<{_LABEL}}{words}"


def _brief(words: str) -> str:
    return shortened(inline(words), 400)
