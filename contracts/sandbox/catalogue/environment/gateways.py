"""Answers of a proxy instead of the API: error pages, challenges and redirects."""

from __future__ import annotations

from contracts.sandbox.catalogue.build import trouble, when
from contracts.sandbox.catalogue.effects import error, page
from contracts.sandbox.catalogue.environment.triggers import after, first, one_in
from contracts.sandbox.fault import Effect, Fault
from contracts.sandbox.message import Answer
from contracts.sandbox.reference import PATH


def _gateway(code: int, words: str) -> Effect:
    return page(code, f"{code} {words}")


def _page_fault(code: int, words: str) -> Fault:
    return trouble(
        f"{code}-always", f"Everything is answered {code} by a proxy's page.", _gateway(code, words)
    )


_PROXIES = (
    _page_fault(502, "Bad Gateway"),
    _page_fault(503, "Service Temporarily Unavailable"),
    _page_fault(504, "Gateway Time-out"),
    _page_fault(520, "Web server is returning an unknown error"),
    _page_fault(522, "Connection timed out"),
    _page_fault(511, "Network Authentication Required"),
    _page_fault(407, "Proxy Authentication Required"),
    _page_fault(408, "Request Time-out"),
    trouble(
        "503-one-in-50",
        "Every 50th request is answered 503 by a proxy's page.",
        when(one_in(50), _gateway(503, "Service Temporarily Unavailable")),
        transient=True,
    ),
    trouble(
        "502-at-first",
        "The first two requests are answered 502 by a proxy's page.",
        when(first(2), _gateway(502, "Bad Gateway")),
        transient=True,
    ),
    trouble(
        "503-in-json",
        "Everything is answered 503 in JSON, by the API itself.",
        error(503, "ServiceUnavailable", "Maintenance"),
    ),
    trouble(
        "504-after-30",
        "After 30 requests everything is answered 504.",
        when(after(30), _gateway(504, "Gateway Time-out")),
    ),
)


def _elsewhere(_answer: Answer, _context: object) -> Answer:
    return Answer(301, ((b"Location", b"https://api.example" + PATH.encode()),))


_EVERYBODY = (
    trouble(
        "challenge-always",
        "A bot challenge answers everything.",
        page(403, "Just a moment...", {"CF-Mitigated": "challenge"}),
    ),
    trouble(
        "challenge-after-100",
        "After 100 requests a bot challenge answers everything.",
        when(after(100), page(202, "Challenge", {"X-Amzn-Waf-Action": "challenge"})),
    ),
    trouble("redirected-always", "Everything is redirected to another host.", _elsewhere),
)

_SPORADIC = (
    trouble(
        "502-one-in-10",
        "A load balancer sends every tenth request to a replica that is gone.",
        when(one_in(10), _gateway(502, "Bad Gateway")),
        transient=True,
    ),
)

FAULTS = (*_PROXIES, *_EVERYBODY, *_SPORADIC)
