"""Small elements that the page's parts share."""

from __future__ import annotations

from datetime import UTC, datetime

from contracts.document.requirements import Requirement
from contracts.report.page.markup import Html, join, tag
from contracts.run.verdict import Verdict

SIGNS = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.WARN: "!",
    Verdict.INCONCLUSIVE: "?",
    Verdict.NOT_OBSERVED: "○",
    Verdict.ERROR: "✗",
}
"""The sign beside a verdict's word, so that colour is not the only cue."""

_NUMBERS = frozenset(
    {"Observed", "Violated", "Example", "Answers", "p50", "p90", "p99", "slowest", "How often"}
)


def badge(verdict: Verdict | str) -> Html:
    """Write a verdict with its sign, word and colour.

    Arguments:
        verdict: any verdict.
    """
    verdict = Verdict(verdict)
    sign = tag("span", SIGNS[verdict], aria_hidden="true")
    return tag("span", sign, " ", str(verdict), class_=f"badge {verdict.name.lower()}")


def level(requirement: Requirement) -> Html:
    """Write a requirement's level.

    Arguments:
        requirement: any requirement.
    """
    return tag("span", str(requirement.level), class_="level")


def source(requirement: Requirement) -> Html:
    """Write a requirement's source, as a link if it is on the web.

    Arguments:
        requirement: any requirement.
    """
    if requirement.source_url is None:
        return tag("code", requirement.source, class_="source")
    return tag(
        "a", requirement.source, class_="source", href=requirement.source_url, rel="noreferrer"
    )


def moment(when: datetime | str | None) -> Html:
    """Write a point in time, in UTC.

    Arguments:
        when: a time, or its ISO 8601 text.
    """
    if when is None:
        return tag("span", "–")
    if isinstance(when, str):
        when = datetime.fromisoformat(when)
    when = when.astimezone(UTC)
    iso = when.isoformat(timespec="seconds")
    return tag("time", f"{when:%Y-%m-%d %H:%M:%S} UTC", datetime=iso)


def duration(seconds: float) -> str:
    """Write a duration for a person.

    Arguments:
        seconds: how long it was.
    """
    if seconds < 0.9995:
        return f"{seconds * 1000:.2f} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def fold(title: Html | str, *content: Html | str | None, **attributes: str | bool | None) -> Html:
    """Write content that is unfolded on demand.

    Arguments:
        title: what is always shown.
        content: what is folded.
        attributes: the element's attributes, such as `open`.
    """
    return tag("details", tag("summary", title), *content, **attributes)


def section(name: str, title: str, *content: Html | str | None, note: str | None = None) -> Html:
    """Write one part of the page under its heading.

    Arguments:
        name: its anchor.
        title: its heading.
        content: what is under the heading.
        note: a few words beside the heading.
    """
    aside = tag("small", note) if note else None
    return tag("section", tag("h2", join((title, " ", aside))), *content, id=name)


def table(head: tuple[str, ...], rows: list[Html], *, class_: str, label: str) -> Html:
    """Write a table that scrolls sideways on a narrow screen.

    Arguments:
        head: the columns' headings.
        rows: its rows, as markup.
        class_: its CSS class.
        label: what it shows, for screen readers.
    """
    cells = [
        tag("th", words, scope="col", class_="number" if words in _NUMBERS else None)
        for words in head
    ]
    body = tag("table", tag("thead", tag("tr", *cells)), tag("tbody", *rows), class_=class_)
    return tag("div", body, class_="scroll", role="region", aria_label=label, tabindex="0")


def run_link(number: int) -> Html:
    """Link to an exchange by its number.

    Arguments:
        number: position in the run.
    """
    return tag("a", f"#{number}", href=f"#exchange-{number}")


def with_code(sentence: str) -> Html:
    """Write a sentence, with the names in backticks as code.

    Arguments:
        sentence: one of the suite's own.
    """
    parts = sentence.split("`")
    return join(tag("code", part) if number % 2 else part for number, part in enumerate(parts))
