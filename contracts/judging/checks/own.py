"""An operation's own checks: `checks.py` in its folder."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from contracts.document.catalogue import CHECKS_FILE, CatalogueError
from contracts.judging.checks.registry import Check, SequenceCheck


@dataclass(frozen=True, slots=True)
class OwnChecks:
    """An operation's own checks, by the id of the requirement that each judges."""

    checks: Mapping[str, Check] = field(default_factory=dict)
    sequence: Mapping[str, SequenceCheck] = field(default_factory=dict)


def own_checks(folder: Path) -> OwnChecks:
    """Load the checks that an operation's folder adds to the common ones.

    Arguments:
        folder: the operation's folder; without a `checks.py` it adds none.

    Raises:
        CatalogueError: `checks.py` can't be imported, or has no `CHECKS` or `SEQUENCE_CHECKS`.
    """
    path = folder.resolve() / CHECKS_FILE
    if not path.is_file():
        return OwnChecks()
    module = _module(path)
    tables = [getattr(module, name, {}) for name in ("CHECKS", "SEQUENCE_CHECKS")]
    if not any(tables) or not all(isinstance(table, dict) for table in tables):
        raise CatalogueError(f"{path}: expected the tables CHECKS or SEQUENCE_CHECKS, found none.")
    return OwnChecks(*tables)


def _module(path: Path) -> ModuleType:
    """Import a file once per path: a copy of a folder has checks of its own."""
    name = f"contracts_checks_{sha256(str(path).encode()).hexdigest()[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise CatalogueError(f"{path}: expected a Python module.")
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        words = f"{type(error).__name__}: {error}"
        raise CatalogueError(f"{path}: can't be imported ({words:.200}).") from error
    sys.modules[name] = module
    return module
