"""All that every operation is asked."""
# ruff: noqa: F403

import pytest

from contracts.common.authentication import *
from contracts.common.generated import *
from contracts.common.headers import *
from contracts.common.parameters import *
from contracts.common.resources import *
from contracts.common.sequence import *
from contracts.common.success import *
from contracts.common.validation import *

pytestmark = pytest.mark.readings
