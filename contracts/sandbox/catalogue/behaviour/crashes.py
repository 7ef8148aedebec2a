"""Faults in which one kind of request is always dropped, while all others are answered.

A handler that panics closes the connection; a process that dies is restarted, and meanwhile the
gateway in front of it answers 502.
"""

from __future__ import annotations

from contracts.sandbox.catalogue.behaviour.odd_requests import query
from contracts.sandbox.catalogue.build import Trigger, fault, has, value_of, when
from contracts.sandbox.catalogue.effects import page
from contracts.sandbox.fault import Fault
from contracts.sandbox.history import Context
from contracts.sandbox.wire import End, Script

_REQUIREMENT = "no-server-error"


def _drops(name: str, words: str, trigger: Trigger, end: End = End.CLOSE) -> Fault:
    return fault(
        f"drops-{name}",
        f"The connection is dropped on {words}.",
        _REQUIREMENT,
        wire=lambda _answer, context: Script(end=end) if trigger(context) else None,
    )


def _gateway(status: int, name: str, words: str, trigger: Trigger) -> Fault:
    return fault(
        f"{status}-for-{name}",
        f"The gateway says {status} of {words}, each time.",
        _REQUIREMENT,
        when(trigger, page(status, f"{status} Bad Gateway")),
    )


def _few_characters(context: Context) -> bool:
    return context.request.value("authorization").strip().lower() in {b"bearer", b"token junk"}


def _behind_a_control(context: Context) -> bool:
    """The request right after one with a control character in a field."""
    before = context.run.log[-2:-1]
    return any(b"\x01" in value for one in before for _, value in one.fields)


FAULTS = (
    fault(
        "dies-of-control-characters",
        "The process dies of a control character in a field, after it has answered.",
        _REQUIREMENT,
        wire=lambda _answer, context: Script() if _behind_a_control(context) else None,
    ),
    _drops("limit-word", "a limit that is not a number", query(rb"(^|&)limit=[a-z]")),
    _drops("injection", "an injection in X-Forwarded-For", value_of("x-forwarded-for", rb"['$<{]")),
    _drops("traceparent", "a malformed traceparent", value_of("traceparent", rb"xyz"), End.RESET),
    _drops("short-credentials", "a scheme without a token", _few_characters),
    _gateway(502, "tracestate", "requests with a tracestate", has("tracestate")),
    _gateway(503, "percent", "a query that can't be percent-decoded", query(rb"%zz")),
)
