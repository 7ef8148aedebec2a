"""Faults just outside what HTTP allows: for each rule, a request that the rule must not cover."""

from __future__ import annotations

from contracts.sandbox.catalogue.behaviour.odd_requests import content, query
from contracts.sandbox.catalogue.build import (
    both,
    chain,
    extras,
    fault,
    has,
    on,
    value_of,
    when,
    where_200,
)
from contracts.sandbox.catalogue.effects import bodiless, error, page, value
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer
from contracts.sandbox.reference import unauthorized

_STATUS = "status-is-documented"
_PAGE = page(400, "400 Bad Request")


def _refused(_answer: Answer, _context: object) -> Answer:
    return unauthorized()


def _name_of_200(context: Context) -> bool:
    return any(len(name) >= 200 for name, _ in extras(context))


FAULTS = (
    where_200("400-for-names-of-200", "A field name of 200 octets gets 400.", _STATUS,
              _name_of_200, _PAGE),
    where_200("400-for-max-forwards", "Any Max-Forwards gets 400.", _STATUS,
              has("max-forwards"), _PAGE),
    where_200(
        "400-for-if-none-match",
        "A single If-None-Match gets 400.",
        _STATUS,
        has("if-none-match"),
        _PAGE,
    ),
    fault(
        "400-for-percent-encoding",
        "Percent-encoded text in a query gets 400.",
        _STATUS,
        when(both(query(rb"%e2"), lambda context: context.entitled), _PAGE),
    ),
    where_200(
        "400-for-content-types",
        "A Content-Type without content gets 400.",
        _STATUS,
        has("content-type"),
        _PAGE,
    ),
    where_200(
        "415-for-accept",
        "An Accept that names JSON last gets 415.",
        _STATUS,
        value_of("accept", rb", application/json"),
        bodiless(415),
    ),
    fault(
        "content-refused-as-a-bad-key",
        "A GET with content and the right key gets 401.",
        "valid-key-gets-200",
        when(both(content, lambda context: context.entitled), _refused),
    ),
    fault(
        "content-gets-detail",
        "A GET with content gets FastAPI's own 422.",
        "validate-error-schema",
        when(
            both(content, lambda context: context.entitled),
            chain(
                error(422, "ValidateError", ""),
                value(lambda _: {"detail": [{"loc": ["body"], "msg": "extra", "type": "value"}]}),
            ),
        ),
    ),
    fault(
        "304-for-anyone",
        "An If-None-Match is answered 304 before the key is looked at.",
        "preconditions-after-authentication",
        on(401, when(has("if-none-match"), bodiless(304))),
    ),
    fault(
        "412-for-anyone",
        "An If-Match is answered 412 before the key is looked at.",
        "preconditions-after-authentication",
        on(401, when(has("if-match"), bodiless(412))),
    ),
    fault(
        "416-for-anyone",
        "A Range is answered 416 before the key is looked at.",
        "preconditions-after-authentication",
        on(401, when(has("range"), bodiless(416, {"Content-Range": "bytes */81"}))),
    ),
    fault(
        "407-for-bad-keys",
        "Bad keys get 407, and the right one is served.",
        "refusal-is-401",
        on(401, page(407, "Proxy Authentication Required")),
    ),
    fault(
        "302-to-login",
        "Bad keys are sent to a login page.",
        "refusal-is-401",
        on(401, bodiless(302, {"Location": "https://login.example/"})),
    ),
    fault(
        "redirect-for-bad-keys",
        "Bad keys are redirected to the same path elsewhere.",
        "refusal-is-401",
        on(401, bodiless(307, {"Location": "https://other.example/api/v1/billing/balance"})),
    ),
    where_200(
        "forwarded-host-and-scheme-together",
        "X-Forwarded-Host and X-Forwarded-Proto together get 403, and neither alone.",
        "valid-key-gets-200",
        both(has("x-forwarded-host"), has("x-forwarded-proto")),
        page(403, "Forbidden"),
    ),
)  # fmt: skip
