"""`python -m contracts COMMAND`: the gate, and what stands beside the tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {
    "gate": ("contracts.cli.gate", "decide from a report whether a release may go out"),
    "recheck": ("contracts.cli.recheck", "judge a report's recorded exchanges again"),
    "probe": ("contracts.cli.probe", "send one probe, or one finding's request, and judge it"),
    "plan": ("contracts.cli.plan", "print what a run would send, and send nothing"),
    "drift": ("contracts.drift.cli", "compare the published document with the pinned one"),
    "sandbox": ("contracts.sandbox.cli", "serve the embedded API, with a fault if asked"),
}


def main(argv: Sequence[str]) -> int:
    """Run a command.

    Arguments:
        argv: its name and its arguments.

    Returns:
        The process' exit status.
    """
    if not argv or argv[0] in {"-h", "--help"}:
        print(_help())
        return 0
    name, *arguments = argv
    if name not in COMMANDS:
        listed = ", ".join(COMMANDS)
        print(f"contracts: there is no command {name!r:.60}: expected {listed}", file=sys.stderr)
        return 4
    command = import_module(COMMANDS[name][0])
    try:
        return int(command.main(arguments))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read the output has enough; nobody may take that for a pass
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 3


def _help() -> str:
    lines = ["python -m contracts COMMAND …, where COMMAND is one of", ""]
    lines += [f"  {name:<8} {words}" for name, (_, words) in COMMANDS.items()]
    lines += ["", "python -m contracts COMMAND --help tells more; the tests run with pytest."]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
