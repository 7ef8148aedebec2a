"""Faults derived from the document: every schema of every response, violated in each way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from contracts.sandbox.catalogue.build import fault, on
from contracts.sandbox.catalogue.document import ANY_MEMBER, DOCUMENT, Place, responses
from contracts.sandbox.document import load
from contracts.sandbox.fault import Effect, Fault
from contracts.sandbox.message import Answer, Json, dump

REQUIREMENTS = {
    200: "balance-response-schema",
    401: "authentication-error-schema",
    422: "validate-error-schema",
}

_ABSENT = object()
_VERBATIM = "verbatim \u2603"

_TYPES: dict[str, tuple[str, Callable[[Json], Json]]] = {
    "null": ("null", lambda _old: None),
    "boolean": ("a boolean", lambda _old: True),
    "number": ("a number", lambda _old: 7),
    "string": ("a string", lambda old: old if isinstance(old, str) else json.dumps(old)),
    "array": ("an array", lambda old: [old]),
    "object": ("an object", lambda old: {"value": old}),
}

_FITTING = {"integer": "number"}

_BEYOND = {
    "int32": {
        "2-to-the-31": "2147483648",
        "below-minus-2-to-the-31": "-2147483649",
        "a-javascript-timestamp": "1767225600000",
        "2-to-the-53": "9007199254740992",
        "10-to-the-30": "1" + "0" * 30,
        "10000-digits": "9" * 10_000,
        "minus-10000-digits": "-" + "9" * 10_000,
    },
    "double": {
        "1e400": "1e400",
        "minus-1e400": "-1e400",
        "10000-digits": "9" * 10_000,
    },
}

_WITH_FRACTION = {
    "point-zero": "1500.0",
    "point-zero-zero": "1500.00",
    "1-point-5-e3": "1.5e3",
    "15e2": "15E2",
    "e0": "1500e0",
    "e-minus-1": "15000e-1",
    "zero-point-zero": "0.0",
    "minus-zero-point-zero": "-0.0",
}

_EXTRAS: tuple[tuple[str, Json], ...] = (
    ("status", 401),
    ("code", "invalid_request"),
    ("requestId", None),
    ("details", {}),
    ("error", True),
    ("errors", []),
)

_ROOTS: dict[str, tuple[str, Callable[[Json], Json]]] = {
    "wrapped-in-data": ("wrapped in an object's data", lambda old: {"data": old}),
    "wrapped-in-result": ("wrapped with a success flag", lambda old: {"ok": True, "result": old}),
    "an-empty-object": ("an empty object", lambda _old: {}),
    "an-empty-array": ("an empty array", lambda _old: []),
}


def schema_faults(path: Path = DOCUMENT) -> tuple[Fault, ...]:
    """Make one fault for each way in which a body can violate the document's schemas.

    Arguments:
        path: the OpenAPI document.
    """
    return tuple(
        entry
        for status, places in responses(load(path)).items()
        for place in places
        for entry in _broken(status, place)
    )


def _broken(status: int, place: Place) -> Iterator[Fault]:
    requirement = REQUIREMENTS[status]
    where = f"the {status} body's {'/'.join(place.path)}" if place.path else f"The {status} body"
    where = where[0].upper() + where[1:]
    slug = _slug(status, place.path)

    def entry(what: str, words: str, new: Json, breaks: str = requirement) -> Fault:
        return fault(f"{slug}-{what}", f"{where} is {words}.", breaks, _put(status, place, new))

    if not place.path:
        for what, (words, change) in _ROOTS.items():
            yield entry(what, words, change)
    elif place.required:
        yield entry("missing", "missing", _ABSENT)
        yield fault(
            f"{slug}-misspelt",
            f"{where} comes under another spelling of its name.",
            requirement,
            on(status, _edit(lambda body: _renamed(body, place.path))),
        )
    declared = place.schema.get("type")
    if declared is not None:
        for kind, (words, change) in _TYPES.items():
            if kind != _FITTING.get(declared, declared):
                yield entry(f"is-{kind}", f"{words} instead of {_article(declared)}", change)
    yield from _numbers(place, entry)
    if place.schema.get("additionalProperties") is False:
        yield from _opened(status, place, slug, where)


def _numbers(place: Place, entry: Callable[..., Fault]) -> Iterator[Fault]:
    number_format = place.schema.get("format", "")
    for what, digits in _BEYOND.get(number_format, {}).items():
        words = f"beyond the range of {number_format} ({what.replace('-', ' ')})"
        yield entry(f"is-{what}", words, _Verbatim(digits), "number-formats-hold")
    if place.schema.get("type") == "integer":
        yield entry("is-a-fraction", "a number with a fraction", _Verbatim("10.5"))
        yield entry("is-a-small-fraction", "a number between 0 and 1", _Verbatim("1e-3"))
        for what, digits in _WITH_FRACTION.items():
            words = f"an integer written as {digits}"
            breaks = "integers-have-no-fraction"
            yield entry(f"is-written-{what}", words, _Verbatim(digits), breaks)


def _opened(status: int, place: Place, slug: str, where: str) -> Iterator[Fault]:
    known = place.schema.get("properties", {})
    for name, extra in _EXTRAS:
        if name not in known:
            yield fault(
                f"{slug}-with-{_kebab(name)}",
                f"{where} has a member {name} that its closed schema does not know.",
                REQUIREMENTS[status],
                _put(
                    status, Place((*place.path, name), {}, required=False), lambda _old, e=extra: e
                ),
            )


class _Verbatim:
    """A number with the exact digits given, unlike any Python number."""

    def __init__(self, digits: str) -> None:
        self.digits = digits

    def __call__(self, _old: Json) -> str:
        return _VERBATIM


def _put(status: int, place: Place, new: Json) -> Effect:
    edit = on(status, _edit(lambda body: _placed(body, place.path, new)))
    if not isinstance(new, _Verbatim):
        return edit

    def written(answer: Answer, context: Json) -> Answer:
        answer = edit(answer, context)
        return answer.with_body(answer.body.replace(dump(_VERBATIM), new.digits.encode()))

    return written


def _edit(change: Callable[[Json], Json]) -> Effect:
    return lambda answer, _context: answer.editing(change)


def _placed(value: Json, path: tuple[str, ...], new: Json) -> Json:
    """The value with the part at the path replaced, or removed for `_ABSENT`."""
    if not path:
        return new(value)
    name = _member(value, path[0])
    if len(path) == 1 and new is _ABSENT:
        return {key: below for key, below in value.items() if key != name}
    return {**value, name: _placed(value.get(name, "(hidden)"), path[1:], new)}


def _renamed(value: Json, path: tuple[str, ...]) -> Json:
    name = _member(value, path[0])
    if len(path) > 1:
        return {**value, name: _renamed(value[name], path[1:])}
    snake = _kebab(name).replace("-", "_")
    other = snake if snake != name else name.capitalize()
    return {other if key == name else key: below for key, below in value.items()}


def _member(value: dict[str, Json], name: str) -> str:
    return name if name != ANY_MEMBER else next(iter(value), "query.page")


def _slug(status: int, path: tuple[str, ...]) -> str:
    names = (_kebab(name) if name != ANY_MEMBER else "entry" for name in path)
    return "-".join((str(status), *names)) if path else f"{status}-body"


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
