"""Which operations a command line reaches, and which of them `-m` selects."""

from __future__ import annotations

import importlib.util
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CATALOGUE_FILE = "requirements.toml"


def operation_folders(config: pytest.Config) -> list[Path]:
    """Find the operations' folders (those with a catalogue) that the arguments reach.

    Arguments:
        config: pytest's configuration, its arguments parsed.
    """
    return list(dict.fromkeys(folder for _, folder in places_of(config)))


def places_of(config: pytest.Config) -> Iterator[tuple[str | None, Path]]:
    """Yield each operation's folder that an argument reaches, and the argument if it is inside.

    Arguments:
        config: pytest's configuration, its arguments parsed.
    """
    for argument in config.args:
        place = argument.partition("::")[0]
        if config.option.pyargs:
            place = _place_of(place)
        path = Path(config.invocation_params.dir, place).resolve()
        inside = [path, *path.parents]
        above = next((each for each in inside if (each / CATALOGUE_FILE).is_file()), None)
        if above is not None:
            yield argument, above
        elif path.is_dir():
            for pattern in ("*", "*/*"):
                for catalogue in sorted(path.glob(f"{pattern}/{CATALOGUE_FILE}")):
                    yield None, catalogue.parent


def _place_of(name: str) -> str:
    """Find a module or package as pytest's `--pyargs` does; anything else counts as a path."""
    try:
        spec = importlib.util.find_spec(name)
    except (AttributeError, ImportError, ValueError):
        return name
    if spec is None:
        return name
    return next(iter(spec.submodule_search_locations or ()), None) or spec.origin or name


def register_marks(config: pytest.Config, folders: list[Path]) -> None:
    """Register each operation's folder name as a mark, so that `-m` can select it.

    Arguments:
        config: pytest's configuration.
        folders: the operations' folders.
    """
    known = {line.partition(":")[0].strip() for line in config.getini("markers")}
    for folder in folders:
        if folder.name not in known:
            config.addinivalue_line("markers", f"{folder.name}: the operation of {folder}")


def select(config: pytest.Config, folders: list[Path]) -> tuple[list[Path], list[Path]]:
    """Divide the operations' folders by `-m` into those that are tested and the others.

    An operation whose requests have effects is tested only if the expression names it, or the
    command line names a path in its folder. If `-m` selects none, the first is kept, so that pytest
    reports it as deselected.

    Arguments:
        config: pytest's configuration.
        folders: the operations' folders, their marks registered.
    """
    from _pytest.mark.expression import Expression  # noqa: PLC0415 - not public in pytest

    words = config.option.markexpr
    try:
        expression = Expression.compile(words) if words else None
    except Exception:
        return folders[:1], folders[1:]  # pytest itself reports the error
    asked = []
    for folder in folders:
        selects = expression is None or expression.evaluate(_only(folder.name))
        by_name = expression is not None and not expression.evaluate(_only(None))
        if selects and (by_name or not has_effects(folder) or folder in _named(config)):
            asked.append(folder)
    if not asked and words:
        asked = folders[:1]
    return asked, [each for each in folders if each not in asked]


def has_effects(folder: Path) -> bool:
    """Whether an operation's requests do more than read, according to its catalogue.

    Arguments:
        folder: the operation's folder.
    """
    try:
        table = tomllib.loads((folder / CATALOGUE_FILE).read_text("utf-8")).get("operation")
    except (OSError, ValueError):
        return False  # loading the catalogue reports the error
    return isinstance(table, dict) and table.get("effects") is True


def _named(config: pytest.Config) -> set[Path]:
    """Return the folders that an argument names, directly or by a path in them."""
    return {folder for place, folder in places_of(config) if place is not None}


def _only(mark: str | None) -> Any:
    """Return a matcher for a single mark."""
    return lambda name, **_: name == mark


def asks_about_pytest(config: pytest.Config) -> bool:
    """Whether a command line only asks for information, such as `--help`, and runs nothing.

    Arguments:
        config: pytest's configuration.
    """
    names = ("help", "version", "markers", "showfixtures", "show_fixtures_per_test", "cacheshow")
    return any(getattr(config.option, name, None) for name in names)
