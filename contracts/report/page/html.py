"""Our part of the page, above pytest-html's table."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from contracts.report.advice import headline
from contracts.report.facts import RunFacts
from contracts.report.page.evidence import evidence_html, surface_html, troubles_html
from contracts.report.page.exchanges import exchanges_html
from contracts.report.page.failures import failures_html, warnings_html
from contracts.report.page.markup import Html, join, tag
from contracts.report.page.plots import plots_html
from contracts.report.page.since import since_html
from contracts.report.page.tables import clauses_html, requirements_html
from contracts.report.page.verdict import tiles_html, verdict_html
from contracts.report.page.waived import waivers_html
from contracts.report.page.words import fold
from contracts.report.record import build, embed
from contracts.run.run import Run
from contracts.run.verdict import Verdict

_ASSETS = Path(__file__).parent / "assets"


def summary_html(run: Run, facts: RunFacts) -> str:
    """Write the verdict, the evidence and the machine record as HTML.

    Arguments:
        run: the finished run.
        facts: the run's facts.
    """
    shown = {defect.finding.slug for defect in run.defects()}
    parts = (
        verdict_html(run, facts),
        tiles_html(run),
        failures_html(run, facts),
        waivers_html(run, facts),
        warnings_html(run, facts),
        troubles_html(run),
        since_html(facts.since, shown),
        requirements_html(run),
        clauses_html(run),
        plots_html(run),
        surface_html(run),
        evidence_html(run),
        exchanges_html(run),
        _pytest_own(facts),
    )
    return join(
        (opening(), tag("main", *parts, id="contract"), Html(embed(run, facts)), closing()), "\n"
    )


def opening() -> Html:
    """Write the beginning of our part: its metadata and its style."""
    metadata = (
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        '<meta name="color-scheme" content="light dark"/>\n'
    )
    return Html(f"{metadata}<style>{style()}</style>")


def closing() -> Html:
    """Write the end of our part: its script."""
    return Html(f"<script>{script()}</script>")


def style() -> str:
    """Return the text of our style."""
    return _asset("page.css")


def script() -> str:
    """Return the text of our script."""
    return f"{_asset('page.js')}\n{_asset('exchanges.js')}"


def title_of(run: Run, facts: RunFacts) -> str:
    """Return the page's title: what to do, the verdict, the target, the operation.

    Arguments:
        run: the finished run.
        facts: the run's facts.
    """
    words = headline(build(run, facts))
    asked = f"{facts.catalogue.name}, {facts.catalogue.operation.path}"
    return f"{words} ({facts.verdict}): {facts.target.name}, {asked}"


def _pytest_own(facts: RunFacts) -> Html:
    """Write the fold for pytest-html's part below; page.css shows and hides it, without script."""
    words = "Everything above comes from the run's own account; this is pytest's, item by item."
    needs = tag("noscript", tag("p", "pytest-html draws this table with a script."))
    is_open = facts.verdict is Verdict.ERROR
    return fold("pytest's own table", tag("p", words), needs, id="pytest", open=is_open)


@cache
def _asset(name: str) -> str:
    """Read a packaged script or style, none of which contains its own end tag."""
    return (_ASSETS / name).read_text("utf-8").strip()
