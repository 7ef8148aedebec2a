"""What tests of `probe` share."""

from __future__ import annotations

from collections.abc import Callable

KEY = "RYE/staging-Kq7Zp2Lm9XvB4tRw8YdN3sHc6JfG1uEa"
KEPT = "kept: nothing that"

Ask = Callable[..., tuple[int, str, str]]
"""Runs `probe` with these arguments, and with a key or None; gives status, output and errors."""
