"""What one probe may be answered: by the document, and by HTTP for exactly its oddity."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property

from contracts.document.operation import Operation
from contracts.document.plain_request import Variation
from contracts.http.allowed import EXCUSES, alternatives
from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Probe, is_http

TRAILING_BLANK = "valid-trailing-blank"
"""The recipe that puts a blank after the right key: HTTP trims it, and some servers don't."""

PRESUPPOSING = frozenset({304, 412, 416})
"""What is answered only to who may read: preconditions and ranges of others are ignored
(RFC 9110 §13.2.1, §14.2)."""

_REFUSALS = frozenset({401, 403})
"""What is answered to credentials that will not do (RFC 9110 §15.5.2, §15.5.4)."""

_NOT_FOUND = frozenset({404})
"""What is answered to a path that leads nowhere, be it documented or not (RFC 9110 §15.5.5)."""

_INVALID = frozenset({400, 422})
"""What is answered to a request that is not valid, whoever sends it (RFC 9110 §15.5)."""


@dataclass(frozen=True)
class Expectation:
    """What an exchange's request may be answered.

    Arguments:
        exchange: the exchange.
        documented: documented statuses that this request may get.
        anything: whether any answer will do but a success for a bad key.
        trusted: whether its credentials hold the key in some form.
        key_field: where the key stands (lower case).
    """

    exchange: Exchange = field(repr=False)
    documented: frozenset[int]
    anything: bool
    trusted: bool
    key_field: bytes = b"authorization"

    @cached_property
    def alternatives(self) -> frozenset[int]:
        """Statuses that HTTP allows for the request's oddities.

        Read off only where it matters: most answers have a documented status, and a gate reads
        thousands of them.
        """
        request = self.exchange.request
        fields = request.fields
        if self.key_field != b"authorization":  # it is no odd one
            fields = tuple((n, v) for n, v in fields if n.lower() != self.key_field)
        http = alternatives(fields, request.query, request.body)
        if self.exchange.probe.credential is Credential.DOUBLED:
            http |= {400}
        if not self.trusted:
            http = frozenset(s for s in http - PRESUPPOSING if not 200 <= s < 300)
        return http

    def allows(self, status: int) -> bool:
        """Whether the status is one of those that the request may get.

        Arguments:
            status: a final status code.
        """
        if self.anything:
            return self.trusted or not 200 <= status < 300
        return status in self.documented or status in self.alternatives

    def says_little(self, status: int, *, served: bool) -> bool:
        """Whether an answer is about one thing in the request, and clears nothing else in it.

        Arguments:
            status: a final status code.
            served: whether all that the request has may be served to who has the key: if it is
                called invalid, another part of it may still be served to who has none.
        """
        if status not in self.documented:
            return True
        if status in EXCUSES and status in self.alternatives:
            return True
        return served and not self.trusted and status in _INVALID


def is_as_documented(probe: Probe, operation: Operation) -> bool:
    """Whether a request is one that the document describes, whatever its credentials.

    Arguments:
        probe: the reason for it; its query is the one that was sent.
        operation: whose parameters the query may vary.
    """
    if probe.plain:
        return True
    return _varies(probe) and _variation(probe) in operation.plain.as_documented


def is_of_nothing(probe: Probe, operation: Operation) -> bool:
    """Whether a request is the documented one for what does not exist, whatever its credentials.

    Arguments:
        probe: the reason for it.
        operation: knows what does not exist.
    """
    return _varies(probe) and _variation(probe) == operation.plain.nowhere


def _varies(probe: Probe) -> bool:
    return probe.body is None and probe.wire is None


def _variation(probe: Probe) -> Variation:
    return Variation(probe.query, probe.path, probe.fields)


@dataclass(frozen=True)
class Documented:
    """The documented statuses of an operation, by what they answer.

    Arguments:
        success: the request was served.
        refusal: its credentials were not accepted.
        invalid: it can't be parsed, or is not valid.
        rejected: anything in it is wrong, be it that what it names is not there.
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

        Where `default` stands for errors, as it does beside a documented success, it stands for no
        other success. A document that states neither 401 nor 403 leaves it to HTTP.

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
    """Whether a request has a query or a parameter of its own, and may so ask for what is not."""
    return (probe.query or probe.path) is not None or any(
        name.lower() in operation.plain.field_names for name, _ in probe.fields
    )


def expect(exchange: Exchange, operation: Operation) -> Expectation:
    """Say what an exchange's request may be answered.

    Arguments:
        exchange: its request's bytes decide which oddities it has, its probe what its
            credentials are.
        operation: whose statuses are documented.
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
        documented |= {406}  # what these ask for may be JSON, of which there is none
    if any(name.lower() == operation.scheme.name for name, _ in probe.fields):
        # Beside the key stands another: which of them counts is not said.
        documented |= stated.refusal
    trusted = probe.credential not in {Credential.ABSENT, Credential.WRONG}
    if is_of_nothing(probe, operation):
        documented = stated.missing if probe.credential is Credential.VALID else documented
    elif not is_as_documented(probe, operation):
        # What is not there is for those to know who may read, and no odd field is about it.
        asks_otherwise = trusted and _asks_otherwise(probe, operation)
        documented |= stated.rejected if asks_otherwise else stated.invalid
        if asks_otherwise and probe.path is not None:
            documented |= _NOT_FOUND
    name = operation.scheme.name
    return Expectation(exchange, documented, not is_http(probe.wire), trusted, name)
