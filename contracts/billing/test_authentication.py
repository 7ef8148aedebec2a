"""`401` Authentication Failed.

Without a bearer token, or with one that is wrong in any way, the answer is an
`AuthenticationError`, however near to the right key the wrong one is:

    {"name": "AuthenticationError", "message": "…"}
"""
# ruff: noqa: F403 - the families are taken over as they are

from __future__ import annotations

import pytest

from contracts.common.authentication import *

pytestmark = pytest.mark.billing
