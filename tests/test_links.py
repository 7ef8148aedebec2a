"""Links between the pages: each one works, and each page is linked to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support import ROOT

PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]

BADGE = re.compile(r"\.\./\.\./actions/(workflows/[a-z-]+\.yml)(?:/badge\.svg)?")
"""From the page of a branch to that of its repository, on whatever host."""


def anchors(page: Path) -> set[str]:
    """What a page's headings are called in links."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for place, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", page.read_text("utf-8")):
        badge = BADGE.fullmatch(place)
        if badge:
            assert (ROOT / ".github" / badge[1]).exists(), place
        elif not place.startswith("https://"):
            there = page.parent / place if place else page
            assert there.exists(), place
            assert not anchor or anchor in anchors(there), f"{place}#{anchor}"


def test_every_page_is_linked() -> None:
    linked = {
        (page.parent / place).resolve()
        for page in PAGES
        for place in re.findall(r"\]\(([^)#]+\.md)", page.read_text("utf-8"))
    }
    assert {page.resolve() for page in PAGES} - linked == {ROOT / "README.md"}
