"""The whole suite as its users meet it: the command line, the exit status, what is left behind."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.document.catalogue import Catalogue
from contracts.document.requirements import Level
from contracts.rye import RYE
from contracts.sandbox.server import Sandbox
from tests.support import (
    ARTEFACTS,
    HISTORY,
    ROOT,
    Result,
    end_of,
    environment,
    run_warm,
    start_process,
    start_suite,
)

REQUIREMENTS = Catalogue.load(ROOT / "contracts/billing/requirements.toml").requirements
STACKS = {
    "401 /components/schemas/AuthenticationError/properties/stack/type",
    "422 /components/schemas/ValidateError/properties/stack/type",
}
"""Clauses that the sandbox exhibits only where it shows stack traces, which it should not."""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    """Two runs at once from one checkout, as the first command has it."""
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "other")]
    stale = folders[0] / "report.html"
    stale.write_text("an earlier run")
    started = [start_suite(folder) for folder in folders]
    return [end_of(process, folder) for process, folder in zip(started, folders, strict=True)]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


def run_against(sandbox: Sandbox, folder: Path, *options: str, **more: str) -> Result:
    return run_warm(folder, "--target", sandbox.url, *options, key=sandbox.key, **more)


def test_the_first_command_passes_and_leaves_its_artefacts(both: list[Result]) -> None:
    for result in both:
        assert result.status == 0, result.output[-2000:]
        assert result.artefacts == ARTEFACTS | HISTORY
        record = result.record
        assert (record["verdict"], record["exit_status"], record["complete"]) == ("pass", 0, True)
        assert record["target"]["name"] == "sandbox"
        assert record["findings"] == record["troubles"] == []
        assert record["requests"] < 300
    assert "an earlier run" not in both[0].page


def test_two_runs_at_once_do_not_disturb_each_other(both: list[Result]) -> None:
    first, second = (result.record for result in both)
    assert first["target"]["url"] != second["target"]["url"]
    assert first["started"] < second["finished"]
    assert second["started"] < first["finished"]
    assert [each["id"] for each in first["tests"]] == [each["id"] for each in second["tests"]]


def test_the_first_lines_say_which_target_and_why(both: list[Result]) -> None:
    head = both[0].output[:1000]
    assert "target: sandbox (embedded, on loopback), since neither --target nor" in head
    assert re.search(r"seed: \d+", head)


def test_every_must_is_observed(both: list[Result]) -> None:
    observed = {each["id"]: each["observed"] for each in both[0].record["requirements"]}
    assert set(observed) == set(REQUIREMENTS)
    never = {name for name, times in observed.items() if not times}
    musts = {name for name, each in REQUIREMENTS.items() if each.level is Level.MUST}
    assert not never & musts


def test_every_requirement_has_a_sample_exchange_on_the_page(both: list[Result]) -> None:
    for each in both[0].record["requirements"]:
        assert each["sample"], each["id"]
        assert f'id="exchange-{each["sample"]}"' in both[0].page


def test_every_clause_that_the_sandbox_exhibits_is_observed(both: list[Result]) -> None:
    clauses = both[0].record["clauses"]
    assert {each["status"] for each in clauses} == {"200", "401", "422"}
    assert {each["id"] for each in clauses if not each["observed"]} == STACKS
    assert not any(each["violated"] for each in clauses)


def test_a_stack_in_the_errors_puts_the_last_clauses_to_the_test(tmp_path: Path) -> None:
    observed = set()
    for name in ("401-stack-shown", "422-stack-shown"):
        with Sandbox(fault=name) as sandbox:
            result = run_against(sandbox, tmp_path / name)
        assert result.status == 0, result.output[-2000:]
        observed |= {each["id"] for each in result.record["clauses"] if each["observed"]}
    assert observed >= STACKS


def test_where_422_never_comes_it_is_not_observed(tmp_path: Path) -> None:
    with Sandbox(fault="422-never") as sandbox:
        result = run_against(sandbox, tmp_path)
    assert result.status == 0, result.output[-2000:]
    assert result.record["complete"] is True
    row = result.requirement("validate-error-schema")
    assert (row["verdict"], row["observed"]) == ("not observed", 0)
    clauses = [each for each in result.record["clauses"] if each["status"] == "422"]
    assert clauses
    assert not any(each["observed"] for each in clauses)


@pytest.mark.parametrize(
    ("fault", "requirement", "where"),
    [
        ("200-balance-currency-code-missing", "balance-response-schema", "/balance"),
        ("401-body-with-status", "authentication-error-schema", "status"),
        ("422-fields-missing", "validate-error-schema", "fields"),
    ],
)
def test_a_fault_ends_with_1_and_the_report_names_requirement_and_place(
    fault: str, requirement: str, where: str, tmp_path: Path
) -> None:
    with Sandbox(fault=fault) as sandbox:
        result = run_against(sandbox, tmp_path)
        assert result.status == 1
        assert result.record["verdict"] == "fail"
        assert requirement in result.record["reason"]
        [finding] = result.record["findings"]
        assert (finding["requirement"], finding["level"]) == (requirement, "MUST")
        assert where in finding["where"] + finding["expected"] + finding["found"]
        for text in (result.page, result.output):
            assert requirement in text
            assert where in text
        assert "curl" in result.output
        assert sandbox.key not in result.output + result.page
    assert result.requirement(requirement)["verdict"] == "fail"
    assert REQUIREMENTS[requirement].sentence in result.output


def test_staging_without_a_key_says_what_to_set(tmp_path: Path) -> None:
    result = end_of(start_suite(tmp_path / "reports", "--target", "staging"), tmp_path / "reports")
    assert result.status == 4
    said = [line for line in result.output.splitlines() if line.strip()]
    assert len(said) == 1
    assert RYE.key_variable in said[0]
    assert result.artefacts == set()


@pytest.mark.parametrize("key", ["", " ", "RYE/staging-short"])
def test_an_unusable_key_is_an_unusable_setting(key: str, tmp_path: Path) -> None:
    result = run_warm(tmp_path / "reports", key=key)
    assert result.status == 4
    assert RYE.key_variable in result.output
    assert result.artefacts == set()


@pytest.mark.parametrize(
    ("status", "options"),
    [
        (4, ("--target", "staging")),
        (4, ("--taget", "sandbox")),
        (4, ("-k", "test_(")),
        (4, ("contracts/billing/test_that_is_not.py",)),
        (4, ("-m", "biling")),
        (5, ("-k", "no_such_test")),
        (0, ("--collect-only",)),
    ],
)
@pytest.mark.parametrize("earlier", [ARTEFACTS, set()], ids=["a report", "no folder"])
def test_a_run_that_never_began_changes_nothing(
    status: int, options: tuple[str, ...], earlier: set[str], tmp_path: Path
) -> None:
    folder = tmp_path / "made" / "reports"
    if earlier:
        folder.mkdir(parents=True)
    for name in earlier:
        (folder / name).write_text("an earlier run")
    result = run_warm(folder, *options)
    assert result.status == status, result.output
    assert result.artefacts == earlier
    assert {(folder / name).read_text() for name in earlier} <= {"an earlier run"}
    assert not any(name in result.output for name in ARTEFACTS), "it was not written"
    assert (tmp_path / "made").exists() is bool(earlier)


@pytest.mark.parametrize(
    "options",
    [
        ("--target", "nonsense"),
        ("--target", "http://staging.api.rye.com"),
        ("--target", "https://api.rye.com"),
        ("--max-requests", "0"),
        ("--timeout", "0"),
        ("--ca-file", "no-such.pem"),
        ("--proxy", "socks5://127.0.0.1:1"),
        ("--hypothesis-profile", "nighty"),
        ("--hypothesis-seed", "abc"),
    ],
)
def test_unusable_options_end_with_4_and_one_line(options: tuple[str, ...], tmp_path: Path) -> None:
    result = run_warm(tmp_path / "reports", *options, key="RYE/staging-12345678abcdefgh")
    assert result.status == 4
    assert len(result.output.strip().splitlines()) == 1
    assert options[0].removeprefix("--") in result.output
    assert result.artefacts == set()


def test_a_report_folder_that_is_a_file_is_an_unusable_setting(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("")
    result = run_warm(tmp_path / "reports")
    assert result.status == 4
    assert "--report-dir" in result.output


def test_a_target_where_nothing_listens_is_inconclusive_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        began = time.monotonic()
        result = run_warm(tmp_path, "--target", url, key="RYE/staging-12345678abcdefgh")
    assert result.status == 75
    assert time.monotonic() - began < 30
    record = result.record
    assert (record["verdict"], record["complete"]) == ("inconclusive", False)
    assert "refused the connection" in record["reason"]
    assert record["reason"] in result.output
    assert record["circumstances"]["answered"] == 0
    assert result.artefacts == ARTEFACTS | HISTORY


def test_collecting_alone_lists_the_items_and_asks_nothing(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    before = len(sandbox.log)
    result = run_against(sandbox, tmp_path, "--collect-only")
    assert result.status == 0
    assert "test_a_valid_key_reads_its_balance[valid-key-gets-200]" in result.output
    assert len(sandbox.log) == before


@pytest.mark.parametrize(
    "options",
    [
        ("-k", "test_a_valid_key_reads_its_balance"),
        ("--deselect", "contracts/billing/test_headers.py"),
        ("--ignore", str(ROOT / "contracts/billing/test_headers.py")),
    ],
)
def test_what_was_left_out_makes_a_run_incomplete(
    options: tuple[str, str], sandbox: Sandbox, tmp_path: Path
) -> None:
    result = run_against(sandbox, tmp_path, *options)
    assert result.status == 0, result.output[-2000:]
    record = result.record
    assert (record["verdict"], record["complete"]) == ("pass", False)
    assert record["circumstances"]["deselected"] is True
    assert "deselected" in record["reason"]
    assert not any("test_headers" in test["id"] for test in record["tests"])


def test_a_single_item_by_its_id_makes_a_run_incomplete(sandbox: Sandbox, tmp_path: Path) -> None:
    name = "test_balance.py::test_a_valid_key_reads_its_balance"
    result = run_against(sandbox, tmp_path, suite=ROOT / f"contracts/billing/{name}")
    assert result.status == 0
    assert result.record["complete"] is False
    assert result.record["requests"] < 20


def test_the_base_url_variable_is_a_target(sandbox: Sandbox, tmp_path: Path) -> None:
    env = environment(**{RYE.key_variable: sandbox.key, RYE.url_variable: sandbox.url})
    selection = "test_a_valid_key_reads_its_balance"
    result = end_of(start_suite(tmp_path, "-k", selection, env=env), tmp_path)
    assert result.status == 0, result.output[-2000:]
    assert f"target: {sandbox.url}, since {RYE.url_variable} is set" in result.output
    assert result.record["target"]["url"] == sandbox.url


def test_the_cap_is_hard(sandbox: Sandbox, tmp_path: Path) -> None:
    before = len(sandbox.log)
    result = run_against(sandbox, tmp_path, "--max-requests", "20")
    assert result.status == 75
    assert len(sandbox.log) - before == 20 == result.record["requests"]
    assert "the cap of 20 requests was reached" in result.record["reason"]


def test_a_broken_should_fails_only_where_that_is_asked_for(tmp_path: Path) -> None:
    with Sandbox(fault="currency-symbol") as sandbox:
        warned = run_against(sandbox, tmp_path / "warned")
        failed = run_against(sandbox, tmp_path / "failed", "--fail-on-warning")
    assert (warned.status, warned.record["verdict"]) == (0, "pass")
    assert warned.requirement("currency-is-iso-4217")["verdict"] == "warn"
    assert (failed.status, failed.record["verdict"]) == (1, "fail")


def test_the_same_seed_sends_the_same(tmp_path: Path) -> None:
    sent = []
    for name in ("one", "other"):
        with Sandbox(key="RYE/staging-Qz7vKp2mX9r4b8WnT3cLs6Hd") as sandbox:
            run_against(sandbox, tmp_path / name, "--hypothesis-seed", "7")
            port = sandbox.url.rpartition(":")[2].encode()
            sent.append(
                [
                    (each.target, [(n, v.replace(port, b"PORT")) for n, v in each.fields])
                    for each in sandbox.log
                ]
            )
    assert sent[0] == sent[1]


def test_unspecified_properties_are_listed_and_never_a_failure(tmp_path: Path) -> None:
    with Sandbox(fault="extra-members") as sandbox:
        result = run_against(sandbox, tmp_path)
    assert result.status == 0
    assert result.record["unspecified"]
    assert all(pointer.startswith("/") for pointer in result.record["unspecified"])


def test_verdict_json_is_as_its_published_schema_says(both: list[Result]) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads((ROOT / "contracts/report/verdict.schema.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(both[0].record)) == []


def test_without_contract_items_the_plugin_stays_out_of_the_way(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_other():\n    assert True\n")
    arguments = ("-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path))
    result = end_of(start_process(*arguments), tmp_path)
    assert result.status == 0, result.output
    assert result.artefacts - {"__pycache__"} == {"test_other.py"}
    assert "verdict" not in result.output
    assert not os.path.lexists(tmp_path / "reports")
