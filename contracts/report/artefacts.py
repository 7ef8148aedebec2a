"""The artefacts: old ones removed at the start, new ones appear whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from contracts.harness.redaction import Redactor
from contracts.harness.run import Run
from contracts.harness.target import SettingsError
from contracts.report.facts import RunFacts
from contracts.report.record import build

PAGE, RECORD, JUNIT = "report.html", "verdict.json", "junit.xml"


class Artefacts:
    """Writes a run's files beside their final places and then moves them there.

    Arguments:
        folder: where reports go.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._staging: Path | None = None
        self._wanted: list[tuple[str, Path]] = []

    def prepare(self, config: Any) -> None:
        """Remove old artefacts and have pytest's own reporters write into a staging folder.

        Arguments:
            config: pytest's configuration.

        Raises:
            SettingsError: if the folder can't be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for name in (PAGE, RECORD, JUNIT):
                (self.folder / name).unlink(missing_ok=True)
            self._staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=self.folder))
        except OSError as error:
            words = error.strerror or "it failed"
            raise SettingsError(
                f"--report-dir {self.folder} can't be written ({words}): choose another folder"
            ) from error
        for name, option in ((PAGE, "htmlpath"), (JUNIT, "xmlpath")):
            asked = getattr(config.option, option, None)
            if asked:
                self._wanted.append((name, Path(asked)))
            setattr(config.option, option, str(self._staging / name))
        config.option.self_contained_html = True

    def show_places(self, config: Any) -> None:
        """Let pytest's reporters name the places where people find the files.

        Arguments:
            config: pytest's configuration, with the reporters as plugins.
        """
        for plugin in config.pluginmanager.get_plugins():
            for attribute, name in (("_report_path", PAGE), ("logfile", JUNIT)):
                place = getattr(plugin, attribute, None)
                if isinstance(place, str | Path) and Path(place).name == name:
                    final = (self.folder / name).resolve()
                    setattr(plugin, attribute, str(final) if isinstance(place, str) else final)

    def withdraw(self) -> None:
        """Publish nothing: nothing was asked."""
        if self._staging is not None:
            shutil.rmtree(self._staging, ignore_errors=True)
            self._staging = None

    def publish(self, run: Run, facts: RunFacts, redactor: Redactor) -> list[str]:
        """Move the artefacts to their places; returns what was withheld, and why.

        Arguments:
            run: the run at its end.
            facts: what stands beside its findings.
            redactor: looks for secrets once more.
        """
        if self._staging is None:
            return []
        record = json.dumps(build(run, facts), indent=1, allow_nan=False, ensure_ascii=True)
        (self._staging / RECORD).write_text(record + "\n", "utf-8")
        withheld = []
        for name in (PAGE, JUNIT, RECORD):
            path = self._staging / name
            if not path.is_file():
                continue
            if redactor.leaks(path.read_bytes()):
                withheld.append(f"{name} was withheld: it would have shown a part of the key")
                continue
            for wanted, copy in self._wanted:
                if wanted == name:
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, copy)
            os.replace(path, self.folder / name)  # noqa: PTH105 - atomic on one file system
        with contextlib.suppress(OSError):
            shutil.rmtree(self._staging)
        self._staging = None
        return withheld
