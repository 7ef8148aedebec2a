"""Keeps the garbage collector from scanning objects that never become garbage."""

from __future__ import annotations

import gc

import pytest


class Collector:
    """Disables the garbage collector while a run starts, then freezes what was loaded by then.

    Startup creates a million objects, nearly all of them modules, classes and schemas that live as
    long as the process. Scanning them repeatedly, and five more times at pytest's end, took a
    fifth of a default run's CPU time.
    """

    def __init__(self) -> None:
        self._was_on = gc.isenabled()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Disable it."""
        gc.disable()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self) -> None:
        """Freeze the existing objects and enable it again.

        A process that runs the suite again freezes nothing more: leftovers of earlier runs would
        never be freed.
        """
        if not gc.get_freeze_count():
            gc.freeze()
        self._resume()

    def pytest_unconfigure(self) -> None:
        """Enable it again even if the session ended before collection."""
        self._resume()

    def _resume(self) -> None:
        if self._was_on:
            gc.enable()
