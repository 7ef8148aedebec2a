"""The checks: pure functions from the recorded exchanges to findings."""

from contracts.judging.checks import (  # noqa: F401 - importing a module registers its checks
    bodies,
    careful,
    lint,
    messages,
    partial,
    resources,
    sequence,
    statuses,
)
from contracts.judging.checks.registry import CHECKS, SEQUENCE_CHECKS
from contracts.judging.checks.relations import echoes, lists  # noqa: F401

__all__ = ["CHECKS", "SEQUENCE_CHECKS"]
