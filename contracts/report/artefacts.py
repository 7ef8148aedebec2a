"""The artefacts: old ones removed when a run begins, new ones appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from contracts.http.target import SettingsError
from contracts.redaction import Redactor
from contracts.report.exchanges import readable
from contracts.report.facts import RunFacts
from contracts.report.record import RecordError, build, packed_evidence, write
from contracts.report.running import NOTE, NoteError, read_note, write_note
from contracts.report.sign import sealed
from contracts.run.run import Run
from contracts.run.verdict import ExitStatus, Verdict

PAGE, RECORD, JUNIT = "report.html", "verdict.json", "junit.xml"
STAGING_PREFIX = ".writing-"
ABANDONED_SECONDS = 24 * 3600
"""Age of a staging folder that no run can still be writing to."""


class Artefacts:
    """Writes a run's files beside their final places and then moves them there.

    Arguments:
        folder: where reports go.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._staging: Path | None = None
        self._made: list[Path] = []
        self._wanted: list[tuple[str, Path]] = []
        self._published: set[str] = set()

    def prepare(self, config: Any) -> None:
        """Have pytest's own reporters write into a staging folder; nothing else changes yet.

        Arguments:
            config: pytest's configuration.

        Raises:
            SettingsError: if the folder can't be written.
        """
        self._made = [each for each in (self.folder, *self.folder.parents) if not each.exists()]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._staging = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=self.folder))
        except OSError as error:
            raise self._unwritable(error) from error
        for name, option in ((PAGE, "htmlpath"), (JUNIT, "xmlpath")):
            asked = getattr(config.option, option, None)
            if asked:
                self._wanted.append((name, Path(asked)))
            setattr(config.option, option, str(self._staging / name))
        config.option.self_contained_html = True

    def begin(self, started: datetime) -> None:
        """Say in the folder that a run began, and then remove the artefacts of earlier ones.

        Arguments:
            started: when it began, with its zone.

        Raises:
            SettingsError: if the folder can't be written.
        """
        if self._staging is None:
            return
        try:
            write_note(self.folder, self._staging, started)
            for name in (PAGE, RECORD, JUNIT):
                (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error
        for _, copy in self._wanted:
            with contextlib.suppress(OSError):
                copy.unlink()
        self._remove_abandoned()

    def show_places(self, config: Any) -> None:
        """Let pytest's reporters name the places where people find the files, if they do.

        Arguments:
            config: pytest's configuration, with the reporters as plugins.
        """
        for plugin in list(config.pluginmanager.get_plugins()):
            for attribute, name in (("_report_path", PAGE), ("logfile", JUNIT)):
                place = getattr(plugin, attribute, None)
                if not isinstance(place, str | Path) or Path(place).name != name:
                    continue
                if name in self._published:
                    final = (self.folder / name).resolve()
                    setattr(plugin, attribute, str(final) if isinstance(place, str) else final)
                elif name == PAGE:
                    config.pluginmanager.unregister(plugin)
                else:  # pytest keeps its own in a second place, which only this empties
                    config.pluginmanager.get_plugin("junitxml").pytest_unconfigure(config)

    def withdraw(self) -> None:
        """Publish nothing, and leave the folder as it was."""
        if self._staging is not None:
            shutil.rmtree(self._staging, ignore_errors=True)
            self._staging = None
        for folder in self._made:
            with contextlib.suppress(OSError):
                folder.rmdir()  # only where it is empty

    def publish(
        self, run: Run, facts: RunFacts, redactor: Redactor, sign_key: str | None = None
    ) -> list[str]:
        """Move the artefacts to their places; returns what was withheld, and why.

        An artefact that would show a secret is replaced by nothing. Then the suite itself has
        failed: unless the verdict is fail all the same, the page is withheld too, since it says
        otherwise, and `verdict.json` says error.

        Arguments:
            run: the run at its end.
            facts: what stands beside its findings.
            redactor: looks for secrets once more.
            sign_key: key of the page's signature; None leaves it unsigned.
        """
        if self._staging is None:
            return []
        self._frame()
        withheld = {
            name: f"{name} was withheld: {why}"
            for name in (PAGE, JUNIT)
            if (why := self._trouble(name, run, facts, redactor)) is not None
        }
        record = build(run, facts)
        if withheld and facts.verdict is not Verdict.FAIL:
            withheld.setdefault(PAGE, f"{PAGE} was withheld: it calls the run {facts.verdict}")
            record = _as_error(record, "; ".join(withheld.values()))
        why = self._write_record(record, redactor)
        if why is not None:
            withheld[RECORD] = f"{RECORD} was withheld: {why}"
            if facts.verdict is not Verdict.FAIL:
                withheld.setdefault(PAGE, f"{PAGE} was withheld: it calls the run {facts.verdict}")
        if PAGE not in withheld:
            self._seal(sign_key)
        for name in (JUNIT, RECORD, PAGE):
            if name not in withheld:
                self._move(name)
        if PAGE in self._published:
            self._remove_note(facts.started)
        self.withdraw()
        return list(withheld.values())

    def _trouble(self, name: str, run: Run, facts: RunFacts, redactor: Redactor) -> str | None:
        """Why an artefact must not be published.

        What the page packs is looked at as it reads when it is unpacked: packed, it reads like
        characters drawn at random, 8 of which are now and then those of a key.
        """
        if self._staging is None or not (self._staging / name).is_file():
            return None
        content = (self._staging / name).read_bytes()
        if name != PAGE:
            return _leak(redactor, [content])
        packed = packed_evidence(run, facts)
        page = content.replace(packed.encode("ascii"), b"")
        return _leak(redactor, chain([page], readable(packed)))

    def _write_record(self, record: dict[str, Any], redactor: Redactor) -> str | None:
        """Write verdict.json into the staging folder, or say why it can't be published."""
        if self._staging is None:
            return None
        try:
            text = write(record)
        except (RecordError, ValueError) as error:
            return f"it would not be as its schema says ({error})"
        (self._staging / RECORD).write_text(text, "utf-8")
        return _leak(redactor, [text.encode()])

    def _frame(self) -> None:
        """Make the page inert, before anything is looked for in it or signed."""
        if self._staging is not None and (self._staging / PAGE).is_file():
            from contracts.report.frame.page import framed  # noqa: PLC0415 - for runs alone

            page = self._staging / PAGE
            page.write_bytes(framed(page.read_bytes()))

    def _seal(self, sign_key: str | None) -> None:
        if self._staging is None or not (self._staging / PAGE).is_file():
            return
        page = self._staging / PAGE
        with contextlib.suppress(ValueError):  # no record in it: pytest-html was left alone
            page.write_bytes(sealed(page.read_bytes(), sign_key))

    def _move(self, name: str) -> None:
        """Move one artefact, and a copy to where the operator's own option wants it."""
        if self._staging is None or not (self._staging / name).is_file():
            return
        path = self._staging / name
        for wanted, copy in self._wanted:
            if wanted == name:
                copy.parent.mkdir(parents=True, exist_ok=True)
                beside = copy.with_name(f"{STAGING_PREFIX}{copy.name}")
                shutil.copyfile(path, beside)
                beside.replace(copy)
        path.replace(self.folder / name)
        self._published.add(name)

    def _remove_note(self, started: datetime) -> None:
        """Take the note away, unless a run that began later has written it."""
        with contextlib.suppress(NoteError, OSError):
            began = read_note(self.folder)
            if began is not None and began <= started:
                (self.folder / NOTE).unlink()

    def _unwritable(self, error: OSError) -> SettingsError:
        words = error.strerror or "it failed"
        return SettingsError(
            f"--report-dir {self.folder} can't be written ({words}): choose another folder"
        )

    def _remove_abandoned(self) -> None:
        """Remove what killed runs left behind; another run's folder is younger."""
        for left in self.folder.glob(f"{STAGING_PREFIX}*"):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
                    shutil.rmtree(left) if left.is_dir() else os.unlink(left)  # noqa: PTH108


def _leak(redactor: Redactor, parts: Iterable[bytes]) -> str | None:
    found = redactor.leaks_in(parts, joined=True)
    return f"it would have shown {found[0]}" if found else None


def _as_error(record: dict[str, Any], why: str) -> dict[str, Any]:
    return {
        **record,
        "verdict": str(Verdict.ERROR),
        "reason": f"The suite itself failed: {why}.",
        "complete": False,
        "exit_status": int(ExitStatus.ERROR),
        "circumstances": {**record["circumstances"], "error": True},
    }
