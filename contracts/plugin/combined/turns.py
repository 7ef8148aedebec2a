"""Several operations tested in turn: one pytest session for each, one pace, one cap, one summary.

A session's items, its report and its gate are about one operation. So a command line that
reaches several runs their sessions one after the other, in this process, and sums up.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from contracts.document.catalogue import Catalogue, CatalogueError
from contracts.document.document import DocumentError
from contracts.http.target import SettingsError
from contracts.plugin.combined.part import Part, part_of
from contracts.plugin.operations import (
    CATALOGUE_FILE,
    asks_about_pytest,
    operation_folders,
    places_of,
    select,
)
from contracts.plugin.options import values_of
from contracts.report.artefacts import JUNIT, PAGE
from contracts.report.combined.files import Files
from contracts.report.combined.record import NOTHING, VERSIONS, Row, build, row_of
from contracts.run.settings import SHARE, Sample, Settings, in_turn, read_settings
from contracts.run.verdict import ExitStatus, Verdict, exit_status
from contracts.rye import FIRST, RYE


class Turns:
    """Takes over the command lines that reach several operations."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> int | None:
        """Test one operation after the other, if there are several.

        Arguments:
            config: pytest's configuration, its arguments parsed.
        """
        if part_of(config) is not None or asks_about_pytest(config):
            return None
        folders, _ = select(config, operation_folders(config))
        if len(folders) < 2:
            return None
        try:
            return CombinedRun(config, folders).run()
        except (SettingsError, CatalogueError, DocumentError) as error:
            raise pytest.UsageError(str(error)) from error


@dataclass
class _State:
    """The progress of a combined run."""

    spent: int = 0
    red: int = 0
    halted: str | None = None
    interrupted: bool = False
    statuses: list[int] = field(default_factory=list)
    pace: Any = None


class CombinedRun:
    """One run of several operations.

    Arguments:
        config: the outer session's pytest configuration, which prepares no run itself.
        folders: the operations' folders.

    Raises:
        CatalogueError: an operation can't be tested.
        SettingsError: the command line or the environment is unusable.
    """

    def __init__(self, config: pytest.Config, folders: list[Path]) -> None:
        self._config = config
        _refuse_one_name(folders)
        named = {each.name: each for each in folders}
        self._folders = [named[name] for name in in_turn(named, FIRST)]
        self._catalogues = [Catalogue.load(each / CATALOGUE_FILE) for each in self._folders]
        values = values_of(config)
        profile = str(config.getoption("--hypothesis-profile", default=None) or "default")
        server = self._catalogues[0].operation.server
        self._settings = read_settings(values, os.environ, server, RYE, profile=profile)
        given = values.max_requests
        self._most = self._settings.profile.combined if given is None else given
        self._state = _State()

    def run(self) -> int:
        """Test all operations; returns the exit status."""
        if self._config.option.collectonly:
            return max(self._session(part) for part in self._parts())
        files = Files(self._settings.report_dir, self._copies())
        started = _now()
        files.open()
        rows: list[Row] = []
        try:
            with _terminable():
                for part, catalogue in zip(self._parts(), self._catalogues, strict=True):
                    part.on_begin = lambda: files.begin(started)
                    rows.append(self._ask(part, catalogue, files))
                    if self._state.statuses == [ExitStatus.USAGE]:  # the others share the error
                        return int(ExitStatus.USAGE)
            if all(row.verdict == Verdict.NOT_OBSERVED for row in rows):
                return int(pytest.ExitCode.NO_TESTS_COLLECTED)
            return self._conclude(rows, files, started)
        finally:
            files.withdraw()

    def _parts(self) -> Iterator[Part]:
        """Yield each operation's part, in turn."""
        whole = next((n for n, each in enumerate(self._catalogues) if not each.effects), 0)
        most_red = int(self._config.option.maxfail or 0)
        for number, folder in enumerate(self._folders):
            named = [place for place, at in places_of(self._config) if at == folder and place]
            yield Part(
                folder,
                named or [str(folder)],
                self._most - self._state.spent,
                self._settings.report_dir / folder.name,
                None if number == whole else Sample(SHARE, number),
                max(1, most_red - self._state.red) if most_red else 0,
                self._state.pace,
            )

    def _ask(self, part: Part, catalogue: Catalogue, files: Files) -> Row:
        """Test one operation."""
        state = self._state
        if state.halted is None and part.requests < 1:
            state.halted = f"the cap of {self._most:,} requests was reached before its turn"
        if state.halted is not None:
            return _unasked(catalogue, self._settings, state.halted)
        print(f"\n{part.folder.name}: {_asked(catalogue)}", flush=True)
        status = self._session(part)
        state.statuses.append(status)
        if status == pytest.ExitCode.INTERRUPTED:
            state.interrupted = True
            state.halted = "the run was interrupted before its turn"
        record = part.record
        if record is None:
            if status == pytest.ExitCode.NO_TESTS_COLLECTED:
                return _deselected(catalogue, self._settings)
            return _failed(catalogue, self._settings, status)
        state.spent += record["requests"]
        state.red += part.red
        state.pace = part.pace
        if 0 < int(self._config.option.maxfail or 0) <= state.red:
            state.halted = "pytest went no further after so many failures"
        row = row_of(record, files.hash_of(part.folder.name))
        return replace(row, exit_status=status)

    def _session(self, part: Part) -> int:
        """Run one operation's session with the same command line; returns its exit status."""
        given = self._config.invocation_params
        try:
            return int(pytest.main([*map(str, given.args)], [*(given.plugins or ()), part]))
        except KeyboardInterrupt:  # before pytest began, or after it ended
            return int(pytest.ExitCode.INTERRUPTED)

    def _conclude(self, rows: list[Row], files: Files, started: datetime) -> int:
        verdict = Verdict(build(rows)["verdict"])
        status = int(exit_status(verdict))
        if self._state.interrupted:
            status = int(pytest.ExitCode.INTERRUPTED)
        elif verdict is Verdict.PASS:  # but pytest may have seen a failure outside the runs
            others = {*self._state.statuses} - {int(pytest.ExitCode.NO_TESTS_COLLECTED)}
            status = max(others, default=int(pytest.ExitCode.NO_TESTS_COLLECTED))
        record = build(
            rows,
            exit_status=status,
            started=_moment(started),
            finished=_moment(_now()),
            allowance=self._most,
            profile=self._settings.profile.name,
            versions=VERSIONS,
        )
        names = [row.name for row in rows if row.sha256 is not None]
        with _unbroken():
            failed = files.publish(record, names, self._settings.sign_key)
        if failed and verdict is not Verdict.FAIL:
            status = int(ExitStatus.ERROR)
        for line in (*_summary(record, files.folder), *failed):
            print(line, flush=True)
        return status

    def _copies(self) -> dict[str, Path]:
        options = ((PAGE, "htmlpath"), (JUNIT, "xmlpath"))
        asked = ((name, getattr(self._config.option, option, None)) for name, option in options)
        return {name: Path(path) for name, path in asked if path}


def _refuse_one_name(folders: list[Path]) -> None:
    names = [each.name for each in folders]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SettingsError(f"two operations are called {twice}: their reports would be one")


def _unasked(catalogue: Catalogue, settings: Settings, why: str) -> Row:
    return _blank(catalogue, settings, Verdict.INCONCLUSIVE, f"Not asked: {why}.", 75)


def _deselected(catalogue: Catalogue, settings: Settings) -> Row:
    words = "Not asked: nothing of it was selected."
    return _blank(catalogue, settings, Verdict.NOT_OBSERVED, words, 5)


def _failed(catalogue: Catalogue, settings: Settings, status: int) -> Row:
    if status == pytest.ExitCode.INTERRUPTED:
        return _unasked(catalogue, settings, "the run was interrupted")
    words = f"The suite itself failed: its session ended with {status}."
    return _blank(catalogue, settings, Verdict.ERROR, words, status)


def _blank(
    catalogue: Catalogue, settings: Settings, verdict: Verdict, reason: str, status: int
) -> Row:
    return Row(
        name=catalogue.name,
        operation=_asked(catalogue),
        target=settings.target.name,
        rehearsal=settings.target.loopback,
        attention=False,
        verdict=str(verdict),
        reason=reason,
        asked=NOTHING,
        exit_status=status,
        requests=0,
        sha256=None,
    )


def _asked(catalogue: Catalogue) -> str:
    return f"{catalogue.operation.method.upper()} {catalogue.operation.path}"


def _summary(record: Any, folder: Path) -> Iterator[str]:
    """Yield the last lines on the terminal: the verdict, and a line for each operation."""
    rows = record["operations"]
    width = max(len(row["name"]) for row in rows)
    yield ""
    yield f" verdict: {record['verdict']} ".center(80, "=")
    for row in rows:
        yield f"{row['name']:<{width}}  {row['verdict']:<12}  {row['asked']:<8}  {row['reason']}"
    yield f"report: {folder / PAGE}"
    yield record["reason"]


def _now() -> datetime:
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _moment(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds")


@contextmanager
def _terminable() -> Iterator[None]:
    """Have SIGTERM interrupt the run as Ctrl-C does, even between two sessions."""

    def interrupt(number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt(signal.Signals(number).name)

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _unbroken() -> Iterator[None]:
    """Ignore a second Ctrl-C, so that results are still written."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: None) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
