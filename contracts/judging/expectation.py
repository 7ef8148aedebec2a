"""The responses that are allowed for a probe: by the document, and by HTTP for its oddities."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property

from contracts.document.operation import Operation
from contracts.document.plain_request import Variation
from contracts.http.allowed import EXCUSES, alternatives
from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Probe, is_http

TRAILING_BLANK = "valid-trailing-blank"
"""The recipe that puts a blank after the right key: HTTP trims it, some servers do not."""

PRESUPPOSING = frozenset({304, 412, 416})
"""Statuses that only an authorized request may get: for others, preconditions and ranges are
ignored (RFC 9110 §13.2.1, §14.2)."""

_REFUSALS = frozenset({401, 403})
"""Statuses for credentials that are not accepted (RFC 9110 §15.5.2, §15.5.4)."""

_NOT_FOUND = frozenset({404})
"""The status for a path that does not exist, documented or not (RFC 9110 §15.5.5)."""

_INVALID = frozenset({400, 422})
"""Statuses for an invalid request, whoever sends it (RFC 9110 §15.5)."""


@dataclass(frozen=True)
class Expectation:
    """The responses that are allowed for an exchange's request.

    Arguments:
        exchange: the exchange.
        documented: documented statuses that this request may get.
        anything: whether any response is allowed, except a success for a bad key.
        trusted: whether its credentials hold the key in some form.
        key_field: the field (lower case) that carries the key.
    """

    exchange: Exchange = field(repr=False)
    documented: frozenset[int]
    anything: bool
    trusted: bool
    key_field: bytes = b"authorization"

    @cached_property
    def alternatives(self) -> frozenset[int]:
        """Statuses that HTTP allows for the request's oddities.

        Computed only when needed: most responses have a documented status, and a gate reads
        thousands of them.
        """
        request = self.exchange.request
        fields = request.fields
        if self.key_field != b"authorization":  # the key's own field is no oddity
            fields = tuple((n, v) for n, v in fields if n.lower() != self.key_field)
        http = alternatives(fields, request.query, request.body)
        if self.exchange.probe.credential is Credential.DOUBLED:
            http |= {400}
        if not self.trusted:
            http = frozenset(s for s in http - PRESUPPOSING if not 200 <= s < 300)
        return http

    def allows(self, status: int) -> bool:
        """Whether the request may get this status.

        Arguments:
            status: a final status code.
        """
        if self.anything:
            return self.trusted or not 200 <= status < 300
        return status in self.documented or status in self.alternatives

    def says_little(self, status: int, *, served: bool) -> bool:
        """Whether a response concerns one part of the request, and says nothing about the others.

        Arguments:
            status: a final status code.
            served: whether everything in the request may be served with the key: if it is called
                invalid, another part of it might still be served without a key.
        """
        if status not in self.documented:
            return True
        if status in EXCUSES and status in self.alternatives:
            return True
        return served and not self.trusted and status in _INVALID


def is_as_documented(probe: Probe, operation: Operation) -> bool:
    """Whether a request is one that the document describes, whatever its credentials.

    Arguments:
        probe: the reason for it, with the query that was sent.
        operation: the operation, whose parameters the query may vary.
    """
    if probe.plain:
        return True
    return _varies(probe) and _variation(probe) in operation.plain.as_documented


def is_of_nothing(probe: Probe, operation: Operation) -> bool:
    """Whether a request is the documented one for an unknown resource, whatever its credentials.

    Arguments:
        probe: the reason for it.
        operation: the operation, which names the unknown resource.
    """
    return _varies(probe) and _variation(probe) == operation.plain.nowhere


def _varies(probe: Probe) -> bool:
    return probe.body is None and probe.wire is None


def _variation(probe: Probe) -> Variation:
    return Variation(probe.query, probe.path, probe.fields)


@dataclass(frozen=True)
class Documented:
    """The documented statuses of an operation, by meaning.

    Arguments:
        success: the request was served.
        refusal: its credentials were not accepted.
        invalid: it cannot be parsed, or is not valid.
        rejected: something in it is wrong, including names of things that do not exist.
        missing: the resource does not exist.
    """

    success: frozenset[int]
    refusal: frozenset[int]
    invalid: frozenset[int]
    rejected: frozenset[int]
    missing: frozenset[int]

    @classmethod
    @cache
    def of(cls, operation: Operation) -> Documented:
        """Sort the documented statuses of an operation.

        If `default` stands for errors, as it does next to a documented success, it does not stand
        for other successes. If a document states neither 401 nor 403, HTTP's refusals apply.

        Arguments:
            operation: the operation.
        """
        keys = operation.responses
        served = [each for key, each in keys.items() if key.startswith("2")]
        served = served or [each for key, each in keys.items() if key == "default"]
        described = frozenset(s for s in operation.statuses if 400 <= s < 500)
        refusal = frozenset(s for s in _REFUSALS if str(s) in keys)
        if 401 not in refusal:
            refusal |= (_REFUSALS & described) or _REFUSALS
        return cls(
            success=frozenset(s for each in served for s in each.statuses if 200 <= s < 300),
            refusal=refusal,
            invalid=_INVALID & described,
            rejected=operation.rejections,
            missing=frozenset({404}) & described or operation.rejections,
        )


def _asks_otherwise(probe: Probe, operation: Operation) -> bool:
    """Whether a request has its own query or parameter, and so may name something unknown."""
    return (probe.query or probe.path) is not None or any(
        name.lower() in operation.plain.field_names for name, _ in probe.fields
    )


def expect(exchange: Exchange, operation: Operation) -> Expectation:
    """Return the responses that are allowed for an exchange's request.

    Arguments:
        exchange: the request's bytes determine its oddities, the probe its kind of
            credentials.
        operation: the operation with the documented statuses.
    """
    probe, stated = exchange.probe, Documented.of(operation)
    match probe.credential:
        case Credential.VALID if probe.recipe == TRAILING_BLANK:
            documented = stated.success | stated.refusal  # see trailing-blank-is-trimmed
        case Credential.VALID:
            documented = stated.success
        case Credential.DRESSED | Credential.DOUBLED:
            documented = stated.success | stated.refusal
        case _:
            documented = stated.refusal
    if operation.accept != b"application/json" and (probe.fields or probe.wire):
        documented |= {406}  # their own Accept may ask for JSON, which the operation does not serve
    if any(name.lower() == operation.scheme.name for name, _ in probe.fields):
        # Another key next to the right one: which of them counts is undefined.
        documented |= stated.refusal
    trusted = probe.credential not in {Credential.ABSENT, Credential.WRONG}
    if is_of_nothing(probe, operation):
        documented = stated.missing if probe.credential is Credential.VALID else documented
    elif not is_as_documented(probe, operation):
        # Only an authorized client may learn what does not exist, and odd fields name nothing.
        asks_otherwise = trusted and _asks_otherwise(probe, operation)
        documented |= stated.rejected if asks_otherwise else stated.invalid
        if asks_otherwise and probe.path is not None:
            documented |= _NOT_FOUND
    name = operation.scheme.name
    return Expectation(exchange, documented, not is_http(probe.wire), trusted, name)
