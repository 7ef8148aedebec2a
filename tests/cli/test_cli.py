"""`python -m contracts`: its commands as people and scripts meet them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.__main__ import COMMANDS
from contracts.rye import RYE
from contracts.sandbox.server import Sandbox

ROOT = Path(__file__).resolve().parents[2]
KEY = "RYE/staging-Kq7Zp2Lm9XvB4tRw8YdN3sHc6JfG1uEa"
SIGNING_KEY = "a signing key that only CI knows"
SIGN = "CI_SIGNING_KEY"


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command; the environment holds no settings but those that are given."""
    kept = {
        n: v for n, v in os.environ.items() if n not in {RYE.key_variable, RYE.url_variable, SIGN}
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=kept | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def contracts(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return run("-m", "contracts", *arguments, **variables)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of a run against the sandbox."""
    folder = tmp_path_factory.mktemp("reports")
    options = ("-q", "-m", "billing", "-p", "no:cacheprovider", f"--report-dir={folder}")
    done = run("-m", "pytest", "contracts", *options)
    assert done.returncode == 0, done.stdout
    return folder


# --- all commands ----------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [("gate", "x"), ("recheck", "x"), ("probe", "x"), ("plan",)])
def test_where_nothing_was_installed_it_says_so(arguments: tuple[str, ...]) -> None:
    done = run("-S", "-m", "contracts", *arguments)
    assert (done.returncode, done.stdout) == (3, "")
    assert re.fullmatch(
        r"contracts: \w+ is not installed here: run `python -m pip install -e \.` first\n",
        done.stderr,
    )


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_without_a_command_they_are_listed(arguments: tuple[str, ...]) -> None:
    done = contracts(*arguments)
    assert done.returncode == 0
    assert all(re.search(rf"^  {name} ", done.stdout, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_tells_how_it_is_used(name: str) -> None:
    done = contracts(name, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: python -m contracts {name}")


def test_a_terminal_that_lacks_a_character_is_no_verdict() -> None:
    done = contracts("drift", "spec/openapi.yaml", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("arguments", [("--help",), ("probe", "plain"), ("gate", "none.html")])
def test_a_full_disk_is_said_in_one_sentence(arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "contracts", *arguments],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr == "contracts: the output can't be written (No space left on device)\n"


def test_an_unknown_command_is_refused_in_one_sentence() -> None:
    done = contracts("gates\x1b[2J")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.strip().isprintable()


@pytest.mark.parametrize(
    "arguments",
    [
        ("gate",),
        ("gate", "r.html", "--max-age", "soon"),
        ("gate", "r.html", "--strange"),
        ("gate", "r.html", "--spec", "none.yaml"),
        ("gate", "r.html", "--spec", "README.md"),
        ("gate", "r.html", "--operation", "GET /nothing"),
        ("gate", "r.html", "--sign-key-env", SIGN),
        ("recheck",),
        ("recheck", "none.html"),
        ("probe",),
        ("probe", "no-such-probe"),
        ("probe", "plain", "--target", "staging"),
        ("probe", "plain", "--target", "http://example.com"),
        ("probe", "plain", "--timeout", "0"),
        ("plan", "weekly"),
        ("plan", "--target", "https://api.rye.com"),
        ("plan", "--max-requests", "0"),
        ("sandbox", "--fault", "no-such-fault"),
    ],
)
def test_unusable_arguments_end_with_status_4_and_one_sentence(arguments: tuple[str, ...]) -> None:
    done = contracts(*arguments)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith(f"contracts {arguments[0]}: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("value", ["", "  \n", "short", f"{SIGNING_KEY}\n"])
def test_an_empty_or_short_signing_key_or_one_with_a_line_end_is_refused(value: str) -> None:
    done = contracts("gate", "r.html", "--sign-key-env", SIGN, **{SIGN: value})
    assert done.returncode == 4
    assert SIGN in done.stderr


@pytest.mark.parametrize("name", ["gate", "plan", "probe", "recheck"])
def test_help_is_cheap(name: str) -> None:
    done = run("-X", "importtime", "-m", "contracts", name, "--help")
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not imported & {"schemathesis", "hypothesis", "pytest", "jsonschema", "httplint"}


# --- gate ------------------------------------------------------------------------------------


def test_the_gate_holds_a_sandbox_report_unless_it_is_named(reports: Path) -> None:
    page = str(reports / "report.html")
    done = contracts("gate", page)
    assert (done.returncode, done.stderr) == (1, "")
    assert re.fullmatch(
        r"hold: The report is about sandbox \(http://127.0.0.1:\d+\), not about staging.\n",
        done.stdout,
    )
    done = contracts("gate", page, "--target", "sandbox", "--spec", "spec/openapi.yaml")
    assert done.returncode == 0
    assert re.fullmatch(r"release: sandbox kept \d+ MUSTs in \d+ requests, .* ago.\n", done.stdout)


def test_the_gate_tells_a_program_the_same(reports: Path) -> None:
    page = str(reports / "report.html")
    told = json.loads(contracts("gate", page, "--json", "--target", "sandbox").stdout)
    assert (told["decision"], told["code"], told["verdict"]) == ("release", "pass", "pass")
    done = contracts("gate", page, "--json", "--target", "sandbox", "--max-age", "0s")
    told = json.loads(done.stdout)
    assert (done.returncode, told["decision"], told["code"]) == (1, "hold", "stale")
    assert told["reason"].startswith("The run began ")


def test_the_gate_holds_a_report_about_another_document(reports: Path, tmp_path: Path) -> None:
    other = tmp_path / "openapi.yaml"
    other.write_bytes((ROOT / "spec/openapi.yaml").read_bytes() + b"# edited\n")
    page = str(reports / "report.html")
    done = contracts("gate", page, "--target", "sandbox", "--spec", str(other), "--json")
    assert (done.returncode, json.loads(done.stdout)["code"]) == (1, "document")


def test_the_gate_demands_a_signature_where_it_has_a_key(reports: Path, tmp_path: Path) -> None:
    from contracts.report.sign import sealed

    page = reports / "report.html"
    options = ("--target", "sandbox", "--json", "--sign-key-env", SIGN)
    done = contracts("gate", str(page), *options, **{SIGN: SIGNING_KEY})
    assert (done.returncode, json.loads(done.stdout)["code"]) == (1, "unsigned")
    signed = tmp_path / "report.html"
    signed.write_bytes(sealed(page.read_bytes(), SIGNING_KEY))
    done = contracts("gate", str(signed), *options, **{SIGN: SIGNING_KEY})
    assert (done.returncode, json.loads(done.stdout)["signed"]) == (0, True)
    done = contracts("gate", str(signed), *options, **{SIGN: SIGNING_KEY[::-1]})
    assert (done.returncode, json.loads(done.stdout)["code"]) == (1, "signature")


# --- probe -----------------------------------------------------------------------------------


def probe(*arguments: str, fault: str | None = None) -> subprocess.CompletedProcess[str]:
    with Sandbox(fault, key=KEY) as sandbox:
        done = contracts("probe", *arguments, "--target", sandbox.url, **{RYE.key_variable: KEY})
        done.requests = len(sandbox.log)
    assert KEY[12:] not in done.stdout + done.stderr
    return done


@pytest.mark.parametrize(
    "name", ["plain", "absent", "swap-case", "unknown", "json-object", "http-1.0"]
)
def test_a_probe_is_sent_once_and_judged(name: str) -> None:
    from contracts.probes.queries import contents, queries

    slugs = {
        "unknown": queries(with_key=True)[0].slug,
        "json-object": contents(with_key=True)[0].slug,
    }
    done = probe(slugs.get(name, name))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kept: nothing that this answer tests is broken" in done.stdout
    assert done.requests == 1


def test_a_pack_is_a_probe() -> None:
    from contracts.probes.headers.packs import packs

    pack = packs(RYE, "localhost", "/api/v1/billing/balance", with_key=True)[0]
    done = probe(pack.name)
    assert done.returncode == 0, done.stdout
    assert all(name.decode() in done.stdout for name, _ in pack.fields[:3])


def test_a_pack_of_queries_is_a_probe_and_each_of_its_queries() -> None:
    done = probe("parameters 1")
    assert done.returncode == 0, done.stdout
    assert "limit=abc&" in done.stdout
    assert "limit=abc&" not in probe("limit-word").stdout


def test_a_plain_probe_comes_with_a_curl_line() -> None:
    done = probe("plain")
    assert re.search(
        r'^request  curl .*"Authorization: Bearer \$CHECKOUT_INTENTS', done.stdout, re.M
    )


def test_what_a_probe_breaks_is_explained() -> None:
    done = probe("plain", fault="200-balance-missing")
    assert done.returncode == 1
    assert "MUST balance-response-schema: A 200 body is a valid BalanceResponse" in done.stdout
    assert done.stdout.rstrip().splitlines()[-1].startswith("broken: balance-response-schema")


def test_a_probe_without_an_answer_is_inconclusive() -> None:
    done = probe("absent", fault="502-always")
    assert done.returncode == 75
    assert "inconclusive: " in done.stdout


def test_a_broken_should_is_a_warning_unless_it_is_meant() -> None:
    fault = "401-without-challenge"
    assert probe("absent", fault=fault).returncode == 0
    assert probe("absent", "--fail-on-warning", fault=fault).returncode == 1


def test_a_finding_is_sent_again_by_its_id(tmp_path: Path) -> None:
    with Sandbox("test-key", key=KEY) as sandbox:
        options = ("-q", "-m", "billing", "-p", "no:cacheprovider", f"--report-dir={tmp_path}")
        arguments = ("-m", "pytest", "contracts", *options, "--target", sandbox.url)
        assert run(*arguments, **{RYE.key_variable: KEY}).returncode == 1
    [finding] = json.loads((tmp_path / "verdict.json").read_bytes())["findings"]
    directory = f"--report-dir={tmp_path}"
    again = probe(finding["id"], directory, fault="test-key")
    assert again.returncode == 1, again.stdout
    assert "bad-key-is-refused" in again.stdout
    assert probe(finding["id"], directory).returncode == 0, "the fault is fixed"


# --- plan ------------------------------------------------------------------------------------


def total(output: str) -> int:
    [found] = re.findall(r"^ *(\d+) +\d+  in all$", output, re.MULTILINE)
    return int(found)


def test_the_plan_is_what_a_run_sends(reports: Path) -> None:
    done = contracts("plan")
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads((reports / "verdict.json").read_bytes())
    assert total(done.stdout) == record["requests"]


def test_the_plan_needs_no_key_and_says_so() -> None:
    done = contracts("plan", "--target", "staging")
    assert done.returncode == 0
    assert done.stdout.startswith("target: staging (https://staging.api.rye.com), as --target says")
    assert "nothing was sent" in done.stdout
    assert "no key was needed" in done.stdout
    assert re.search(r"at most 9 requests a second: about \d+ s", done.stdout)


def test_the_plan_sends_nothing_and_writes_nothing(tmp_path: Path) -> None:
    with Sandbox(key=KEY) as sandbox:
        done = contracts("plan", "nightly", "--target", sandbox.url, **{RYE.key_variable: KEY})
        assert done.returncode == 0, done.stderr
        assert sandbox.log == []
    assert total(done.stdout) > 1000
    assert "unpaced on loopback" in done.stdout
    assert "no key was needed" not in done.stdout


def test_the_plan_says_when_the_cap_would_end_the_run() -> None:
    done = contracts("plan", "--max-requests", "50")
    assert "the cap of 50 would end the run early" in done.stdout


# --- sandbox ---------------------------------------------------------------------------------


def test_the_sandbox_lists_its_faults() -> None:
    done = contracts("sandbox", "--list-faults")
    assert done.returncode == 0
    assert "test-key" in done.stdout
