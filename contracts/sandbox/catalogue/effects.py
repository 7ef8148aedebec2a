"""The effects of faults on an answer: small, each with one thing wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from contracts.sandbox.fault import Effect
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer, Json, json_answer
from contracts.sandbox.reference import balance

PAGE = b"<!DOCTYPE html>\n<html><head><title>%b</title></head><body><h1>%b</h1></body></html>\n"

HTML = "text/html; charset=utf-8"

Change = Callable[[Json], Json]
"""Takes the parsed JSON value of a body and returns the one to send."""


def crash(status: int = 500) -> Effect:
    """A server error, as a framework's fallback handler answers."""
    answer = json_answer(status, {"message": "Internal Server Error"})
    return lambda _answer, _context: answer


def status(code: int) -> Effect:
    """Another status, with everything else unchanged."""
    return lambda answer, _context: replace(answer, status=code)


def error(code: int, name: str, message: str) -> Effect:
    """An error with that status in the shape of an AuthenticationError."""
    answer = json_answer(code, {"name": name, "message": message})
    return lambda _answer, _context: answer


def page(code: int, title: str, fields: Mapping[str, str] | None = None) -> Effect:
    """An HTML page, as sent by proxies and firewalls."""
    text = title.encode()
    answer = Answer(code, ((b"Content-Type", HTML.encode()),), PAGE % (text, text))
    for name, value in (fields or {}).items():
        answer = answer.with_field(name, value)
    return lambda _answer, _context: answer


def bodiless(code: int, fields: Mapping[str, str] | None = None) -> Effect:
    """An answer without content."""
    answer = Answer(code)
    for name, value in (fields or {}).items():
        answer = answer.with_field(name, value)
    return lambda _answer, _context: answer


def media(value: str) -> Effect:
    """Another media type for the same body."""
    return lambda answer, _context: answer.with_field("Content-Type", value)


def field(name: str, value: str | bytes) -> Effect:
    """One more field, or another value for an existing one."""
    return lambda answer, _context: answer.with_field(name, value)


def dropping(*names: str) -> Effect:
    """The answer without these fields."""
    return lambda answer, _context: answer.without(*names)


def text(change: Callable[[bytes], bytes]) -> Effect:
    """Another body, with the same media type and the right length."""
    return lambda answer, _context: answer.with_body(change(answer.body))


def value(change: Change) -> Effect:
    """Another JSON value for the body."""
    return lambda answer, _context: answer.editing(change)


def having(**members: Json) -> Effect:
    """A JSON object with those members added or replaced."""
    return value(lambda old: {**old, **members})


def lacking(*names: str) -> Effect:
    """A JSON object without those members."""
    return value(lambda old: {name: new for name, new in old.items() if name not in names})


def money(**members: Json) -> Effect:
    """A BalanceResponse whose Money has those members added or replaced."""
    return value(lambda old: {**old, "balance": {**old["balance"], **members}})


def moneyless(*names: str) -> Effect:
    """A BalanceResponse whose Money lacks those members."""
    return value(
        lambda old: {
            **old,
            "balance": {name: new for name, new in old["balance"].items() if name not in names},
        }
    )


def leak(_answer: Answer, context: Context) -> Answer:
    """The balance without any credentials."""
    return balance(context.run.account)


def html_body(answer: Answer, _context: object) -> Answer:
    """The same status as an HTML page."""
    title = b"%d" % answer.status
    return answer.with_body(PAGE % (title, title)).with_field("Content-Type", HTML)


def xml_body(answer: Answer, _context: object) -> Answer:
    """The same status as an XML document."""
    body = b'<?xml version="1.0"?><response status="%d"/>' % answer.status
    return answer.with_body(body).with_field("Content-Type", "application/xml")


def empty_body(answer: Answer, _context: object) -> Answer:
    """The same status without content."""
    return answer.with_body(b"")


def before_close(added: bytes) -> Effect:
    """Text inserted before the closing brace of the body's outer object, which is not empty."""
    return text(lambda body: body[:-1] + added + b"}")
