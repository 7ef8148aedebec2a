"""Faults in features that no document mentions but servers have anyway."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

from contracts.sandbox.catalogue.build import Trigger, also, chain, fault, on, value_of, when
from contracts.sandbox.catalogue.effects import bodiless, crash, html_body, leak, page, value
from contracts.sandbox.fault import Fault
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer, Json
from contracts.sandbox.reference import PATH

_SESSION = b"session=s3ss10n0fth3h0ld3r"


def _parameter(name: str, breaks: Callable[[list[str]], bool]) -> Trigger:
    """Requests with a parameter of that name whose values the server can't parse."""

    def trigger(context: Context) -> bool:
        given = parse_qs(context.request.query.decode("latin-1"), keep_blank_values=True)
        return name in given and breaks(given[name])

    return trigger


def _dies(name: str, words: str, trigger: Trigger) -> Fault:
    sentence = f"The server fails with 500 on {words}."
    return fault(f"500-on-{name}", sentence, "no-server-error", when(trigger, crash()))


def _shaped(name: str, sentence: str, trigger: Trigger, change: Callable[[Json], Json]) -> Fault:
    """A parameter that changes the shape of the balance; other parameters are ignored."""
    effect = on(422, when(trigger, chain(leak, value(change))))
    return fault(name, sentence, "balance-response-schema", effect)


def _is_word(values: list[str]) -> bool:
    return values[0].isalpha()


def _in_snake_case(old: Json) -> Json:
    return {"drawdown_enabled": old["drawdownEnabled"], "balance": old["balance"]}


def _opens_a_session(answer: Answer, _context: Context) -> Answer:
    return answer.adding("Set-Cookie", _SESSION + b"; Path=/; HttpOnly")


def _no_media_type(context: Context) -> bool:
    return not context.request.values("accept")


def _routed_elsewhere(context: Context) -> bool:
    paths = [*context.request.values("x-original-url"), *context.request.values("x-rewrite-url")]
    return any(path != PATH.encode() for path in paths)


def _unknown_coding(answer: Answer, _context: Context) -> Answer:
    return answer.with_field("Content-Encoding", "no-such-coding")


FAULTS: tuple[Fault, ...] = (
    _dies(
        "a-limit-of-letters",
        "a limit that is not a number",
        _parameter("limit", _is_word),
    ),
    _dies("a-date-of-letters", "a since that is not a date", _parameter("since", _is_word)),
    _dies(
        "a-negative-offset",
        "a negative offset",
        _parameter("offset", lambda values: values[0].startswith("-")),
    ),
    _dies("an-empty-zone", "an empty tz", _parameter("tz", lambda values: values == [""])),
    _dies("a-date-twice", "two of as_of", _parameter("as_of", lambda values: len(values) > 1)),
    _dies("a-page-in-brackets", "a page that is an object", _parameter("page[a]", bool)),
    _dies(
        "nul-in-a-query",
        "a NUL in a parameter, which the database refuses",
        lambda context: b"%00" in context.request.query,
    ),
    _dies(
        "sixty-fields",
        "more than 55 fields",
        lambda context: len(context.request.fields) > 55,
    ),
    _dies(
        "an-unknown-coding",
        "a coding that the server does not know",
        value_of("accept-encoding", rb"no-such-coding"),
    ),
    _shaped(
        "enveloped-where-asked",
        "An envelope in the query puts the balance into a member of its own.",
        _parameter("envelope", bool),
        lambda old: {"data": old},
    ),
    _shaped(
        "snake-case-where-asked",
        "A case in the query spells the members in it.",
        _parameter("case", bool),
        _in_snake_case,
    ),
    fault(
        "coding-echoed",
        "The first coding that a client names is said to have been applied.",
        "content-coding-is-sound",
        on(200, when(value_of("accept-encoding", rb"no-such-coding"), _unknown_coding)),
    ),
    fault(
        "page-without-accept",
        "Who names no media type gets a page.",
        "content-type-is-json",
        on(200, when(_no_media_type, html_body)),
    ),
    fault(
        "routed-by-a-field",
        "X-Original-URL and X-Rewrite-URL decide what is served.",
        "status-is-documented",
        when(_routed_elsewhere, page(404, "Not Found")),
    ),
    fault(
        "session-is-a-key",
        "A session cookie that a request with the key was given lets one in without.",
        "bad-key-is-refused",
        on(200, _opens_a_session),
        admits=also(value_of("cookie", _SESSION)),
    ),
    fault(
        "private-address-let-in",
        "A request from a private network is let in, as X-Forwarded-For claims.",
        "bad-key-is-refused",
        admits=also(value_of("x-forwarded-for", rb"^192\.168\.")),
    ),
    fault(
        "private-proxy-let-in",
        "A request from a private network is let in, as X-Real-IP claims.",
        "bad-key-is-refused",
        admits=also(value_of("x-real-ip", rb"^10\.")),
    ),
    fault(
        "304-by-date-for-anyone",
        "An If-Modified-Since of the future is answered 304 before the key is looked at.",
        "preconditions-after-authentication",
        on(401, when(value_of("if-modified-since", rb"2100"), bodiless(304))),
    ),
)
