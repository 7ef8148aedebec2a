"""The environment: responses and faults that say nothing about the API."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from contracts.http.allowed import Oddity, alternatives, oddities
from contracts.http.exchange import Exchange, FaultKind
from contracts.http.probe import is_http

STATUSES = frozenset({407, 408, 429, 502, 503, 504, 511, *range(520, 531)})
"""Statuses that gateways, proxies and rate limiters send in place of the API."""


REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Redirects by way of Location."""

GATEWAY = frozenset({502, 503, 504, *range(520, 531)})
"""Statuses by which a gateway says that the server behind it did not respond."""

CLOSED = frozenset({FaultKind.CLOSED, FaultKind.CUT, FaultKind.RESET})
"""Faults that occur when a server gives up on a connection."""

_MAY_BE_CLOSED = frozenset({Oddity.CONTENT, Oddity.OVERSIZED, Oddity.LONG_TARGET, Oddity.PADDING})
"""Oddities for which a server may close the connection: content on a GET (RFC 9110 §9.3.1), and
what is too large (§15.5.14)."""

_MAY_BE_DROPPED = frozenset({Oddity.CONTENT, Oddity.OVERSIZED, Oddity.RANGE})
"""Oddities for which a gateway's status, if repeated, is a refusal: content on a GET (Caddy's
forward_auth), a large request, an unsatisfiable range (Varnish)."""


LONGEST_HOST = 300
"""Characters of a redirect's host; host names have at most 253 (RFC 1035 §2.3.4)."""

CHALLENGES = ("cf-mitigated", "x-amzn-waf-action")
"""Response fields that mark a bot challenge, whatever the status."""


def is_meant_for_all(exchange: Exchange) -> bool:
    """Whether a response is one that an environment gives to every request or to none.

    A proxy that wants credentials of its own, or a redirect to the same path elsewhere. If the
    plain request with the key does not get it, it is the API's.

    Arguments:
        exchange: any attempt.
    """
    if exchange.fault is not None:
        return False
    return exchange.response.status == 407 or redirected_to(exchange) is not None


def redirected_to(exchange: Exchange) -> str | None:
    """Return the base URL to which a response redirects the same path; None for any other.

    Arguments:
        exchange: one that has a response.
    """
    response = exchange.response
    if response.status not in REDIRECTS:
        return None
    path = exchange.request.target.partition(b"?")[0].decode("latin-1")
    for value in response.values("location"):
        parts = urlsplit(value.strip())
        if parts.netloc and parts.path == path:
            return f"{parts.scheme or 'https'}://{parts.netloc[:LONGEST_HOST]}"
    return None


def is_dropped(exchange: Exchange) -> bool:
    """Whether a request got a gateway's page for a failed server, or a closed connection.

    Arguments:
        exchange: any attempt.
    """
    if exchange.fault is not None:
        return exchange.fault.kind in CLOSED
    return exchange.response.status in GATEWAY


def is_down(exchange: Exchange) -> bool:
    """Whether an exchange shows a dead process that has not been restarted yet.

    Arguments:
        exchange: any attempt.
    """
    refused = exchange.fault is not None and exchange.fault.kind is FaultKind.REFUSED
    return refused or is_dropped(exchange)


def trouble(exchange: Exchange) -> str | None:
    """Say what kept an exchange from showing the API's own response; None if nothing did.

    Arguments:
        exchange: any attempt.
    """
    if _is_fair(exchange):
        return None
    if exchange.fault is not None:
        return f"{exchange.fault.kind}: {exchange.fault.words}"
    response = exchange.response
    status = response.status
    if any(response.values(name) for name in CHALLENGES):
        return f"the answer, {status}, challenges robots"
    elsewhere = redirected_to(exchange)
    if elsewhere is not None:
        return f"the target redirects to {elsewhere}: configure that address"
    if status not in STATUSES:
        return None
    try:
        phrase = f" {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = ""
    return f"the answer was {status}{phrase}, which says nothing about the API"


def may_be_about_the_request(exchange: Exchange) -> bool:
    """Whether a gateway's status may be its refusal of this very request, at any pace.

    Arguments:
        exchange: any attempt.
    """
    request = exchange.request
    kinds = oddities(request.fields, request.query, request.body)
    return exchange.response.status in GATEWAY and bool(kinds & _MAY_BE_DROPPED)


def _is_fair(exchange: Exchange) -> bool:
    """Whether what looks like trouble is allowed by HTTP as a response to this request."""
    closed = exchange.fault is not None and exchange.fault.kind in CLOSED
    if not is_http(exchange.probe.wire):  # any response is fair, and so is closing the connection
        return exchange.fault is None or closed
    if exchange.fault is not None and not closed:
        return False
    status = exchange.response.status
    if not closed and status not in STATUSES | REDIRECTS:
        return False
    request = exchange.request
    kinds = oddities(request.fields, request.query, request.body)
    if closed:
        return bool(kinds & _MAY_BE_CLOSED)
    if status in alternatives(request.fields, request.query, request.body):
        return True
    return exchange.attempt > 1 and may_be_about_the_request(exchange)


def is_stored(exchange: Exchange) -> bool:
    """Whether a response says that it comes from a cache: an Age above 0 (RFC 9111 §5.1).

    Arguments:
        exchange: one that has a response.
    """
    return any(value.strip().strip("0").isdigit() for value in exchange.response.values("age"))
