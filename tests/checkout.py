"""A separate checkout for what people copy and paste, with a sandbox in place of staging.

The commands of workflows and documents run verbatim: the copy's document names the sandbox as its
server, so that `--target staging` means the sandbox, and `.venv/bin/python` is the interpreter
that runs the tests.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support import PATIENCE, ROOT, environment

STAGING = b"https://staging.api.rye.com"

_FOLDERS = (".ci", "contracts", "spec")
_FILES = ("conftest.py", "pyproject.toml")


def make_checkout(folder: Path, server: str) -> Path:
    """Copy what a command may need; `server` takes staging's place. Returns the copy."""
    for name in _FOLDERS:
        left_out = shutil.ignore_patterns("node_modules")  # compiled modules save a second each
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    for name in _FILES:
        shutil.copyfile(ROOT / name, folder / name)
    document = folder / "spec" / "openapi.yaml"
    text = document.read_bytes()
    assert STAGING in text
    document.write_bytes(text.replace(STAGING, server.encode()))
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    add_program(programs / "python", f'exec "{sys.executable}" "$@"')
    return folder


def add_program(path: Path, *lines: str) -> None:
    """Write a shell script that can be started."""
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)


def run_script(
    checkout: Path, script: str, env: Mapping[str, str], shell: tuple[str, ...] = ("bash", "-e")
) -> subprocess.CompletedProcess[str]:
    """Run a script in a checkout; its `python` is the checkout's."""
    base = environment()
    base["PATH"] = f"{checkout / '.venv' / 'bin'}:{base['PATH']}"
    return subprocess.run(
        [*shell, "-c", script],
        cwd=checkout,
        env={**base, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=PATIENCE,
        check=False,
    )
