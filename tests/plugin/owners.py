"""A plugin for pytest that owns the short name of every option of the suite's."""

from __future__ import annotations

import pytest

from contracts.plugin.options import OPTIONS


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("owners")
    for name in OPTIONS:
        group.addoption(f"--{name}")
