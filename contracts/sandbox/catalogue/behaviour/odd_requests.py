"""Faults that a query or content triggers, where the answer is or should be a 422."""

from __future__ import annotations

import re

from contracts.sandbox.catalogue.build import Trigger, fault, when, where_401, where_422
from contracts.sandbox.catalogue.effects import (
    bodiless,
    crash,
    error,
    having,
    html_body,
    lacking,
    page,
    status,
    value,
)
from contracts.sandbox.fault import Fault
from contracts.sandbox.history import Context

_422 = "validate-error-schema"


def query(pattern: bytes = rb".") -> Trigger:
    """Requests whose query contains the pattern."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda context: compiled.search(context.request.query) is not None


def content(context: Context) -> bool:
    """Requests with content."""
    return bool(context.request.body)


def _repeated(context: Context) -> bool:
    names = [pair.partition(b"=")[0] for pair in context.request.query.split(b"&")]
    return len(names) > len(set(names))


def _dies(name: str, words: str, trigger: Trigger) -> Fault:
    sentence = f"The server fails with 500 on {words}."
    return fault(f"500-on-{name}", sentence, "no-server-error", when(trigger, crash()))


_FAILURES = (
    _dies("query", "any query", query()),
    _dies("query-percent", "a query that can't be percent-decoded", query(rb"%(?![0-9A-F]{2})")),
    _dies("query-bad-utf-8", "a query that is not UTF-8", query(rb"%(ff|fe|c0|80)")),
    _dies("query-brackets", "a query with brackets", query(rb"\[|%5b")),
    _dies(
        "query-prototype",
        "a query that names a property of every object",
        query(rb"__proto__|constructor"),
    ),
    _dies("query-twice", "a query with one name twice", _repeated),
    _dies("query-quote", "a query with an apostrophe", query(rb"'|%27")),
    _dies("long-query", "a query beyond 1 kB", query(rb".{1025}")),
    _dies("content", "a GET with content", content),
)


_ANSWERS = (
    where_422(
        "query-404",
        "A query is answered by the page of another route.",
        "status-is-documented",
        query(),
        page(404, "Cannot GET /api/v1/billing/balance?"),
    ),
    where_422(
        "query-400",
        "A query is answered 400.",
        "status-is-documented",
        query(),
        error(400, "BadRequest", "Unknown parameter"),
    ),
    where_422(
        "query-redirected",
        "A query is redirected away.",
        "status-is-documented",
        query(),
        bodiless(301, {"Location": "/api/v1/billing/balance"}),
    ),
    where_422(
        "query-page",
        "A query is answered 422 with an HTML page.",
        "content-type-is-json",
        query(),
        html_body,
    ),
    where_422(
        "query-issues-list",
        "The 422 lists its issues instead of naming fields.",
        _422,
        query(),
        value(lambda old: {"message": old["message"], "issues": []}),
    ),
    where_422(
        "query-problem",
        "The 422 for a query is problem details.",
        _422,
        query(),
        value(lambda old: {"type": "about:blank", "title": old["message"], "status": 422}),
    ),
    where_422(
        "content-without-fields",
        "The 422 for content lacks its fields.",
        _422,
        content,
        lacking("fields"),
    ),
    where_422(
        "content-with-fields-list",
        "The 422 for content has a list of fields.",
        _422,
        content,
        having(fields=[{"name": "body", "message": "not allowed"}]),
    ),
    where_422(
        "query-fields-of-text",
        "The 422 has text for each field.",
        _422,
        query(),
        having(fields={"query.page": "excess property"}),
    ),
    where_422(
        "query-fields-of-lists",
        "The 422 has a list of messages for each field.",
        _422,
        query(),
        having(fields={"query.page": ["excess property"]}),
    ),
    where_422(
        "second-field-without-message",
        "The 422's second field lacks its message.",
        _422,
        query(),
        value(lambda old: {**old, "fields": {**old["fields"], "query.b": {"value": "1"}}}),
    ),
    where_422(
        "empty-named-field-broken",
        "The 422 has a field without a name and a message.",
        _422,
        query(),
        having(fields={"": {"value": 1}}),
    ),
    where_401(
        "query-refused-with-400",
        "A bad key with a query gets 400.",
        "refusal-is-401",
        query(),
        status(400),
    ),
    where_401(
        "query-refusal-without-message",
        "A bad key with a query gets a 401 without a message.",
        "authentication-error-schema",
        query(),
        lacking("message"),
    ),
)


FAULTS = (*_FAILURES, *_ANSWERS)
