"""`python -m contracts probe ID`: send one probe, or a finding's request again, and judge it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.cli.operations import catalogue_of, choose
from contracts.cli.parser import Parser, refuse
from contracts.run.settings import REPORT_DIR, add_options, read_settings
from contracts.rye import RYE

if TYPE_CHECKING:
    from argparse import Namespace

    from contracts.cli.recorded import Recorded, Request
    from contracts.document.plain_request import PlainRequest


def main(argv: Sequence[str]) -> int:
    """Send one probe and judge its answer.

    Arguments:
        argv: the arguments after `probe`.

    Returns:
        0 if the answer keeps the contract, 1 if it breaks it, 75 if the API itself did not
        answer; 4 for an unknown name or unusable settings.
    """
    options = _parser().parse_args(argv)
    from contracts.cli.story import Story  # noqa: PLC0415 - not for --help
    from contracts.cli.telling import tell  # noqa: PLC0415
    from contracts.http.envelope import EnvelopeError  # noqa: PLC0415
    from contracts.run.again import again  # noqa: PLC0415
    from contracts.run.session import Session  # noqa: PLC0415

    try:
        report, request = _recorded(options)
        catalogue = catalogue_of(options.operation)
        if request is None:
            request = _known(options, catalogue.operation.plain)
        if report is not None and options.target is None:
            options.target = report.target(RYE)
        settings = read_settings(options, os.environ, catalogue.operation.server, RYE)
        session = Session(settings, catalogue)
    except ValueError as error:
        refuse("probe", str(error))
    try:
        run = session.start(minimising=0, fail_on_warning=options.fail_on_warning)
        run.again = lambda _: again(options.id, settings)
        story = Story(run, request, report.exchanges if report else ())
        asked = story.send()
        status, lines = tell(story, asked, report, settings.target.name)
    except EnvelopeError as error:  # from a forged report
        refuse("probe", session.redactor.text(f"that request is not sent: {error}"))
    except ValueError as error:  # a recipe that can't be applied to this key
        refuse("probe", session.redactor.text(str(error)))
    finally:
        session.stop()
    print(session.redactor.text("\n".join(lines)))
    return status


def _recorded(options: Namespace) -> tuple[Recorded | None, Request | None]:
    """Find the request in the report; a default report counts only if it has the request.

    Raises:
        ValueError: the report named with `--report-dir` can't be used.
    """
    from contracts.cli.recorded import UnreadableError, read_reports  # noqa: PLC0415

    place, named = Path(options.report_dir or REPORT_DIR), options.report_dir is not None
    try:
        reports = read_reports(place)
    except UnreadableError:
        if named:
            raise
        return None, None
    if not reports and named:
        raise UnreadableError(f"there is no report at {place}: give a report.html or its folder")
    wanted = None if options.operation is None else choose(options.operation).name
    about = [report for report in reports if wanted in {None, report.name}]
    if reports and not about and named:
        told = ", ".join(report.operation for report in reports)
        raise UnreadableError(f"{place} is about {told}, not {options.operation:.100}")
    found = [(each, request) for each in about if (request := each.find(options.id)) is not None]
    if len(found) > 1:
        names = ", ".join(report.name for report, _ in found)
        raise UnreadableError(
            f"several reports show {options.id:.100}: name one with --operation, of {names}"
        )
    if not found and (not named or not about):
        return None, None
    report, request = found[0] if found else (about[0], None)
    options.operation = options.operation or report.name
    return report, request


def _known(options: Namespace, plain: PlainRequest) -> Request:
    """Find a request that every checkout has, without a report.

    Raises:
        ValueError: there is none by that name, or the report can't be read.
    """
    from contracts.cli.ids import find_probe  # noqa: PLC0415 - not for --help
    from contracts.cli.recorded import Request, read_reports  # noqa: PLC0415

    probe = find_probe(options.id, plain)
    if probe is None:
        place = Path(options.report_dir or REPORT_DIR)
        reports = read_reports(place)
        files = " or ".join(str(report.file) for report in reports)
        shown = f"that {files} shows" if reports else f"of a report ({place} has none)"
        raise ValueError(
            f"no probe is called {options.id!r:.100}: expected plain, a recipe, query or pack, or "
            f"a name {shown}"
        )
    return Request(probe)


def _parser() -> Parser:
    parser = Parser(
        prog="python -m contracts probe",
        description="Send one probe, or repeat the request of a finding with whatever has to "
        "precede it, and judge the answer: exit 0 kept, 1 broken, 75 inconclusive. A request from "
        "a report goes to the target of that report.",
    )
    parser.add_argument(
        "id",
        metavar="ID",
        help="a finding, an exchange's number or a probe's name as the report shows them; a "
        "recipe, query or pack; or plain",
    )
    parser.add_argument(
        "--report-dir", metavar="DIR", help="folder of a report, or its report.html (reports)"
    )
    parser.add_argument("--fail-on-warning", action="store_true", help="broken SHOULDs count too")
    parser.add_argument(
        "--operation", metavar="NAME", help="the operation (the report's, or billing)"
    )
    add_options(parser)
    return parser
