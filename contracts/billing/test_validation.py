"""`422` Validation Error.

The operation has no parameters, and a plain GET can't make it answer 422 for sure. So it is
provoked in every way that a GET allows; whatever comes as 422 is a `ValidateError`:

    {"name": "ValidateError", "message": "…", "status": 422, "fields": {"limit": {"message": "…"}}}
"""
# ruff: noqa: F403 - the families are taken over as they are

from __future__ import annotations

import pytest

from contracts.common.validation import *

pytestmark = pytest.mark.billing
