"""Whatever legal header a client sends, the promises hold."""
# ruff: noqa: F403 - the families are taken over as they are

from __future__ import annotations

import pytest

from contracts.common.headers import *

pytestmark = pytest.mark.billing
