"""A default run of any operation without sockets, pytest or a report."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from types import SimpleNamespace

from contracts.document.catalogue import Catalogue
from contracts.http.exchange import Exchange
from contracts.judging.judge import Judge
from contracts.judging.second_oracle import oracle_for
from contracts.redaction import Redactor
from contracts.run import profiles
from contracts.run.asking import Asker
from contracts.run.client import Client
from contracts.run.families import call
from contracts.run.pace import Pace
from contracts.run.planning import Family
from contracts.run.run import Run
from contracts.run.settings import Settings, read_settings
from contracts.rye import RYE
from tests.run.bench import Clock, ScriptedTransport
from tests.support import ROOT, key_of

URL = "http://127.0.0.1"


@cache
def families(folder: str = "common") -> tuple[Family, ...]:
    """The families of an operation's folder, or those that every folder takes over, in order."""
    found = {}
    for path in sorted((ROOT / "contracts" / folder).glob("[a-z]*.py")):
        module = import_module(f"contracts.{folder}.{path.stem}")
        found |= {family.name: family for family in _families(vars(module).values())}
    return tuple(sorted(found.values(), key=lambda family: family.order))


def _families(values: object) -> Iterator[Family]:
    for function in values:  # type: ignore[attr-defined]
        for mark in getattr(function, "pytestmark", ()):
            yield Family(mark.args[0], mark.kwargs["order"], function)


def settings_of(
    catalogue: Catalogue, key: str, url: str = URL, timeout: float | None = None
) -> Settings:
    """A default run's settings."""
    options = dict.fromkeys(("report_dir", "max_requests", "ca_file", "proxy"))
    given = SimpleNamespace(**options, target=url, timeout=timeout, allow_production=True)
    server = catalogue.operation.server
    profiles.load("default")
    return read_settings(given, {RYE.key_variable: key}, server, RYE)


def ask(catalogue: Catalogue, respond: Callable[[bytes], bytes], key: str, seed: int = 1) -> Run:
    """Ask everything that a default run asks of a server.

    Arguments:
        catalogue: of the operation.
        respond: answers a whole request with a whole response.
        key: that the server takes.
        seed: of the run.
    """
    settings, plain = settings_of(catalogue, key), catalogue.operation.plain
    clock = Clock()
    endpoint = settings.target.endpoint(plain.path, plain.other_paths)
    transport = ScriptedTransport(respond, clock, endpoint=endpoint)

    def connect(record: Callable[[Exchange], None]) -> Client:
        pace = Pace(0.0, 0.0, clock.monotonic, clock.sleep)
        operation = catalogue.operation
        more = ("test", record, plain.query, operation.accept, plain.fields)
        return Client(transport, key_of(key), Redactor(None), pace, settings.allowance, *more)  # type: ignore[arg-type]

    made = Run(Judge(catalogue), connect, second_oracle=oracle_for(catalogue.operation))
    ask_all(made, families(), settings, seed)
    return made


def ask_all(
    made: Run,
    asked: Sequence[Family],
    settings: Settings,
    seed: int,
    until: str | None = None,
) -> None:
    """Have each family ask, one after the other, as pytest does.

    Arguments:
        made: the run.
        asked: the families, in order.
        settings: of the run.
        seed: of the run.
        until: a requirement; the family that finds it broken is the last.
    """
    for family in asked:
        asker = Asker(made, family.name)
        given = {"ask": asker, "profile": settings.profile}
        wanted = inspect.signature(family.ask).parameters
        call(family.ask, family.name, seed, **{name: given[name] for name in wanted})
        asker.confirm()
        if until is not None and any(each.finding.requirement == until for each in made.defects()):
            break
    made.finish(family.name)


def broken(made: Run) -> dict[str, list[str]]:
    """The MUSTs that a run found broken, each with what was found of it."""
    found: dict[str, list[str]] = {}
    for defect in made.defects():
        if made.level(defect.finding.requirement) == "MUST":
            words = json.dumps([defect.finding.where, defect.finding.found, defect.finding.cause])
            found.setdefault(defect.finding.requirement, []).append(words)
    return found
