"""Rye's API: the names, hosts, keys and limits that are specific to Rye."""

from __future__ import annotations

from typing import Final

from contracts.http.api_profile import ApiProfile

FIRST: Final = "billing"
"""The default operation; a run of several operations asks it first, and in full."""

RYE: Final = ApiProfile(
    name="Rye",
    domain="rye.com",
    example="https://staging.api.rye.com",
    key_variable="CHECKOUT_INTENTS_API_KEY",
    url_variable="CHECKOUT_INTENTS_BASE_URL",
    staging_prefix="RYE/staging-",
    production_prefix="RYE/production-",
    scope="billing:read",
    requests_per_second=10,
    sdk="checkout-intents",
)
