"""The point from which a target refuses everything: it banned the suite, or the key ended.

Told from the exchanges alone. Whoever asks sends three more requests before it counts: the plain
one on a new connection, again after a pause, and one with a fresh query, which no cache can know.
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
"""Name of the plain request that asks whether everything is refused."""

FRESH_QUERY = "is it refused with a fresh query?"
"""Name of the request, with the key, that asks whether a cache refuses."""

KEYLESS_QUERY = "is a fresh query validated before the key?"
"""Name of the request, without a key, that asks what a 422 to the former shows of the key."""

TIMES = 2
"""How often it is asked on a new connection, with a pause in between."""

REQUIREMENT = "valid-key-gets-200"
"""A cache that gives one client's refusal to another refuses a valid key."""

Shape = tuple[int, str]
"""Status and media type: what the refusals of a firewall or an expired key have in common."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Where the target's own answers end.

    Arguments:
        first: number of the first exchange that says nothing about the API.
        words: what happened, in one sentence without a period.
    """

    first: int
    words: str


def shape_of(exchange: Exchange) -> Shape:
    """Give what the refusals of one cause have in common.

    Arguments:
        exchange: one that was answered.
    """
    media = ", ".join(exchange.response.values("content-type"))
    return exchange.response.status, media.partition(";")[0].strip().lower()


def is_refusal(exchange: Exchange) -> bool:
    """Whether the answer is a client error of the API's or of something before it.

    Arguments:
        exchange: any attempt.
    """
    return trouble(exchange) is None and 400 <= exchange.response.status < 500


def is_served(exchange: Exchange) -> bool:
    """Whether the answer is a success.

    Arguments:
        exchange: any attempt.
    """
    return trouble(exchange) is None and 200 <= exchange.response.status < 300


def is_about_the_key(shape: Shape) -> bool:
    """Whether a refusal is the API's own of a bad key: others than those with the key get it too.

    Arguments:
        shape: of a refusal.
    """
    return shape == (401, "application/json")


def is_concerned(exchange: Exchange, shape: Shape) -> bool:
    """Whether an exchange tells if everything gets such a refusal.

    Arguments:
        exchange: any attempt.
        shape: of the refusal.
    """
    return exchange.probe.credential is Credential.VALID or not is_about_the_key(shape)


def ending(exchanges: Sequence[Exchange]) -> Ending | None:
    """Find where the answers end, if they do.

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
        return None  # not asked yet
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
        return None  # it was answered again since
    before = [e for e in concerned if e.number < refused[-1].number]
    confirmed = sum(e.probe.name == NEW_CONNECTION for e in refused) >= TIMES
    served = any(is_plain_valid(e.probe) and is_served(e) for e in before)
    if not confirmed or not served or any(is_stored(e) for e in refused):
        return None
    return Ending(refused[-1].number, _words(before[-1], refused[-1], shape))


def refusals_from_a_cache(exchanges: Sequence[Exchange]) -> list[Finding]:
    """Find plain requests with the key that were refused by a cache, which had another's answer.

    Either the answer says so (`Age`), or a fresh query was served where the plain one was not.

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
    """Whether a fresh query was answered as only a good key is.

    Arguments:
        exchanges: every attempt so far, in the order of sending.
    """
    shape = (401, "application/json")
    fresh = (exchange for exchange in exchanges if exchange.probe.name == FRESH_QUERY)
    return any(_gets_its_own(exchange, shape, exchanges) for exchange in fresh)


def _gets_its_own(fresh: Exchange, shape: Shape, exchanges: Sequence[Exchange]) -> bool:
    """Whether a fresh query is answered where the plain request gets a refusal of that shape.

    A 422 shows that the key is good where a fresh query without one gets no 422.
    """
    if trouble(fresh) is not None or shape_of(fresh) == shape:
        return False
    if not is_about_the_key(shape) or fresh.response.status != 422:
        return True
    keyless = [e for e in exchanges if e.probe.name == KEYLESS_QUERY and e.number > fresh.number]
    return any(is_refusal(e) and e.response.status != 422 for e in keyless)


def _is_served_fresh(place: int, exchanges: Sequence[Exchange]) -> bool:
    """Whether the next fresh query was answered, and no plain request was before."""
    for exchange in exchanges[place + 1 :]:
        if exchange.probe.name == FRESH_QUERY:
            return _gets_its_own(exchange, shape_of(exchanges[place]), exchanges)
        if is_plain_valid(exchange.probe) and is_served(exchange):
            return False
    return False


def _cause(before: Sequence[Exchange], refused: Exchange) -> str:
    """Name the request whose answer a cache gave to another."""
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
