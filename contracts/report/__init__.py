"""What people and gates read: the page, the machine record, and the text of a failure.

Names are imported lazily, because the gate has to be fast and needs none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.report.artefacts import Artefacts
    from contracts.report.facts import RunFacts
    from contracts.report.page.html import summary_html, title_of
    from contracts.report.record import build
    from contracts.report.text.explain import explain, one_line

__all__ = ["Artefacts", "RunFacts", "build", "explain", "one_line", "summary_html", "title_of"]

_HOMES = {
    "Artefacts": "artefacts",
    "RunFacts": "facts",
    "build": "record",
    "explain": "text.explain",
    "one_line": "text.explain",
    "summary_html": "page.html",
    "title_of": "page.html",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
