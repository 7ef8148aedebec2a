"""`python -m contracts gate REPORT.html`: decide whether a release may go out."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.cli.operations import catalogue_of, choose, usually_asked
from contracts.cli.parser import Parser, duration, refuse
from contracts.report.advice import MAX_AGE

if TYPE_CHECKING:
    from argparse import Namespace

    from contracts.document.catalogue import Catalogue


def main(argv: Sequence[str], *, now: datetime | None = None) -> int:
    """Decide on a report and state the reason in one line.

    Arguments:
        argv: the arguments after `gate`.
        now: the gate's time; None for the clock's.

    Returns:
        0 release, 1 hold, 75 for a sound report of an inconclusive run.
    """
    options = _parser().parse_args(argv)
    collecting = gc.isenabled()
    gc.disable()  # a gate runs for half a second, a third of which would be collection
    try:
        return _decide(options, now or datetime.now(UTC))
    finally:
        if collecting:
            gc.enable()


def _decide(options: Namespace, now: datetime) -> int:
    from contracts.gate.combined import decide_combined, read_combined  # noqa: PLC0415
    from contracts.gate.decide import Demand, decide  # noqa: PLC0415
    from contracts.run.sign_key import read_sign_key  # noqa: PLC0415
    from contracts.run.waivers import load_waivers  # noqa: PLC0415 - not for --help
    from contracts.rye import RYE  # noqa: PLC0415

    key = None

    def demand_for(operation: str | None) -> Demand:
        catalogue = _catalogue(operation, options.spec)
        waivers = load_waivers(catalogue.path.with_name("waivers.toml"))
        return Demand(catalogue, now, options.target, options.max_age, key, waivers, api=RYE)

    path, named = Path(options.report), options.operation
    try:
        key = read_sign_key(os.environ, options.sign_key_env)
        page = read_combined(path)
        if page is not None:
            names = [choose(each).name for each in named] if named else usually_asked()
            decision = decide_combined(path, page, names, demand_for)
        elif len(named) > 1:
            raise ValueError(f"{path} is no report of several operations: name one")
        else:
            decision = decide(path, demand_for(named[0] if named else None))
    except ValueError as error:
        refuse("gate", str(error))
    if options.json:
        print(json.dumps(decision.to_json(), indent=1))
    else:
        print(f"{decision.decision}: {decision.reason}")
    return decision.exit_status


def _catalogue(operation: str | None, spec: str | None) -> Catalogue:
    """Load the requirements that the gate judges by, with the document given by `--spec`.

    Raises:
        ValueError: there is no such operation, or no such document.
    """
    from contracts.document.document import Document  # noqa: PLC0415 - not for --help

    catalogue = catalogue_of(operation)
    if spec is None:
        return catalogue
    of = catalogue.operation
    if not Path(spec).is_file():
        raise ValueError(f"--spec {spec} is not a file: give the OpenAPI document")
    other = of.of(Document.load(Path(spec)))
    try:
        other.plain.check()
    except ValueError as error:
        raise ValueError(f"--spec {spec}: {error}") from error
    other.clauses  # noqa: B018 - a document that can't be judged by is no reason to hold
    return replace(catalogue, operation=other)


def _parser() -> Parser:
    parser = Parser(
        prog="python -m contracts gate",
        description="Decide from a report whether a release may go out: exit 0 release, 1 hold, "
        "75 for a sound report of an inconclusive run.",
    )
    parser.add_argument("report", metavar="REPORT.html", help="the report of a run")
    parser.add_argument(
        "--target",
        default="staging",
        help="the target it must be about: sandbox, staging or a base URL (staging)",
    )
    parser.add_argument(
        "--max-age",
        type=duration,
        default=MAX_AGE,
        metavar="AGE",
        help="how long ago the run may have started, such as 90m or 2d (26h)",
    )
    parser.add_argument("--spec", metavar="FILE", help="the document that the run must have used")
    parser.add_argument(
        "--operation",
        action="append",
        default=[],
        metavar="NAME",
        help="which one it must be about (billing; of a combined run, all that have no effects); "
        "may be repeated",
    )
    parser.add_argument("--sign-key-env", metavar="NAME", help="variable with the signing key")
    parser.add_argument("--json", action="store_true", help="print the decision as JSON")
    return parser
