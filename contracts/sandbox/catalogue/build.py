"""How entries of the catalogue are put together: makers, triggers and combinations."""

from __future__ import annotations

import re
from collections.abc import Callable

from contracts.sandbox.fault import Admission, Effect, Fault, Rendering
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer

Trigger = Callable[[Context], bool]
"""Whether a request is one of those that a fault reacts to."""

PLAIN_FIELDS = frozenset(
    {b"host", b"connection", b"authorization", b"user-agent", b"accept", b"accept-encoding"}
)
"""Fields of the plain request, which triggers on any field at all pass over."""


def fault(
    name: str,
    sentence: str,
    requirement: str,
    answer: Effect | None = None,
    *,
    admits: Admission | None = None,
    wire: Rendering | None = None,
) -> Fault:
    """A defect that breaks the requirement of that id; the rest as in `Fault`."""
    return Fault(name, sentence, "fault", requirement, admits, answer, wire)


def variation(
    name: str,
    sentence: str,
    answer: Effect | None = None,
    *,
    admits: Admission | None = None,
    wire: Rendering | None = None,
) -> Fault:
    """Something else that conforms as well; the arguments as in `Fault`."""
    return Fault(name, sentence, "variation", None, admits, answer, wire)


def trouble(
    name: str,
    sentence: str,
    answer: Effect | None = None,
    *,
    wire: Rendering | None = None,
    transient: bool = False,
) -> Fault:
    """Trouble that is not the API's word; the arguments as in `Fault`."""
    return Fault(name, sentence, "environment", None, None, answer, wire, transient)


def on(status: int, effect: Effect) -> Effect:
    """The effect on answers of that status alone."""
    return lambda answer, context: effect(answer, context) if answer.status == status else answer


def when(trigger: Trigger, effect: Effect) -> Effect:
    """The effect on requests that the trigger picks."""
    return lambda answer, context: effect(answer, context) if trigger(context) else answer


def wire_on(status: int, rendering: Rendering) -> Rendering:
    """The rendering of answers of that status alone."""
    return lambda answer, ctx: rendering(answer, ctx) if answer.status == status else None


def also(admits: Trigger) -> Admission:
    """Takes the valid key, and whatever else the trigger picks."""
    return lambda context: context.entitled or admits(context)


def every(times: int, effect: Effect) -> Effect:
    """The effect on every so many answers of a status, counted apart for each status."""
    return lambda answer, context: effect(answer, context) if context.nth % times == 0 else answer


def has(name: str) -> Trigger:
    """Requests with a field of that name (in lower case)."""
    return lambda context: bool(context.request.values(name))


def value_of(name: str, pattern: bytes) -> Trigger:
    """Requests in which some field of that name has a value with the pattern in it."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda context: any(compiled.search(value) for value in context.request.values(name))


def value_not(name: str, pattern: bytes) -> Trigger:
    """Requests in which some field of that name is not of the pattern from end to end."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda context: any(
        not compiled.fullmatch(value) for value in context.request.values(name)
    )


def some_value(pattern: bytes) -> Trigger:
    """Requests in which a field that the plain request lacks has the pattern in its value."""
    compiled = re.compile(pattern)
    return lambda context: any(compiled.search(value) for _, value in extras(context))


def some_name(pattern: bytes) -> Trigger:
    """Requests with a field that the plain request lacks and whose name fits the pattern."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda context: any(compiled.fullmatch(name) for name, _ in extras(context))


def extras(context: Context) -> list[tuple[bytes, bytes]]:
    """The request's fields beside those of the plain request."""
    fields = context.request.fields
    return [(name, value) for name, value in fields if name.lower() not in PLAIN_FIELDS]


def any_of(*triggers: Trigger) -> Trigger:
    """Requests that any of the triggers picks."""
    return lambda context: any(trigger(context) for trigger in triggers)


def both(first: Trigger, second: Trigger) -> Trigger:
    """Requests that both triggers pick."""
    return lambda context: first(context) and second(context)


def chain(*effects: Effect) -> Effect:
    """One effect after the other."""

    def apply(answer: Answer, context: Context) -> Answer:
        for effect in effects:
            answer = effect(answer, context)
        return answer

    return apply


def where_200(
    name: str, sentence: str, requirement: str, trigger: Trigger, effect: Effect
) -> Fault:
    """A fault in answers to requests that the trigger picks and to which 200 was due."""
    return fault(name, sentence, requirement, on(200, when(trigger, effect)))


def where_401(
    name: str, sentence: str, requirement: str, trigger: Trigger, effect: Effect
) -> Fault:
    """A fault in answers to requests that the trigger picks and to which 401 was due."""
    return fault(name, sentence, requirement, on(401, when(trigger, effect)))


def where_422(
    name: str, sentence: str, requirement: str, trigger: Trigger, effect: Effect
) -> Fault:
    """A fault in answers to requests that the trigger picks and to which 422 was due."""
    return fault(name, sentence, requirement, on(422, when(trigger, effect)))


def answers(name: str, sentence: str, trigger: Trigger, effect: Effect) -> Fault:
    """A variation in answers to requests that the trigger picks, whatever was due."""
    return variation(name, sentence, when(trigger, effect))
