"""The documents: every command in them is run, and every table is compared with the code.

Each document is followed from top to bottom in a separate checkout, with a sandbox in place of
staging. What a reader starts in another terminal runs in the background.
"""

from __future__ import annotations

import itertools
import re
import socket
import textwrap
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts import __version__
from contracts.document.catalogue import Catalogue
from contracts.plugin.options import OPTIONS
from contracts.report.github import SUMMARY
from contracts.run.verdict import ExitStatus
from contracts.run.waivers import WaiverState, load_waivers
from contracts.rye import RYE
from contracts.sandbox.catalogue import CATALOGUE
from contracts.sandbox.server import Sandbox
from tests.checkout import add_program, make_checkout, run_script
from tests.support import ROOT, end_of, environment, start_process

DOCS = sorted((ROOT / "docs").glob("*.md"))
NAMES = [path.stem for path in DOCS]
PLACEHOLDER = "RYE/staging-…"
PORT = "8787"
RUN_OPTIONS = "| option | what it does | default |"
RARE = " (only if the server happens to send it)"

BLOCK = re.compile(
    r"(?:^<!-- exits (?P<exits>\d+) -->\n)?^(?P<indent> *)```sh\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
SERVES = re.compile(
    r"^\.venv/bin/python -m contracts sandbox(?! --(?:list-faults|help))", re.MULTILINE
)
NOT_RUN = {
    r"gh secret set [A-Z_]+": "needs an account",
    r"python3 -c .* \| gh secret set [A-Z_]+": "needs an account",
    r"gh workflow run nightly\.yml": "needs an account",
    r"gh run watch": "needs an account",
    r"tox -e [a-z]+( -- .*)?": "installs; see test_tox_environments_exist",
    r"CONTRACTS_PROOF=all \.venv/bin/python -m pytest tests/proof": "this very run",
}
"""Lines that these tests look at, but do not run, and why."""


def text_of(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


def fenced(name: str, language: str) -> list[str]:
    """A document's blocks of one language, without their indentation."""
    found = re.findall(
        rf"^( *)```{language}\n(.*?)^\1```$", text_of(name), re.MULTILINE | re.DOTALL
    )
    return [textwrap.dedent(text) for _, text in found]


def rows(name: str, heading: str) -> list[list[str]]:
    """The cells of the table under a heading row."""
    _, found, after = text_of(name).partition(f"{heading}\n")
    assert found, f"{name}.md has no table {heading}"
    table = itertools.takewhile(bool, after.splitlines()[1:])
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


# --- commands -------------------------------------------------------------------------------

PREAMBLE = """
trap 'echo "$? $BASH_COMMAND" >> failed' ERR
trap '[ -z "${server:-}" ] || kill "$server"' EXIT
serve() {
    "$@" > sandbox.log 2>&1 &
    server=$!
    for _ in $(seq 200); do
        if grep -q Ctrl-C sandbox.log; then return 0; fi
        sleep 0.1
    done
    echo "no sandbox: $(cat sandbox.log)"
    exit 9
}
key_of_sandbox() { sed -n 's/^Its throw-away key is //p' sandbox.log; }
"""


@dataclass(frozen=True)
class Followed:
    """What following a document led to: its end, its output, and what failed in each block."""

    status: int
    output: str
    failures: list[list[str]]
    checkout: Path


def prepared(name: str, sandbox: Sandbox) -> str:
    """Make a document's blocks one script, with its placeholders filled."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        own = str(free.getsockname()[1])
    key, port = sandbox.key, sandbox.url.rpartition(":")[2]
    parts = [PREAMBLE]
    for match in BLOCK.finditer(text_of(name)):
        text = textwrap.dedent(match["text"])
        if SERVES.search(text):
            key, port = "$(key_of_sandbox)", own
            text = SERVES.sub(lambda found: f"serve {found[0]}", text)
        text = text.replace(PLACEHOLDER, key).replace(PORT, port)
        lines = [line for line in text.splitlines() if not is_left_out(line)]
        parts.append("\n".join(["echo == >> failed", *lines]))
    return quick("\n".join([*parts, "exit 0"]))


def quick(script: str) -> str:
    """Ask in the default profile: the nightly one is run by the tests of the workflows."""
    return script.replace("--hypothesis-profile=nightly", "--hypothesis-profile=default")


def is_left_out(line: str) -> bool:
    return any(re.fullmatch(pattern, line.strip()) for pattern in NOT_RUN)


@cache
def follow(name: str, folder: Path) -> Followed:
    """Run all of a document's commands, in their order."""
    with Sandbox() as sandbox:
        checkout = make_checkout(folder / name, sandbox.url)
        env = {"TRIES": "1", "PYTEST_ADDOPTS": "-p no:cacheprovider"}
        done = run_script(checkout, prepared(name, sandbox), env, ("bash",))
    log = (checkout / "failed").read_text("utf-8") if (checkout / "failed").exists() else ""
    failures = [part.strip().splitlines() for part in log.split("==\n")[1:]]
    return Followed(done.returncode, done.stdout, failures, checkout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("docs")


@pytest.mark.parametrize("name", [name for name in NAMES if BLOCK.search(text_of(name))])
def test_each_command_does_what_its_document_says(name: str, folder: Path) -> None:
    followed = follow(name, folder)
    expected = [int(match["exits"] or 0) for match in BLOCK.finditer(text_of(name))]
    assert followed.status == 0, followed.output[-3000:]
    assert len(followed.failures) == len(expected), followed.output[-3000:]
    for number, (status, failed) in enumerate(zip(expected, followed.failures, strict=True)):
        statuses = [int(line.split()[0]) for line in failed]
        told = f"block {number} of {name}.md: {failed}\n{followed.output[-3000:]}"
        assert statuses == ([status] if status else []), told


def test_every_line_that_is_not_run_is_still_there() -> None:
    lines = [
        line.strip()
        for name in NAMES
        for match in BLOCK.finditer(text_of(name))
        for line in match["text"].splitlines()
    ]
    for pattern in NOT_RUN:
        assert any(re.fullmatch(pattern, line) for line in lines), pattern


def test_tox_environments_exist() -> None:
    tox = (ROOT / "tox.ini").read_text("utf-8")
    named = {name for path in DOCS for name in re.findall(r"tox -e (\w+)", path.read_text("utf-8"))}
    assert {"nightly", "gate"} <= named
    assert {name for name in named if f"[testenv:{name}]" not in tox} == set()


def test_the_example_of_a_failure_is_one(folder: Path) -> None:
    [example] = fenced("reading-a-failure", "text")
    output = re.sub(
        r"127\.0\.0\.1:\d+", f"127.0.0.1:{PORT}", follow("reading-a-failure", folder).output
    )
    for line in example.splitlines():
        pattern = ".+?".join(map(re.escape, line.split("…")))
        assert re.search(f"^{pattern}$", output, re.MULTILINE), line


def test_the_example_of_a_waiver_passes_and_is_named(folder: Path) -> None:
    followed = follow("waivers", folder)
    assert re.search(r"waiver for \S+ \(API-123, until 2099-12-31\): used", followed.output)
    assert "1 waived" in followed.output
    assert re.search(r"^release: ", followed.output, re.MULTILINE)


def test_the_example_of_a_signed_report_is_released(folder: Path) -> None:
    followed = follow("secrets", folder)
    assert re.search(r"^release: staging kept", followed.output, re.MULTILINE)
    page = (followed.checkout / "reports" / "report.html").read_text("utf-8")
    assert '"signature":"' in page


# --- tables ---------------------------------------------------------------------------------


def test_the_musts_are_all_told_in_their_own_words() -> None:
    requirements = Catalogue.load(ROOT / "contracts/billing/requirements.toml").requirements
    musts = [each for each in requirements.values() if each.level == "MUST"]
    expected = [[f"`{each.id}`" + RARE * each.server_dependent, each.sentence] for each in musts]
    assert rows("what-green-proves", "| requirement | what it says |") == expected


def planned(output: str) -> list[dict[str, tuple[str, str]]]:
    """The tables that `contracts plan` printed: requests and attack-shaped ones by family."""
    tables: list[dict[str, tuple[str, str]]] = []
    for line in output.splitlines():
        if line.startswith("requests  attack-shaped"):
            tables.append({})
        elif tables and (match := re.fullmatch(r" *(\d+) +(\d+|-)  (\S.*)", line)):
            tables[-1][match[3]] = (match[1], match[2])
    return tables


def test_the_request_counts_are_those_of_the_plan(folder: Path) -> None:
    default, nightly = planned(follow("what-is-sent", folder).output)
    assert list(default) == list(nightly)
    expected = []
    for family, (count, shaped) in default.items():
        more, also = nightly[family]
        bold = f"**{family}**" if family == "in all" else family
        expected.append([bold, count, more, shaped if shaped == also else f"{shaped} / {also}"])
    heading = "| probe family | default | nightly | attack-shaped | what it asks |"
    found = [row[:4] for row in rows("what-is-sent", heading)]
    assert found == expected, "\n".join(f"| {' | '.join(row)} |" for row in expected)


def test_the_catalogue_is_as_large_as_is_told() -> None:
    kinds = [fault.kind for fault in CATALOGUE.values()]
    told = re.findall(r"over (\d+) (faults|variations|kinds)", text_of("trusting-the-suite"))
    names = {"faults": "fault", "variations": "variation", "kinds": "environment"}
    assert len(told) == len(names)
    for number, word in told:
        assert int(number) < kinds.count(names[word]) <= int(number) * 1.3


def test_the_options_are_those_of_the_run() -> None:
    told = [code(row[0])[0].split()[0] for row in rows("reference", RUN_OPTIONS)]
    assert sorted(told) == sorted(f"--contract-{name}" for name in OPTIONS)


def test_the_options_are_those_of_the_gate() -> None:
    source = (ROOT / "contracts" / "cli" / "gate.py").read_text("utf-8")
    after = text_of("reference").partition("## Options of the gate")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `(--[a-z-]+)", after, re.MULTILINE)
    assert sorted(told) == sorted(set(re.findall(r'"(--[a-z-]+)"', source)))


def test_the_exit_statuses_are_told() -> None:
    told = {row[0]: row[1] for row in rows("reference", "| exit status | verdict | when |")}
    for status in ExitStatus:
        verdict = told[str(int(status))]
        assert verdict == ("" if status is ExitStatus.USAGE else f"`{status.name.lower()}`")


def test_every_command_is_told() -> None:
    import contracts.__main__ as command_line

    told = [code(row[0])[0] for row in rows("reference", "| command | exit statuses |")]
    named = {words.split()[1] for words in told if words.startswith("contracts ")}
    assert named == set(command_line.COMMANDS)


def test_every_variable_is_told() -> None:
    told = {name for row in rows("reference", "| variable | what it is |") for name in code(row[0])}
    assert {RYE.key_variable, RYE.url_variable, SUMMARY, "GITHUB_ACTIONS"} <= told
    script = (ROOT / ".ci" / "patiently").read_text("utf-8")
    used = set(re.findall(r"\$\{([A-Z_]+):-", script)) - {"GITHUB_ACTIONS", "GITHUB_OUTPUT"}
    heading = "| variable of `.ci/patiently` | default | what it is |"
    defaults = {code(row[0])[0]: row[1].strip("`") for row in rows("pipelines", heading)}
    assert set(defaults) == used
    for name, value in defaults.items():
        assert f"${{{name}:-{value}}}" in script


def test_the_states_of_waivers_are_told() -> None:
    told = [code(row[0])[0] for row in rows("waivers", "| state | when | the run | the gate |")]
    assert set(told) == set(WaiverState)


def test_the_waiver_is_one(tmp_path: Path) -> None:
    [example] = fenced("waivers", "toml")
    path = tmp_path / "waivers.toml"
    path.write_text(example, "utf-8")
    [waiver] = load_waivers(path)
    keys = [name for row in rows("waivers", "| key | what it says |") for name in code(row[0])]
    assert set(tomllib.loads(example)["waiver"][0]) <= {key.split()[0] for key in keys}
    assert waiver.about == "balance-response-schema"


def test_the_change_log_names_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$", text, re.MULTILINE)
    assert versions[0] == __version__
    assert set(re.findall(r"^### (\w+)$", text, re.MULTILINE)) <= {
        *("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
    }


# --- GitLab ---------------------------------------------------------------------------------


def gitlab() -> dict[str, Any]:
    _, _, after = text_of("pipelines").partition("<!-- gitlab -->\n```yaml\n")
    return yaml.safe_load(after.partition("\n```")[0])


def run_job(checkout: Path, lines: list[str], **env: str) -> tuple[int, str]:
    """Run a job's script as a runner does: line after line, ended by the first that fails."""
    script = "\n".join(line for line in lines if " pip install " not in line)
    url = {"REPORT_URL": "https://gitlab.example/report.html", "CI_JOB_TOKEN": "token"}
    given = {**url, "TRIES": "1", **env}
    done = run_script(checkout, quick(script), given, ("bash", "-eo", "pipefail"))
    return done.returncode, done.stdout


def add_registry(checkout: Path) -> None:
    """A `curl` that keeps what is uploaded, and gives it back."""
    add_program(
        checkout / ".venv" / "bin" / "curl",
        'case "$*" in *--upload-file*)',
        '    while [ "$1" != --upload-file ]; do shift; done; cp "$2" registry ;;',
        '*) while [ "$1" != --output ]; do shift; done; cp registry "$2" ;; esac',
    )


def test_gitlab_jobs_run_and_release(tmp_path: Path) -> None:
    jobs, signing = gitlab(), {"CONTRACTS_SIGNING_KEY": "8c1f0e7b5a2d4963c7e1"}
    with Sandbox() as sandbox:
        checkout = make_checkout(tmp_path / "checkout", sandbox.url)
        add_registry(checkout)
        night = jobs["nightly-contract"]
        status, output = run_job(
            checkout, night["script"], **{RYE.key_variable: sandbox.key}, **signing
        )
    assert status == 0, output[-2000:]
    assert run_job(checkout, night["after_script"])[0] == 0
    status, output = run_job(checkout, jobs["release-gate"]["script"], **signing)
    assert status == 0, output
    assert "release: staging kept" in output


def test_a_gitlab_night_without_a_report_is_held(tmp_path: Path) -> None:
    jobs, signing = gitlab(), {"CONTRACTS_SIGNING_KEY": "8c1f0e7b5a2d4963c7e1"}
    checkout = make_checkout(tmp_path / "checkout", "http://127.0.0.1:9")
    add_registry(checkout)
    (checkout / "reports").mkdir()
    night = jobs["nightly-contract"]
    assert run_job(checkout, night["script"], **{RYE.key_variable: ""}, **signing)[0] == 4
    assert run_job(checkout, night["after_script"])[0] == 0
    status, output = run_job(checkout, jobs["release-gate"]["script"], **signing)
    assert status == 1
    assert output.startswith("hold: ")


def test_gitlab_knows_a_third_state() -> None:
    jobs = gitlab()
    assert jobs["nightly-contract"]["allow_failure"] == {"exit_codes": 75}
    assert jobs["drift"]["allow_failure"] == {"exit_codes": [3, 75]}
    assert jobs["nightly-contract"]["artifacts"]["when"] == "always"
    provenance = tomllib.loads((ROOT / "spec" / "provenance.toml").read_text())
    assert jobs["variables"]["PUBLISHED"] == provenance["document"]


def test_help_pages_are_there(tmp_path: Path) -> None:
    process = start_process("-m", "contracts", "--help", env=environment())
    assert end_of(process, tmp_path).status == 0
