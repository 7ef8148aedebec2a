"""Which statuses are allowed for which request."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from contracts.http.allowed import PRECONDITIONS
from contracts.http.probe import Credential
from contracts.judging.checks.registry import check, finding
from contracts.judging.environment import GATEWAY
from contracts.judging.environment import STATUSES as ENVIRONMENT
from contracts.judging.expectation import PRESUPPOSING
from contracts.judging.finding import Finding
from contracts.judging.firewall import may_be_blocked
from contracts.judging.reading import Reading

REFUSALS = frozenset({401, 403, 407})
_CONDITIONAL = PRECONDITIONS | {b"range"}


MOST_NAMED = 16
"""Statuses that a finding lists; content on a GET allows nearly any client error."""


def named(status: int) -> str:
    """Write a status code with its phrase, for a person.

    Arguments:
        status: any status code.
    """
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _broken(reading: Reading, requirement: str) -> tuple[Finding, ...]:
    expectation = reading.expectation
    allowed = expectation.documented | expectation.alternatives
    many = len(allowed) > MOST_NAMED
    words = [named(status) for status in sorted(expectation.documented if many else allowed)]
    expected = " or ".join([*words, "another client error"] if many else words)
    return (finding(reading, requirement, "status", expected, named(reading.status)),)


def _is_server_error(status: int) -> bool:
    return status >= 500 and status not in ENVIRONMENT


def _is_filed_elsewhere(status: int) -> bool:
    """Whether no-server-error reports a status, or it is a gateway's (see environment)."""
    return _is_server_error(status) or status in GATEWAY


@check("no-server-error")
def no_server_error(reading: Reading) -> Iterable[Finding] | None:
    """A 5xx that is not a gateway's is a failure of the server (RFC 9110 §15.6)."""
    if not reading.answered or reading.expectation.anything:
        return None
    if not _is_server_error(reading.status) or reading.expectation.allows(reading.status):
        return ()
    found = named(reading.status)
    return (finding(reading, "no-server-error", "status", "no server error", found),)


@check("valid-key-gets-200")
def valid_key_gets_200(reading: Reading) -> Iterable[Finding] | None:
    """The configured key is served, and no header field invalidates it."""
    if not reading.answered or reading.probe.credential is not Credential.VALID:
        return None
    if reading.expectation.anything or reading.of_nothing:
        return None
    if reading.expectation.allows(reading.status) or _is_filed_elsewhere(reading.status):
        return ()
    if may_be_blocked(reading.exchange):
        return None
    if not reading.as_documented and reading.status not in REFUSALS:
        return ()
    return _broken(reading, "valid-key-gets-200")


@check("unknown-resource-gets-404")
def unknown_resource_gets_404(reading: Reading) -> Iterable[Finding] | None:
    """An unknown resource is not found with the configured key either (RFC 9110 §15.5.5)."""
    if not reading.answered or reading.probe.credential is not Credential.VALID:
        return None
    if not reading.of_nothing:
        return None
    if reading.expectation.allows(reading.status) or _is_filed_elsewhere(reading.status):
        return ()
    if may_be_blocked(reading.exchange):
        return None
    return _broken(reading, "unknown-resource-gets-404")


@check("range-is-no-failure")
def range_is_no_failure(reading: Reading) -> Iterable[Finding] | None:
    """An unsatisfiable range is ignored, or answered with 416 (RFC 9110 §14.2)."""
    names = {name.lower() for name, _ in reading.exchange.request.fields}
    if not reading.answered or b"range" not in names:
        return None
    if reading.status not in GATEWAY:
        return ()
    expected, found = "416, or the answer without the range", named(reading.status)
    return (finding(reading, "range-is-no-failure", "status", expected, found),)


@check("bad-key-is-refused")
def bad_key_is_refused(reading: Reading) -> Iterable[Finding] | None:
    """Nobody is served without the key (/paths/…/get/security)."""
    if not reading.answered or reading.expectation.trusted:
        return None
    if not 200 <= reading.status < 300:
        return ()
    expected = "a refusal"
    return (finding(reading, "bad-key-is-refused", "status", expected, named(reading.status)),)


@check("refusal-is-401")
def refusal_is_401(reading: Reading) -> Iterable[Finding] | None:
    """A refusal has the documented status."""
    if not reading.answered or reading.expectation.trusted or reading.expectation.anything:
        return None
    status = reading.status
    if reading.expectation.allows(status) or _is_filed_elsewhere(status) or 200 <= status < 300:
        return ()
    if _presupposes(reading):
        return ()  # reported as preconditions-after-authentication
    if may_be_blocked(reading.exchange):
        return None
    return _broken(reading, "refusal-is-401")


@check("preconditions-after-authentication")
def preconditions_after_authentication(reading: Reading) -> Iterable[Finding] | None:
    """The response to an unauthorized request reveals nothing of the content (RFC 9110 §13.2.1)."""
    if not reading.answered or reading.expectation.trusted:
        return None
    if not _is_conditional(reading):
        return None
    return _broken(reading, "preconditions-after-authentication") if _presupposes(reading) else ()


def _is_conditional(reading: Reading) -> bool:
    """Whether the request has a precondition or a range."""
    fields = reading.exchange.request.fields
    return any(name.lower() in _CONDITIONAL for name, _ in fields)


def _presupposes(reading: Reading) -> bool:
    """Whether a precondition or a range was evaluated."""
    return reading.status in PRESUPPOSING and _is_conditional(reading)


@check("status-is-documented")
def status_is_documented(reading: Reading) -> Iterable[Finding] | None:
    """An odd request gets a documented status, or one that HTTP defines for it (RFC 9110)."""
    stated = reading.as_documented or reading.of_nothing
    plain = stated and reading.probe.credential is Credential.VALID
    if not reading.answered or plain or not reading.expectation.trusted:
        return None
    status = reading.status
    if reading.expectation.allows(status) or _is_filed_elsewhere(status):
        return ()
    if reading.probe.credential is Credential.VALID and status in REFUSALS:
        return ()  # reported as valid-key-gets-200
    if may_be_blocked(reading.exchange):
        return None
    return _broken(reading, "status-is-documented")
