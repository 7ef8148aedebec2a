"""`python -m contracts plan`: show the target's owners what a run would send.

The probe families are called as pytest calls them, with a run that records probes and sends none.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from contracts.cli.operations import catalogue_of, usually_asked
from contracts.cli.parser import Parser, refuse
from contracts.http.allowed import is_attack_shaped
from contracts.http.probe import RANDOM
from contracts.run.settings import (
    NOTHING_ODD,
    PROFILES,
    SHARE,
    Sample,
    add_options,
    in_turn,
    read_settings,
)
from contracts.rye import FIRST, RYE

if TYPE_CHECKING:
    from contracts.document.catalogue import Catalogue
    from contracts.http.probe import Probe
    from contracts.run.settings import Settings


def main(argv: Sequence[str]) -> int:
    """Print what a run would send, without sending anything.

    Arguments:
        argv: the arguments after `plan`.

    Returns:
        0, or 4 for unusable settings.
    """
    options = _parser().parse_args(argv)
    from contracts.run import profiles  # noqa: PLC0415 - not for --help
    from contracts.run.planning import plan  # noqa: PLC0415

    environ, stand_in = _environment(options.target)
    try:
        if options.all and options.operation is not None:
            raise ValueError("--all and --operation exclude each other: give one of them")
        names = in_turn(usually_asked(), FIRST) if options.all else [options.operation]
        catalogues = [catalogue_of(name) for name in names]
        server = catalogues[0].operation.server
        settings = read_settings(options, environ, server, RYE, profile=options.profile)
    except ValueError as error:
        refuse("plan", str(error))
    profiles.load(settings.profile.name)
    plans = []
    for number, catalogue in enumerate(catalogues):
        sample = NOTHING_ODD if catalogue.effects else Sample(SHARE, number) if number else None
        plans.append((catalogue, plan(settings, catalogue, sample=sample)))
    if not all(probes for _, probes in plans):
        refuse("plan", "an installed package has no suite to plan for: run this in a checkout")
    if options.all:
        lines = _lines_of_all(settings, plans)
    else:
        lines = _lines(settings, *plans[0], stand_in=stand_in)
    print("\n".join(lines))
    return 0


def _lines_of_all(settings: Settings, plans: list[tuple[Catalogue, list[Probe]]]) -> Iterator[str]:
    """Describe what a combined run would send."""
    given = settings.allowance.requests
    cap = settings.profile.combined if given == settings.profile.requests else given
    yield f"{'requests':>8}  operation; nothing was sent now"
    for number, (catalogue, probes) in enumerate(plans):
        asked = f"{catalogue.operation.method.upper()} {catalogue.operation.path}"
        how = ", a sample of what does not depend on it" if number else ", in full"
        yield f"{len(probes):>8}  {catalogue.name}: {asked}{how}"
    total = sum(len(probes) for _, probes in plans)
    yield f"{total:>8}  in all, of at most {cap}"
    if total > cap:
        yield f"the cap of {cap} would end the run before its end: inconclusive"


def _environment(target: str | None) -> tuple[dict[str, str], bool]:
    """Return the environment, with a stand-in key if the target needs one and none is set."""
    from contracts.run.planning import STAND_IN_SECRET  # noqa: PLC0415

    environ = dict(os.environ)
    wanted = target not in {None, "sandbox"} or (target is None and RYE.url_variable in environ)
    if wanted and RYE.key_variable not in environ:
        return {**environ, RYE.key_variable: RYE.staging_prefix + STAND_IN_SECRET}, True
    return environ, False


def _lines(
    settings: Settings, catalogue: Catalogue, probes: list[Probe], *, stand_in: bool
) -> Iterator[str]:
    target, operation = settings.target, catalogue.operation
    yield f"target: {target.title}, {target.why}"
    asked = f"{operation.method.upper()} {operation.path}"
    yield f"{catalogue.name}: {asked} and nothing else; nothing was sent now"
    if stand_in or not target.base_url:
        yield "no key was needed for this: a placeholder stood in for it"
    yield ""
    yield f"{'requests':>8}  {'attack-shaped':>13}  probe family"
    sent = Counter(probe.family for probe in probes)
    shaped = Counter(probe.family for probe in probes if _is_attack(probe))
    for family, count in sent.items():
        yield f"{count:>8}  {shaped[family] or '-':>13}  {family}"
    yield f"{len(probes):>8}  {shaped.total() or '-':>13}  in all"
    yield ""
    cap, minimising = settings.allowance.requests, settings.profile.minimising
    yield (
        f"profile {settings.profile.name}: up to {minimising} more requests to reduce failing "
        f"ones, and retries; never more than {cap} in all"
    )
    if len(probes) > cap:
        yield f"the cap of {cap} would end the run early: inconclusive"
    if target.loopback or not target.base_url:
        yield "unpaced on loopback, until the target states a limit"
    else:
        least = min(len(probes), cap) * RYE.polite_interval
        most = cap * RYE.polite_interval + settings.allowance.seconds
        yield (
            f"at most {1 / RYE.polite_interval:.0f} requests a second: about {_time(least)}, and "
            f"never more than {_time(most)}"
        )


def _is_attack(probe: Probe) -> bool:
    """Whether a firewall may ban a probe's sender; random probes don't count as attacks."""
    if probe.name.startswith(RANDOM):
        return False
    return probe.attack or is_attack_shaped(probe.fields, probe.query)


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} minutes"


def _parser() -> Parser:
    parser = Parser(
        prog="python -m contracts plan",
        description="Print what a run would send, family by family, and send nothing.",
    )
    parser.add_argument(
        "profile", nargs="?", default="default", choices=sorted(PROFILES), help="(default)"
    )
    parser.add_argument(
        "--operation", metavar="NAME", help="which one, if there are several (billing)"
    )
    parser.add_argument("--all", action="store_true", help="those that `pytest` asks in turn")
    add_options(parser)
    return parser
