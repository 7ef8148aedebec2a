"""Run the suite with so many random examples, as a process of its own.

    python -m benchmarks.children.sized_run EXAMPLES PYTEST-ARGUMENTS…

Only the number of Hypothesis' examples and the cap differ from the default profile, so that a
run records as many exchanges as one likes and still passes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

import pytest

from contracts.run.settings import PROFILES

SECONDS = 600.0
CAP = 100_000


def main(argv: Sequence[str]) -> int:
    """Run the suite.

    Arguments:
        argv: the number of examples, and pytest's arguments.
    """
    examples, *arguments = argv
    PROFILES["default"] = replace(
        PROFILES["default"], examples=int(examples), requests=CAP, seconds=SECONDS
    )
    return int(pytest.main(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
