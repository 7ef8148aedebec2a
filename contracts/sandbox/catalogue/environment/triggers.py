"""Which requests meet trouble, by their place in the run."""

from __future__ import annotations

from contracts.sandbox.catalogue.build import Trigger


def always(_context: object) -> bool:
    """Every request."""
    return True


def one_in(times: int) -> Trigger:
    """Each so many-th request."""
    return lambda context: len(context.run.arrivals) % times == 0


def first(times: int) -> Trigger:
    """So many requests at the start."""
    return lambda context: len(context.run.arrivals) <= times


def after(times: int) -> Trigger:
    """All requests after the first so many."""
    return lambda context: len(context.run.arrivals) > times
