"""A run's output on GitHub: a job summary and annotations.

The formats are those of GitHub's "Workflow commands for GitHub Actions".
"""

from collections import Counter
from collections.abc import Mapping
from html import escape
from pathlib import Path

from contracts.document.requirements import Level
from contracts.judging.defects import Defect
from contracts.report.facts import RunFacts
from contracts.report.reason import count
from contracts.report.text.curl import asked_of, curl
from contracts.report.text.excerpt import place_of
from contracts.report.text.explain import sightings
from contracts.report.text.headline import headline
from contracts.report.text.printing import inline, shortened
from contracts.run.run import Run
from contracts.run.verdict import Verdict

SUMMARY = "GITHUB_STEP_SUMMARY"
MOST_ANNOTATIONS = 10
"""GitHub shows no more annotations of each kind per step."""

_MOST_TOLD = 20
_SIGNS = {Verdict.PASS: "✅", Verdict.FAIL: "❌", Verdict.ERROR: "💥"}


def job_summary(run: Run, facts: RunFacts) -> str:
    """Write the job summary, as Markdown that no value can break out of.

    Arguments:
        run: the finished run.
        facts: the run's facts.
    """
    operation = facts.catalogue.operation
    document = operation.document
    parts = [
        f"## {_SIGNS.get(facts.verdict, '❔')} Contract: {facts.verdict}",
        _text(facts.reason),
        f"{_text(facts.catalogue.name)}: "
        f"{_code(f'{operation.method.upper()} {operation.path}')} at {_code(facts.target.name)}, "
        f"{_text(facts.target.why)}; {_text(document.title)} {_text(document.version)}, sha256 "
        f"{_code(document.sha256[:12])}, seed {_code(str(facts.seed))}, "
        f"exit status {facts.exit_status}.",
    ]
    defects = run.defects()
    parts += [_told(run, defect) for defect in defects[:_MOST_TOLD]]
    if len(defects) > _MOST_TOLD:
        parts.append(f"… and {count(len(defects) - _MOST_TOLD, 'more finding')} in the report.")
    parts.append(_account(run))
    return "\n\n".join(parts) + "\n"


def annotations(run: Run, facts: RunFacts) -> list[str]:
    """Write findings as workflow commands: errors for what fails the run, warnings for the rest.

    Arguments:
        run: the finished run.
        facts: the run's facts.
    """
    errors: list[str] = []
    warnings: list[str] = []
    for defect in run.defects():
        finding = defect.finding
        requirement = facts.catalogue.requirements[finding.requirement]
        fails = run.fail_on_warning or requirement.level is Level.MUST
        words = (
            f"{headline(run, defect)} ({sightings(run, defect)}). {requirement.sentence} "
            f"Again: {run.again(finding.slug)}"
        )
        command = _command("error" if fails else "warning", finding.requirement, words)
        (errors if fails else warnings).append(command)
    if facts.verdict not in {Verdict.PASS, Verdict.FAIL}:
        title = f"contract suite: {facts.verdict}"
        errors.insert(0, _command("error", title, facts.reason))
    return [*errors[:MOST_ANNOTATIONS], *warnings[:MOST_ANNOTATIONS]]


def publish(run: Run, facts: RunFacts, environ: Mapping[str, str]) -> list[str]:
    """On GitHub, append to the job summary and return the annotations; elsewhere do nothing.

    Arguments:
        run: the finished run.
        facts: the run's facts.
        environ: the environment variables.

    Returns:
        Lines for standard output, each to start at the beginning of a line.
    """
    if environ.get("GITHUB_ACTIONS") != "true":
        return []
    lines = annotations(run, facts)
    if environ.get(SUMMARY):
        try:
            with Path(environ[SUMMARY]).open("a", encoding="utf-8") as file:
                file.write(job_summary(run, facts))
        except OSError as error:
            words = f"{SUMMARY} could not be written ({error.strerror or 'it failed'})"
            lines.append(_command("warning", "contract suite", words))
    return lines


def _told(run: Run, defect: Defect) -> str:
    finding = defect.finding
    requirement = run.judge.catalogue.requirements[finding.requirement]
    origin = requirement.source
    if requirement.source_url:
        source = f"[{_text(origin)}]({requirement.source_url})"
    else:
        source = _code(origin)
    quote = f": “{_text(requirement.quote)}”" if requirement.quote else ""
    rows = [
        f"### {_text(headline(run, defect))}",
        f"{requirement.level} {_code(requirement.id)}: {_text(requirement.sentence)} "
        f"{source}{quote}",
        "",
        "| | |",
        "|---|---|",
        f"| where | {_code(place_of(run, finding).words)} |",
        f"| expected | {_code(_brief(finding.expected))} |",
        f"| found | {_code(_brief(finding.found))} |",
        f"| seen | {_text(sightings(run, defect).removeprefix('seen '))} |",
    ]
    line = curl(run.exchanges[finding.exchange], *asked_of(run))
    commands = [shortened(line, 1000)] if line else []
    commands.append(run.again(finding.slug))
    shown = "\n".join(escape(inline(command)) for command in commands)
    return "\n".join(rows) + f"\n\n<pre>{shown}</pre>"


def _account(run: Run) -> str:
    requirements = run.judge.catalogue.requirements.values()
    verdicts = {each.id: run.requirement_verdict(each) for each in requirements}
    counts = Counter(verdicts.values())
    head = " · ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
    rows = [
        f"| {_code(each.id)} | {each.level} | {verdicts[each.id]} | "
        f"{run.ledger.observed[each.id]} | {run.ledger.violated[each.id]} |"
        for each in requirements
    ]
    table = "\n".join(
        ["| requirement | level | verdict | observed | violated |", "|---|---|---|---|---|", *rows]
    )
    return f"<details><summary>Requirements: {head}</summary>\n\n{table}\n\n</details>"


def _code(words: str) -> str:
    """Write code in which neither Markdown nor the bars of a table have any effect."""
    return f"<code>{_text(words)}</code>"


def _text(words: str) -> str:
    """Write text in which nothing acts as Markdown, a mention or a link."""
    return "".join(
        c if c.isalnum() or c in " .,;()'-–/%§“”" else f"&#{ord(c)};" for c in inline(words)
    )


def _brief(words: str) -> str:
    return shortened(inline(words), 300)


def _command(kind: str, title: str, words: str) -> str:
    return f"::{kind} title={_property(title)}::{_data(inline(words))}"


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")
