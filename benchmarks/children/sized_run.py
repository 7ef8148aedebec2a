"""Run the suite with a given number of random examples, in a separate process.

    python -m benchmarks.children.sized_run EXAMPLES PYTEST-ARGUMENTS…

Only the number of Hypothesis examples and the request cap differ from the default profile, so that
a run records any number of exchanges and still passes.
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
        argv: the number of examples, then pytest's arguments.
    """
    examples, *arguments = argv
    PROFILES["default"] = replace(
        PROFILES["default"], examples=int(examples), requests=CAP, seconds=SECONDS
    )
    return int(pytest.main(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
