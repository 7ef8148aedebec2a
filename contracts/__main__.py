"""`python -m contracts COMMAND`: the gate and the other command-line tools."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from contracts import __version__

COMMANDS = {
    "gate": ("contracts.cli.gate", "decide from a report whether a release may go out"),
    "recheck": ("contracts.cli.recheck", "judge a report's recorded exchanges again"),
    "probe": ("contracts.cli.probe", "send one probe, or one finding's request, and judge it"),
    "plan": ("contracts.cli.plan", "print what a run would send, and send nothing"),
    "drift": ("contracts.cli.drift", "compare the published document with the pinned one"),
    "new-operation": ("contracts.cli.new_operation", "write the folder of one more operation"),
    "sandbox": ("contracts.cli.sandbox", "serve the embedded API, with a fault if asked"),
}


def main(argv: Sequence[str]) -> int:
    """Run a command.

    Arguments:
        argv: the command's name and its arguments.

    Returns:
        The process's exit status.
    """
    _write_what_can_be_written()
    try:
        status = _run(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except ModuleNotFoundError as error:
        if str(error.name).startswith("contracts"):
            raise
        words = f"{error.name} is not installed here: run `python -m pip install -e .` first"
        print(f"contracts: {words}", file=sys.stderr)
        return 3
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _let_go_of_output()
        print(f"contracts: the output can't be written ({error.strerror})", file=sys.stderr)
        return 3
    return status


def _run(argv: Sequence[str]) -> int:
    if not argv or argv[0] in {"-h", "--help"}:
        print(_help())
        return 0
    if argv[0] == "--version":
        print(f"contracts {__version__}")
        return 0
    name, *arguments = argv
    if name not in COMMANDS:
        listed = ", ".join(COMMANDS)
        print(f"contracts: there is no command {name!r:.60}: expected {listed}", file=sys.stderr)
        return 4
    return int(import_module(COMMANDS[name][0]).main(arguments))


class _Output(io.FileIO):
    """A standard output whose reader may close the pipe without changing the exit status."""

    def write(self, octets: Any, /) -> int:
        """Write octets, or drop them if the reader has closed the pipe.

        Arguments:
            octets: what to write.
        """
        try:
            return super().write(octets)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            return super().write(octets)


def _write_what_can_be_written() -> None:
    """Escape characters that an output's encoding lacks, and tolerate a closed pipe.

    The verdict must not depend on the locale, and `| head -1` is no error.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is getattr(sys, f"__{name}__") and isinstance(stream, io.TextIOWrapper):
            output = io.BufferedWriter(_Output(stream.fileno(), "w", closefd=False))
            wrapper = io.TextIOWrapper(
                output, stream.encoding, "backslashreplace", line_buffering=stream.line_buffering
            )
            setattr(sys, name, wrapper)


def _let_go_of_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _help() -> str:
    lines = ["python -m contracts COMMAND …, where COMMAND is one of", ""]
    lines += [f"  {name:<13} {words}" for name, (_, words) in COMMANDS.items()]
    lines += ["", "python -m contracts COMMAND --help tells more; the tests run with pytest."]
    lines += ["python -m contracts --version prints the version of the suite."]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
