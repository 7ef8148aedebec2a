"""What one probe may be answered: by the document, and by HTTP for exactly its oddity."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from contracts.document.operation import Operation
from contracts.http.allowed import alternatives
from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Probe, is_http

TRAILING_BLANK = "valid-trailing-blank"
"""The recipe that puts a blank behind the right key: HTTP trims it, and some servers don't."""

PRESUPPOSING = frozenset({304, 412, 416})
"""What is answered only to who may read: preconditions and ranges of others are ignored
(RFC 9110 §13.2.1, §14.2)."""


@dataclass(frozen=True)
class Expectation:
    """What an exchange's request may be answered.

    Arguments:
        exchange: the exchange.
        documented: documented statuses that this request may get.
        anything: whether any answer will do but a success for a bad key.
        trusted: whether its credentials hold the key in some form.
    """

    exchange: Exchange = field(repr=False)
    documented: frozenset[int]
    anything: bool
    trusted: bool

    @cached_property
    def alternatives(self) -> frozenset[int]:
        """Statuses that HTTP allows for the request's oddities.

        Read off only where it matters: most answers have a documented status, and a gate reads
        thousands of them.
        """
        request = self.exchange.request
        http = alternatives(request.fields, request.query, request.body)
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


def is_as_documented(probe: Probe, operation: Operation) -> bool:
    """Whether a request is one that the document describes, whatever its credentials.

    Arguments:
        probe: the reason for it; its query is the one that was sent.
        operation: whose parameters the query may vary.
    """
    if probe.plain:
        return True
    bare = not probe.fields and probe.body is None and probe.wire is None
    return bare and probe.query in operation.plain.documented.values()


def expect(exchange: Exchange, operation: Operation) -> Expectation:
    """Say what an exchange's request may be answered.

    Arguments:
        exchange: its request's bytes decide which oddities it has, its probe what its
            credentials are.
        operation: whose statuses are documented.
    """
    probe = exchange.probe
    success = frozenset(s for s in operation.statuses if 200 <= s < 300)
    refusal = operation.statuses & {401}
    validation = operation.statuses & {422}
    match probe.credential:
        case Credential.VALID if probe.recipe == TRAILING_BLANK:
            documented = success | refusal  # see trailing-blank-is-trimmed
        case Credential.VALID:
            documented = success
        case Credential.DRESSED | Credential.DOUBLED:
            documented = success | refusal
        case _:
            documented = refusal
    trusted = probe.credential not in {Credential.ABSENT, Credential.WRONG}
    if not is_as_documented(probe, operation):
        documented |= validation
    return Expectation(exchange, documented, not is_http(probe.wire), trusted)
