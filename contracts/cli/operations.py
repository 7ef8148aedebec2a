"""Finding the requirements of an operation in this checkout."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.cli.parser import PACKAGE

if TYPE_CHECKING:
    from contracts.document.catalogue import Catalogue


def catalogue_of(operation: str | None) -> Catalogue:
    """Load the requirements of an operation.

    Arguments:
        operation: method and path, for instance `GET /balance`; None where there is only one.

    Raises:
        ValueError: there is no such operation, or the choice is not clear.
    """
    from contracts.document.catalogue import Catalogue  # noqa: PLC0415 - not for --help

    files = {_operation(file): file for file in catalogue_files()}
    listed = ", ".join(files)
    if operation is None and len(files) > 1:
        raise ValueError(f"name one of the operations with --operation: {listed}")
    name = operation or next(iter(files))
    if name not in files:
        raise ValueError(f"there is no operation {name:.100}: expected {listed}")
    return Catalogue.load(files[name])


def catalogue_files() -> list[Path]:
    """List the requirement catalogues of this checkout, one for each operation."""
    return sorted(PACKAGE.glob("*/requirements.toml"))


def operation_table(file: Path) -> dict[str, Any]:
    """Read which operation a catalogue is about, before it is known whether that one is asked for.

    Arguments:
        file: a `requirements.toml`.

    Raises:
        ValueError: it can't be read.
    """
    try:
        table = tomllib.loads(file.read_text("utf-8")).get("operation")
    except (OSError, ValueError) as error:
        raise ValueError(f"{file} can't be read ({error}): fix it") from error
    return table if isinstance(table, dict) else {}


def _operation(file: Path) -> str:
    table = operation_table(file)
    return f"{str(table.get('method', '')).upper()} {table.get('path', '')}"
