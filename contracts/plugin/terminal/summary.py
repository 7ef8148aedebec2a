"""The last lines of a run: defects that no item reported, the warnings, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from contracts.judging.defects import Defect
from contracts.plugin.reported import Reported
from contracts.report.facts import RunFacts
from contracts.report.reason import count
from contracts.run.run import Run
from contracts.run.verdict import Verdict

MOST_TOLD = 3
"""Most defects that a section shows in full; the others get one line each."""
MOST_TROUBLES = 5
"""Most causes of trouble that are named."""


class Terminal(Protocol):
    """What pytest's terminal reporter offers for this."""

    def write_sep(self, sep: str, title: str) -> None: ...  # noqa: D102 - pytest's own
    def write_line(self, line: str) -> None: ...  # noqa: D102


def write_summary(
    terminal: Terminal, run: Run, facts: RunFacts, reported: Reported, remarks: Iterable[str]
) -> None:
    """Write the lines below pytest's own summary, ending with the verdict and its reason.

    Arguments:
        terminal: pytest's terminal reporter.
        run: the finished run.
        facts: the run's facts.
        reported: which item reported which cause.
        remarks: further lines.
    """
    unwaived = [each for each in run.defects() if run.waiver_of(each) is None]
    failing = [each for each in unwaived if reported.fails(each)]
    warned = [each for each in unwaived if each not in failing]
    _tell(terminal, run, "found beside the items that ran", reported.unreported(failing))
    _tell(terminal, run, "warnings: broken SHOULDs", warned)
    troubles = _troubles(run, facts.reason) if facts.verdict is Verdict.INCONCLUSIVE else ()
    terminal.write_sep("=", f"verdict: {facts.verdict}")
    for line in (*remarks, *troubles, facts.reason):
        terminal.write_line(line)


def _tell(terminal: Terminal, run: Run, title: str, defects: list[Defect]) -> None:
    if not defects:
        return
    from contracts.report.text.explain import explain  # noqa: PLC0415 - defects are rare

    terminal.write_sep("=", title)
    terminal.write_line(explain(run, defects, MOST_TOLD))


def _troubles(run: Run, reason: str) -> list[str]:
    """Return a line for each cause of trouble, with the number of probes it left unanswered."""
    lines = [
        f"{count(probes, 'probe')} got no answer" + ("." if words in reason else f": {words}")
        for words, probes in run.ledger.trouble_counts().most_common()
    ]
    more = len(lines) - MOST_TROUBLES
    return [*lines[:MOST_TROUBLES], *([f"… and {count(more, 'more cause')}"] if more > 0 else [])]
