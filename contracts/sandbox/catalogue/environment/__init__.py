"""Trouble that does not come from the API: networks, proxies, limits and keys.

Start with `triggers.py`.
"""

from __future__ import annotations

from contracts.sandbox.catalogue.environment import connections, gateways, limits, refusals
from contracts.sandbox.catalogue.environment.limits import LIMIT

FAULTS = (*connections.FAULTS, *gateways.FAULTS, *limits.FAULTS, *refusals.FAULTS)

__all__ = ["FAULTS", "LIMIT"]
