"""The project with two more folders, which ask one operation for different shops."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support import ROOT

EXAMPLE = ROOT / "tests" / "second_operation" / "checkout"
NAMES = ("billing", "orders", "receipts")

_LEFT_OUT = (".git", ".venv*", ".tox", ".*_cache", ".hypothesis", "node_modules", "__pycache__")


def copy_with_more(folder: Path) -> Path:
    """Copy the whole project, and add the two folders; returns the copy."""
    left_out = shutil.ignore_patterns(*_LEFT_OUT)
    shutil.copytree(ROOT, folder, ignore=left_out)
    shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
    add_receipts(folder)
    return folder


def add_receipts(checkout: Path) -> None:
    """Add a folder beside the second one: its operation, for another shop."""
    folder = checkout / "contracts" / "receipts"
    shutil.copytree(checkout / "contracts" / "orders", folder, dirs_exist_ok=True)
    for path in (folder / "requirements.toml", folder / "test_orders.py"):
        text = path.read_text("utf-8").replace("mark.orders", "mark.receipts")
        path.write_text(text.replace("shop_1", "shop_2"), "utf-8")
    for other in (checkout / "contracts").glob("*/requirements.toml"):
        if other.parent.name not in NAMES:
            shutil.rmtree(other.parent)
