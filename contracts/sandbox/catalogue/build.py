"""Building blocks for catalogue entries: makers, triggers and combinations."""

from __future__ import annotations

import re
from collections.abc import Callable

from contracts.sandbox.fault import Admission, Effect, Fault, Rendering
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer

Trigger = Callable[[Context], bool]
"""Whether a fault applies to a request."""

PLAIN_FIELDS = frozenset(
    {b"host", b"connection", b"authorization", b"user-agent", b"accept", b"accept-encoding"}
)
"""Fields of the plain request, which triggers on arbitrary fields ignore."""


def fault(
    name: str,
    sentence: str,
    requirement: str,
    answer: Effect | None = None,
    *,
    admits: Admission | None = None,
    wire: Rendering | None = None,
) -> Fault:
    """A defect that breaks the requirement with that id; other arguments as in `Fault`."""
    return Fault(name, sentence, "fault", requirement, admits, answer, wire)


def variation(
    name: str,
    sentence: str,
    answer: Effect | None = None,
    *,
    admits: Admission | None = None,
    wire: Rendering | None = None,
) -> Fault:
    """A difference that still conforms; arguments as in `Fault`."""
    return Fault(name, sentence, "variation", None, admits, answer, wire)


def trouble(
    name: str,
    sentence: str,
    answer: Effect | None = None,
    *,
    wire: Rendering | None = None,
    transient: bool = False,
) -> Fault:
    """Trouble that does not come from the API; arguments as in `Fault`."""
    return Fault(name, sentence, "environment", None, None, answer, wire, transient)


def on(status: int, effect: Effect) -> Effect:
    """The effect, limited to answers with that status."""
    return lambda answer, context: effect(answer, context) if answer.status == status else answer


def when(trigger: Trigger, effect: Effect) -> Effect:
    """The effect, limited to requests that match the trigger."""
    return lambda answer, context: effect(answer, context) if trigger(context) else answer


def wire_on(status: int, rendering: Rendering) -> Rendering:
    """The rendering, limited to answers with that status."""
    return lambda answer, ctx: rendering(answer, ctx) if answer.status == status else None


def also(admits: Trigger) -> Admission:
    """Admits the valid key and any request that matches the trigger."""
    return lambda context: context.entitled or admits(context)


def every(times: int, effect: Effect) -> Effect:
    """The effect on every n-th answer of a status, counted separately for each status."""
    return lambda answer, context: effect(answer, context) if context.nth % times == 0 else answer


def has(name: str) -> Trigger:
    """Requests with a field of that name (given in lower case)."""
    return lambda context: bool(context.request.values(name))


def value_of(name: str, pattern: bytes) -> Trigger:
    """Requests in which a field of that name has a value that contains the pattern."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda context: any(compiled.search(value) for value in context.request.values(name))


def value_not(name: str, pattern: bytes) -> Trigger:
    """Requests in which a field of that name has a value that doesn't fully match the pattern."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda context: any(
        not compiled.fullmatch(value) for value in context.request.values(name)
    )


def some_value(pattern: bytes) -> Trigger:
    """Requests with a field that is not in the plain request and whose value has the pattern."""
    compiled = re.compile(pattern)
    return lambda context: any(compiled.search(value) for _, value in extras(context))


def some_name(pattern: bytes) -> Trigger:
    """Requests with a field that is not in the plain request and whose name matches the pattern."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda context: any(compiled.fullmatch(name) for name, _ in extras(context))


def extras(context: Context) -> list[tuple[bytes, bytes]]:
    """The request's fields that are not in the plain request."""
    fields = context.request.fields
    return [(name, value) for name, value in fields if name.lower() not in PLAIN_FIELDS]


def any_of(*triggers: Trigger) -> Trigger:
    """Requests that match any of the triggers."""
    return lambda context: any(trigger(context) for trigger in triggers)


def both(first: Trigger, second: Trigger) -> Trigger:
    """Requests that match both triggers."""
    return lambda context: first(context) and second(context)


def chain(*effects: Effect) -> Effect:
    """The effects, one after the other."""

    def apply(answer: Answer, context: Context) -> Answer:
        for effect in effects:
            answer = effect(answer, context)
        return answer

    return apply


def where_200(
    name: str, sentence: str, requirement: str, trigger: Trigger, effect: Effect
) -> Fault:
    """A fault in answers to requests that match the trigger and should get 200."""
    return fault(name, sentence, requirement, on(200, when(trigger, effect)))


def where_401(
    name: str, sentence: str, requirement: str, trigger: Trigger, effect: Effect
) -> Fault:
    """A fault in answers to requests that match the trigger and should get 401."""
    return fault(name, sentence, requirement, on(401, when(trigger, effect)))


def where_422(
    name: str, sentence: str, requirement: str, trigger: Trigger, effect: Effect
) -> Fault:
    """A fault in answers to requests that match the trigger and should get 422."""
    return fault(name, sentence, requirement, on(422, when(trigger, effect)))


def answers(name: str, sentence: str, trigger: Trigger, effect: Effect) -> Fault:
    """A variation in answers to requests that match the trigger, whatever their status."""
    return variation(name, sentence, when(trigger, effect))
