"""How a probe family is called: by pytest when it runs, by the plan when it counts."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress

from hypothesis import is_hypothesis_test, seed, settings

from contracts.run.asking import NothingMoreError

MANY = 100
"""Examples from which on it is worth the time to let go of them at once."""


def call(function: Callable[..., object], name: str, run_seed: int, **arguments: object) -> None:
    """Have a probe family ask all that it asks.

    Families that draw from one strategy draw different examples of it: each has a seed of its
    own, which the run's and its name decide.

    Arguments:
        function: the family's function, maybe a Hypothesis test.
        name: the family's name.
        run_seed: what `--hypothesis-seed` gave, or what was drawn in its place.
        arguments: the function's own.
    """
    draws = is_hypothesis_test(function)
    if draws:
        seed(f"{run_seed} {name}")(getattr(function, "__func__", function))
    with suppress(NothingMoreError):
        function(**arguments)
    if draws and settings.get_profile(settings.get_current_profile_name()).max_examples >= MANY:
        gc.collect()  # Hypothesis leaves all that it drew in a circle: some 6 kB an example
