"""What HTTP itself allows as a response to the request that was sent.

Derived from the request's bytes alone, never from a probe's label, so that a gate can recompute it
from the record.
"""

from contracts.http.allowed.attacks import is_attack_shaped
from contracts.http.allowed.oddities import (
    LONG_TARGET_BYTES,
    MOST_FIELDS,
    OVERSIZED_BYTES,
    OVERSIZED_LINE_BYTES,
    PADDING_PREFIX,
    PRECONDITIONS,
    alternatives,
    oddities,
)
from contracts.http.allowed.statuses import ALTERNATIVES, EXCUSES, Oddity

__all__ = [
    "ALTERNATIVES",
    "EXCUSES",
    "LONG_TARGET_BYTES",
    "MOST_FIELDS",
    "OVERSIZED_BYTES",
    "OVERSIZED_LINE_BYTES",
    "PADDING_PREFIX",
    "PRECONDITIONS",
    "Oddity",
    "alternatives",
    "is_attack_shaped",
    "oddities",
]
