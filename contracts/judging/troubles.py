"""Trouble that is the server's answer after all, as all exchanges of a run show.

A gateway's page or a closed connection is the environment's trouble unless it depends on the
request. So the run repeats the request at its end, in rounds, each followed by the plain request;
this module determines from the exchanges alone what those rounds showed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Probe, is_http
from contracts.judging.environment import is_down, is_dropped, is_meant_for_all, trouble
from contracts.judging.finding import Finding

REQUIREMENT = "no-server-error"
"""The requirement broken by a process that dies of a request, or a handler that drops it."""

ROUNDS = 3
"""How often a request is repeated, with the plain one answered in between."""

ROUND_SECONDS = 2.0
"""Seconds between rounds, so that a single restart cannot explain two of them."""

MOST_NOISE = 0.02
"""Share of the other probes that may be in trouble; above it, the environment is."""

RequestKey = tuple[object, ...]


def request_key(probe: Probe) -> RequestKey:
    """Return a key that probes share if they send the same: recipe, fields, query, content.

    Arguments:
        probe: any probe.
    """
    return probe.recipe, probe.fields, probe.query, probe.body, probe.wire, probe.path


def carriers(probe: Probe) -> frozenset[bytes]:
    """Name what a probe carries: its own fields in lower case, and its parameters after a `?`.

    Arguments:
        probe: any probe.
    """
    parameters = (probe.query or b"").split(b"&") if probe.query else []
    names = {b"?" + parameter.partition(b"=")[0] for parameter in parameters}
    if probe.path is not None:
        names.add(probe.path.encode())
    return frozenset(names.union(name.lower() for name, _ in probe.fields))


def is_plain_valid(probe: Probe) -> bool:
    """Whether a probe is the plain request with the configured key.

    Arguments:
        probe: any probe.
    """
    return probe.plain and probe.credential is Credential.VALID


def dropped_requests(exchanges: Sequence[Exchange]) -> list[Finding]:
    """Find the requests that were dropped in every round while plain ones were answered.

    Arguments:
        exchanges: every attempt of a run, in the order of sending.
    """
    by_request: dict[RequestKey, list[int]] = defaultdict(list)
    for place, exchange in enumerate(exchanges):
        if not is_plain_valid(exchange.probe):
            by_request[request_key(exchange.probe)].append(place)
    suspects = {
        key: places
        for key, places in by_request.items()
        if len(places) >= ROUNDS
        and all(trouble(exchanges[place]) is not None for place in places)
        and _rounds(exchanges, places) >= ROUNDS
    }
    if not suspects:
        return []
    named = [
        names for places in suspects.values() if (names := carriers(exchanges[places[0]].probe))
    ]
    if _noise(exchanges, suspects, named) >= MOST_NOISE:
        return []
    return [_finding(exchanges[places[-1]]) for places in suspects.values()]


def deadly_requests(exchanges: Sequence[Exchange]) -> list[Finding]:
    """Find malformed HTTP that brings the server down, whatever its own response.

    Arguments:
        exchanges: every attempt of a run, in the order of sending.
    """
    deaths: dict[RequestKey, list[Exchange]] = defaultdict(list)
    for place, exchange in enumerate(exchanges):
        if not is_http(exchange.probe.wire) and _is_down_behind(exchanges[place + 1 :]):
            deaths[request_key(exchange.probe)].append(exchange)
    return [_deadly(each[-1]) for each in deaths.values() if len(each) >= ROUNDS]


def _is_down_behind(following: Sequence[Exchange]) -> bool:
    """Whether the very next request is the plain one and fails, and is answered later."""
    if not following or not is_plain_valid(following[0].probe) or not is_down(following[0]):
        return False
    later = (exchange for exchange in following if not is_down(exchange))
    return is_plain_valid(next(later, following[0]).probe)


def _deadly(exchange: Exchange) -> Finding:
    name = exchange.probe.name.partition(",")[0]
    expected = f"an answer to the plain request behind {name}"
    found = "none, each time, until the server was up again"
    return Finding(REQUIREMENT, exchange.number, name, expected, found)


def meant_for_some(exchanges: Sequence[Exchange]) -> list[Finding]:
    """Find environment-like refusals that only some requests got: the API's own, undocumented.

    Arguments:
        exchanges: every attempt of a run, in the order of sending.
    """
    if not any(is_plain_valid(e.probe) and trouble(e) is None for e in exchanges):
        return []
    found: dict[tuple[str, str, str], Finding] = {}
    refused = [e for e in exchanges if is_meant_for_all(e) and trouble(e) is not None]
    keyless = {e.response.status for e in refused if _has_no_key(e)}
    for exchange in refused:
        wrong = _has_no_key(exchange)
        unsure = not wrong and exchange.probe.credential is not Credential.VALID
        if unsure and exchange.response.status in keyless:
            continue  # reported for the requests without the key
        requirement = "refusal-is-401" if wrong else "status-is-documented"
        status = str(exchange.response.status)
        words = f"{status}, which the plain request with the key does not get"
        new = Finding(requirement, exchange.number, "status", "a documented status", words)
        found.setdefault(new.signature, new)
    return list(found.values())


def _has_no_key(exchange: Exchange) -> bool:
    return exchange.probe.credential in {Credential.ABSENT, Credential.WRONG}


def _rounds(exchanges: Sequence[Exchange], places: Iterable[int]) -> int:
    """Count the dropped attempts that are far enough apart, with plain requests answered."""
    rounds, last = 0, -ROUND_SECONDS
    for place in places:
        exchange = exchanges[place]
        if not is_dropped(exchange) or exchange.started < last + ROUND_SECONDS:
            continue
        if _answered_behind(exchanges, place):
            rounds, last = rounds + 1, exchange.started
    return rounds


def _answered_behind(exchanges: Sequence[Exchange], place: int) -> bool:
    """Whether the next plain request was answered, on a connection of its own."""
    for exchange in exchanges[place + 1 :]:
        if not is_plain_valid(exchange.probe):
            if request_key(exchange.probe) != request_key(exchanges[place].probe):
                return False
        elif trouble(exchange) is None:
            return exchange.connection != exchanges[place].connection
    return False


def _noise(
    exchanges: Sequence[Exchange],
    suspects: Iterable[RequestKey],
    named: Sequence[frozenset[bytes]],
) -> float:
    """The share of the other requests that were never answered and carry no suspect's fields."""
    answered: dict[RequestKey, bool] = {}
    for exchange in exchanges:
        key = request_key(exchange.probe)
        fine = trouble(exchange) is None or any(n <= carriers(exchange.probe) for n in named if n)
        answered[key] = answered.get(key, False) or fine
    for key in suspects:
        answered.pop(key)
    return sum(not each for each in answered.values()) / max(len(answered), 1)


def _finding(exchange: Exchange) -> Finding:
    name = exchange.probe.name.partition(",")[0]
    found = f"{trouble(exchange)}, each time it was sent, and plain requests were answered"
    return Finding(REQUIREMENT, exchange.number, name, f"an answer to {name}", found)
