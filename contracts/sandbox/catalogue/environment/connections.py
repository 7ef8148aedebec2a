"""Network trouble: connections that are refused, reset, cut off or never answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contracts.sandbox.catalogue.build import Trigger, trouble
from contracts.sandbox.catalogue.environment.triggers import after, always, one_in
from contracts.sandbox.fault import Rendering
from contracts.sandbox.message import Answer, head, render, status_line
from contracts.sandbox.wire import End, Script

_DRIP_BYTES = 600
_HUGE = 8 << 20


def _wire(trigger: Trigger, write: Callable[[Answer], Script]) -> Rendering:
    return lambda answer, context: write(answer) if trigger(context) else None


def _reset(_answer: Answer) -> Script:
    return Script(end=End.RESET)


def _silence(_answer: Answer) -> Script:
    return Script(end=End.HOLD)


def _close(_answer: Answer) -> Script:
    return Script()


def _cut(answer: Answer) -> Script:
    return Script((render(answer)[:-20],), status=answer.status)


def _cut_head(answer: Answer) -> Script:
    return Script((render(answer)[:30],), status=answer.status)


def _reset_amid(answer: Answer) -> Script:
    return Script((render(answer)[:-20], 0.01), End.RESET, answer.status)


def _stall(answer: Answer) -> Script:
    return Script((render(answer)[:-20],), End.HOLD, answer.status)


def _drip(answer: Answer) -> Script:
    """One space after the JSON every fifth of a second, for two minutes."""
    start = head(
        (
            *replace(answer, sized=False).framed(),
            (b"Content-Length", b"%d" % (len(answer.body) + _DRIP_BYTES)),
        ),
        status_line(answer.status),
    )
    return Script((start + answer.body, *(0.2, b" ") * _DRIP_BYTES), status=answer.status)


def _huge(answer: Answer) -> Script:
    return Script((render(answer.with_body(answer.body + b" " * _HUGE)),), status=answer.status)


FAULTS = (
    trouble(
        "refuses-after-20",
        "After 20 requests the server takes no more connections.",
        wire=_wire(after(20), lambda _answer: Script(end=End.REFUSE)),
    ),
    trouble("resets-always", "Every connection is reset.", wire=_wire(always, _reset)),
    trouble(
        "resets-one-in-50",
        "Every 50th request is reset.",
        wire=_wire(one_in(50), _reset),
        transient=True,
    ),
    trouble(
        "resets-amid-answer", "Every answer is cut by a reset.", wire=_wire(always, _reset_amid)
    ),
    trouble(
        "closes-without-answer",
        "Every connection is closed without an answer.",
        wire=_wire(always, _close),
    ),
    trouble(
        "closes-without-answer-one-in-20",
        "Every 20th connection is closed without an answer.",
        wire=_wire(one_in(20), _close),
        transient=True,
    ),
    trouble("closes-amid-answer", "Every answer is cut within its body.", wire=_wire(always, _cut)),
    trouble(
        "closes-amid-header",
        "Every answer is cut within its header section.",
        wire=_wire(always, _cut_head),
    ),
    trouble(
        "closes-amid-answer-one-in-20",
        "Every 20th answer is cut within its body.",
        wire=_wire(one_in(20), _cut),
        transient=True,
    ),
    trouble("never-answers", "No request is ever answered.", wire=_wire(always, _silence)),
    trouble(
        "never-answers-after-30",
        "After 30 requests none is answered any more.",
        wire=_wire(after(30), _silence),
    ),
    trouble(
        "stalls-amid-answer",
        "Every answer stops within its body and stays open.",
        wire=_wire(always, _stall),
    ),
    trouble(
        "drips", "Every body comes one byte at a time for two minutes.", wire=_wire(always, _drip)
    ),
    trouble(
        "body-of-8-megabytes",
        "Every body is followed by 8 MB of blanks that belong to it.",
        wire=_wire(always, _huge),
    ),
)
