"""Runs whole processes in turn and measures their cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_KEPT = frozenset({"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV"})


class ProcessFailedError(RuntimeError):
    """A process ended in an unexpected way; the message ends with its output."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process cost.

    Arguments:
        wall: seconds from start to end.
        cpu: seconds of processor time, user and system.
        memory: peak resident set size in bytes.
    """

    wall: float
    cpu: float
    memory: int

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.memory, other.memory))


@dataclass(frozen=True, slots=True)
class Command:
    """A process to run.

    Arguments:
        argv: arguments of the Python interpreter.
        folder: the working directory.
        variables: environment variables in addition to those that every process needs.
        statuses: acceptable exit statuses.
    """

    argv: tuple[str, ...]
    folder: Path = ROOT
    variables: tuple[tuple[str, str], ...] = ()
    statuses: tuple[int, ...] = (0,)


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables that a process needs, and none that the suite would read.

    Arguments:
        variables: variables to add.
    """
    kept = {name: value for name, value in os.environ.items() if name in _KEPT}
    return {**kept, **variables}


LAUNCHER = """
import json, os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen(sys.argv[2:])
_, status, used = os.wait4(process.pid, 0)  # Popen's own wait tells nothing of what it used
wall = time.perf_counter() - began
cpu = used.ru_utime + used.ru_stime
with open(sys.argv[1], "w") as told:
    json.dump([os.waitstatus_to_exitcode(status), wall, cpu, used.ru_maxrss], told)
"""
"""A small intermediate process: a child inherits its parent's peak memory, which may be large."""


def spend(command: Command) -> Cost:
    """Run a process to its end and measure its cost.

    Arguments:
        command: the process.

    Raises:
        ProcessFailedError: it ended with an unexpected status.
    """
    with tempfile.NamedTemporaryFile("r") as told:
        done = subprocess.run(
            [sys.executable, "-c", LAUNCHER, told.name, sys.executable, *command.argv],
            cwd=command.folder,
            env=environment(dict(command.variables)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        status, wall, cpu, peak = json.load(told)
    if status not in command.statuses:
        shown = done.stdout[-2000:].decode("utf-8", "replace")
        words = " ".join(command.argv)
        raise ProcessFailedError(f"exit status {status} of {words}:\n{shown}")
    unit = 1 if sys.platform == "darwin" else 1024  # bytes on macOS, kibibytes elsewhere
    return Cost(wall, cpu, peak * unit)


def take_turns(
    commands: Mapping[str, Command], rounds: int, *, warm_up: bool = True
) -> dict[str, list[Cost]]:
    """Run each process once per round, so that changes of the machine's speed affect all alike.

    Arguments:
        commands: processes by name.
        rounds: how often each is measured.
        warm_up: whether to run each once beforehand, to fill the disk's and Python's caches.

    Raises:
        ProcessFailedError: one of them failed.
    """
    for command in commands.values() if warm_up else ():
        spend(command)
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    names = list(commands)
    for number in range(rounds):
        for name in _rotated(names, number):
            costs[name].append(spend(commands[name]))
    return costs


def _rotated(names: Sequence[str], by: int) -> list[str]:
    """Start each round with another one, since the process after a heavy one is slowed down."""
    at = by % len(names)
    return [*names[at:], *names[:at]]
