"""Intermittent faults, controlled by counters rather than chance so that they are repeatable."""

from __future__ import annotations

from dataclasses import replace

from contracts.sandbox.catalogue.build import every, fault, on
from contracts.sandbox.catalogue.effects import (
    crash,
    error,
    having,
    html_body,
    lacking,
    leak,
    media,
    money,
    moneyless,
    status,
    text,
)
from contracts.sandbox.fault import Effect
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer
from contracts.sandbox.reference import unauthorized

_BALANCE = "balance-response-schema"


def _nth(number: int, effect: Effect) -> Effect:
    return lambda answer, context: effect(answer, context) if context.nth == number else answer


def _from(number: int, effect: Effect) -> Effect:
    return lambda answer, context: effect(answer, context) if context.nth >= number else answer


def _refuse(_answer: Answer, _context: Context) -> Answer:
    return unauthorized()


FAULTS = (
    fault(
        "once-in-20-without-currency",
        "Every 20th balance lacks its currencyCode.",
        _BALANCE,
        on(200, every(20, moneyless("currencyCode"))),
    ),
    fault(
        "once-in-25-amount-in-quotes",
        "Every 25th balance has its amount in quotes.",
        _BALANCE,
        on(200, every(25, money(amountSubunits="1500"))),
    ),
    fault(
        "once-in-20-balances-fail",
        "Every 20th balance fails with 500.",
        "no-server-error",
        on(200, every(20, crash())),
    ),
    fault(
        "once-in-20-refusals-fail",
        "Every 20th refusal fails with 500.",
        "no-server-error",
        on(401, every(20, crash())),
    ),
    fault(
        "once-in-20-refusals-as-html",
        "Every 20th refusal is an HTML page.",
        "content-type-is-json",
        on(401, every(20, html_body)),
    ),
    fault(
        "once-in-25-refusals-without-message",
        "Every 25th refusal lacks its message.",
        "authentication-error-schema",
        on(401, every(25, lacking("message"))),
    ),
    fault(
        "once-in-20-refusals-leak",
        "Every 20th request with a bad key gets the balance.",
        "bad-key-is-refused",
        on(401, every(20, leak)),
    ),
    fault(
        "once-in-20-valid-key-refused",
        "Every 20th request with the valid key is refused.",
        "valid-key-gets-200",
        on(200, every(20, _refuse)),
    ),
    fault(
        "once-in-20-valid-key-forbidden",
        "Every 20th request with the valid key gets 403.",
        "valid-key-gets-200",
        on(200, every(20, error(403, "Forbidden", "No such account"))),
    ),
    fault(
        "once-in-20-truncated",
        "Every 20th balance stops early, and its length says so.",
        "body-is-json",
        on(200, every(20, text(lambda body: body[:-5]))),
    ),
    fault(
        "once-in-25-beyond-int32",
        "Every 25th balance is beyond int32.",
        "number-formats-hold",
        on(200, every(25, money(amountSubunits=2**31))),
    ),
    fault(
        "once-in-10-latin-1",
        "Every 10th refusal is in ISO 8859-1.",
        "json-is-utf-8",
        on(401, every(10, text(lambda body: body.replace(b"Invalid", b"Inv\xe1lid")))),
    ),
    fault(
        "from-the-sixth-on-null",
        "From the sixth on, balances are null.",
        _BALANCE,
        on(200, _from(6, having(balance=None))),
    ),
    fault(
        "from-the-sixth-on-extra",
        "From the sixth on, refusals have an extra member.",
        "authentication-error-schema",
        on(401, _from(6, having(retries=6))),
    ),
    fault(
        "from-the-sixth-on-403",
        "From the sixth on, refusals are 403.",
        "refusal-is-401",
        on(401, _from(6, status(403))),
    ),
    fault(
        "first-balance-empty",
        "The first balance of all is an empty object.",
        _BALANCE,
        on(200, _nth(1, lacking("drawdownEnabled", "balance"))),
    ),
    fault(
        "first-refusal-as-text",
        "The first refusal of all is labelled text/plain.",
        "content-type-is-json",
        on(401, _nth(1, media("text/plain"))),
    ),
    fault(
        "first-validation-error-as-400",
        "The first validation error of all is 400.",
        "status-is-documented",
        on(422, _nth(1, lambda answer, _context: replace(answer, status=400))),
    ),
    fault(
        "every-second-enabled-in-quotes",
        "Every second balance has its flag in quotes.",
        _BALANCE,
        on(200, every(2, having(drawdownEnabled="true"))),
    ),
    fault(
        "every-second-refusal-without-name",
        "Every second refusal lacks its name.",
        "authentication-error-schema",
        on(401, every(2, lacking("name"))),
    ),
)
