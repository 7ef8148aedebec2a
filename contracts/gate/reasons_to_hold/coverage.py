"""Whether a run that calls itself complete sent everything that a complete run sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts import __version__
from contracts.gate.reasons_to_hold.held import HeldError
from contracts.gate.reasons_to_hold.record import Demand, Record, is_sample
from contracts.gate.reasons_to_hold.requests import Requests
from contracts.http.exchange import Exchange
from contracts.http.probe import RANDOM, Probe
from contracts.probes.coverage import SAMPLED_RECIPES, Extent, generated, unasked
from contracts.probes.generated import FEW_CASES, GENERATED_CASE
from contracts.run.settings import PROFILES


def check_version(record: Record) -> None:
    """Require a run of this version of the suite, since others send other requests.

    Arguments:
        record: a schema-valid record.

    Raises:
        HeldError: it was of another version.
    """
    version = record["versions"].get("contracts")
    if version != __version__:
        raise HeldError(
            "suite-version",
            f"Version {version} of the suite asked, and what that had to ask only it can tell: "
            f"the gate's own is {__version__}.",
        )


def check_coverage(
    record: Record, exchanges: Sequence[Exchange], requests: Requests, demand: Demand
) -> None:
    """Require that a complete run sent everything in its profile.

    Arguments:
        record: a schema-valid record.
        exchanges: the recorded exchanges.
        requests: what their requests must look like.
        demand: what the gate demands.

    Raises:
        HeldError: something was left out.
    """
    if not record["complete"] and not is_sample(record):
        return
    if record["profile"] not in PROFILES:
        raise HeldError("coverage", "The run had a profile that this suite does not have.")
    for probe in unasked(_complete(record, requests, demand), exchanges):
        raise HeldError(
            "coverage",
            f"The run is called {'a sample' if is_sample(record) else 'complete'}, but "
            f"“{probe.name}” was never sent, or not as often as it had to be.",
        )


def _complete(record: Record, requests: Requests, demand: Demand) -> Iterator[Probe]:
    profile, operation = PROFILES[record["profile"]], demand.catalogue.operation
    host, path = requests.host.decode("ascii"), requests.path.decode("ascii")
    effects = demand.catalogue.effects
    extent = Extent(operation, demand.api, host, path, profile.extended, effects)
    if is_sample(record):
        recipes = requests.keys.due(extent.recipes)
        asked = [each for each in recipes if each in SAMPLED_RECIPES]
        yield from extent.of_each_operation(asked)
        return
    yield from extent.probes(requests.keys.due(extent.recipes))
    for recipe in ("valid", "absent"):
        yield from generated(RANDOM, recipe, profile.examples)
    yield from generated(GENERATED_CASE, "valid", min(FEW_CASES, profile.examples))
