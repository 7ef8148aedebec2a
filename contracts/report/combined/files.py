"""The files of a combined run, next to the folders with each operation's own report."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from contracts.http.target import SettingsError
from contracts.report.artefacts import JUNIT, PAGE, RECORD
from contracts.report.combined.page import page_of
from contracts.report.combined.record import write
from contracts.report.running import NOTE, write_note
from contracts.report.sign import sealed
from contracts.report.staging import STAGING_PREFIX, is_taken, locked, remove_abandoned


class Files:
    """Writes the summary page, its record and one `junit.xml`; whole, or not at all.

    Arguments:
        folder: where reports go; each operation's own are in a subfolder of its name.
        copies: by file name, where the operator's options want a page and a `junit.xml`.
    """

    def __init__(self, folder: Path, copies: Mapping[str, Path]) -> None:
        self.folder = folder
        self._copies = copies
        self._lock = contextlib.ExitStack()
        self._staging: Path | None = None
        self._made: list[Path] = []
        self._began = False

    def open(self) -> None:
        """Claim the folder for this run; its files don't change yet.

        Raises:
            SettingsError: the folder can't be written, or another run is writing there.
        """
        self._made = [each for each in (self.folder, *self.folder.parents) if not each.exists()]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._staging = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=self.folder))
            self._lock.callback(locked(self._staging).close)
        except OSError as error:
            self.withdraw()
            raise self._unwritable(error) from error
        if is_taken(self.folder, self._staging):
            self.withdraw()
            raise SettingsError(
                f"another run still writes its report to {self.folder}: wait until it has ended, "
                "or choose another folder with --report-dir"
            )

    def begin(self, started: datetime) -> None:
        """Leave a note that a run began, and remove the summaries of earlier runs; once.

        Arguments:
            started: when it began, with time zone.

        Raises:
            SettingsError: the folder can't be written.
        """
        if self._staging is None or self._began:
            return
        self._began = True
        try:
            write_note(self.folder, self._staging, started)
            for name in (PAGE, RECORD, JUNIT):
                (self.folder / name).unlink(missing_ok=True)
            for copy in self._copies.values():
                copy.unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error
        remove_abandoned(self.folder, self._staging)

    def withdraw(self) -> None:
        """Remove incomplete files, and any folder that was created but is empty."""
        self._lock.close()
        if self._staging is not None:
            shutil.rmtree(self._staging, ignore_errors=True)
            self._staging = None
        for folder in self._made:
            with contextlib.suppress(OSError):
                folder.rmdir()  # fails unless it is empty

    def _unwritable(self, error: OSError) -> SettingsError:
        return SettingsError(
            f"--report-dir {self.folder} can't be written ({error.strerror or 'it failed'}): "
            "choose another folder"
        )

    def hash_of(self, name: str) -> str | None:
        """Return the SHA-256 of an operation's own page; None if there is none.

        Arguments:
            name: the operation's.
        """
        try:
            return sha256((self.folder / name / PAGE).read_bytes()).hexdigest()
        except OSError:
            return None

    def publish(
        self, record: Mapping[str, Any], names: Iterable[str], sign_key: str | None
    ) -> list[str]:
        """Write the files and move them to their places; returns which could not be, and why.

        Arguments:
            record: the combined run's.
            names: the operations whose own reports are from this run.
            sign_key: key of the page's signature; None leaves it unsigned.
        """
        if self._staging is None:
            return []
        written = {
            JUNIT: _joined(self.folder / name / JUNIT for name in names),
            RECORD: write(record).encode(),
            PAGE: sealed(page_of(record), sign_key),
        }
        failed = []
        for name, octets in written.items():
            try:
                path = self._staging / name
                path.write_bytes(octets)
                if name in self._copies:
                    self._copies[name].parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, self._copies[name])
                path.replace(self.folder / name)
            except OSError as error:
                failed.append(f"{name} can't be written ({error.strerror or 'it failed'})")
        if not failed:
            (self.folder / NOTE).unlink(missing_ok=True)
        self.withdraw()
        return failed


def _joined(files: Iterable[Path]) -> bytes:
    """Merge the test suites of several `junit.xml` files, each named after its folder."""
    root = ET.Element("testsuites")
    for file in files:
        with contextlib.suppress(OSError, ET.ParseError):  # the operation's own run reported it
            for suite in ET.parse(file).getroot().iter("testsuite"):  # noqa: S314 - our own
                suite.set("name", file.parent.name)
                root.append(suite)
    octets: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return octets
