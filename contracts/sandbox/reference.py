"""The conforming API, which keeps every promise of the document."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from contracts.sandbox.message import Answer, Request, json_answer

PATH = "/api/v1/billing/balance"

_BEARER = re.compile(rb"[Bb][Ee][Aa][Rr][Ee][Rr] +(.+)", re.DOTALL)
_RANGE = re.compile(rb"bytes=(\d*)-(\d*)")
_NO_CACHE = re.compile(rb"(?:^|,)\s*no-cache\s*(?:,|$)", re.IGNORECASE)
_LONGEST_ECHO = 200
_MOST_ERRORS = 20
_SECRET_RUN = 8


@dataclass(slots=True)
class Account:
    """A drawdown account whose balance changes after every read, as purchases draw on it.

    Arguments:
        subunits: amount in the currency's smallest unit.
    """

    subunits: int = 250_000

    def read(self) -> dict[str, Any]:
        """Return the balance as a BalanceResponse; the next purchase follows immediately."""
        balance = {"currencyCode": "USD", "amountSubunits": self.subunits}
        self.subunits -= 199
        if self.subunits < 0:
            self.subunits += 250_000
        return {"drawdownEnabled": True, "balance": balance}


@dataclass(frozen=True, slots=True)
class Balance:
    """The operation that the sandbox serves by default (see `api`).

    Arguments:
        account: the account whose balance is read.
    """

    account: Account
    route: str = PATH
    example: str = PATH

    def entitles(self, request: Request, key: bytes) -> bool:
        """Whether the request proves that it knows the key."""
        return entitles(request, key)

    def respond(self, request: Request, *, admitted: bool) -> Answer:
        """Answer a GET of the balance."""
        return respond(request, self.account, admitted=admitted)


def entitles(request: Request, key: bytes) -> bool:
    """Whether the request proves that it knows the key (RFC 6750 §2.1).

    Arguments:
        request: any request.
        key: the one valid key.
    """
    values = request.values("authorization")
    if len(values) != 1:
        return False
    match = _BEARER.fullmatch(values[0])
    return match is not None and hmac.compare_digest(match[1], key)


def respond(request: Request, account: Account, *, admitted: bool) -> Answer:
    """Answer a GET of the balance.

    Arguments:
        request: the request.
        account: the account whose balance is read.
        admitted: whether the request's credentials were accepted.
    """
    expected = request.value("expect").lower()
    if expected not in {b"", b"100-continue"}:
        return Answer(417)
    if not admitted:
        return unauthorized()
    errors = field_errors(request)
    if errors:
        return validation_error(errors)
    return _conditional(request, balance(account))


def balance(account: Account) -> Answer:
    """The 200: the balance with the entity tag that express would add."""
    answer = json_answer(200, account.read())
    digest = base64.b64encode(hashlib.sha1(answer.body, usedforsecurity=False).digest())
    return answer.adding("ETag", b'W/"%x-%b"' % (len(answer.body), digest[:27]))


def unauthorized() -> Answer:
    """The 401, which is the same for all rejected credentials."""
    error = {"name": "AuthenticationError", "message": "Invalid or missing API key"}
    return json_answer(401, error, (b"WWW-Authenticate", b"Bearer"))


def validation_error(fields: dict[str, Any]) -> Answer:
    """The 422: a ValidateError with field-by-field errors.

    Arguments:
        fields: FieldErrors.
    """
    error = {
        "name": "ValidateError",
        "message": "Validation failed",
        "status": 422,
        "fields": fields,
    }
    return json_answer(422, error)


def field_errors(request: Request) -> dict[str, Any]:
    """Describe what the operation does not allow in a request: query parameters and content.

    Arguments:
        request: one whose credentials were accepted.
    """
    errors: dict[str, Any] = {}
    secret = b" ".join(request.values("authorization")).decode("latin-1")
    query = request.query.decode("latin-1")
    for name, value in parse_qsl(query, keep_blank_values=True)[:_MOST_ERRORS]:
        shown = _echo(name, secret)
        message = f'"{shown}" is an excess property and therefore is not allowed'
        errors[f"query.{shown}"] = {"message": message, "value": _echo(value, secret)}
    if request.body:
        message = "content is not allowed here"
        errors["body"] = {"message": message, "value": {"length": len(request.body)}}
    return errors


def _echo(text: str, secret: str) -> str:
    """Return the part of a client's text that may be shown: never a run of its own credentials."""
    runs = (text[at : at + _SECRET_RUN] for at in range(len(text) - _SECRET_RUN + 1))
    if any(run in secret for run in runs):
        return "(not shown)"
    return text[:_LONGEST_ECHO]


def _conditional(request: Request, answer: Answer) -> Answer:
    """Evaluate `If-None-Match` as express does (RFC 9110 §13.1.2)."""
    condition = request.value("if-none-match")
    if not condition or _NO_CACHE.search(request.value("cache-control")):
        return answer
    tag = next(value for name, value in answer.fields if name == b"ETag")
    candidates = {part.strip().removeprefix(b"W/") for part in condition.split(b",")}
    if condition.strip() != b"*" and tag.removeprefix(b"W/") not in candidates:
        return answer
    return Answer(304, answer.without("Content-Type").fields)


def partial(request: Request, answer: Answer) -> Answer:
    """Serve one range of a 200's bytes (RFC 9110 §14.2), ignoring several or invalid ones.

    A range with `If-Range` is ignored too: a weak entity tag never matches (§13.1.5).

    Arguments:
        request: one whose credentials were accepted.
        answer: the complete answer, with its content coding applied.
    """
    match = _RANGE.fullmatch(request.value("range"))
    if answer.status != 200 or match is None or request.values("if-range"):
        return answer
    if (b"Accept-Ranges", b"none") in answer.fields:
        return answer
    first, last, size = match[1][:9], match[2][:9], len(answer.body)
    if not first and not last:
        return answer
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if first and last and int(last) < start:
        return answer
    if start >= size:
        return Answer(416, ((b"Content-Range", b"bytes */%d" % size),))
    part = replace(answer, status=206, body=answer.body[start : end + 1])
    return part.with_field("Content-Range", b"bytes %d-%d/%d" % (start, end, size))
