"""The W3C's fields for distributed tracing: traceparent, tracestate and baggage."""

from __future__ import annotations

from contracts.http.allowed.grammar import OWS, TOKEN, fits

_TRACEPARENT = r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
_KEY = r"[a-z0-9][a-z0-9_\-*/]{0,255}(?:@[a-z0-9][a-z0-9_\-*/]{0,13})?"
_STATE = rf"{_KEY}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{{1,256}}"
_BAGGAGE_VALUE = r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*+"
_BAGGAGE = (
    rf"{TOKEN}{OWS}={OWS}{_BAGGAGE_VALUE}"
    rf"(?:{OWS};{OWS}{TOKEN}(?:{OWS}={OWS}{_BAGGAGE_VALUE})?)*+"
)

MOST_STATES = 32
"""List members that tracestate may have (Trace Context §3.3.1.1)."""


def is_traceparent(value: str) -> bool:
    """Whether a value is a traceparent (W3C Trace Context §3.2.2).

    Arguments:
        value: a field value, read as latin-1.
    """
    head, rest = value[:55], value[55:]
    later = not rest or (not value.startswith("00") and rest.startswith("-"))
    return later and fits(_TRACEPARENT, head)


def is_tracestate(value: str) -> bool:
    """Whether a value is a tracestate (W3C Trace Context §3.3.1).

    Arguments:
        value: a field value, read as latin-1.
    """
    members = [member.strip(" \t") for member in value.split(",")]
    return len(members) <= MOST_STATES and all(not m or fits(_STATE, m) for m in members)


def is_baggage(value: str) -> bool:
    """Whether a value is a baggage list (W3C Baggage §3.2.1).

    Arguments:
        value: a field value, read as latin-1.
    """
    return all(fits(_BAGGAGE, member.strip(" \t")) for member in value.split(","))
