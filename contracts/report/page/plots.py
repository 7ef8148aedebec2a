"""Small plots as inline SVG: latency by probe family, status codes over the run."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from contracts.http.exchange import Exchange
from contracts.report.page.markup import Html, join, tag
from contracts.report.page.words import duration, fold, section, table
from contracts.report.reason import count
from contracts.report.text.excerpt import status_words
from contracts.run.run import Run

_WIDTH, _HEIGHT, _BINS = 240, 26, 48
_STRIP = 600
_QUANTILES = (50, 90, 99)
_COLUMNS = ("p50", "p90", "p99", "slowest")


def plots_html(run: Run) -> Html | None:
    """Write how long answers took and which status codes they had.

    Arguments:
        run: the finished run.
    """
    if not run.exchanges:
        return None
    exchanges = [run.exchanges[number] for number in sorted(run.exchanges)]
    return join((_latency(exchanges), _statuses(exchanges)))


def quantile(ordered: Sequence[float], percent: int) -> float:
    """Return the nearest-rank percentile of a sample.

    Arguments:
        ordered: the sample, sorted and not empty.
        percent: which percentile.
    """
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


class _Scale:
    """A logarithmic scale of seconds over the width of a plot."""

    def __init__(self, seconds: Iterable[float]) -> None:
        values = [max(each, 1e-5) for each in seconds]
        low, high = math.log10(min(values)), math.log10(max(values))
        middle, half = (low + high) / 2, max((high - low) / 2, 0.15) * 1.02
        self.low, self.high = middle - half, middle + half

    def place(self, seconds: float) -> float:
        share = (math.log10(max(seconds, 1e-5)) - self.low) / (self.high - self.low)
        return min(max(share, 0.0), 1.0)

    def ticks(self) -> list[float]:
        """Return round values within the scale: 1, 2 and 5 times powers of ten, or only those."""
        powers = range(math.floor(self.low), math.ceil(self.high) + 1)
        for steps in ((1, 2, 5), (1, 3), (1,)):
            found = [step * 10.0**power for power in powers for step in steps]
            inside = [each for each in found if self.low <= math.log10(each) <= self.high]
            if len(inside) <= 5:
                break
        return inside


def _latency(exchanges: list[Exchange]) -> Html | None:
    families: dict[str, list[float]] = defaultdict(list)
    for exchange in exchanges:
        if exchange.received:
            families[exchange.probe.family].append(exchange.seconds)
    everything = sorted(seconds for family in families.values() for seconds in family)
    if not everything:
        return None
    scale = _Scale(everything)
    rows = [_row("all families", everything, scale, "total")]
    rows += [_row(family, sorted(seconds), scale, None) for family, seconds in families.items()]
    axis = tag("tr", tag("td"), tag("td"), tag("td", _axis(scale)), *[tag("td")] * 4, class_="axis")
    head = ("Probe family", "Answers", "Distribution", *_COLUMNS)
    label = "Latency by probe family"
    written = table(head, [*rows, axis], class_="latency", label=label)
    note = "logarithmic; lines at the 50th, 90th and 99th percentile"
    told = [f"p{each} {duration(quantile(everything, each))}" for each in _QUANTILES]
    title = f"{count(len(families), 'probe family')}; in all {', '.join(told)}"
    return section("latency", "Latency", fold(title, written), note=note)


def _row(family: str, ordered: list[float], scale: _Scale, class_: str | None) -> Html:
    marks = [quantile(ordered, percent) for percent in _QUANTILES]
    cells = [
        tag("td", duration(each), class_="number", data_label=label)
        for label, each in zip(_COLUMNS, (*marks, ordered[-1]), strict=True)
    ]
    return tag(
        "tr",
        tag("th", family, scope="row"),
        tag("td", len(ordered), class_="number", data_label="answers"),
        tag("td", _histogram(ordered, marks, scale), class_="plot"),
        *cells,
        class_=class_,
    )


def _histogram(ordered: list[float], marks: list[float], scale: _Scale) -> Html:
    bins = Counter(min(int(scale.place(each) * _BINS), _BINS - 1) for each in ordered)
    most = max(bins.values())
    step = _WIDTH / _BINS
    heights = {number: max(2.0, amount / most * _HEIGHT) for number, amount in bins.items()}
    bars = "".join(
        f"M{number * step:g} {_HEIGHT}v-{height:.1f}h{step - 1:g}V{_HEIGHT}z"
        for number, height in sorted(heights.items())
    )
    lines = [
        tag("path", d=f"M{scale.place(mark) * _WIDTH:.1f} 0V{_HEIGHT}", class_=f"p{percent}")
        for percent, mark in zip(_QUANTILES, marks, strict=True)
    ]
    words = ", ".join(
        f"p{percent} {duration(mark)}" for percent, mark in zip(_QUANTILES, marks, strict=True)
    )
    return _svg(_WIDTH, _HEIGHT, words, tag("path", d=bars, class_="bars"), *lines)


def _axis(scale: _Scale) -> Html:
    """Write the scale's values, positioned in percent of the width, so that text keeps its size."""
    labels = [
        tag("text", _round(each), x=f"{scale.place(each) * 100:.1f}%", y="1em")
        for each in scale.ticks()
    ]
    return tag("svg", *labels, class_="ticks", aria_hidden="true")


def _round(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 0.999 else f"{seconds * 1000:g} ms"


def _statuses(exchanges: list[Exchange]) -> Html:
    lanes: dict[int, list[int]] = defaultdict(list)
    for position, exchange in enumerate(exchanges):
        lanes[exchange.response.status].append(position)
    rows = [_lane(status, lanes[status], len(exchanges)) for status in sorted(lanes)]
    head = ("Answer", "How often", "When, first request to last")
    written = table(head, rows, class_="statuses", label="Status codes over the run")
    return section("statuses", "Status codes over the run", written)


def _lane(status: int, positions: list[int], total: int) -> Html:
    places = sorted({int(position / total * _STRIP) for position in positions})
    width = max(1.0, _STRIP / total * 0.7)
    ticks = "".join(f"M{place} 2h{width:.3g}v14h-{width:.3g}z" for place in places)
    words = f"{status_words(status)}, {len(positions)} times"
    strip = _svg(_STRIP, 18, words, tag("path", d=ticks, class_=f"status s{status // 100}"))
    return tag(
        "tr",
        tag("th", status_words(status), scope="row"),
        tag("td", len(positions), class_="number"),
        tag("td", strip, class_="plot"),
    )


def _svg(width: int, height: int, words: str, *content: Html) -> Html:
    return tag(
        "svg",
        tag("title", words),
        *content,
        viewBox=f"0 0 {width} {height}",
        preserveAspectRatio="none",
        role="img",
    )
