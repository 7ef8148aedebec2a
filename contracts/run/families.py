"""How a probe family is called: by pytest when it runs, by the plan when it counts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from hypothesis import is_hypothesis_test, seed

from contracts.run.asking import NothingMoreError


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
    if is_hypothesis_test(function):
        seed(f"{run_seed} {name}")(getattr(function, "__func__", function))
    with suppress(NothingMoreError):
        function(**arguments)
