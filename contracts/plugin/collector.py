"""The garbage collector, kept from what never becomes garbage."""

from __future__ import annotations

import gc

import pytest


class Collector:
    """Lets the garbage collector rest while a run starts, and spares it what was loaded by then.

    A start makes a million objects, nearly all of them modules, classes and schemas that live as
    long as the process. Looking through them again and again, five times more at pytest's end,
    took a fifth of a default run's processor time.
    """

    def __init__(self) -> None:
        self._was_on = gc.isenabled()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Let it rest."""
        gc.disable()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self) -> None:
        """Put aside what there is, and look through what comes.

        A process that runs the suite again puts nothing more aside: what the runs before left
        would never be let go.
        """
        if not gc.get_freeze_count():
            gc.freeze()
        self._resume()

    def pytest_unconfigure(self) -> None:
        """Go on, also where the session ended before anything was collected."""
        self._resume()

    def _resume(self) -> None:
        if self._was_on:
            gc.enable()
