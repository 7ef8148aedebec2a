"""The cases that schemathesis derives from the document, judged like all others."""
# ruff: noqa: F403 - the families are taken over as they are

from __future__ import annotations

import pytest

from contracts.common.generated import *

pytestmark = pytest.mark.billing
