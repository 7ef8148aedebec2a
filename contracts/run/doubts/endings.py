"""Further requests before the key counts as refused or the suite as banned."""

from __future__ import annotations

from dataclasses import replace

from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Probe
from contracts.judging.endings import (
    FRESH_QUERY,
    KEYLESS_QUERY,
    NEW_CONNECTION,
    TIMES,
    is_concerned,
    is_refusal,
    is_served,
    shape_of,
)
from contracts.judging.firewall import may_be_blocked
from contracts.judging.troubles import is_plain_valid
from contracts.run.run import Run, Skipped

REFUSAL_SECONDS = 2.5
"""Seconds after which a short-lived cached refusal has expired."""

REFUSED_IN_A_ROW = 3
"""Consecutive refusals of one shape after which to check whether everything is refused."""


def doubt(run: Run, family: str, enough: int = REFUSED_IN_A_ROW) -> None:
    """Check whether everything is refused by now, if the last answers suggest it.

    Arguments:
        run: the run.
        family: the probe family that the requests count for.
        enough: how many consecutive refusals suggest it.
    """
    if run.key_refused:
        if not run.refusal_doubted:
            _doubt_the_key(run, family)
    elif run.circumstances.stopped is None and _may_have_ended(run, enough):
        _ask_whether_ended(run, family)


def _may_have_ended(run: Run, enough: int) -> bool:
    last = run.raw.get(run.client.sent)
    if last is None or not _is_wrongly(run, last):
        return False
    shape = shape_of(last)
    plain = is_plain_valid(last.probe)
    if plain and run.reduction.doubting <= 0:
        return False
    known = (shape, _has_key(last)) in run.harmless_refusals
    if not plain and (known or not is_concerned(last, shape)):
        return False
    exchanges = [run.raw[number] for number in sorted(run.raw)]
    if not any(is_plain_valid(e.probe) and is_served(e) for e in exchanges):
        return False
    recent = [e for e in exchanges if is_concerned(e, shape)][-enough:]
    alike = all(_is_wrongly(run, e) and shape_of(e) == shape for e in recent)
    return plain or (len(recent) == enough and alike)


def _is_wrongly(run: Run, exchange: Exchange) -> bool:
    """Whether an exchange is a refusal that breaks a requirement, or may come from a firewall.

    A ban refuses everything, attacks in places that no API reads included, and so looks like a
    firewall.
    """
    return is_refusal(exchange) and (may_be_blocked(exchange) or bool(run.shows(exchange)))


def _has_key(exchange: Exchange) -> bool:
    return exchange.probe.credential is Credential.VALID


def _ask_whether_ended(run: Run, family: str) -> None:
    """Send the plain request on new connections, then with a query that no cache can hold."""
    last = run.raw[run.client.sent]
    run.reduction.doubting -= is_plain_valid(last.probe)
    run.harmless_refusals.add((shape_of(last), _has_key(last)))
    plain = Probe(NEW_CONNECTION, family, "valid", Credential.VALID, fresh=True)
    for number in range(TIMES):
        if number:
            run.client.pace.hold(REFUSAL_SECONDS)
        if not _is_refused(run.ask(plain)):
            return
    _ask_with_a_fresh_query(run, plain)


def _ask_with_a_fresh_query(run: Run, plain: Probe) -> None:
    beside = run.judge.catalogue.operation.plain.beside
    fresh = replace(plain, name=FRESH_QUERY, query=beside(b"fresh=%d" % run.client.sent))
    asked = run.ask(fresh)
    if isinstance(asked, Exchange) and asked.response.status == 422:
        other = beside(b"fresh=%d" % run.client.sent)
        absent = replace(fresh, name=KEYLESS_QUERY, recipe="absent", query=other)
        run.ask(replace(absent, credential=Credential.ABSENT))


def _is_refused(asked: Exchange | Skipped) -> bool:
    return isinstance(asked, Exchange) and is_refusal(asked)


def _doubt_the_key(run: Run, family: str) -> None:
    """Send the plain request once more: a cache may have served another client's refusal.

    Arguments:
        run: the run, all of whose plain requests with the key were refused so far.
        family: the probe family that the requests count for.
    """
    run.refusal_doubted = True
    run.client.pace.hold(REFUSAL_SECONDS)
    plain = Probe("valid after a pause", family, "valid", Credential.VALID, fresh=True)
    if _is_refused(run.ask(plain)):
        _ask_with_a_fresh_query(run, plain)
