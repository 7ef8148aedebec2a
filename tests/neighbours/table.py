"""Other plugins of pytest: with which options each acts, and what becomes of a run beside it.

The plugins that are downloaded most, and those that do to items what this suite can't have.
They are named as pytest knows them (`-p NAME`); the requirements beside this file name the
packages.
"""

from __future__ import annotations

from dataclasses import dataclass

PASS = "pass"
"""The run passes, is complete, and the gate releases it."""
FAIL = "fail"
"""The run fails for the fault of its target, with 1 and a report that says so."""
PARTLY = "partly"
"""The run passes and is not complete: the gate holds it, and the reason says why."""
REFUSED = "refused"
"""The run ends with 4 and one sentence, and sends nothing."""
NOTHING = "nothing"
"""The plugin leaves pytest nothing to run, which it says with 5."""


@dataclass(frozen=True, slots=True)
class Row:
    """A plugin beside the suite.

    Arguments:
        plugins: what is loaded, in this order.
        options: what makes it act; `FOLDER` stands for one that may be written to.
        expected: what becomes of the run.
        words: what stands in the output.
    """

    plugins: str
    options: str = ""
    expected: str = PASS
    words: str = ""


SUITE = "contracts.plugin.options"
_ORDERLY = "timeout pytest_cov xdist randomly rerunfailures pytest_mock asyncio sugar"

ROWS = [
    # everyday company, before and after the suite's own options
    Row(f"{_ORDERLY} nunit azurepipelines {SUITE}", "--timeout 60 --reruns 2 -n 2"),
    Row(f"{SUITE} {_ORDERLY} nunit azurepipelines", "--timeout 60 --reruns 2 -n 2"),
    # names that both would have
    Row("timeout", "--timeout 60", words="use --contract-timeout"),
    Row("timeout", "--timeout 60 --timeout-method thread"),
    Row("pytest_cov nunit azurepipelines"),
    Row(
        "pytest_cov nunit azurepipelines",
        "--report-dir FOLDER",
        REFUSED,
        "use --contract-report-dir",
    ),
    # another order
    Row("randomly", "-p randomly"),
    Row("random_order", "--random-order"),
    Row("reverse", "--reverse"),
    Row("pytest_order", "--order-scope session --sparse-ordering"),
    # again
    Row("rerunfailures", "--reruns 2"),
    Row("rerunfailures", "--reruns 2", FAIL),
    Row("pytest-retry", "--retries 2"),
    Row("pytest-retry", "--retries 2", FAIL),
    Row("flaky", "--force-flaky --max-runs 3"),
    Row("flaky", "--force-flaky --max-runs 3", FAIL),
    Row("repeat", "--count 2", REFUSED, "each item can run once only"),
    Row("flakefinder", "--flake-finder --flake-runs 2", REFUSED, "each item can run once only"),
    # elsewhere
    Row("xdist", "-n 2"),
    Row("pytest_forked", "--forked", REFUSED, "--forked: a run is one sequence of requests"),
    Row("parallel", "--workers 2", REFUSED, "--workers: a run is one sequence"),
    Row("parallel", "--tests-per-worker 3", REFUSED, "--tests-per-worker: a run is one sequence"),
    Row("run-parallel"),
    Row("run-parallel", "--parallel-threads 4", REFUSED, "--parallel-threads: a run is one"),
    Row("run-parallel", "--iterations 2", REFUSED, "--iterations: a run is one sequence"),
    # a part
    Row("pytest-split", "--splits 2 --group 1", PARTLY, "items were deselected"),
    Row("pytest-split", "--splits 1 --group 1"),
    Row("pytest-shard", "--num-shards 2 --shard-id 0", PARTLY, "items were deselected"),
    Row("picked", "--picked", NOTHING),
    Row("pytest-testmon", "--testmon"),
    Row("benchmark", "--benchmark-skip"),
    # no network, another time, another file system
    Row("socket", "--disable-socket", REFUSED, "--disable-socket: a run sends requests"),
    Row("socket", "--allow-hosts 127.0.0.1"),
    Row("recording", "--block-network", REFUSED, "--block-network: a run sends requests"),
    Row("recording", "--record-mode none --block-network --allowed-hosts 127.0.0.1"),
    Row("pytest_httpx"),
    Row("pytest_httpserver"),
    Row("time_machine"),
    Row("freezer"),
    Row("fakefs"),
    # another exit status
    Row("custom_exit_code", "--suppress-tests-failed-exit-code", FAIL),
    # other output
    Row("sugar", "--force-sugar"),
    Row("sugar", "--force-sugar", FAIL),
    Row("rich", "--rich"),
    Row("rich", "--rich", FAIL),
    Row("pretty"),
    Row("tldr"),
    Row("pytest_spec", "--spec"),
    Row("instafail", "--instafail", FAIL),
    Row("clarity", "", FAIL),
    Row("icdiff", "", FAIL),
    Row("pytest-teamcity", "--teamcity"),
    Row("pytest_github_actions_annotate_failures", "", FAIL),
    Row("pytest-durations", "--pytest-durations 5"),
    # reports of their own
    Row("allure_pytest", "--alluredir FOLDER/allure"),
    Row("pytest_jsonreport", "--json-report --json-report-file FOLDER/report.json"),
    Row("pytest_reportlog", "--report-log FOLDER/log.jsonl"),
    Row("pytest_csv", "--csv FOLDER/report.csv"),
    Row("md", "--md FOLDER/report.md"),
    # measuring
    Row("pytest_cov", "--cov contracts --cov-report="),
    Row("memray", "--memray"),
    Row("profiling", "--profile --pstats-dir FOLDER/profile"),
    Row("typeguard", "--typeguard-packages contracts.plugin"),
    # fixtures and settings
    Row("asyncio", "--asyncio-mode auto"),
    Row("anyio"),
    Row("trio"),
    Row("pytest_mock"),
    Row("env"),
    Row("dotenv"),
    Row("django", "--ds django.conf.global_settings"),
    Row("flask"),
    Row("pytest-bdd", "--gherkin-terminal-reporter -v"),
    Row("subtests"),
    Row("check"),
    Row("dependency"),
    Row("base_url", "--base-url http://127.0.0.1:9"),
    Row("syrupy", "--snapshot-update"),
    Row("snapshot", "--snapshot-update"),
    Row("unordered"),
    Row("faker"),
]
