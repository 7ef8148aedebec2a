"""Causes of a violation: what the requests that show it have in common.

A cause is a kind of oddity and what carries it: a field or parameter name, a credential recipe, or
content. Values are not part of it. If the plain request shows the violation too, the cause is *any*
request, so that a defect keeps its id whatever else a run sends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from contracts.http.allowed import oddities
from contracts.http.exchange import Exchange
from contracts.http.probe import RANDOM, Credential, Probe, is_http
from contracts.judging.troubles import is_plain_valid

ANY = "any request"
"""The cause of a violation that the plain request with the key shows too."""

ANY_KEY = "any wrong key"
"""The cause of a violation that occurs without credentials, or with random ones."""

ANY_FIELD = "any field"
"""The carrier if the value has the same effect in a field without meaning."""

AUTHORIZATION = "field authorization"
"""The carrier of a key."""

MADE_UP = "a made-up field"
"""The carrier of an oddity that was drawn at random."""

ANY_PARAMETER = "any parameter"
"""The carrier if the value has the same effect in a parameter without meaning."""

SIMPLE = frozenset({"field x-probe", "parameter probe"})
"""Carriers that take a culprit's value, to tell whether its name or its value is the cause."""

_USUAL = frozenset(
    {
        b"accept",
        b"accept-encoding",
        b"authorization",
        b"connection",
        b"content-length",
        b"host",
        b"user-agent",
    }
)

ELSEWHERE = "-in-"
"""Part of the names of recipes that put keys into fields other than the documented one."""

MANY = 4
"""Number of carriers of one oddity from which the oddity counts as the cause, not the carrier."""


def carriers(exchange: Exchange) -> frozenset[str]:
    """Name what a request carries besides the plain one.

    Arguments:
        exchange: any exchange.
    """
    probe = exchange.probe
    if probe.wire is not None:
        return frozenset({f"raw request {probe.name.partition(',')[0]}"})
    sent = set[bytes]()
    if ELSEWHERE in probe.recipe:
        sent = {name.lower() for name, _ in exchange.request.fields} - _USUAL
    names = sent.union(name.lower() for name, _ in probe.fields) - {b"authorization"}
    carried = {f"field {name.decode('latin-1')}" for name in names}
    pairs = (probe.query or b"").split(b"&") if probe.query else []
    carried |= {f"parameter {pair.partition(b'=')[0].decode('latin-1')}" for pair in pairs if pair}
    if probe.query is not None and not pairs:
        carried.add("an empty query")
    if probe.path is not None:
        carried.add(f"path {probe.path}")
    return frozenset(carried | ({"content"} if probe.body is not None else set()))


def is_any_key(probe: Probe) -> bool:
    """Whether a request has no credentials, or random ones: any bad key is treated like it.

    Arguments:
        probe: any probe.
    """
    return probe.recipe == "absent" or probe.recipe.startswith("random-")


def kinds(exchange: Exchange) -> str:
    """Name the oddities of a request; empty if there are none.

    Arguments:
        exchange: any exchange.
    """
    if exchange.probe.wire is not None:
        return "" if is_http(exchange.probe.wire) else "no HTTP"
    request = exchange.request
    return " and ".join(sorted(oddities(request.fields, request.query, request.body)))


def causes(exchanges: Iterable[Exchange], *, in_answer: bool) -> dict[str, list[int]]:
    """Group the exchanges that show one violation by cause.

    Arguments:
        exchanges: those that show it.
        in_answer: whether the violation is in the response's content or fields, which two
            unrelated carriers show for one reason; a status may have as many reasons as carriers.

    Returns:
        The numbers of each cause's exchanges, in the order of sending, by the cause in words.
    """
    left = {exchange.number: exchange for exchange in exchanges}
    if any(is_plain_valid(exchange.probe) for exchange in left.values()):
        return {ANY: sorted(left)}
    found: dict[str, list[int]] = {}
    for cause, belongs in _of_keys(left.values(), in_answer=in_answer):
        _take(found, left, cause, belongs)
    named = {number: carriers(exchange) for number, exchange in left.items()}
    for cause, names in _of_carriers(left, named):
        _take(found, left, cause, _carrying(names, named))
    if in_answer and len(found) > 1:  # unrelated carriers show it, so none of them is the cause
        found = {ANY_KEY if ANY_KEY in found else ANY: [n for each in found.values() for n in each]}
    return {cause: sorted(numbers) for cause, numbers in found.items()}


def _take(
    found: dict[str, list[int]],
    left: dict[int, Exchange],
    cause: str,
    belongs: Callable[[Exchange], bool],
) -> None:
    taken = [number for number, exchange in left.items() if belongs(exchange)]
    for number in taken:
        del left[number]
    if taken:
        found.setdefault(cause, []).extend(taken)


def _of_keys(
    exchanges: Iterable[Exchange], *, in_answer: bool
) -> Iterator[tuple[str, Callable[[Exchange], bool]]]:
    """Yield the causes that are credentials: all wrong ones, one kind of them, or a recipe."""
    alone = [e for e in exchanges if not carriers(e)]
    if any(is_any_key(e.probe) for e in alone):
        wrong = {Credential.ABSENT, Credential.WRONG}
        if in_answer:  # every refusal has it
            wrong |= {Credential.DRESSED, Credential.DOUBLED}
        yield ANY_KEY, lambda e: e.probe.credential in wrong
    served = any(e.response.status // 100 == 2 for e in alone)
    groups: dict[str, list[Exchange]] = {}
    for exchange in alone:
        kind = _kind_of_key(exchange.probe) if served else kinds(exchange)
        groups.setdefault(kind, []).append(exchange)
    for kind, those in groups.items():
        first = min(those, key=lambda e: e.number).probe
        recipes = {e.probe.recipe for e in those}
        if served:
            cause = kind if len(recipes) > 1 else f"{kind}: {first.recipe}"
        else:  # how near a key is matters only if it is accepted
            cause = (
                f"{AUTHORIZATION} ({kind})" if kind else f"{_kind_of_key(first)}: {first.recipe}"
            )
        yield cause, _with_recipe(recipes)


def _with_recipe(recipes: set[str]) -> Callable[[Exchange], bool]:
    return lambda exchange: exchange.probe.recipe in recipes


def _carrying(
    names: frozenset[str], named: Mapping[int, frozenset[str]]
) -> Callable[[Exchange], bool]:
    return lambda exchange: names <= named[exchange.number]


def _kind_of_key(probe: Probe) -> str:
    if probe.credential is Credential.DRESSED:
        return "the key presented another way"
    if probe.credential is Credential.DOUBLED:
        return "two Authorization fields"
    if probe.credential is Credential.VALID:
        return "the key"
    if probe.near:
        return "a nearly right key"
    return "an injection as the key" if probe.attack else "a wrong key"


def _of_carriers(
    exchanges: Mapping[int, Exchange], named: Mapping[int, frozenset[str]]
) -> list[tuple[str, frozenset[str]]]:
    """Return the causes that are fields, parameters or content, each with its carriers."""
    drawn = {n for n, e in exchanges.items() if e.probe.name.startswith(RANDOM)}
    found: dict[frozenset[str], Exchange] = {}
    for number in sorted(exchanges, key=lambda n: (n in drawn, len(named[n]), n)):
        if not any(names <= named[number] for names in found):
            found[named[number]] = exchanges[number]
    made_up = {names for names, e in found.items() if e.number in drawn and not _is_simple(names)}
    odd = {names: kinds(exchange) for names, exchange in found.items()}
    count = Counter((_sort(names), odd[names]) for names in found if names not in made_up)
    values = _simple_values(exchanges.values(), named)
    given: dict[frozenset[str], str] = {}
    for names, exchange in found.items():
        simple = _is_simple(names) or any(value in values for value in _values(exchange.probe))
        if simple or count[_sort(names), odd[names]] >= MANY:
            given[names] = _sort(names)
        elif names in made_up:
            known = (given[other] for other in given if odd[other] == odd[names])
            given[names] = next(known, MADE_UP)
        else:
            more = " and others" if len(names) > 3 else ""
            given[names] = ", ".join(sorted(names)[:3]) + more
    return [(f"{given[each]} ({odd[each]})" if odd[each] else given[each], each) for each in given]


def _sort(names: frozenset[str]) -> str:
    """The common name of all carriers of one sort."""
    return ANY_PARAMETER if all(n.startswith("parameter ") for n in names) else ANY_FIELD


def _is_simple(names: frozenset[str]) -> bool:
    return len(names) == 1 and names <= SIMPLE


def _simple_values(
    exchanges: Iterable[Exchange], named: Mapping[int, frozenset[str]]
) -> frozenset[bytes]:
    """The values that show a violation in a field or a parameter without meaning."""
    simple = (e for e in exchanges if _is_simple(named[e.number]))
    return frozenset(value for e in simple for value in _values(e.probe))


def _values(probe: Probe) -> Iterator[bytes]:
    yield from (value for _, value in probe.fields)
    yield from (pair.partition(b"=")[2] for pair in (probe.query or b"").split(b"&") if pair)
