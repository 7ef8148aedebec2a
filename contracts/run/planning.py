"""The plan of a run: calls the probe families as pytest would, but sends nothing."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from contracts.document.catalogue import Catalogue
from contracts.http.api_key import Key
from contracts.http.probe import Probe
from contracts.http.transport import Transport
from contracts.judging.judge import Judge
from contracts.redaction import Redactor
from contracts.run.client import Client
from contracts.run.families import asker_for, call
from contracts.run.pace import Pace
from contracts.run.run import Run, Skipped
from contracts.run.settings import Sample, Settings

STAND_IN_SECRET = "StandIn0Key1For2The3Plan4Alone56"  # noqa: S105 - it is sent nowhere
"""Basis for the wrong keys if no key is configured."""

SEED = 0
"""Fixed, so that a plan is the same each time."""

_FAMILY = "family"


@dataclass(frozen=True)
class Family:
    """One probe family: its name, its place in the order, and its function."""

    name: str
    order: int
    ask: Callable[..., object]


def plan(
    settings: Settings,
    catalogue: Catalogue,
    asked: Iterable[Family] | None = None,
    seed: int = SEED,
    sample: Sample | None = None,
) -> list[Probe]:
    """List the probes that a run would send, in order, if every answer is right.

    Hypothesis uses the profile that is loaded.

    Arguments:
        settings: the run's settings.
        catalogue: the operation's requirements.
        asked: the probe families to call; None for all of the operation's.
        seed: Hypothesis's seed.
        sample: the sample of operation-independent probes to send; None for all.
    """

    class Plan(Run):
        """A run that only records what it is asked to send."""

        def ask(self, probe: Probe, attempts: int | None = None) -> Skipped:
            noted.append(probe)
            return Skipped("this is a plan")

    noted: list[Probe] = []
    target = settings.target.presenting(catalogue.operation.scheme)
    if not target.base_url:
        api = target.key.api
        key = Key.of(api.staging_prefix + STAND_IN_SECRET, api, target.key.scheme)
        target = replace(target, base_url="http://127.0.0.1", key=key)
    transport = Transport(target.endpoint(catalogue.operation.plain.path), settings.limits)
    run = Plan(
        Judge(catalogue),
        lambda record: Client(
            transport,
            target.key,
            Redactor(None),
            Pace(0.0, 0.0),
            settings.allowance,
            "plan",
            record,
        ),
    )
    for family in families(catalogue.path.parent) if asked is None else asked:
        given = {"ask": asker_for(run, family.name, sample), "profile": settings.profile}
        wanted = inspect.signature(family.ask).parameters
        call(family.ask, family.name, seed, **{name: given[name] for name in wanted})
    return noted


def families(folder: Path) -> list[Family]:
    """List an operation's probe families in the order in which they run.

    Arguments:
        folder: the operation's folder in this package.
    """
    found = []
    for path in sorted(folder.glob("test_*.py")):
        module = import_module(f"{__package__.partition('.')[0]}.{folder.name}.{path.stem}")
        for name, function in vars(module).items():
            for mark in getattr(function, "pytestmark", ()) if name.startswith("test_") else ():
                if mark.name == _FAMILY:
                    found.append(Family(mark.args[0], mark.kwargs.get("order", 0), function))
    return sorted(found, key=lambda family: family.order)
