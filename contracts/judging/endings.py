"""The point from which a target refuses everything: it banned the suite, or the key expired.

Determined from the exchanges alone. The run confirms it with three more requests: the plain one
on a new connection, again after a pause, and one with a fresh query, which no cache can know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.http.exchange import Exchange
from contracts.http.probe import Credential
from contracts.judging.environment import is_stored, trouble
from contracts.judging.finding import Finding
from contracts.judging.troubles import is_plain_valid

NEW_CONNECTION = "is it refused on a new connection?"
"""Name of the plain request that tests whether everything is refused."""

FRESH_QUERY = "is it refused with a fresh query?"
"""Name of the request, with the key, that tests whether a cache refuses."""

KEYLESS_QUERY = "is a fresh query validated before the key?"
"""Name of the request, without a key, that shows what a 422 to the former means for the key."""

TIMES = 2
"""How often the plain request is sent on a new connection, with a pause in between."""

REQUIREMENT = "valid-key-gets-200"
"""The requirement broken by a cache that serves one client's refusal to another."""

Shape = tuple[int, str]
"""Status and media type: what the refusals of a firewall or an expired key have in common."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of the target's own responses.

    Arguments:
        first: number of the first exchange that says nothing about the API.
        words: what happened, in one sentence without a full stop.
    """

    first: int
    words: str


def shape_of(exchange: Exchange) -> Shape:
    """Return what refusals with one cause have in common.

    Arguments:
        exchange: one that has a response.
    """
    media = ", ".join(exchange.response.values("content-type"))
    return exchange.response.status, media.partition(";")[0].strip().lower()


def is_refusal(exchange: Exchange) -> bool:
    """Whether the response is a client error, by the API or by something before it.

    Arguments:
        exchange: any attempt.
    """
    return trouble(exchange) is None and 400 <= exchange.response.status < 500


def is_served(exchange: Exchange) -> bool:
    """Whether the response is a success.

    Arguments:
        exchange: any attempt.
    """
    return trouble(exchange) is None and 200 <= exchange.response.status < 300


def is_about_the_key(shape: Shape) -> bool:
    """Whether it is the API's own refusal of a bad key, which requests without the key get too.

    Arguments:
        shape: of a refusal.
    """
    return shape == (401, "application/json")


def is_concerned(exchange: Exchange, shape: Shape) -> bool:
    """Whether an exchange shows if everything gets such a refusal.

    Arguments:
        exchange: any attempt.
        shape: of the refusal.
    """
    return exchange.probe.credential is Credential.VALID or not is_about_the_key(shape)


def ending(exchanges: Sequence[Exchange]) -> Ending | None:
    """Find where the target's own responses end, if they do.

    Arguments:
        exchanges: every attempt so far, in the order of sending.
    """
    fresh = [e for e in exchanges if e.probe.name == FRESH_QUERY]
    asked = [e for e in exchanges if e.probe.name == NEW_CONNECTION]
    if not fresh or not asked or not is_refusal(asked[-1]):
        return None
    shape = shape_of(asked[-1])
    keyless = [e for e in exchanges if e.probe.name == KEYLESS_QUERY]
    if fresh[-1].response.status == 422 and not keyless:
        return None  # not sent yet
    if trouble(fresh[-1]) is not None or _gets_its_own(fresh[-1], shape, exchanges):
        return None
    asking = {e.number for e in (*fresh, *keyless)}
    concerned = [e for e in exchanges if is_concerned(e, shape) and e.number not in asking]
    refused: list[Exchange] = []
    for exchange in reversed(concerned):
        if is_refusal(exchange) and shape_of(exchange) == shape:
            refused.append(exchange)
        elif is_served(exchange) or not (is_about_the_key(shape) or trouble(exchange)):
            break
    if not refused:
        return None  # there was another answer since
    before = [e for e in concerned if e.number < refused[-1].number]
    confirmed = sum(e.probe.name == NEW_CONNECTION for e in refused) >= TIMES
    served = any(is_plain_valid(e.probe) and is_served(e) for e in before)
    if not confirmed or not served or any(is_stored(e) for e in refused):
        return None
    return Ending(refused[-1].number, _words(before[-1], refused[-1], shape))


def refusals_from_a_cache(exchanges: Sequence[Exchange]) -> list[Finding]:
    """Find plain requests with the key that a cache refused with a stored response.

    Either the response says so (`Age`), or a fresh query was served when the plain one was not.

    Arguments:
        exchanges: every attempt of a run, in the order of sending.
    """
    found: list[Finding] = []
    for place, exchange in enumerate(exchanges):
        if not is_plain_valid(exchange.probe) or not is_refusal(exchange):
            continue
        if not is_stored(exchange) and not _is_served_fresh(place, exchanges):
            continue
        status = exchange.response.status
        expected = "an answer of its own, not a stored refusal"
        words = f"{status}, as stored{_cause(exchanges[:place], exchange)}"
        found.append(Finding(REQUIREMENT, exchange.number, "cache", expected, words))
    return found[:1]


def key_is_good(exchanges: Sequence[Exchange]) -> bool:
    """Whether a fresh query got a response that only a good key gets.

    Arguments:
        exchanges: every attempt so far, in the order of sending.
    """
    shape = (401, "application/json")
    fresh = (exchange for exchange in exchanges if exchange.probe.name == FRESH_QUERY)
    return any(_gets_its_own(exchange, shape, exchanges) for exchange in fresh)


def _gets_its_own(fresh: Exchange, shape: Shape, exchanges: Sequence[Exchange]) -> bool:
    """Whether a fresh query gets another response than the plain request's refusal of that shape.

    A 422 shows that the key is good if a fresh query without one gets no 422.
    """
    if trouble(fresh) is not None or shape_of(fresh) == shape:
        return False
    if not is_about_the_key(shape) or fresh.response.status != 422:
        return True
    keyless = [e for e in exchanges if e.probe.name == KEYLESS_QUERY and e.number > fresh.number]
    return any(is_refusal(e) and e.response.status != 422 for e in keyless)


def _is_served_fresh(place: int, exchanges: Sequence[Exchange]) -> bool:
    """Whether the next fresh query was answered, with no plain request served before it."""
    for exchange in exchanges[place + 1 :]:
        if exchange.probe.name == FRESH_QUERY:
            return _gets_its_own(exchange, shape_of(exchanges[place]), exchanges)
        if is_plain_valid(exchange.probe) and is_served(exchange):
            return False
    return False


def _cause(before: Sequence[Exchange], refused: Exchange) -> str:
    """Name the request whose response a cache served to another."""
    content = refused.response.content
    for exchange in reversed(before):
        same = exchange.response.status == refused.response.status
        if same and exchange.response.content == content and not is_plain_valid(exchange.probe):
            return f" from request {exchange.number} ({exchange.probe.name})"
    return ""


def _words(last: Exchange, first: Exchange, shape: Shape) -> str:
    status, media = shape
    if is_about_the_key(shape):
        return (
            f"the key stopped working after request {last.number}: from request {first.number} on "
            "each one with it got 401, on new connections too"
        )
    answer = f"{status} {media}".strip()
    return (
        f"the target has banned the suite: request {last.number} ({last.probe.name}) was the last "
        f"to get another answer, and from request {first.number} ({first.probe.name}) on "
        f"everything got {answer}, the plain request with the key too"
    )
