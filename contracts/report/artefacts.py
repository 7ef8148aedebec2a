"""A run's artefacts: old ones are removed when it begins, new ones appear whole or not at all."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
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
from contracts.report.staging import STAGING_PREFIX, is_taken, locked, remove_abandoned
from contracts.run.run import Run
from contracts.run.verdict import ExitStatus, Verdict

PAGE, RECORD, JUNIT = "report.html", "verdict.json", "junit.xml"
_ENDS = {PAGE: b"</html>", JUNIT: b"</testsuites>"}


class Artefacts:
    """Writes a run's files to a staging folder and then moves them to their places.

    Arguments:
        folder: where reports go.

    Attributes:
        remarks: further messages, about copies that could not be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.remarks: list[str] = []
        self._staging: Path | None = None
        self._lock = contextlib.ExitStack()
        self._made: list[Path] = []
        self._wanted: list[tuple[str, Path]] = []
        self._published: set[str] = set()

    def prepare(self, config: Any) -> None:
        """Have pytest's own reporters write to a staging folder; nothing else changes yet.

        Arguments:
            config: pytest's configuration.

        Raises:
            SettingsError: the folder can't be written.
        """
        self._made = [each for each in (self.folder, *self.folder.parents) if not each.exists()]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._staging = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=self.folder))
            self._lock.callback(locked(self._staging).close)
        except OSError as error:
            raise self._unwritable(error) from error
        for name, option in ((PAGE, "htmlpath"), (JUNIT, "xmlpath")):
            asked = getattr(config.option, option, None)
            if asked:
                self._wanted.append((name, Path(asked)))
            setattr(config.option, option, str(self._staging / name))
        config.option.self_contained_html = True

    def begin(self, started: datetime) -> None:
        """Leave a note that a run began, and then remove the artefacts of earlier runs.

        Arguments:
            started: when it began, with time zone.

        Raises:
            SettingsError: the folder can't be written, or another run is writing there.
        """
        if self._staging is None:
            return
        if is_taken(self.folder, self._staging):
            raise SettingsError(
                f"another run still writes its report to {self.folder}: wait until it has ended, "
                "or choose another folder with --report-dir"
            )
        try:
            write_note(self.folder, self._staging, started)
            for name in (PAGE, RECORD, JUNIT):
                (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error
        for _, copy in self._wanted:
            _remove(copy)
        remove_abandoned(self.folder, self._staging)

    def show_places(self, config: Any) -> None:
        """Have pytest's reporters print the files' final paths, if there are any.

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
                else:  # pytest also keeps its JUnit reporter in its stash, which only this clears
                    config.pluginmanager.get_plugin("junitxml").pytest_unconfigure(config)

    def withdraw(self) -> None:
        """Publish nothing, and leave the folder as it was."""
        self._lock.close()
        if self._staging is not None:
            shutil.rmtree(self._staging, ignore_errors=True)
            self._staging = None
        for folder in self._made:
            with contextlib.suppress(OSError):
                folder.rmdir()  # fails unless it is empty

    def publish(
        self,
        run: Run,
        facts: RunFacts,
        redactor: Redactor,
        sign_key: str | None = None,
        failed: str | None = None,
    ) -> list[str]:
        """Move the artefacts to their places; returns what was withheld, and why.

        An artefact that would show a secret, or that can't be written, is withheld. That is an
        error of the suite: unless the verdict is fail, the page is withheld too, since it says
        otherwise, and `verdict.json` says error.

        Arguments:
            run: the finished run.
            facts: the run's facts.
            redactor: checks for secrets once more.
            sign_key: key of the page's signature; None leaves it unsigned.
            failed: an error of the suite so far, or None.
        """
        if self._staging is None:
            return []
        fails = facts.verdict is Verdict.FAIL
        withheld = {"": failed} if failed else {}
        attempt = partial(_attempt, withheld)
        for name in (PAGE, JUNIT):
            attempt(name, partial(self._gap, name))
        attempt(PAGE, self._frame)
        for name in (PAGE, JUNIT):
            attempt(name, partial(self._trouble, name, run, facts, redactor))
        attempt(PAGE, partial(self._seal, sign_key))
        record = build(run, facts)
        if withheld and not fails:
            record = _as_error(record, "; ".join(withheld.values()))
        attempt(RECORD, partial(self._write_record, record, redactor))
        if withheld and not fails:
            withheld.setdefault(PAGE, f"{PAGE} was withheld: it calls the run {facts.verdict}")
        before = len(withheld)
        for name in (JUNIT, RECORD, PAGE):
            attempt(name, partial(self._move, name))
        if len(withheld) > before and not fails:
            self._take_back(RECORD, PAGE)
        if PAGE in self._published:
            self._remove_note(facts.started)
        self.withdraw()
        return list(withheld.values())

    def _gap(self, name: str) -> str | None:
        """Say what is wrong with an artefact of pytest's reporters: missing or truncated."""
        path = self._written(name)
        if path is None:
            return "it was not written" if name == PAGE else None
        whole = path.read_bytes().rstrip().endswith(_ENDS[name])
        return None if whole else "it is truncated"

    def _trouble(self, name: str, run: Run, facts: RunFacts, redactor: Redactor) -> str | None:
        """Say why an artefact must not be published; None if it may.

        The page's packed exchanges are searched unpacked: packed, they look like random
        characters, 8 of which match part of a key now and then.
        """
        path = self._written(name)
        if path is None:
            return None
        content = path.read_bytes()
        if name != PAGE:
            return _leak(redactor, [content])
        packed = packed_evidence(run, facts)
        page = content.replace(packed.encode("ascii"), b"")
        return _leak(redactor, chain([page], readable(packed)))

    def _written(self, name: str) -> Path | None:
        """Return the path of an artefact in the staging folder; None if it was not written."""
        path = self._staging / name if self._staging is not None else None
        return path if path is not None and path.is_file() else None

    def _write_record(self, record: dict[str, Any], redactor: Redactor) -> str | None:
        """Write verdict.json into the staging folder, or say why it can't be published."""
        if self._staging is None:
            return None
        try:
            text = write(record)
        except (RecordError, ValueError) as error:
            return f"it would not match its schema ({error})"
        (self._staging / RECORD).write_text(text, "utf-8")
        return _leak(redactor, [text.encode()])

    def _frame(self) -> None:
        """Make the page inert, before it is searched for secrets and signed."""
        page = self._written(PAGE)
        if page is not None:
            from contracts.report.frame.page import framed  # noqa: PLC0415 - needed only by runs

            page.write_bytes(framed(page.read_bytes()))

    def _seal(self, sign_key: str | None) -> None:
        page = self._written(PAGE)
        if page is not None:
            with contextlib.suppress(ValueError):  # no record in it: not the suite's
                page.write_bytes(sealed(page.read_bytes(), sign_key))

    def _move(self, name: str) -> None:
        """Move one artefact to its place, and copy it to where the operator's option wants it."""
        path = self._written(name)
        if path is None:
            return
        for wanted, copy in self._wanted:
            if wanted == name:
                self._copy(path, copy)
        path.replace(self.folder / name)
        self._published.add(name)

    def _copy(self, path: Path, copy: Path) -> None:
        """Copy an artefact; if that fails, the artefact itself is still published."""
        beside = copy.with_name(f"{STAGING_PREFIX}{copy.name}")
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, beside)
            beside.replace(copy)
        except OSError as error:
            self.remarks.append(f"{copy} can't be written ({_words(error)})")
            with contextlib.suppress(OSError):
                beside.unlink()

    def _take_back(self, *names: str) -> None:
        """Remove published artefacts that state a better verdict than the run's."""
        for name in names:
            with contextlib.suppress(OSError):
                (self.folder / name).unlink(missing_ok=True)
            self._published.discard(name)

    def _remove_note(self, started: datetime) -> None:
        """Remove the note, unless a later run wrote it."""
        with contextlib.suppress(NoteError, OSError):
            began = read_note(self.folder)
            if began is not None and began <= started:
                (self.folder / NOTE).unlink()

    def _unwritable(self, error: OSError) -> SettingsError:
        return SettingsError(
            f"--report-dir {self.folder} can't be written ({_words(error)}): choose another folder"
        )


def _remove(copy: Path) -> None:
    """Remove an old report from where the operator's option wants a new one.

    Raises:
        SettingsError: it can neither be removed nor emptied.
    """
    try:
        copy.unlink()
    except OSError:
        if not copy.is_file():
            return
        try:
            copy.write_bytes(b"")
        except OSError as error:
            raise SettingsError(
                f"the old report at {copy} can't be replaced ({_words(error)}): remove it, or "
                "choose another place"
            ) from error


def _attempt(withheld: dict[str, str], name: str, step: Callable[[], str | None]) -> None:
    """Run a step of publishing an artefact, and note why it is withheld if the step fails."""
    if name in withheld:
        return
    try:
        why = step()
    except OSError as error:
        why = f"it can't be written ({_words(error)})"
    if why is not None:
        withheld[name] = f"{name} was withheld: {why}"


def _words(error: OSError) -> str:
    return error.strerror or "it failed"


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
