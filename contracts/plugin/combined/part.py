"""One operation's part of a combined run, as its own pytest session has it."""

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
    """What a session is told of the combined run that it belongs to, and tells in return.

    It is one of the session's plugins.

    Arguments:
        folder: the operation's folder.
        places: what to collect: the folder, or what the command line names of it.
        requests: how many requests are left for it.
        report_dir: where its own report goes.
        sample: what it asks of that which does not depend on the operation; None for all.
        most_red: causes after which pytest goes no further (`-x`, `--maxfail`); 0 for no end.
        pace: that of the operations before it; None for the first.
        on_begin: called when the first item is about to run.

    Attributes:
        record: the machine record of its run; None where there was none.
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
        """Have pytest collect this operation alone, and write no report elsewhere.

        Arguments:
            config: the configuration of the operation's session.
        """
        config.args = list(self.places)
        config.option.maxfail = self.most_red
        for option in ("htmlpath", "xmlpath"):  # the one that is asked for is that of the whole
            if hasattr(config.option, option):
                setattr(config.option, option, None)

    def limit(self, settings: Settings) -> Settings:
        """Give the settings that this part is started with.

        Arguments:
            settings: those of the command line.
        """
        most = min(self.requests, settings.profile.requests)
        allowance = replace(settings.allowance, requests=most)
        return replace(settings, allowance=allowance, report_dir=self.report_dir)

    def begin(self) -> None:
        """Say that requests are about to be sent."""
        if self.on_begin is not None:
            self.on_begin()

    def end(self, record: Mapping[str, Any], pace: Pace | None, red: int) -> None:
        """Take what came of it.

        Arguments:
            record: of its run.
            pace: for the operation after it.
            red: how many items failed.
        """
        self.record, self.pace, self.red = record, pace, red


def part_of(config: pytest.Config) -> Part | None:
    """Give the part that a session was started for; None where it is alone.

    Arguments:
        config: pytest's configuration.
    """
    plugins: Any = config.pluginmanager.get_plugins()
    return next((plugin for plugin in plugins if isinstance(plugin, Part)), None)
