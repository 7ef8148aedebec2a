"""A firewall before the API: what it blocks was not tested, and is not a violation.

A refusal counts as a firewall's if the same page answers an attack, with the valid key, in a field
or a parameter that no API reads; a dropped connection, if the same value is dropped there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote_from_bytes, unquote_to_bytes

from contracts.http.allowed import alternatives, is_attack_shaped
from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Field, Probe
from contracts.judging.environment import is_dropped, trouble
from contracts.judging.finding import Finding

FIELD = b"X-Contract-Probe"
"""A field that no API reads."""

PARAMETER = b"contract-probe"
"""A parameter that no API reads."""

KNOWN_ATTACK = b"<script>alert(1)</script>' OR '1'='1"
"""A value that every firewall refuses."""

REQUIREMENT = "firewall-lets-probes-pass"
"""The requirement that a firewall breaks: it keeps the suite from testing the API."""

STATUSES = frozenset({403, 406})
"""Statuses with which firewalls refuse."""

ENOUGH = 2
"""Number of values dropped where no API reads them from which a firewall explains all drops."""

LONGEST_PAGE = 64 * 1024
"""Octets of a firewall's page that are compared."""

_VARYING = re.compile(rb"[0-9A-Za-z+/_-]{24,}=*|[0-9A-Fa-f-]{6,}|\d+")
"""Ids of a single refusal on a page: CloudFront's is base64, others' hexadecimal or digits."""

Page = tuple[int, bytes]
"""Status and content of a refusal, without what varies between refusals."""


def may_be_blocked(exchange: Exchange) -> bool:
    """Whether a firewall may have refused a request: an attack, and a response that is not JSON.

    Arguments:
        exchange: any attempt.
    """
    response = exchange.response
    probe = exchange.probe
    if response.status not in STATUSES or probe.wire is not None or probe.body is not None:
        return False
    if any("json" in value.lower() for value in response.values("content-type")):
        return False
    if trouble(exchange) is not None or not is_attack(exchange):
        return False
    request = exchange.request
    return response.status not in alternatives(request.fields, request.query, request.body)


def is_attack(exchange: Exchange) -> bool:
    """Whether a request looks like an attack; wrong keys are masked, so their recipe decides.

    Arguments:
        exchange: any attempt.
    """
    request = exchange.request
    return exchange.probe.attack or is_attack_shaped(request.fields, request.query)


def page_of(exchange: Exchange) -> Page:
    """Return what the pages of one firewall have in common.

    Arguments:
        exchange: one that may be blocked.
    """
    return exchange.response.status, _VARYING.sub(b"#", exchange.response.content[:LONGEST_PAGE])


def elsewhere(probe: Probe) -> str:
    """Name the request that carries the same value where no API reads it.

    Arguments:
        probe: one that a firewall may have refused.
    """
    return f"{probe.name}, where no API reads it"


def attacks_of(exchange: Exchange) -> list[bytes]:
    """Return the values of a request that look like attacks wherever they are.

    Arguments:
        exchange: any attempt.
    """
    given = [value for _, value in exchange.probe.fields]
    for pair in (exchange.probe.query or b"").split(b"&"):
        given.append(unquote_to_bytes(pair.partition(b"=")[2]))
    return [value for value in given if is_attack_shaped(((FIELD, value),))]


def as_field(values: Sequence[bytes]) -> tuple[Field, ...]:
    """Write values into fields that no API reads.

    Arguments:
        values: at least one.
    """
    numbered = enumerate(values, start=1)
    return tuple((FIELD if n == 1 else FIELD + b"-%d" % n, value) for n, value in numbered)


def as_query(value: bytes) -> bytes:
    """Write a value into a parameter that no API reads.

    Arguments:
        value: any bytes.
    """
    return PARAMETER + b"=" + quote_from_bytes(value, safe="").encode()


def is_neutral(probe: Probe) -> bool:
    """Whether a probe carries its values where no API reads them, with the valid key.

    Arguments:
        probe: any probe.
    """
    if probe.credential is not Credential.VALID or probe.body is not None:
        return False
    named = all(name.startswith(FIELD) for name, _ in probe.fields)
    asked = probe.query is None or PARAMETER + b"=" in probe.query
    return named and asked and (bool(probe.fields) or probe.query is not None)


def is_by_a_firewall(exchange: Exchange, neutral: Iterable[Exchange]) -> bool:
    """Whether the page that answers a request also answers an attack in a neutral place.

    If only the credentials look like an attack, it must be the same value; as they are masked,
    the probe's name identifies it.

    Arguments:
        exchange: one that may be blocked.
        neutral: those with attacks where no API reads them.
    """
    page = page_of(exchange)
    same = [each for each in neutral if may_be_blocked(each) and page_of(each) == page]
    probe = exchange.probe
    if probe.fields or probe.query is not None:
        return bool(same)
    return any(each.probe.name == elsewhere(probe) for each in same)


def may_be_dropped(exchange: Exchange) -> bool:
    """Whether a firewall may have closed the connection: the request looks like an attack.

    Arguments:
        exchange: any attempt.
    """
    if exchange.probe.wire is not None or not is_dropped(exchange) or trouble(exchange) is None:
        return False
    return is_attack(exchange)


def is_dropped_by_a_firewall(exchange: Exchange, neutral: Iterable[Exchange]) -> bool:
    """Whether the same value is dropped where no API reads it.

    Arguments:
        exchange: one that may be dropped.
        neutral: those with attacks where no API reads them.
    """
    name = elsewhere(exchange.probe)
    return any(may_be_dropped(each) and each.probe.name == name for each in neutral)


def dropped(exchanges: Sequence[Exchange]) -> set[int]:
    """Return the numbers of the requests that a firewall dropped.

    Once it has dropped several values elsewhere, it is assumed to drop whatever looks alike:
    testing each value would use up the run's requests.

    Arguments:
        exchanges: every attempt of a run, in the order of sending.
    """
    candidates = [exchange for exchange in exchanges if may_be_dropped(exchange)]
    neutral = [exchange for exchange in candidates if is_neutral(exchange.probe)]
    shown = [e for e in candidates if is_dropped_by_a_firewall(e, neutral)]
    names = {elsewhere(each.probe) for each in shown}
    shown += [each for each in neutral if each.probe.name in names]
    if len(names) >= ENOUGH:
        shown = candidates
    return {each.number for each in shown}


def blocked(exchanges: Sequence[Exchange]) -> tuple[list[Exchange], list[Exchange]]:
    """Return a firewall's refusals, and those that look like one's but are the API's.

    Arguments:
        exchanges: every attempt of a run, in the order of sending.
    """
    usual = _usual_refusals(exchanges)
    candidates = [
        exchange
        for exchange in exchanges
        if may_be_blocked(exchange) and not _is_usual(exchange, usual)
    ]
    neutral = [exchange for exchange in candidates if is_neutral(exchange.probe)]
    firewall: list[Exchange] = []
    api: list[Exchange] = []
    for exchange in candidates:
        (firewall if is_by_a_firewall(exchange, neutral) else api).append(exchange)
    return firewall, api


_BAD = frozenset({Credential.ABSENT, Credential.WRONG})


def _usual_refusals(exchanges: Iterable[Exchange]) -> frozenset[Page]:
    """The pages with which the API refuses any bad key, perhaps with 403: not a firewall's."""
    return frozenset(
        page_of(each)
        for each in exchanges
        if each.response.status in STATUSES
        and each.probe.plain
        and each.probe.credential in _BAD
        and not is_attack(each)
    )


def _is_usual(exchange: Exchange, usual: frozenset[Page]) -> bool:
    return exchange.probe.credential in _BAD and page_of(exchange) in usual


def is_explained(exchange: Exchange, exchanges: Iterable[Exchange]) -> bool:
    """Whether a firewall refused or dropped a request, or the API refused it like any bad key.

    Arguments:
        exchange: any attempt.
        exchanges: every attempt so far.
    """
    exchanges = list(exchanges)
    if may_be_blocked(exchange):
        neutral = [e for e in exchanges if is_neutral(e.probe)]
        usual = _usual_refusals(exchanges)
        return _is_usual(exchange, usual) or is_by_a_firewall(exchange, neutral)
    return may_be_dropped(exchange) and exchange.number in dropped(exchanges)


def refusal(exchange: Exchange) -> Finding:
    """Make the finding of a refusal that looks like a firewall's but is not.

    Arguments:
        exchange: one that may be blocked.
    """
    match exchange.probe.credential:
        case Credential.ABSENT | Credential.WRONG:
            requirement, expected = "refusal-is-401", "401"
        case Credential.VALID if exchange.response.status == 403:
            requirement, expected = "valid-key-gets-200", "200"
        case _:
            requirement, expected = "status-is-documented", "a documented status"
    words = f"{exchange.response.status}, which no attack gets in {FIELD.decode()}"
    return Finding(requirement, exchange.number, "status", expected, words)


def obstruction(exchange: Exchange, words: str) -> Finding:
    """Make the finding of a firewall that keeps probes from the API.

    Arguments:
        exchange: the first that it refused or dropped.
        words: what it did.
    """
    expected = "the API's own answer to what looks like an attack"
    return Finding(REQUIREMENT, exchange.number, "firewall", expected, words)


def refusals_of_attacks(exchanges: Sequence[Exchange]) -> list[Finding]:
    """Find refusals of attack-shaped requests by the API, and drops by a firewall.

    Arguments:
        exchanges: every attempt of a run, in the order of sending.
    """
    found: dict[tuple[str, ...], Finding] = {}
    for exchange in sorted(blocked(exchanges)[1], key=lambda e: len(e.sent)):
        new = refusal(exchange)
        found.setdefault(new.signature, new)
    numbers = dropped(exchanges)
    lost = [e for e in exchanges if e.number in numbers and not is_neutral(e.probe)]
    if lost:
        words = f"a closed connection for {len(lost)} such requests, and for the same elsewhere"
        found[()] = obstruction(lost[0], words)
    return list(found.values())
