"""Samples the broad tests for README's command; CONTRACTS_PROOF=all runs all of them.

    python -m tests.sampling  # lists them, for pytest; CONTRACTS_PROOF=rest runs what is left out

A whole run of the suite takes seconds, and there are many kinds of runs: on a developer's machine
a few of each kind are enough; `.ci/run` and `tox -e proof` run all.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import pytest

VARIABLE: Final = "CONTRACTS_PROOF"
REST: Final = "rest"
"""The variable's value where the sample has run already."""

NONE: Final = 0
_ONE_IN: Final[Mapping[str, Mapping[str, int]]] = {
    "tests/cli/test_again.py": {
        "test_the_line_shows_the_finding_again": 40,
    },
    "tests/cli/test_cli.py": {
        "test_a_broken_should_is_a_warning_unless_it_is_meant": NONE,
        "test_a_finding_is_sent_again_by_its_id": NONE,
        "test_a_pack_is_a_probe": NONE,
        "test_a_pack_of_queries_is_a_probe_and_each_of_its_queries": NONE,
        "test_a_plain_probe_comes_with_a_curl_line": NONE,
        "test_a_probe_is_sent_once_and_judged": 6,
        "test_a_probe_without_an_answer_is_inconclusive": NONE,
        "test_the_gate_demands_a_signature_where_it_has_a_key": NONE,
        "test_the_gate_holds_a_report_about_another_document": NONE,
        "test_the_gate_holds_a_sandbox_report_unless_it_is_named": NONE,
        "test_the_gate_tells_a_program_the_same": NONE,
        "test_the_plan_is_what_a_run_sends": NONE,
        "test_the_plan_needs_no_key_and_says_so": NONE,
        "test_the_plan_says_when_the_cap_would_end_the_run": NONE,
        "test_unusable_arguments_end_with_status_4_and_one_sentence": 3,
    },
    "tests/cli/test_output.py": {
        "test_where_nobody_reads_on_it_ends_quietly_with_its_status": 3,
    },
    "tests/cli/test_sandbox_cli.py": {
        "test_its_line_for_pytest_can_be_pasted": NONE,
    },
    "tests/cli/test_unanswered_probe.py": {
        "test_nobody_who_answers_is_inconclusive": 3,
    },
    "tests/gate/test_bounds.py": {
        "test_the_gate_refuses_a_hostile_page_at_once": NONE,
    },
    "tests/gate/test_gate.py": {
        "test_a_forged_stale_or_broken_report_is_held": 100,
        "test_a_report_of_a_run_with_warnings_releases_and_names_them": NONE,
        "test_a_sound_report_of_an_inconclusive_run_is_neither": NONE,
        "test_it_decides_on_three_thousand_exchanges_without_a_heavy_library": NONE,
    },
    "tests/gate/test_gate_waivers.py": {
        "test_a_waived_deviation_releases_and_is_shown": NONE,
        "test_a_waiver_for_another_target_is_none_of_this_reports_business": NONE,
        "test_a_waiver_that_has_expired_since_is_held": NONE,
    },
    "tests/gate/test_recheck.py": {
        "test_a_deselected_run_is_no_difference": NONE,
        "test_a_made_up_finding_is_found_out": NONE,
        "test_a_true_report_states_what_its_exchanges_show": 12,
        "test_a_warning_taken_out_is_found_out": NONE,
        "test_an_acquitted_run_is_found_out": NONE,
        "test_the_command_prints_both_accounts": NONE,
    },
    "tests/judging/test_agreement.py": {
        "test_the_four_accounts_agree": 16,
        "test_they_agree_where_the_suite_itself_fails": NONE,
    },
    "tests/packaging/test_wheel.py": {
        "test_a_checkout_is_run_by_its_own_modules": NONE,
        "test_a_folder_for_reports_that_exists_changes_nothing": NONE,
        "test_an_editable_installation_is_the_checkout": NONE,
        "test_another_version_of_the_gate_holds_and_says_so": NONE,
        "test_the_gate_and_the_recheck_work_anywhere": NONE,
        "test_what_needs_the_suite_says_so": NONE,
    },
    "tests/plugin/test_ambient.py": {
        "test_a_warning_stays_a_warning_where_warnings_are_errors": NONE,
        "test_no_foreign_credentials_and_no_cookie_arrive": NONE,
        "test_no_key_of_a_connection_is_logged": NONE,
        "test_no_proxy_is_used_that_was_not_asked_for": NONE,
        "test_not_a_byte_of_what_arrives_is_changed": NONE,
    },
    "tests/plugin/test_assertions.py": {
        "test_without_an_answer_nothing_is_asserted": NONE,
    },
    "tests/plugin/test_collection.py": {
        "test_ids_are_the_same_at_any_time_and_in_any_process": NONE,
    },
    "tests/plugin/test_combined.py": {
        "test_a_selection_that_is_empty_leaves_everything_as_it_was": NONE,
        "test_an_interruption_ends_all_of_them": NONE,
        "test_one_failure_decides_and_ends_the_run_where_that_is_wanted": NONE,
        "test_one_that_is_selected_alone_runs_as_ever": NONE,
        "test_the_cap_is_that_of_all_of_them": NONE,
    },
    "tests/plugin/test_complete.py": {
        "test_a_run_from_which_a_plugin_left_something_out_is_not_complete": 8,
    },
    "tests/plugin/test_end_to_end.py": {
        "test_a_broken_should_fails_only_where_that_is_asked_for": NONE,
        "test_a_fault_ends_with_1_and_the_report_names_requirement_and_place": 3,
        "test_a_stack_in_the_errors_puts_the_last_clauses_to_the_test": NONE,
        "test_a_target_where_nothing_listens_is_inconclusive_at_once": NONE,
        "test_the_base_url_variable_is_a_target": NONE,
        "test_the_cap_is_hard": NONE,
        "test_the_same_seed_sends_the_same": NONE,
        "test_unspecified_properties_are_listed_and_never_a_failure": NONE,
        "test_what_was_left_out_makes_a_run_incomplete": 3,
        "test_where_422_never_comes_it_is_not_observed": NONE,
        "test_without_contract_items_the_plugin_stays_out_of_the_way": NONE,
    },
    "tests/plugin/test_interruption.py": {
        "test_a_run_that_is_interrupted_says_so": 2,
        "test_a_run_that_is_killed_leaves_no_green_report": NONE,
        "test_ctrl_c_twice_in_an_exchange_is_no_finding": NONE,
        "test_nothing_is_sent_after_the_interruption": 2,
        "test_under_xdist_a_run_stays_one_sequence": NONE,
        "test_what_a_killed_run_left_does_not_hinder_the_next": NONE,
        "test_what_was_seen_before_stands": NONE,
    },
    "tests/plugin/test_neighbours.py": {
        "test_a_disk_that_is_full_is_an_error": NONE,
        "test_a_package_from_elsewhere_is_refused": NONE,
        "test_a_package_is_as_good_as_its_folder": NONE,
        "test_items_in_threads_of_their_own_ask_nothing": NONE,
        "test_output_that_nobody_takes_is_no_finding": NONE,
        "test_pytest_finds_the_configuration_whatever_an_option_s_value_is": NONE,
        "test_without_plugins_that_load_themselves_the_report_s_own_have_to_be_named": NONE,
    },
    "tests/plugin/test_outages.py": {
        "test_a_target_that_is_not_there_is_one_error_and_few_lines": NONE,
        "test_an_outage_is_one_error_and_few_lines": NONE,
    },
    "tests/plugin/test_progress.py": {
        "test_on_loopback_too_it_expects_what_the_plan_says_of_the_selected_items": NONE,
    },
    "tests/plugin/test_red_lines.py": {
        "test_a_fault_is_one_finding_one_failed_item_and_a_screen": 12,
        "test_a_should_is_told_once_and_names_none_of_our_code": NONE,
        "test_later_items_that_see_it_pass_and_note_it_alike_everywhere": NONE,
    },
    "tests/plugin/test_selection.py": {
        "test_a_waived_cause_is_one_expected_failure": NONE,
        "test_what_failed_last_fails_again": NONE,
    },
    "tests/plugin/test_three_at_once.py": {
        "test_a_waiver_for_one_leaves_the_others_red": NONE,
        "test_a_waiver_of_a_requirement_says_how_many_causes_it_excuses": NONE,
        "test_ids_are_the_same_whatever_the_seed": NONE,
    },
    "tests/proof/test_flaky_network.py": {
        "test_a_limited_and_flaky_target_passes": NONE,
    },
    "tests/proof/test_published.py": {
        "test_each_get_of_the_document_has_a_folder": NONE,
        "test_each_passes_against_the_sandbox": NONE,
        "test_what_parameters_mean_is_told_from_what_they_do_not": NONE,
    },
    "tests/redaction/test_keys.py": {
        "test_a_branch_that_is_called_as_the_key_is_masked": NONE,
        "test_a_conforming_server_is_released_whatever_its_key_is": 3,
        "test_no_report_is_withheld_for_a_key_that_tells_something": NONE,
        "test_probe_refuses_such_a_key_too": NONE,
    },
    "tests/redaction/test_secrets.py": {
        "test_a_process_of_its_own_leaves_the_key_nowhere": NONE,
        "test_no_crash_of_the_suite_tells_the_key": 6,
        "test_no_server_can_make_the_suite_tell_the_key": 6,
    },
    "tests/report/test_artefacts.py": {
        "test_a_failure_stays_a_failure_when_something_is_withheld": NONE,
        "test_a_killed_run_leaves_no_report_of_an_earlier_one": NONE,
        "test_two_runs_at_once_do_not_disturb_each_other": NONE,
    },
    "tests/report/test_browser.py": {
        "test_a_report_that_is_too_old_releases_nothing": NONE,
        "test_a_sandboxs_pass_looks_different_from_stagings": NONE,
        "test_an_inconclusive_run_says_what_got_in_the_way": NONE,
        "test_axe_has_nothing_serious_to_say_of_the_pages_own_part": NONE,
        "test_axe_would_have_something_to_say": NONE,
        "test_nothing_is_loaded_and_no_script_of_the_server_runs": 3,
    },
    "tests/report/test_exchange_list.py": {
        "test_a_finding_and_a_requirement_lead_to_their_exchanges": NONE,
        "test_a_page_of_three_thousand_opens_without_delay": NONE,
        "test_it_is_filtered_by_status_family_and_requirement": NONE,
        "test_what_a_hostile_server_sent_is_text_in_the_list_too": NONE,
    },
    "tests/report/test_first_screen.py": {
        "test_the_gate_decides_as_the_page_advises": NONE,
    },
    "tests/report/test_page.py": {
        "test_a_default_page_stays_small_and_a_nightly_one_below_three_megabytes": NONE,
    },
    "tests/report/test_page_hostile.py": {
        "test_a_failures_text_is_short_and_no_character_of_it_acts": 3,
        "test_only_the_suites_own_elements_stand_on_the_page": 3,
        "test_the_page_can_be_written_and_no_character_of_it_acts": 3,
        "test_the_page_stays_small": 3,
        "test_the_record_stays_one_and_sound": 3,
        "test_what_github_shows_is_one_line_each_and_no_markup": 3,
        "test_words_of_the_environment_are_escaped_too": NONE,
    },
    "tests/report/test_page_policy.py": {
        "test_every_control_works_under_the_policy": 4,
        "test_foreign_markup_makes_nothing_that_acts": NONE,
        "test_what_others_put_into_the_page_is_text": NONE,
    },
    "tests/report/test_record.py": {
        "test_the_element_can_not_end_early_nor_be_markup": 10,
        "test_the_record_tells_every_outcome_that_pytest_html_tells": NONE,
        "test_verdict_json_is_the_pages_record_and_keeps_its_schema": 10,
    },
    "tests/sandbox/test_sandbox_catalogue.py": {
        "test_every_entry_can_be_applied": 10,
        "test_faults_of_a_status_change_that_answer_alone": 10,
    },
    "tests/second_operation/test_faults.py": {
        "test_a_fault_is_found_by_its_requirement": 16,
        "test_who_conforms_passes": 6,
        "test_who_keeps_another_document_passes": 6,
    },
    "tests/test_benchmarks.py": {
        "test_found_counts_requests_of_the_suite_and_of_schemathesis": NONE,
        "test_memory_is_bounded_whatever_a_server_sends": NONE,
        "test_reports_are_as_large_as_they_were_wanted": NONE,
        "test_run_compares_whole_processes": NONE,
        "test_start_up_compares_with_pytest_alone": NONE,
    },
    "tests/test_contributing.py": {
        "test_the_guides_lead_to_what_they_say": NONE,
    },
    "tests/test_docs.py": {
        "test_a_gitlab_night_without_a_report_is_held": NONE,
        "test_each_command_does_what_its_document_says": 12,
        "test_gitlab_jobs_run_and_release": NONE,
        "test_the_example_of_a_failure_is_one": NONE,
        "test_the_example_of_a_signed_report_is_released": NONE,
        "test_the_example_of_a_waiver_passes_and_is_named": NONE,
        "test_the_request_counts_are_those_of_the_plan": NONE,
    },
    "tests/test_more_folders.py": {
        "test_tests_of_commands_gate_plugin_and_documents_pass": NONE,
    },
    "tests/test_other_documents.py": {
        "test_a_conforming_server_passes": NONE,
        "test_a_key_is_truncated_where_it_stands": NONE,
    },
    "tests/test_readme.py": {
        "test_every_exit_status_is_explained": 4,
    },
    "tests/test_second_operation.py": {
        "test_a_conforming_server_passes": NONE,
        "test_a_finding_is_asked_again_without_naming_the_operation": NONE,
        "test_a_mark_is_known_by_its_folder": NONE,
        "test_a_parameter_that_opens_is_told": NONE,
        "test_a_part_of_the_suite_is_known_to_be_one": NONE,
        "test_every_command_of_the_guide_works": NONE,
        "test_the_first_operation_is_asked_as_before": NONE,
        "test_the_sandbox_serves_it_before_any_server_does": NONE,
        "test_the_suite_runs_as_people_start_it": NONE,
    },
    "tests/test_workflows.py": {
        "test_a_breaking_change_is_red": NONE,
        "test_a_conforming_staging_makes_a_green_night": NONE,
        "test_a_fault_makes_a_red_night_at_the_first_sight": NONE,
        "test_a_missing_secret_is_no_grey_night": NONE,
        "test_a_missing_signing_key_is_no_reason_to_look_away": NONE,
        "test_a_second_grey_night_alarms": NONE,
        "test_an_unreachable_document_alarms_when_that_persists": NONE,
        "test_an_unreachable_staging_makes_a_grey_night": NONE,
        "test_the_gate_holds_a_night_without_a_report": NONE,
        "test_the_gate_holds_after_a_red_night": NONE,
        "test_the_gate_holds_an_unsigned_report_where_there_is_a_key": NONE,
        "test_the_gate_holds_what_it_must": NONE,
        "test_the_gate_holds_where_no_night_was": NONE,
        "test_the_gate_holds_where_the_report_is_gone": NONE,
        "test_the_gate_releases_after_a_green_night": NONE,
        "test_the_gate_says_75_after_a_grey_night": NONE,
        "test_the_same_document_is_no_drift": NONE,
    },
    "tests/three_operations/test_faults.py": {
        "test_a_fault_is_found_by_its_requirement": 40,
        "test_who_conforms_passes": 5,
    },
}
SAMPLE: Final[Mapping[str, int]] = {
    f"{path}::{name}": one_in for path, names in _ONE_IN.items() for name, one_in in names.items()
}
"""Tests of which every so many-th case runs, the first among them, or none at all."""

BROAD: Final = frozenset(_ONE_IN)
"""The files that have such tests."""


def is_whole() -> bool:
    """Whether everything is asked for, as `.ci/run` and `tox -e proof` do."""
    return os.environ.get(VARIABLE) in {"all", REST}


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
    print(*(name for name in SAMPLE if not name.startswith("tests/proof/")))
