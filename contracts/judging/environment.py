"""The environment's word: answers and faults that say nothing about the API."""

from __future__ import annotations

from http import HTTPStatus

from contracts.http.allowed import alternatives
from contracts.http.exchange import Exchange
from contracts.judging.expectation import UNANSWERED_TOO, is_http

STATUSES = frozenset({407, 408, 429, 502, 503, 504, 511, *range(520, 531)})
"""Statuses that gateways, proxies and limiters give in the API's stead."""


def trouble(exchange: Exchange) -> str | None:
    """Say what kept an exchange from showing the API's own answer; None where nothing did.

    Arguments:
        exchange: any attempt.
    """
    if not is_http(exchange.probe) and (exchange.fault is None or exchange.seconds < 5):
        return None  # to what is not HTTP any answer is fair, and closing the connection too
    if exchange.fault is not None:
        request = exchange.request
        if alternatives(request.fields, request.query, request.body) >= UNANSWERED_TOO:
            return None
        return f"{exchange.fault.kind}: {exchange.fault.words}"
    status = exchange.response.status
    if status not in STATUSES:
        return None
    request = exchange.request
    if status in alternatives(request.fields, request.query, request.body):
        return None
    try:
        phrase = f" {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = ""
    return f"the answer was {status}{phrase}, which is not the API's own word"
