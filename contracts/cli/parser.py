"""What the commands share: unusable arguments exit with status 4 and one sentence."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

from contracts import __version__

UNUSABLE = 4
"""Exit status for arguments and settings that can't be used."""

VERSION, VERSION_HELP = f"contracts {__version__}", "print the version of the suite and exit"

PACKAGE = Path(__file__).resolve().parent.parent

_DURATION = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Parser(argparse.ArgumentParser):
    """An argument parser with `--version` whose errors are one sentence."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.add_argument("--version", action="version", version=VERSION, help=VERSION_HELP)

    def error(self, message: str) -> NoReturn:
        """Exit with status 4.

        Arguments:
            message: what is wrong.
        """
        refuse(self.prog.rpartition(" ")[2], f"{message}; see {self.prog} --help")


def refuse(command: str, words: str) -> NoReturn:
    """Exit with status 4 and one sentence.

    Arguments:
        command: the command's name.
        words: what is wrong and what to do.
    """
    print(f"contracts {command}: {words}", file=sys.stderr, flush=True)
    raise SystemExit(UNUSABLE)


def duration(text: str) -> timedelta:
    """Read a duration such as `26h`, `90m` or `2d`.

    Arguments:
        text: a number and its unit.

    Raises:
        argparse.ArgumentTypeError: the text is not a duration.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration such as 26h, 90m or 2d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
