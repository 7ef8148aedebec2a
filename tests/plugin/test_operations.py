"""Which operations a command line asks: by marks, by places, and never with effects by chance."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from contracts.plugin.operations import operation_folders, select


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("billing", "lookup", "orders"):
        folder = tmp_path / "contracts" / name
        folder.mkdir(parents=True)
        effects = "effects = true\n" if name == "lookup" else ""
        (folder / "requirements.toml").write_text(f"[operation]\n{effects}")
        (folder / "test_it.py").touch()
    return tmp_path.resolve()


def config_of(checkout: Path, places: tuple[str, ...], mark: str) -> Any:
    return SimpleNamespace(
        args=list(places),
        option=SimpleNamespace(markexpr=mark, pyargs=False),
        invocation_params=SimpleNamespace(dir=checkout),
    )


@pytest.mark.parametrize(
    ("places", "mark", "asked"),
    [
        (("contracts",), "", "billing orders"),
        ((".",), "", "billing orders"),
        (("contracts",), "billing", "billing"),
        (("contracts",), "billing or orders", "billing orders"),
        (("contracts",), "not billing", "orders"),
        (("contracts",), "lookup", "lookup"),
        (("contracts",), "lookup or orders", "lookup orders"),
        (("contracts",), "not orders", "billing"),
        (("contracts/lookup",), "", "lookup"),
        (("contracts/lookup/test_it.py::test_one", "contracts/orders"), "", "lookup orders"),
        (("contracts/lookup", "contracts/orders"), "orders", "orders"),
        (("contracts", "contracts/lookup"), "", "billing lookup orders"),
        (("contracts",), "nobody", "billing"),  # pytest says that there is nothing
        (("contracts",), "not (", "billing"),  # pytest says what is wrong with it
    ],
)
def test_what_is_asked(checkout: Path, places: tuple[str, ...], mark: str, asked: str) -> None:
    config = config_of(checkout, places, mark)
    folders = operation_folders(config)
    chosen, others = select(config, folders)
    assert " ".join(sorted(folder.name for folder in chosen)) == asked
    assert {*chosen, *others} == set(folders)


def test_where_only_effects_are_in_reach_nothing_is_asked(checkout: Path) -> None:
    for name in ("billing", "orders"):
        (checkout / "contracts" / name / "requirements.toml").unlink()
    config = config_of(checkout, ("contracts",), "")
    chosen, others = select(config, operation_folders(config))
    assert (chosen, [folder.name for folder in others]) == ([], ["lookup"])
