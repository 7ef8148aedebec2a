"""A sample of the broad tests for README's command; CONTRACTS_PROOF=all runs the whole of them.

    python -m tests.sampling  # names them, for pytest

A whole run of the suite takes seconds, and its kinds are many: on a developer's machine a few of
each kind do, and `.ci/run` and `tox -e proof` run all.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import pytest

VARIABLE: Final = "CONTRACTS_PROOF"

NONE: Final = 0
SAMPLE: Final[Mapping[str, int]] = {
    "tests/cli/test_again.py::test_the_line_shows_the_finding_again": 8,
    "tests/cli/test_cli.py::test_a_probe_is_sent_once_and_judged": 3,
    "tests/cli/test_cli.py::test_unusable_arguments_end_with_status_4_and_one_sentence": 3,
    "tests/cli/test_output.py::test_where_nobody_reads_on_it_ends_quietly_with_its_status": 3,
    "tests/gate/test_bounds.py::test_the_gate_refuses_a_hostile_page_at_once": 6,
    "tests/gate/test_gate.py::test_a_forged_stale_or_broken_report_is_held": 6,
    "tests/gate/test_recheck.py::test_a_true_report_states_what_its_exchanges_show": 6,
    "tests/judging/test_agreement.py::test_the_four_accounts_agree": 8,
    "tests/judging/test_agreement.py::test_they_agree_where_the_suite_itself_fails": 4,
    "tests/plugin/test_neighbours.py::test_a_disk_that_is_full_is_an_error": 3,
    "tests/plugin/test_red_lines.py::test_a_fault_is_one_finding_one_failed_item_and_a_screen": 6,
    "tests/redaction/test_keys.py::test_a_conforming_server_is_released_whatever_its_key_is": 3,
    "tests/redaction/test_keys.py::test_no_report_is_withheld_for_a_key_that_tells_something": 8,
    "tests/redaction/test_secrets.py::test_no_crash_of_the_suite_tells_the_key": 3,
    "tests/redaction/test_secrets.py::test_no_server_can_make_the_suite_tell_the_key": 6,
    "tests/report/test_browser.py::test_axe_has_nothing_serious_to_say_of_the_pages_own_part": 4,
    "tests/report/test_record.py::test_verdict_json_is_the_pages_record_and_keeps_its_schema": 4,
    "tests/second_operation/test_faults.py::test_a_fault_is_found_by_its_requirement": 5,
    "tests/second_operation/test_faults.py::test_who_conforms_passes": 3,
    "tests/second_operation/test_faults.py::test_who_keeps_another_document_passes": 3,
    "tests/test_benchmarks.py::test_found_counts_requests_of_the_suite_and_of_schemathesis": NONE,
    "tests/test_benchmarks.py::test_reports_are_as_large_as_they_were_wanted": NONE,
    "tests/test_benchmarks.py::test_run_compares_whole_processes": NONE,
    "tests/test_docs.py::test_a_gitlab_night_without_a_report_is_held": NONE,
    "tests/test_docs.py::test_each_command_does_what_its_document_says": 4,
    "tests/test_docs.py::test_gitlab_jobs_run_and_release": NONE,
    "tests/test_workflows.py::test_a_fault_makes_a_red_night_at_the_first_sight": NONE,
    "tests/test_workflows.py::test_an_unreachable_staging_makes_a_grey_night": NONE,
    "tests/test_workflows.py::test_the_gate_holds_an_unsigned_report_where_there_is_a_key": NONE,
}
"""Tests of which every so many-th case runs, the first among them, or none at all."""


def is_whole() -> bool:
    """Whether everything is asked for, as `.ci/run` and `tox -e proof` do."""
    return os.environ.get(VARIABLE) == "all"


def sample(items: Sequence[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Share items out: those that run, and the others.

    Cases of one kind stand together, so that every so many-th gives each kind its share.

    Arguments:
        items: what was collected.
    """
    seen: Counter[str] = Counter()
    running: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        name = item.nodeid.partition("[")[0]
        one_in = SAMPLE.get(name, 1)
        (left if one_in == NONE or seen[name] % one_in else running).append(item)
        seen[name] += 1
    return running, left


if __name__ == "__main__":
    print(*SAMPLE)
