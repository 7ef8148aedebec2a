"""The rules: which changes of a document break clients written for the old one, and why.

Responses are judged from the consumer's side: a client breaks if it may receive something new, or
if something that it may rely on is withdrawn. Requests are judged the other way round: what was
valid to send must stay valid.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Effect(StrEnum):
    """What a change does to clients."""

    BREAKING = "breaking"
    """A client that is correct by the pinned document may fail."""
    COMPATIBLE = "compatible"
    """Every client that is correct by the pinned document still works."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of change does to clients.

    Arguments:
        effect: whether it breaks them.
        reason: why, as one sentence without a full stop.
    """

    effect: Effect
    reason: str


_B, _C = Effect.BREAKING, Effect.COMPATIBLE

RULES: Final = {
    # The operation
    "operation-removed": Rule(_B, "the published document no longer has the operation"),
    "documentation-changed": Rule(_C, "words for people bind no program"),
    "deprecation-changed": Rule(_C, "what is deprecated works until it is removed"),
    "server-removed": Rule(_B, "clients are sent to a base URL that is no longer named"),
    "server-added": Rule(_C, "the base URLs that clients use are still named"),
    # Security
    "security-removed": Rule(_B, "credentials that sufficed are no longer said to suffice"),
    "security-made-optional": Rule(
        _B, "the promise that a request without credentials is refused is withdrawn"
    ),
    "security-added": Rule(_C, "the credentials that sufficed still do"),
    "security-scope-dropped": Rule(_C, "the credentials that sufficed still do"),
    # Parameters and content of requests
    "required-parameter-added": Rule(_B, "requests without it were right before"),
    "optional-parameter-added": Rule(_C, "requests without it are still right"),
    "parameter-removed": Rule(_B, "requests with it are no longer described"),
    "parameter-became-required": Rule(_B, "requests without it were right before"),
    "parameter-became-optional": Rule(_C, "requests with it are still right"),
    "parameter-serialization-changed": Rule(_B, "its values are spelled otherwise in requests"),
    "request-default-changed": Rule(_B, "requests without it now mean something else"),
    "required-content-added": Rule(_B, "requests without content were right before"),
    "optional-content-added": Rule(_C, "requests without content are still right"),
    "content-removed": Rule(_B, "requests with content are no longer described"),
    "content-became-required": Rule(_B, "requests without content were right before"),
    "content-became-optional": Rule(_C, "requests with content are still right"),
    "request-media-type-removed": Rule(_B, "content of that media type was right before"),
    "request-media-type-added": Rule(_C, "content of the media types so far is still right"),
    "request-narrowed": Rule(_B, "values that were right to send may be refused"),
    "request-widened": Rule(_C, "every value that was right to send still is"),
    "request-altered": Rule(_B, "values that were right to send may be refused"),
    "required-request-property-added": Rule(_B, "content without it was right before"),
    "optional-request-property-added": Rule(_C, "content without it is still right"),
    "request-property-removed": Rule(_B, "content with it is no longer described"),
    "request-property-became-required": Rule(_B, "content without it was right before"),
    "request-property-became-optional": Rule(_C, "content with it is still right"),
    # Responses
    "status-removed": Rule(_B, "clients handle a status that is no longer promised"),
    "success-status-added": Rule(_B, "clients may get a success that they do not know"),
    "error-status-added": Rule(_C, "clients must expect errors beyond the documented ones"),
    "response-media-type-removed": Rule(_B, "clients may get content that they cannot read"),
    "response-media-type-added": Rule(
        _C, "clients that ask for the media type they know still get it"
    ),
    "response-header-removed": Rule(_B, "clients that read the header field lose it"),
    "response-header-added": Rule(_C, "clients ignore header fields that they do not know"),
    "response-header-became-optional": Rule(_B, "clients may miss a header field they count on"),
    "response-header-became-required": Rule(_C, "the header field comes more often, not otherwise"),
    "response-widened": Rule(_B, "values may come that were ruled out before"),
    "response-narrowed": Rule(_C, "every value that can come could come before"),
    "response-altered": Rule(_B, "other values may come than before"),
    "response-property-removed": Rule(_B, "clients that read the property lose it"),
    "response-property-added": Rule(_C, "the schema is open: further properties could always come"),
    "response-property-added-to-closed": Rule(
        _B, "the schema was closed: further properties were ruled out"
    ),
    "response-property-became-optional": Rule(_B, "clients may miss a property they count on"),
    "response-property-became-required": Rule(_C, "the property comes more often, not otherwise"),
    "response-schema-opened": Rule(_B, "the schema was closed: further properties were ruled out"),
    "response-schema-closed": Rule(_B, "clients that read properties beyond it lose them"),
}
"""The rules by slug; the slugs stay the same from release to release."""
