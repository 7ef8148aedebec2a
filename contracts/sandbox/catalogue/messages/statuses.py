"""Faults in the status of ordinary answers."""

from __future__ import annotations

from contracts.sandbox.catalogue.build import fault, on, wire_on
from contracts.sandbox.catalogue.effects import (
    bodiless,
    crash,
    error,
    having,
    page,
    status,
    value,
)
from contracts.sandbox.message import json_answer, render
from contracts.sandbox.reference import validation_error
from contracts.sandbox.wire import Script

_READ = "valid-key-gets-200"
_REFUSED = "refusal-is-401"
_DOCUMENTED = "status-is-documented"

_NO_HEADER = {"authorization": {"message": "'authorization' is required"}}

FAULTS = (
    fault("200-as-201", "A read of the balance is answered 201.", _READ, on(200, status(201))),
    fault("200-as-202", "A read of the balance is answered 202.", _READ, on(200, status(202))),
    fault("200-as-203", "A read of the balance is answered 203.", _READ, on(200, status(203))),
    fault(
        "200-as-299",
        "A read of the balance has a status that nobody registered.",
        _READ,
        on(200, status(299)),
    ),
    fault(
        "200-as-204",
        "A read of the balance is answered 204 without a body.",
        _READ,
        on(200, bodiless(204)),
    ),
    fault(
        "200-as-302",
        "A read of the balance is sent to another place.",
        _READ,
        on(200, bodiless(302, {"Location": "/api/v2/billing/balance"})),
    ),
    fault(
        "200-as-301-with-slash",
        "A read of the balance is sent to the path with a slash.",
        _READ,
        on(200, bodiless(301, {"Location": "/api/v1/billing/balance/"})),
    ),
    fault(
        "200-as-304",
        "A read of the balance is answered 304 to no precondition.",
        _READ,
        on(200, bodiless(304)),
    ),
    fault(
        "200-as-400",
        "A valid key is answered 400.",
        _READ,
        on(200, error(400, "BadRequest", "Missing developer id")),
    ),
    fault(
        "200-as-402",
        "A valid key is answered 402 as if the balance were spent.",
        _READ,
        on(200, error(402, "PaymentRequired", "Insufficient balance")),
    ),
    fault(
        "200-as-403",
        "A valid key is answered 403 as if it lacked the scope.",
        _READ,
        on(200, error(403, "Forbidden", "Missing scope billing:read")),
    ),
    fault(
        "200-as-404",
        "A valid key is answered 404 as if it had no balance.",
        _READ,
        on(200, error(404, "NotFound", "No drawdown account")),
    ),
    fault(
        "200-as-404-page",
        "The operation is not mounted for those who may use it.",
        _READ,
        on(200, page(404, "Cannot GET /api/v1/billing/balance")),
    ),
    fault(
        "200-as-410",
        "A valid key is answered 410.",
        _READ,
        on(200, error(410, "Gone", "This version is retired")),
    ),
    fault(
        "200-as-422",
        "A plain request with a valid key is answered 422.",
        _READ,
        on(200, lambda _answer, _context: validation_error(_NO_HEADER)),
    ),
    fault(
        "200-as-999",
        "A read of the balance has a status beyond HTTP's range, which counts as a 5xx.",
        "no-server-error",
        wire=wire_on(
            200,
            lambda answer, _context: Script((render(answer, b"HTTP/1.1 999 Fine"),), status=999),
        ),
    ),
    fault(
        "200-as-500", "A read of the balance fails with 500.", "no-server-error", on(200, crash())
    ),
    fault(
        "200-as-501",
        "A read of the balance is answered 501.",
        "no-server-error",
        on(200, crash(501)),
    ),
    fault(
        "200-as-500-in-200",
        "A read of the balance says 200 over the body of a failure.",
        "balance-response-schema",
        on(200, value(lambda _old: {"error": "database timeout"})),
    ),
    fault("401-as-400", "A refusal is answered 400.", _REFUSED, on(401, status(400))),
    fault("401-as-402", "A refusal is answered 402.", _REFUSED, on(401, status(402))),
    fault("401-as-403", "A refusal is answered 403.", _REFUSED, on(401, status(403))),
    fault(
        "401-as-404", "A refusal hides the operation behind 404.", _REFUSED, on(401, status(404))
    ),
    fault("401-as-405", "A refusal is answered 405.", _REFUSED, on(401, status(405))),
    fault(
        "401-as-302",
        "A refusal is sent to the login page.",
        _REFUSED,
        on(401, bodiless(302, {"Location": "https://console.rye.com/login"})),
    ),
    fault(
        "401-as-422",
        "A refusal is answered 422 as a missing header.",
        _REFUSED,
        on(401, lambda _answer, _context: validation_error(_NO_HEADER)),
    ),
    fault("401-as-500", "A refusal fails with 500.", "no-server-error", on(401, crash())),
    fault("401-as-501", "A refusal is answered 501.", "no-server-error", on(401, crash(501))),
    fault(
        "401-as-200",
        "A refusal says 200 over the body of an error.",
        "bad-key-is-refused",
        on(401, status(200)),
    ),
    fault(
        "401-as-200-of-nothing",
        "A refusal is answered 200 with a balance of nothing.",
        "bad-key-is-refused",
        on(
            401,
            lambda _answer, _context: json_answer(
                200,
                {"drawdownEnabled": False, "balance": {"currencyCode": "USD", "amountSubunits": 0}},
            ),
        ),
    ),
    fault("401-as-204", "A refusal is answered 204.", "bad-key-is-refused", on(401, bodiless(204))),
    fault(
        "401-as-200-page",
        "A refusal is answered 200 with a login page.",
        "bad-key-is-refused",
        on(401, page(200, "Please log in")),
    ),
    fault("422-as-400", "A validation error is answered 400.", _DOCUMENTED, on(422, status(400))),
    fault("422-as-403", "A validation error is answered 403.", _READ, on(422, status(403))),
    fault("422-as-404", "A validation error is answered 404.", _DOCUMENTED, on(422, status(404))),
    fault("422-as-409", "A validation error is answered 409.", _DOCUMENTED, on(422, status(409))),
    fault(
        "422-as-302",
        "A validation error is sent to the plain path.",
        _DOCUMENTED,
        on(422, bodiless(302, {"Location": "/api/v1/billing/balance"})),
    ),
    fault("422-as-500", "A validation error fails with 500.", "no-server-error", on(422, crash())),
    fault(
        "422-as-200",
        "A validation error says 200 over its body.",
        "balance-response-schema",
        on(422, status(200)),
    ),
    fault(
        "422-as-authentication-error",
        "A validation error has the shape of a refusal.",
        "validate-error-schema",
        on(422, value(lambda old: {"name": old["name"], "message": old["message"]})),
    ),
    fault(
        "401-as-validate-error",
        "A refusal has the shape of a validation error.",
        "authentication-error-schema",
        on(401, having(status=401, fields={})),
    ),
)
