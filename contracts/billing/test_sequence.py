"""What holds across answers: judged last, over everything that was asked."""
# ruff: noqa: F403 - the families are taken over as they are

from __future__ import annotations

import pytest

from contracts.common.sequence import *

pytestmark = pytest.mark.billing
