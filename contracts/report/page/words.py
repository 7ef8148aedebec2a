"""Small words and signs that the page's parts share."""

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
"""What stands beside a verdict's word, so that neither colour nor word is alone."""

_NUMBERS = frozenset(
    {"Observed", "Violated", "Example", "Answers", "p50", "p90", "p99", "slowest", "How often"}
)


def badge(verdict: Verdict | str) -> Html:
    """Write a verdict: sign, word, colour.

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
    """Write where a requirement stands, as a link where it can be read on the web.

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
        when: a time, or one in ISO 8601.
    """
    if when is None:
        return tag("span", "–")
    if isinstance(when, str):
        when = datetime.fromisoformat(when)
    when = when.astimezone(UTC)
    iso = when.isoformat(timespec="seconds")
    return tag("time", f"{when:%Y-%m-%d %H:%M:%S} UTC", datetime=iso)


def duration(seconds: float) -> str:
    """Write a duration as a person says it.

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
    """Write what is shown on demand.

    Arguments:
        title: what is always shown.
        content: what is folded.
        attributes: of the element, `open` for one.
    """
    return tag("details", tag("summary", title), *content, **attributes)


def section(name: str, title: str, *content: Html | str | None, note: str | None = None) -> Html:
    """Write one part of the page under its heading.

    Arguments:
        name: its anchor.
        title: its heading.
        content: what stands under it.
        note: a few words beside the heading.
    """
    aside = tag("small", note) if note else None
    return tag("section", tag("h2", join((title, " ", aside))), *content, id=name)


def table(head: tuple[str, ...], rows: list[Html], *, class_: str, label: str) -> Html:
    """Write a table that scrolls sideways by itself on a narrow screen.

    Arguments:
        head: the columns' headings.
        rows: its rows, as markup.
        class_: what kind of table it is.
        label: what it shows, for those who listen.
    """
    cells = [
        tag("th", words, scope="col", class_="number" if words in _NUMBERS else None)
        for words in head
    ]
    body = tag("table", tag("thead", tag("tr", *cells)), tag("tbody", *rows), class_=class_)
    return tag("div", body, class_="scroll", role="region", aria_label=label, tabindex="0")


def run_link(number: int) -> Html:
    """Refer to an exchange by its number.

    Arguments:
        number: position in the run.
    """
    return tag("a", f"#{number}", href=f"#exchange-{number}")


def with_code(sentence: str) -> Html:
    """Write a sentence whose names stand between backticks.

    Arguments:
        sentence: one of the suite's own.
    """
    parts = sentence.split("`")
    return join(tag("code", part) if number % 2 else part for number, part in enumerate(parts))
