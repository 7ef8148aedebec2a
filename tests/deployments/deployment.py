"""What a deployment is: how it is started, what that needs, and what the suite must say of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from contracts.run.verdict import ExitStatus

PROFILES = ("default", "nightly")
KEY_VARIABLE = "DEPLOYMENT_KEY"
"""Tells a server its one key."""
KEY = "RYE/staging-8sEu2eKx0QfTzLb4yGnHp6VwRj9dMcA1"
"""The same in each run, since an answer to a wrong key can hang on the letters of the right one."""


class Served(NamedTuple):
    """Where a deployment answers, and the one key that it takes."""

    url: str
    key: str


class Missing(NamedTuple):
    """What a deployment needs and this machine has not got, and how it is had."""

    what: str
    cure: str


Need = Callable[[], Missing | None]


@dataclass(frozen=True)
class Deployment:
    """One deployment and what the suite must say of it.

    Arguments:
        name: as it is read in a test's id.
        start: serves it for as long as a `with` block lasts; takes a folder of its own.
        needs: what must be there for that.
        status: how a run against it must end.
        broken: the requirement that the run must find broken; None for one that conforms.
        reason: words that the reason of the verdict must hold.
        profiles: those that it is run with.
        quick: whether it is one of the few that README's test command runs.
    """

    name: str
    start: Callable[[Path], AbstractContextManager[Served]]
    needs: tuple[Need, ...] = ()
    status: ExitStatus = ExitStatus.PASS
    broken: str | None = None
    reason: str = ""
    profiles: tuple[str, ...] = PROFILES
    quick: bool = False

    def missing(self) -> list[Missing]:
        """What it needs and is not there."""
        return [found for need in self.needs if (found := need())]


def mistake(
    name: str,
    start: Callable[[Path], AbstractContextManager[Served]],
    needs: tuple[Need, ...],
    broken: str,
    *,
    quick: bool = False,
) -> Deployment:
    """Give a deployment with a mistake that people make: it fails, in the default profile too.

    Arguments:
        name: as it is read in a test's id.
        start: serves it.
        needs: what must be there for that.
        broken: the requirement that must be found broken.
        quick: whether README's test command runs it.
    """
    return Deployment(
        name, start, needs, ExitStatus.FAIL, broken, profiles=("default",), quick=quick
    )


def program(name: str, package: str) -> Need:
    """Need a program from one of Debian's packages.

    Arguments:
        name: of the program; administrators' programs are not on everybody's path.
        package: that holds it.
    """

    def need() -> Missing | None:
        return None if find(name) else Missing(name, f"apt-get install {package}")

    return need


def find(name: str) -> str | None:
    """Find a program, also where servers are installed.

    Arguments:
        name: of the program.
    """
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
