"""Conforming variations in how credentials are accepted and requests validated."""

from __future__ import annotations

import re
from dataclasses import replace

from contracts.sandbox.catalogue.build import (
    Trigger,
    also,
    answers,
    on,
    variation,
    when,
)
from contracts.sandbox.catalogue.effects import bodiless, dropping, error, field, having, page
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer
from contracts.sandbox.reference import (
    balance,
    entitles,
    field_errors,
    validation_error,
)


def _under(*schemes: bytes) -> Trigger:
    """The right key under another authentication scheme."""
    return lambda context: (
        context.request.scheme in schemes and context.request.token == context.key
    )


def _raw(context: Context) -> bool:
    return context.request.values("authorization") == [context.key]


def _either(place: int) -> Trigger:
    """Two Authorization fields, of which the one in that position is right."""

    def right(context: Context) -> bool:
        values = context.request.values("authorization")
        if len(values) < 2:
            return False
        alone = replace(context.request, fields=((b"Authorization", values[place]),))
        return entitles(alone, context.key)

    return right


def _strict_scheme(context: Context) -> bool:
    return context.entitled and context.request.value("authorization").startswith(b"Bearer ")


def _single_blank(context: Context) -> bool:
    return context.request.values("authorization") == [b"Bearer " + context.key]


_SHAPE = re.compile(rb"RYE/[a-z]+-[A-Za-z0-9]{32}")


def _shapeless(context: Context) -> bool:
    """Bearer tokens that can't be a key, whichever keys exist."""
    request = context.request
    return request.scheme == b"bearer" and not _SHAPE.fullmatch(request.token)


def _twice(context: Context) -> bool:
    return len(context.request.values("authorization")) > 1


def _content(context: Context) -> bool:
    return bool(context.request.body)


def _ignoring(answer: Answer, context: Context) -> Answer:
    return balance(context.run.account) if context.entitled else answer


def _ignoring_content(_answer: Answer, context: Context) -> Answer:
    errors = field_errors(replace(context.request, body=b""))
    return validation_error(errors) if errors else balance(context.run.account)


def _validating_first(answer: Answer, context: Context) -> Answer:
    errors = field_errors(context.request)
    return validation_error(errors) if errors and answer.status == 401 else answer


_CREDENTIALS = (
    variation(
        "401-unchallenged", "Refusals carry no challenge.", on(401, dropping("WWW-Authenticate"))
    ),
    variation(
        "401-challenged-at-length",
        "Refusals carry several challenges with parameters.",
        on(
            401,
            field(
                "WWW-Authenticate", 'Bearer realm="rye", error="invalid_token", Basic realm="rye"'
            ),
        ),
    ),
    variation("key-taken-raw", "The key is taken without a scheme.", admits=also(_raw)),
    variation(
        "key-taken-under-basic",
        "The key is taken under Basic, as the docs show it.",
        admits=also(_under(b"basic")),
    ),
    variation(
        "key-taken-under-token",
        "The key is taken under Token and ApiKey.",
        admits=also(_under(b"token", b"apikey", b"api-key", b"key")),
    ),
    variation(
        "scheme-in-small-letters-refused",
        "Only the spelling Bearer of the scheme is taken.",
        admits=_strict_scheme,
    ),
    variation(
        "second-blank-refused", "Exactly one blank may follow the scheme.", admits=_single_blank
    ),
    variation(
        "first-of-two-counts",
        "Of two Authorization fields the first counts.",
        admits=also(_either(0)),
    ),
    variation(
        "last-of-two-counts",
        "Of two Authorization fields the last counts.",
        admits=also(_either(-1)),
    ),
    answers(
        "two-fields-get-400",
        "Two Authorization fields get a proxy's 400 in HTML.",
        _twice,
        page(400, "400 Bad Request"),
    ),
)


_VALIDATION = (
    variation("422-never", "Unknown queries and content are ignored.", on(422, _ignoring)),
    variation(
        "422-for-queries-alone",
        "Content of a GET is ignored, queries are not.",
        on(422, _ignoring_content),
    ),
    variation(
        "422-before-401", "Requests are validated before the key is looked at.", _validating_first
    ),
    answers(
        "content-gets-400",
        "Content on a GET gets a proxy's 400 in HTML.",
        _content,
        page(400, "400 Bad Request"),
    ),
    answers("content-gets-413", "Content on a GET gets 413.", _content, bodiless(413)),
    answers(
        "content-gets-415",
        "Content on a GET gets 415.",
        _content,
        error(415, "UnsupportedMediaType", "No content, please"),
    ),
)


FAULTS = (
    variation(
        "malformed-told",
        "A token not shaped like a key is called malformed.",
        on(401, when(_shapeless, having(message="The API key is malformed"))),
    ),
    *_CREDENTIALS,
    *_VALIDATION,
)
