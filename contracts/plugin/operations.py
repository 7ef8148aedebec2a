"""Which operations' suites a command line reaches, and which of them `-m` selects."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

CATALOGUE_FILE = "requirements.toml"


def operation_folders(config: pytest.Config) -> list[Path]:
    """Find the operations' folders (those with a catalogue) that the arguments reach.

    Arguments:
        config: pytest's configuration, its arguments read.
    """
    found: list[Path] = []
    for argument in config.args:
        place = argument.partition("::")[0]
        if config.option.pyargs:
            place = _place_of(place)
        path = Path(config.invocation_params.dir, place).resolve()
        inside = [path, *path.parents]
        above = [folder for folder in inside if (folder / CATALOGUE_FILE).is_file()]
        if above:
            found += above[:1]
        elif path.is_dir():
            for pattern in ("*", "*/*"):
                found += sorted(
                    catalogue.parent for catalogue in path.glob(f"{pattern}/{CATALOGUE_FILE}")
                )
    return list(dict.fromkeys(found))


def _place_of(name: str) -> str:
    """Find a module or package as pytest's `--pyargs` does; what is none is a path."""
    try:
        spec = importlib.util.find_spec(name)
    except (AttributeError, ImportError, ValueError):
        return name
    if spec is None:
        return name
    return next(iter(spec.submodule_search_locations or ()), None) or spec.origin or name


def register_marks(config: pytest.Config, folders: list[Path]) -> None:
    """Make each operation's folder a mark of its name, so that `-m` selects it.

    Arguments:
        config: pytest's configuration.
        folders: the operations' folders.
    """
    known = {line.partition(":")[0].strip() for line in config.getini("markers")}
    for folder in folders:
        if folder.name not in known:
            config.addinivalue_line("markers", f"{folder.name}: the operation of {folder}")


def select(config: pytest.Config, folders: list[Path]) -> tuple[list[Path], list[Path]]:
    """Part the operations' folders by `-m`: those that may be asked, and the others.

    Arguments:
        config: pytest's configuration.
        folders: the operations' folders, their marks registered.
    """
    from _pytest.mark.expression import Expression  # noqa: PLC0415 - pytest shows it no other way

    if len(folders) < 2 or not config.option.markexpr:
        return folders, []
    try:
        expression = Expression.compile(config.option.markexpr)
    except Exception:
        return folders, []  # pytest itself says what is wrong with it
    asked = [each for each in folders if expression.evaluate(_only(each.name))]
    return (asked, [each for each in folders if each not in asked]) if asked else (folders, [])


def _only(mark: str) -> Any:
    """Give what matches one mark."""
    return lambda name, **_: name == mark
