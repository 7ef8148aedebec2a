"""What causes a violation: the request that shows it, divided by what such requests have in common.

A cause is a kind of oddity and what carries it: the name of a field or a parameter, a recipe of
credentials, content. Values are no part of it. It is *any* where the plain request shows the same,
and so a defect keeps its id whatever else a run asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from contracts.http.allowed import oddities
from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Probe
from contracts.judging.expectation import is_http
from contracts.judging.troubles import is_plain_valid

ANY = "any request"
"""The cause of what the plain request with the key shows too."""

ANY_KEY = "any wrong key"
"""The cause of what happens without credentials, or with random ones."""

ANY_FIELD = "any field"
"""What carries a value that does the same in a field which means nothing."""

MADE_UP = "a made-up field"
"""What carries an oddity that was drawn at random."""

RANDOM = "random fields"
"""How the probes are called whose fields are drawn at random."""

SIMPLE_FIELD = "field x-probe"
"""What carries a culprit's value when its name is replaced, to tell which of the two it is."""

MANY = 4
"""Carriers of one kind of oddity that show the same: then it is the oddity, whatever carries it."""


def carriers(probe: Probe) -> frozenset[str]:
    """Name what a request carries beside the plain one.

    Arguments:
        probe: any probe.
    """
    if probe.wire is not None:
        return frozenset({f"raw request {probe.name.partition(',')[0]}"})
    names = {f"field {name.decode('latin-1').lower()}" for name, _ in probe.fields}
    pairs = (probe.query or b"").split(b"&") if probe.query else []
    names |= {f"parameter {pair.partition(b'=')[0].decode('latin-1')}" for pair in pairs if pair}
    if probe.query is not None and not pairs:
        names.add("an empty query")
    return frozenset(names | ({"content"} if probe.body is not None else set()))


def is_any_key(probe: Probe) -> bool:
    """Whether a request has no credentials, or random ones: any bad key fares as it does.

    Arguments:
        probe: any probe.
    """
    return probe.recipe == "absent" or probe.recipe.startswith("random-")


def kinds(exchange: Exchange) -> str:
    """Name the oddities of a request; nothing where there is none.

    Arguments:
        exchange: any exchange.
    """
    if exchange.probe.wire is not None:
        return "" if is_http(exchange.probe.wire) else "no HTTP"
    request = exchange.request
    return " and ".join(sorted(oddities(request.fields, request.query, request.body)))


def causes(exchanges: Iterable[Exchange], *, in_answer: bool) -> dict[str, list[int]]:
    """Divide the exchanges that show one violation by its causes.

    Arguments:
        exchanges: those that show it.
        in_answer: whether the violation is one of the answer's content or fields, which two
            unrelated carriers show for one reason; a status may have as many reasons as carriers.

    Returns:
        Of each cause in words the numbers of its exchanges, in the order of sending.
    """
    left = {exchange.number: exchange for exchange in exchanges}
    if any(is_plain_valid(exchange.probe) for exchange in left.values()):
        return {ANY: sorted(left)}
    found: dict[str, list[int]] = {}
    for cause, belongs in _of_keys(left.values(), in_answer=in_answer):
        _take(found, left, cause, belongs)
    named = {number: carriers(exchange.probe) for number, exchange in left.items()}
    for cause, names in _of_carriers(left, named, in_answer=in_answer):
        _take(found, left, cause, _carrying(names, named))
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
    """Give the causes that are credentials: all wrong ones, one kind of them, or a recipe."""
    alone = [e for e in exchanges if not carriers(e.probe)]
    if any(is_any_key(e.probe) for e in alone):
        wrong = {Credential.ABSENT, Credential.WRONG}
        if in_answer:  # whatever is refused gets it
            wrong |= {Credential.DRESSED, Credential.DOUBLED}
        yield ANY_KEY, lambda e: e.probe.credential in wrong
    of_kind: dict[str, set[str]] = {}
    for exchange in alone:
        of_kind.setdefault(_kind_of_key(exchange.probe), set()).add(exchange.probe.recipe)
    for kind, those in of_kind.items():
        cause = kind if len(those) > 1 else f"{kind}: {min(those)}"
        yield cause, _with_recipe(those)


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
    if probe.attack:
        return "an injection as the key"
    return "a nearly right key" if probe.near else "a wrong key"


def _of_carriers(
    exchanges: Mapping[int, Exchange], named: Mapping[int, frozenset[str]], *, in_answer: bool
) -> list[tuple[str, frozenset[str]]]:
    """Give the causes that are fields, parameters or content, each with what carries it."""
    drawn = {n for n, e in exchanges.items() if e.probe.name.startswith(RANDOM)}
    found: list[tuple[frozenset[str], str]] = []
    made_up: set[frozenset[str]] = set()
    for number in sorted(exchanges, key=lambda n: (n in drawn, len(named[n]), n)):
        if not any(names <= named[number] for names, _ in found):
            found.append((named[number], kinds(exchanges[number])))
            if number in drawn and named[number] != {SIMPLE_FIELD}:
                made_up.add(named[number])
    values = _simple_values(exchanges.values(), named)
    if in_answer and len({names for names, _ in found}) > 1:
        return [(ANY, names) for names, _ in found]
    count = Counter(kind for names, kind in found if names not in made_up)
    given = []
    for names, kind in found:
        first = next(exchanges[n] for n in sorted(exchanges) if named[n] == names)
        carrier = ", ".join(sorted(names)[:3]) + (" and others" if len(names) > 3 else "")
        if (
            names == {SIMPLE_FIELD}
            or any(value in values for _, value in first.probe.fields)
            or count[kind] >= MANY
        ):
            carrier = ANY_FIELD
        elif names in made_up:
            known = (other for other, k in found if k == kind and other not in made_up)
            carrier = ", ".join(sorted(next(known, frozenset({MADE_UP})))[:3])
        given.append((f"{carrier} ({kind})" if kind else carrier, names))
    return given


def _simple_values(
    exchanges: Iterable[Exchange], named: Mapping[int, frozenset[str]]
) -> frozenset[bytes]:
    """The values that show a violation in a field which means nothing."""
    simple = (e for e in exchanges if named[e.number] == {SIMPLE_FIELD})
    return frozenset(value for e in simple for _, value in e.probe.fields)
