"""Whether a firewall refused an apparent attack: sends its values where no API reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Probe
from contracts.judging.firewall import (
    FIELD,
    KNOWN_ATTACK,
    as_field,
    as_query,
    attacks_of,
    elsewhere,
    is_explained,
    is_neutral,
    may_be_blocked,
    may_be_dropped,
)
from contracts.probes.headers.permitted import may_be_fuzzed, may_be_queried
from contracts.run.run import Run

MOST_VALUES = 3
"""Most values to send again: any of them may have been refused."""

HALF = 0.5
"""Share of a family beyond which blocked requests make it count as not observed."""


def doubt_a_firewall(run: Run, exchange: Exchange, family: str) -> None:
    """Check whether an answer or a closed connection came from a firewall.

    Arguments:
        run: the run.
        exchange: the last attempt of the latest probe.
        family: the probe family that the requests count for.
    """
    if is_neutral(exchange.probe) or not (may_be_blocked(exchange) or may_be_dropped(exchange)):
        return
    for probe in _elsewhere(run, exchange, family):
        if is_explained(exchange, run.raw.values()) or run.reduction.about_firewalls <= 0:
            break
        run.reduction.about_firewalls -= 1
        run.ask_further(probe, attempts=1)


def count_blocked(run: Run, family: str) -> None:
    """Mark a family as not observed if more than half of it was blocked.

    Arguments:
        run: the run.
        family: the probe family, which has sent all its probes.
    """
    asked = [e for e in run.raw.values() if e.probe.family == family]
    own = [exchange for exchange in asked if not is_neutral(exchange.probe)]
    if sum(is_explained(exchange, run.raw.values()) for exchange in own) > HALF * len(own):
        run.ledger.unobserve(family)


def _elsewhere(run: Run, exchange: Exchange, family: str) -> Iterator[Probe]:
    """Yield a request with the same values where no API reads them, then one with a known attack.

    The first has them both as fields and as parameters: firewalls differ in where they look, and
    separate requests for each attack-shaped key would be too many.
    """
    values = attacks_of(exchange)[:MOST_VALUES]
    if exchange.probe.attack:
        values = [run.client.token(exchange.probe.recipe)]
    plain = Probe(elsewhere(exchange.probe), family, "valid", Credential.VALID)
    fields = as_field([value for value in values if may_be_fuzzed((FIELD, value))])
    pairs = [pair for pair in map(as_query, values) if may_be_queried(pair)]
    beside = run.judge.catalogue.operation.plain.beside
    if fields or pairs:
        yield replace(plain, fields=fields, query=beside(b"&".join(pairs)) if pairs else None)
    if may_be_blocked(exchange):
        name = "an attack in a parameter that no API reads"
        yield replace(plain, name=name, query=beside(as_query(KNOWN_ATTACK)))
