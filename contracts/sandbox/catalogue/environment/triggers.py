"""Which requests meet trouble, by their position in the run."""

from __future__ import annotations

from contracts.sandbox.catalogue.build import Trigger


def always(_context: object) -> bool:
    """Every request."""
    return True


def one_in(times: int) -> Trigger:
    """Every n-th request."""
    return lambda context: len(context.run.arrivals) % times == 0


def first(times: int) -> Trigger:
    """The first n requests."""
    return lambda context: len(context.run.arrivals) <= times


def after(times: int) -> Trigger:
    """All requests after the first n."""
    return lambda context: len(context.run.arrivals) > times
