"""`python -m contracts probe ID`: send one probe, or one finding's request again, and judge it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.cli.operations import catalogue_of
from contracts.cli.parser import Parser, refuse
from contracts.run.settings import add_options, read_settings
from contracts.rye import RYE

if TYPE_CHECKING:
    from contracts.http.exchange import Exchange
    from contracts.run.run import Run

INCONCLUSIVE = 75


def main(argv: Sequence[str]) -> int:
    """Send one probe and judge its answer.

    Arguments:
        argv: the arguments after `probe`.

    Returns:
        0 where the answer keeps the contract, 1 where it breaks it, 75 where the API itself did
        not answer; 4 for an unknown id or unusable settings.
    """
    options = _parser().parse_args(argv)
    from contracts.cli.ids import UnknownIdError, find_probe, spans_exchanges  # noqa: PLC0415
    from contracts.http.exchange import Exchange  # noqa: PLC0415 - not for --help
    from contracts.run.session import Session  # noqa: PLC0415

    report_dir = Path(options.report_dir)
    try:
        catalogue = catalogue_of(options.operation)
        settings = read_settings(options, os.environ, catalogue.operation.document.servers[0], RYE)
        probe = find_probe(options.id, report_dir, catalogue.operation.plain)
    except (ValueError, UnknownIdError) as error:
        refuse("probe", str(error))
    session = Session(settings, catalogue)
    try:
        try:
            run = session.start(minimising=0, fail_on_warning=options.fail_on_warning)
            asked = run.ask(probe)
            run.client.finish()
        except ValueError as error:  # a recipe that makes nothing of this key
            refuse("probe", session.redactor.text(str(error)))
        if not isinstance(asked, Exchange):
            print(session.redactor.text(f"inconclusive: {asked.words}"))
            return INCONCLUSIVE
        asked = run.exchanges[asked.number]
        status, words = _verdict(run, asked, options.id)
        lines = [*_told(run, asked), words]
        if spans_exchanges(options.id, report_dir, run.judge.spanning):
            lines.append("That finding spans several requests: one alone can't show it.")
        print(session.redactor.text("\n".join(lines)))
        return status
    finally:
        session.stop()


def _told(run: Run, exchange: Exchange) -> Iterator[str]:
    """Tell what was asked and answered; findings tell it themselves."""
    from contracts.report.text.curl import curl  # noqa: PLC0415 - not for --help
    from contracts.report.text.excerpt import answer_of  # noqa: PLC0415
    from contracts.report.text.explain import explain, probe_words  # noqa: PLC0415
    from contracts.report.text.printing import printable, shortened  # noqa: PLC0415

    yield f"probe    {probe_words(exchange.probe)}"
    yield f"target   {run.client.url}"
    line = curl(exchange, run.client.url, run.client.api.key_variable)
    if line is not None:
        yield f"request  {line}"
    else:
        yield "request  (no shell can cook it; credentials are masked)"
        for each in shortened(printable(exchange.sent.replace(b"\r\n", b"\n")), 2000).splitlines():
            yield f"  | {each}"
    defects = [each for each in run.defects() if exchange.number in each.exchanges]
    if defects:
        yield "\n" + explain(run, defects) + "\n"
        return
    answer = answer_of(exchange)
    yield "answer"
    for part in (*answer.head, *answer.body[:40]):
        yield f"  | {shortened(part.text, 200)}"


def _verdict(run: Run, exchange: Exchange, name: str) -> tuple[int, str]:
    from contracts.judging.environment import trouble  # noqa: PLC0415 - not for --help

    words = trouble(exchange)
    shown = [each for each in run.defects() if exchange.number in each.exchanges]
    counted = [
        each
        for each in shown
        if each.finding.slug == name
        or run.fail_on_warning
        or run.level(each.finding.requirement) == "MUST"
    ]
    if counted:
        broken = ", ".join(sorted({each.finding.requirement for each in counted}))
        return 1, f"broken: {broken}"
    if words is not None:
        return INCONCLUSIVE, f"inconclusive: {words}"
    warned = f" ({len(shown)} warnings)" if shown else ""
    return 0, f"kept: nothing that this answer puts to the test is broken{warned}"


def _parser() -> Parser:
    parser = Parser(
        prog="python -m contracts probe",
        description="Send one probe once and judge its answer: exit 0 kept, 1 broken, 75 "
        "inconclusive.",
    )
    parser.add_argument(
        "id",
        metavar="ID",
        help="a finding of DIR/verdict.json, a recipe, query or pack by its name, or plain",
    )
    parser.add_argument("--report-dir", default="reports", metavar="DIR", help="(reports)")
    parser.add_argument("--fail-on-warning", action="store_true", help="broken SHOULDs count too")
    parser.add_argument(
        "--operation", metavar="'GET /path'", help="which one, if there are several"
    )
    add_options(parser)
    return parser
