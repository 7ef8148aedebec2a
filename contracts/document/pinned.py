"""The location of the pinned document: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_BESIDE_PACKAGE: Final = "../../"


def pinned_file(catalogue: Path, document: str) -> Path:
    """Find the document that a catalogue names.

    A wheel carries `spec/` inside the package, since a top-level folder of that name could belong
    to any distribution.

    Arguments:
        catalogue: the `requirements.toml`.
        document: the path it gives, relative to itself, such as `../../spec/openapi.yaml`.
    """
    if document.startswith(_BESIDE_PACKAGE):
        carried = catalogue.parent / document.removeprefix("../")
        if carried.is_file():
            return carried
    return catalogue.parent / document
