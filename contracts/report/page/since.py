"""What changed since the last run: new, gone and persisting findings, and the last runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import takewhile

from contracts.report.page.markup import Html, join, tag
from contracts.report.page.words import moment, section
from contracts.report.reason import count
from contracts.report.since import Entry, Since

_STEP, _HEIGHT = 12, 36
_MOST = 40


def since_html(since: Since | None, shown: set[str]) -> Html | None:
    """Write what changed since the earlier runs against the same target.

    Arguments:
        since: see history; None if unknown.
        shown: ids of the findings on this page.
    """
    if since is None:
        return None
    cautions = [tag("p", words, class_="caution") for words in _cautions(since)]
    if since.first:
        words = "This is the first run against this target in the history."
        return section("since", "Since last time", tag("p", words), *cautions)
    last = since.runs[-2]
    then = tag("p", "The last run, ", moment(last.started), ": ", tag("strong", last.verdict), ".")
    lists = [
        _listed("New", dict.fromkeys(since.new, ""), "", shown),
        _listed("Back again", since.returned, "last seen", shown),
        _listed("Persisting", since.persisting, "since", shown),
        _listed("Gone", since.gone, "last seen", shown),
        _listed("Not tested this time", since.unseen, "last seen", shown),
    ]
    written = [each for each in lists if each is not None]
    if not written:
        written = [tag("p", "No findings then, none now.")]
    content = tag(
        "div", tag("div", then, *written, *cautions), _sparkline(since.runs), class_="since"
    )
    return section("since", "Since last time", content)


def _cautions(since: Since) -> Iterator[str]:
    """Yield notes on what in the history was ignored."""
    if since.ignored:
        yield f"{count(since.ignored, 'line')} of the history could not be read and did not count."
    if since.others:
        runs = count(since.others, "earlier run")
        yield f"{runs} did not count: another version of the suite gave its findings other ids."


def standing_html(since: Since | None, failing: set[str]) -> Html:
    """Write since when the verdict has been what it is.

    Arguments:
        since: see history; None if unknown.
        failing: ids of the findings that fail the run.
    """
    if since is None or since.first:
        return join(("this run, the first against this target in the history",))
    before = since.runs[-2]
    known = sorted(then for finding, then in since.persisting.items() if finding in failing)
    if known:
        new = len(failing) - len(known)
        more = f"; {count(new, 'finding')} of {len(failing)} new in this run" if new else ""
        return join((moment(known[0]), more))
    verdict = since.runs[-1].verdict
    streak = [*takewhile(lambda run: run.verdict == verdict, reversed(since.runs))]
    if failing or len(streak) == 1:
        return join(("this run; the one before, ", moment(before.started), f": {before.verdict}"))
    return join((moment(streak[-1].started), f", {len(streak)} runs in a row"))


def _listed(title: str, findings: Mapping[str, str], when: str, shown: set[str]) -> Html | None:
    if not findings:
        return None
    items = []
    for finding, moment_then in list(findings.items())[:_MOST]:
        name = tag("a", finding, href=f"#finding-{finding}") if finding in shown else finding
        told = (" ", tag("small", when, " ", moment(moment_then))) if moment_then else ()
        items.append(tag("li", name, *told))
    if len(findings) > _MOST:
        items.append(tag("li", f"and {len(findings) - _MOST} more"))
    heading = tag("h3", f"{title} ", tag("small", len(findings)))
    return join((heading, tag("ul", *items)))


def _sparkline(runs: tuple[Entry, ...]) -> Html:
    """Write a bar for each run: its height shows the broken MUSTs, its style the verdict."""
    most = max((len(run.broken) for run in runs), default=0)
    bars = [_bar(number, run, most) for number, run in enumerate(runs)]
    passed = sum(run.verdict == "pass" for run in runs)
    words = f"{passed} of the last {count(len(runs), 'run')} passed"
    width = len(runs) * _STEP
    svg = tag(
        "svg",
        tag("title", words),
        tag("path", d=f"M0 {_HEIGHT - 0.5}H{width}", class_="ground"),
        *bars,
        viewBox=f"0 0 {width} {_HEIGHT}",
        width=width,
        height=_HEIGHT,
        role="img",
        class_="sparkline",
    )
    legend = (
        f"{words}. A tall bar is a failure, the taller the more requirements broke; a short one "
        "a pass, a hollow one inconclusive, a cross the suite's own error."
    )
    return tag("figure", svg, tag("figcaption", legend))


def _bar(number: int, run: Entry, most: int) -> Html:
    left = number * _STEP + 2
    size = _STEP - 4
    told = tag("title", f"{run.started}: {run.verdict}, {count(len(run.broken), 'MUST')} broken")
    if run.verdict == "fail":
        share = max(len(run.broken), 1) / max(most, 1)
        height = round(10 + share * (_HEIGHT - 14))
        shape = f"M{left} {_HEIGHT - 2}v-{height}h{size}v{height}z"
    elif run.verdict == "pass":
        shape = f"M{left + 1} {_HEIGHT - 8}h{size - 2}v6h-{size - 2}z"
    elif run.verdict == "error":
        shape = f"M{left} {_HEIGHT - 12}l{size} 10m0 -10l-{size} 10"
    else:
        shape = f"M{left + 1} {_HEIGHT - 14}h{size - 2}v11h-{size - 2}z"
    return tag("g", told, tag("path", d=shape), class_=f"run {run.verdict}")
