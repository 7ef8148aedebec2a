"""What is asked again before it counts: what was dropped, and refusals that may be everybody's."""

from __future__ import annotations

from dataclasses import replace

from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Probe
from contracts.judging.endings import (
    FRESH_QUERY,
    NEW_CONNECTION,
    TIMES,
    is_concerned,
    is_refusal,
    is_served,
    shape_of,
)
from contracts.judging.environment import trouble
from contracts.judging.troubles import ROUND_SECONDS, ROUNDS, is_plain_valid
from contracts.run.run import Run, Skipped

REFUSAL_SECONDS = 2.5
"""Seconds after which a short-lived cache has forgotten a refusal."""

MOST_SUSPECTS = 4
"""Requests that are sent again: a few name the cause, and more cost what is left of the cap."""


REFUSED_IN_A_ROW = 3
"""Refusals of one shape that make it worth a request to ask whether everything is refused."""


def confirm_dropped(run: Run, family: str) -> None:
    """Send what was dropped again, in rounds with the plain request behind each.

    Arguments:
        run: the run, which knows what was dropped.
        family: the probe family in whose name they are sent.
    """
    suspects = list(run.suspects.values())[:MOST_SUSPECTS]
    for number in range(1, ROUNDS + 1):
        if number > 1 and suspects:
            run.client.pace.hold(ROUND_SECONDS)
        suspects = [probe for probe in suspects if _is_dropped_again(run, probe, family, number)]


def _is_dropped_again(run: Run, probe: Probe, family: str, number: int) -> bool:
    name = f"{probe.name}, round {number}"
    asked = run.ask(replace(probe, name=name, family=family, fresh=True), attempts=1)
    if isinstance(asked, Skipped) or trouble(asked) is None:
        return False
    plain = Probe(f"plain behind {name}", family, "valid", Credential.VALID, fresh=True)
    return _is_answered(run.ask(plain))


def _is_answered(asked: Exchange | Skipped) -> bool:
    return isinstance(asked, Exchange) and trouble(asked) is None


def doubt_refusal(run: Run, family: str) -> None:
    """Ask plainly once more before the key counts as refused: a cache may hold another's refusal.

    Arguments:
        run: the run, all of whose plain requests with the key were refused so far.
        family: the probe family in whose name it is asked.
    """
    run.refusal_doubted = True
    run.client.pace.hold(REFUSAL_SECONDS)
    run.ask(Probe("valid after a pause", family, "valid", Credential.VALID, fresh=True))


def doubt(run: Run, family: str, enough: int = REFUSED_IN_A_ROW) -> None:
    """Ask whether everything is refused by now, where the last answers may be read so.

    Arguments:
        run: the run.
        family: the probe family in whose name it is asked.
        enough: how many refusals in a row are reason enough.
    """
    if run.key_refused:
        if not run.refusal_doubted:
            doubt_refusal(run, family)
    elif run.circumstances.stopped is None and _may_have_ended(run, enough):
        _ask_whether_ended(run, family)


def _may_have_ended(run: Run, enough: int) -> bool:
    last = run.exchanges.get(run.client.sent)
    if last is None or not _is_wrongly(run, last):
        return False
    shape = shape_of(last)
    plain = is_plain_valid(last.probe)
    if plain and run.reduction.doubting <= 0:
        return False
    known = (shape, _has_key(last)) in run.harmless_refusals
    if not plain and (known or not is_concerned(last, shape)):
        return False
    exchanges = [run.exchanges[number] for number in sorted(run.exchanges)]
    if not any(is_plain_valid(e.probe) and is_served(e) for e in exchanges):
        return False
    recent = [e for e in exchanges if is_concerned(e, shape)][-enough:]
    alike = all(_is_wrongly(run, e) and shape_of(e) == shape for e in recent)
    return plain or (len(recent) == enough and alike)


def _is_wrongly(run: Run, exchange: Exchange) -> bool:
    """Whether an exchange is a refusal that breaks a requirement."""
    return is_refusal(exchange) and bool(run.shows(exchange))


def _has_key(exchange: Exchange) -> bool:
    return exchange.probe.credential is Credential.VALID


def _ask_whether_ended(run: Run, family: str) -> None:
    """Ask plainly on new connections, and with a query that no cache can know."""
    last = run.exchanges[run.client.sent]
    run.reduction.doubting -= is_plain_valid(last.probe)
    run.harmless_refusals.add((shape_of(last), _has_key(last)))
    plain = Probe(NEW_CONNECTION, family, "valid", Credential.VALID, fresh=True)
    for number in range(TIMES):
        if number:
            run.client.pace.hold(REFUSAL_SECONDS)
        asked = run.ask(plain)
        if isinstance(asked, Skipped) or not is_refusal(asked):
            return
    query = run.judge.catalogue.operation.plain.beside(b"fresh=%d" % run.client.sent)
    run.ask(replace(plain, name=FRESH_QUERY, query=query))
