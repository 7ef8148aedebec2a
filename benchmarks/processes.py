"""Whole processes and what they cost, one after the other in turns."""

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
    """A process ended otherwise than a benchmark needs; the message ends with its output."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process cost.

    Arguments:
        wall: seconds from its start to its end.
        cpu: seconds of processor time, user's and system's.
        memory: bytes of its resident set at its largest.
    """

    wall: float
    cpu: float
    memory: int

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.memory, other.memory))


@dataclass(frozen=True, slots=True)
class Command:
    """A process to be run.

    Arguments:
        argv: arguments of the Python interpreter.
        folder: where it runs.
        variables: environment variables beside those that every process needs.
        statuses: exit statuses that it may end with.
    """

    argv: tuple[str, ...]
    folder: Path = ROOT
    variables: tuple[tuple[str, str], ...] = ()
    statuses: tuple[int, ...] = (0,)


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Keep of the environment what a process needs, and nothing that the suite would read.

    Arguments:
        variables: what to add.
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
"""A small process in between: a child begins with its parent's peak, which may be large."""


def spend(command: Command) -> Cost:
    """Run a process to its end and tell what it cost.

    Arguments:
        command: the process.

    Raises:
        ProcessFailedError: it ended with another status than it may.
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
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss: bytes there, kibibytes elsewhere
    return Cost(wall, cpu, peak * unit)


def take_turns(
    commands: Mapping[str, Command], rounds: int, *, warm_up: bool = True
) -> dict[str, list[Cost]]:
    """Run each of several processes once a round, so that a machine's moods hit them alike.

    Arguments:
        commands: processes by name.
        rounds: how often each is measured.
        warm_up: whether each is run once beforehand, which fills the disk's and Python's caches.

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
    """Let another one begin each round: whoever follows a heavy process pays for it."""
    at = by % len(names)
    return [*names[at:], *names[:at]]
