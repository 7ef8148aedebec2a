"""The pictures in the documents: all taken by the script, and all shown."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
IMAGE = re.compile(r"!\[[^\]]+\]\((?:docs/)?images/([\w-]+\.png)\)")


def test_each_picture_is_taken_by_the_script_and_shown_somewhere() -> None:
    taken = runpy.run_path(str(DOCS / "screenshots.py"))["PICTURES"]
    pages = [DOCS.parent / "README.md", *DOCS.glob("*.md")]
    shown = {name for page in pages for name in IMAGE.findall(page.read_text("utf-8"))}
    kept = {path.name for path in (DOCS / "images").iterdir()}
    assert shown == kept == {f"{picture.name}.png" for picture in taken}
