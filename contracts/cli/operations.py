"""Finding an operation's folder in this checkout."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.cli.parser import PACKAGE
from contracts.rye import FIRST

if TYPE_CHECKING:
    from contracts.document.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of an operation.

    Arguments:
        file: its `requirements.toml`.
        table: its `[operation]` table.
    """

    file: Path
    table: dict[str, Any]

    @property
    def name(self) -> str:
        """The folder's name, which is also the marker that selects its tests."""
        return self.file.parent.name

    @property
    def operation(self) -> str:
        """Method and path, for example `GET /balance`."""
        return f"{str(self.table.get('method', '')).upper()} {self.table.get('path', '')}"

    @property
    def document(self) -> str:
        """Path of the document's file, relative to the folder."""
        return str(self.table.get("document", ""))


def choose(wanted: str | None) -> Folder:
    """Choose a folder.

    Arguments:
        wanted: its name, or method and path of its operation; None for the default.

    Raises:
        ValueError: there is none, the choice is ambiguous, or a file can't be read.
    """
    known = folders()
    if wanted is None:
        names = {folder.name: folder for folder in known}
        if len(known) == 1 or FIRST in names:
            return names.get(FIRST, known[0])
        raise ValueError(f"name one of the operations with --operation: {_listed(known)}")
    found = [each for each in known if wanted in (each.name, each.operation)]
    if not found:
        raise ValueError(f"there is no operation {wanted:.100}: expected {_listed(known)}")
    if len(found) > 1:
        raise ValueError(f"several folders test {wanted:.100}: name one of {_listed(found)}")
    return found[0]


def folders() -> list[Folder]:
    """List the operation folders of this checkout, sorted by name.

    Raises:
        ValueError: a file can't be read.
    """
    return [Folder(file, _operation_table(file)) for file in _catalogue_files()]


def usually_asked() -> list[str]:
    """List the names of the operations that a combined run asks by default.

    Raises:
        ValueError: a file can't be read.
    """
    return [each.name for each in folders() if each.table.get("effects") is not True]


def catalogue_of(wanted: str | None) -> Catalogue:
    """Load the requirements of an operation.

    Arguments:
        wanted: see `choose`.

    Raises:
        ValueError: as in `choose`, or the requirements can't be used.
    """
    from contracts.document.catalogue import Catalogue  # noqa: PLC0415 - not for --help

    return Catalogue.load(choose(wanted).file)


def _listed(folders: list[Folder]) -> str:
    return ", ".join(f"{folder.name} ({folder.operation})" for folder in folders)


def _catalogue_files() -> list[Path]:
    return sorted(PACKAGE.glob("*/requirements.toml"))


def _operation_table(file: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(file.read_text("utf-8")).get("operation")
    except (OSError, ValueError) as error:
        raise ValueError(f"{file} can't be read ({error}): fix it") from error
    return table if isinstance(table, dict) else {}
