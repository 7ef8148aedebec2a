"""The output of `probe`: what was sent to whom, what came back and what it means."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.cli.recorded import PAGE, Recorded, Request
from contracts.cli.story import Story
from contracts.http.exchange import Exchange
from contracts.judging.environment import trouble
from contracts.report.text.curl import asked_of, curl
from contracts.report.text.excerpt import answer_of, status_words
from contracts.report.text.explain import explain, probe_words
from contracts.report.text.printing import inline, printable, shortened
from contracts.run.run import Run, Skipped

KEPT, BROKEN, INCONCLUSIVE = 0, 1, 75


def tell(
    story: Story, asked: Exchange | Skipped, report: Recorded | None, target: str
) -> tuple[int, list[str]]:
    """Report what was sent and answered.

    Arguments:
        story: what was sent.
        asked: the last attempt of the request itself.
        report: the report that the request comes from; None for a probe that every checkout has.
        target: sandbox, staging or a base URL.

    Returns:
        The exit status, and the lines to print.
    """
    status, words = _verdict(story.run, story.request, asked)
    lines = list(_asked(story, report, target))
    if isinstance(asked, Exchange):
        lines += _answered(story, asked, report)
    return status, [*lines, words]


def _asked(story: Story, report: Recorded | None, target: str) -> Iterator[str]:
    request, url = story.request, story.run.client.url
    yield f"probe    {probe_words(request.probe)}"
    if report is not None:
        number = f", exchange {request.exchange.number}" if request.exchange else ""
        yield f"report   {inline(str(report.file))}{number}"
    if request.also:
        numbers = shortened(", ".join(map(str, request.also)), 60)
        yield f"also     {numbers}: exchanges of that name with another request; give a number"
    yield f"target   {url}" if url.startswith(target) else f"target   {url} ({target})"


def _answered(story: Story, asked: Exchange, report: Recorded | None) -> Iterator[str]:
    run, request = story.run, story.request
    line = curl(asked, *asked_of(run))
    if line is not None:
        yield f"request  {line}"
    else:
        yield "request  (no shell can express it; credentials are masked)"
        for each in shortened(printable(asked.sent.replace(b"\r\n", b"\n")), 2000).splitlines():
            yield f"  | {each}"
    shown = [each for each in run.defects() if each.finding.requirement == request.requirement]
    yield from _story(story)
    if request.requirement and not shown and report and not report.exchanges:
        yield f"story    (the requests that led to it are in {PAGE} alone)"
    defects = shown or run.defects()
    if defects:
        yield "\n" + explain(run, defects) + "\n"
        return
    answer = answer_of(asked)
    yield "answer"
    for part in (*answer.head, *answer.body[:40]):
        yield f"  | {shortened(part.text, 200)}"


def _story(story: Story) -> Iterator[str]:
    if len(story.told) > 1:
        yield f"story    {len(story.told)} requests, as in the report, in their order"
        for number in story.told:
            exchange = story.run.exchanges[number]
            fault = exchange.fault
            got = str(fault.kind) if fault else status_words(exchange.response.status)
            yield f"  | {inline(exchange.probe.name)}: {got}"


def _verdict(run: Run, request: Request, asked: Exchange | Skipped) -> tuple[int, str]:
    defects = run.defects()
    found = {defect.finding.requirement for defect in defects}
    counted = {
        name
        for name in found
        if name == request.requirement or run.fail_on_warning or run.level(name) == "MUST"
    }
    if counted:
        words = f"broken: {', '.join(sorted(counted))}"
        if request.requirement not in {None, *found}:
            words += f"; {request.requirement}, which it was sent for, did not show again"
        return BROKEN, words
    if isinstance(asked, Skipped):
        return INCONCLUSIVE, f"inconclusive: {asked.words}"
    words = trouble(asked) or ""
    if not words and asked.fault is not None:
        allowed = "HTTP allows that for this request, so nothing was tested"
        words = f"{asked.fault.kind}: {allowed}"
    if words:
        return INCONCLUSIVE, f"inconclusive: {words}"
    warned = f" ({len(defects)} warnings)" if defects else ""
    these = "this answer tests" if len(run.exchanges) == 1 else "these answers test"
    return KEPT, f"kept: nothing that {these} is broken{warned}"
