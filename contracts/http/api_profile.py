"""What is specific to one provider's API, beyond HTTP and its OpenAPI document."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApiProfile:
    """One provider's API.

    Arguments:
        name: the provider's name as its own header fields spell it.
        domain: the registered domain of its hosts.
        example: a base URL for messages to show as an example.
        key_variable: environment variable that holds the key.
        url_variable: environment variable that holds the base URL.
        staging_prefix: public prefix of the keys for staging.
        production_prefix: public prefix of the keys for production.
        scope: the scope that a forged token claims.
        requests_per_second: the published rate limit for reads.
        sdk: name of the official SDK on the package index.
    """

    name: str
    domain: str
    example: str
    key_variable: str
    url_variable: str
    staging_prefix: str
    production_prefix: str
    scope: str
    requests_per_second: int
    sdk: str

    @property
    def polite_interval(self) -> float:
        """Seconds between requests to a host other than loopback: keeps below the rate limit."""
        return 1 / (self.requests_per_second - 1)

    def public_prefix(self, key: str) -> str:
        """Return the public prefix of a key, whichever environment it names, or an empty string.

        Arguments:
            key: the whole key.
        """
        shapes = (self.staging_prefix, self.production_prefix)
        pattern = "|".join(re.sub("[a-z]+-$", "[a-z]+-", shape) for shape in shapes)
        match = re.match(pattern, key)
        return match[0] if match else ""

    def is_production_key(self, key: str) -> bool:
        """Whether a text contains a production key, in any letter case.

        Arguments:
            key: the whole key.
        """
        return self.production_prefix.lower() in key.lower()

    def is_own_host(self, host: str) -> bool:
        """Whether a host is one of the provider's.

        Arguments:
            host: in ASCII and lower case.
        """
        return host == self.domain or host.endswith(f".{self.domain}")

    def is_production_host(self, host: str) -> bool:
        """Whether a host is the provider's and not one of staging's.

        Arguments:
            host: in ASCII and lower case.
        """
        labels = host.split(".")
        return self.is_own_host(host) and not any(label.startswith("staging") for label in labels)
