"""CONTRIBUTING.md's guides are followed step by step in a copy of the checkout.

Each code block goes where the comment above it says, and each command runs there, except for the
run of the whole suite: instead, one exchange with each new catalogue entry is judged.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import textwrap
from pathlib import Path

import pytest

from contracts.sandbox.server import Sandbox
from tests.checkout import make_checkout, run_script
from tests.support import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
FAULT, VARIATION = "200-server-version", "server-without-version"
GUIDES = ("requirement", "check", "fault", "probe")
STEP = re.compile(r"^(\d)\. ", re.MULTILINE)
CODE = re.compile(
    r"^ *<!-- (?P<file>\S+), (?:at the end|in \"(?P<line>[^\"\n]+)\") -->\n"
    r"(?P<indent> *)```(?:python|toml)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
COMMAND = re.compile(r"^ *```sh\n +(.+)\n *```$", re.MULTILINE)
WHOLE_RUN = "tests.proof.driver"

FOLLOW = """
import json, runpy, socket, sys
from contracts.sandbox.server import Sandbox
from tests.judging.exchanges import JUDGE, exchange

def started(module, *arguments):
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return int(end.code or 0)
    return 0

def judged(name):
    with Sandbox(fault=name) as sandbox:
        host, port = sandbox.url.rpartition("/")[2].split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(
                b"GET /api/v1/billing/balance HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n"
                b"Authorization: Bearer " + sandbox.key.encode() + b"\\r\\n\\r\\n"
            )
            received = connection.makefile("rb").read()
    return [finding.requirement for finding in JUDGE.judge(exchange(received)).findings]

commands, entries = json.load(open("follow.json"))
done = [[started(*command) for command in commands], [judged(name) for name in entries]]
json.dump(done, open("followed.json", "w"))
"""
"""Everything in one process, which imports the suite once."""


def guide(name: str) -> str:
    """One guide's text, from its heading to the next."""
    _, found, after = TEXT.partition(f"\n## Add a {name}\n")
    assert found, f"CONTRIBUTING.md has no guide to add a {name}"
    return after.partition("\n## ")[0]


def insert(checkout: Path, block: re.Match[str]) -> None:
    """Put a block of code where its comment says: at a file's end, or first in a tuple."""
    path = checkout / block["file"]
    text = path.read_text("utf-8")
    code = re.sub(f"^{block['indent']}", "", block["text"], flags=re.MULTILINE)
    if block["line"] is None:
        path.write_text(f"{text}\n\n{code}", "utf-8")
        return
    [line] = [each for each in text.splitlines() if each.strip().startswith(block["line"])]
    member = textwrap.indent(code.rstrip(), "    ")
    path.write_text(text.replace(f"{line}\n", f"{line}\n{member},\n", 1), "utf-8")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout, with every block of code in its place."""
    with Sandbox() as sandbox:  # it gets no requests: the copy only needs its address
        copy = make_checkout(tmp_path_factory.mktemp("contributing") / "copy", sandbox.url)
    ignored = shutil.ignore_patterns("node_modules", "deployments", "__pycache__")
    shutil.copytree(ROOT / "tests", copy / "tests", ignore=ignored)
    for block in CODE.finditer(TEXT):
        insert(copy, block)
    return copy


@pytest.mark.parametrize("name", GUIDES)
def test_each_guide_has_five_steps(name: str) -> None:
    assert STEP.findall(guide(name)) == list("12345")
    assert COMMAND.search(guide(name))


def test_every_block_has_its_place() -> None:
    fences = len(re.findall(r"^ *```(?:python|toml)$", TEXT, re.MULTILINE))
    assert len(list(CODE.finditer(TEXT))) == fences > 0


def test_the_guides_lead_to_what_they_say(checkout: Path) -> None:
    commands = [command for name in GUIDES for command in COMMAND.findall(guide(name))]
    shown = [shlex.split(command)[2:] for command in commands if WHOLE_RUN not in command]
    (checkout / "follow.json").write_text(json.dumps([shown, [FAULT, VARIATION]]))
    env = {"PYTHONPATH": str(checkout), "PYTEST_ADDOPTS": "-q -p no:cacheprovider"}
    done = run_script(checkout, f"python - <<'END'\n{FOLLOW}\nEND", env)

    assert done.returncode == 0, done.stdout[-2000:]
    statuses, judged = json.loads((checkout / "followed.json").read_text())
    assert statuses == [0] * len(shown), done.stdout[-2000:]
    assert done.stdout.count(" passed") == len(shown) - 1
    assert "locale=xx-XX" in done.stdout
    assert judged == [["server-hides-its-version"], []]
