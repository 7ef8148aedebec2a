"""One operation's part of a combined run, as seen by its own pytest session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from contracts.run.pace import Pace
from contracts.run.settings import Sample, Settings


@dataclass(eq=False)
class Part:
    """What a session needs from its combined run, and what it hands back.

    It is one of the session's plugins.

    Arguments:
        folder: the operation's folder.
        places: what to collect: the folder, or the paths in it that the command line names.
        requests: how many requests are left for it.
        report_dir: where its own report goes.
        sample: the sample of operation-independent probes to send; None for all.
        most_red: causes after which pytest stops (`-x`, `--maxfail`); 0 for no limit.
        pace: the pace of the operations before it; None for the first.
        on_begin: called when the first item is about to run.

    Attributes:
        record: the machine record of its run; None if there was no run.
        red: how many items failed.
    """

    folder: Path
    places: list[str]
    requests: int
    report_dir: Path
    sample: Sample | None = None
    most_red: int = 0
    pace: Pace | None = None
    on_begin: Callable[[], None] | None = None
    record: Mapping[str, Any] | None = None
    red: int = 0

    def narrow(self, config: pytest.Config) -> None:
        """Have pytest collect only this operation, and write no report elsewhere.

        Arguments:
            config: the configuration of the operation's session.
        """
        config.args = list(self.places)
        config.option.maxfail = self.most_red
        for option in ("htmlpath", "xmlpath"):  # these name the combined run's own
            if hasattr(config.option, option):
                setattr(config.option, option, None)

    def limit(self, settings: Settings) -> Settings:
        """Return the settings for this part.

        Arguments:
            settings: those of the command line.
        """
        most = min(self.requests, settings.profile.requests)
        allowance = replace(settings.allowance, requests=most)
        return replace(settings, allowance=allowance, report_dir=self.report_dir)

    def begin(self) -> None:
        """Announce that requests are about to be sent."""
        if self.on_begin is not None:
            self.on_begin()

    def end(self, record: Mapping[str, Any], pace: Pace | None, red: int) -> None:
        """Store its results.

        Arguments:
            record: the record of its run.
            pace: the pace for the next operation.
            red: how many items failed.
        """
        self.record, self.pace, self.red = record, pace, red


def part_of(config: pytest.Config) -> Part | None:
    """Return the part that a session was started for; None if it is no combined run's.

    Arguments:
        config: pytest's configuration.
    """
    plugins: Any = config.pluginmanager.get_plugins()
    return next((plugin for plugin in plugins if isinstance(plugin, Part)), None)
