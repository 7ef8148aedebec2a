"""A key in its two parts: the public prefix, and the secret after it."""

from __future__ import annotations

from dataclasses import dataclass, field

from contracts.document.openapi.security import BEARER, Scheme
from contracts.http.api_profile import ApiProfile


@dataclass(frozen=True, slots=True)
class Key:
    """A key of one provider's API.

    Arguments:
        prefix: the public part, for instance `RYE/staging-`; empty if there is none.
        secret: the rest of the key; never shown.
        api: the API that it is for.
        scheme: how it is presented.
    """

    prefix: str
    secret: str = field(repr=False)
    api: ApiProfile = field(repr=False)
    scheme: Scheme = BEARER

    @classmethod
    def of(cls, key: str, api: ApiProfile, scheme: Scheme = BEARER) -> Key:
        """Split a key into its parts.

        Arguments:
            key: the whole key; empty for the sandbox before it has started.
            api: the API that it is for.
            scheme: how it is presented.
        """
        prefix = api.public_prefix(key)
        return cls(prefix, key[len(prefix) :], api, scheme)

    @property
    def whole(self) -> str:
        """The key as it is sent."""
        return self.prefix + self.secret
