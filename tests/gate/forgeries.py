"""The table of forged, stale and broken reports, each with the code that must hold it."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import replace

from contracts.http.probe import Credential
from contracts.report.sign import ELEMENT
from tests.gate.forgery import Report

BROKEN = "test-key"
REFUSED = "key-refused"
DOWN = "502-always"
MUST = "balance-response-schema"
RECORD = ELEMENT.encode()

Forge = Callable[[Report], bytes | None]
FORGERIES: dict[str, tuple[str, str | None, Forge]] = {}


def forgery(code: str, of: str | None = None) -> Callable[[Forge], Forge]:
    """List a forgery with the code that must hold it, and the run whose report it starts from."""

    def listed(function: Forge) -> Forge:
        FORGERIES[function.__name__] = (code, of, function)
        return function

    return listed


# --- the file ------------------------------------------------------------------------------


@forgery("empty")
def empty_file(report):
    return b""


@forgery("empty")
def blank_file(report):
    return b" \n\n"


@forgery("no-report")
def another_file(report):
    return json.dumps(report.record).encode()


@forgery("truncated")
def half_a_file(report):
    return report.page()[: len(report.text) // 2]


@forgery("truncated")
def file_without_its_last_line(report):
    return report.page().replace(b"</html>", b"")


@forgery("several-pages")
def two_files_in_one(report):
    return report.page() + report.page()


@forgery("several-pages")
def a_green_page_before_a_red_one(report):
    return report.page() + Report.of(BROKEN).page()


@forgery("no-record")
def record_taken_out(report):
    page = report.page()
    start = page.index(RECORD)
    return page[:start] + page[page.index(b"</script>", start) :]


@forgery("seal")
def record_in_a_comment(report):
    return report.page().replace(RECORD, b"<!-- " + RECORD)


@forgery("several-records")
def two_records(report):
    page = report.page()
    start = page.index(RECORD)
    end = page.index(b"</script>", start) + len(b"</script>")
    return page[:end] + page[start:end] + page[end:]


@forgery("seal")
def second_record_in_another_element(report):
    return report.page().replace(b"</body>", b"<div ID='contract-record'>{}</div></body>")


@forgery("not-json")
def record_cut_short(report):
    page = report.page()
    start = page.index(b'"catalogue_sha256"')
    return page[:start] + page[page.index(b"</script>", start) :]


@forgery("not-json")
def record_with_nan(report):
    report.record["seed"] = float("nan")


@forgery("not-json")
def verdict_twice(report):
    return report.page().replace(b'"record":{', b'"record":{"verdict":"pass",', 1)


@forgery("schema")
def something_beside_the_record(report):
    return report.page().replace(b'"record":{', b'"note":"all fine","record":{', 1)


# --- the record's form -----------------------------------------------------------------------


@forgery("schema")
def member_missing(report):
    del report.record["circumstances"]["stopped"]


@forgery("schema")
def member_of_another_type(report):
    report.record["requests"] = str(report.record["requests"])


@forgery("schema")
def unknown_member(report):
    report.record["approved_by"] = "nobody"


@forgery("schema-version")
def older_version(report):
    report.record["schema_version"] = 1


@forgery("schema-version")
def record_is_a_list(report):
    report.record = [report.record]


@forgery("unfinished")
def run_without_an_end(report):
    report.record["finished"] = None


# --- what became of the run ------------------------------------------------------------------


@forgery("failed", of=BROKEN)
def failed_run(report):
    pass


@forgery("incomplete")
def deselected_run(report):
    report.record["complete"] = False
    report.record["circumstances"]["deselected"] = True


@forgery("incomplete")
def interrupted_run(report):
    report.record["circumstances"]["interrupted"] = True


@forgery("incomplete")
def run_with_a_lost_worker(report):
    report.record["circumstances"]["crashed"] = True


@forgery("incomplete")
def incomplete_for_no_reason(report):
    report.record["complete"] = False


@forgery("error")
def run_with_an_error(report):
    report.record["verdict"] = "error"


@forgery("error")
def error_called_something_else(report):
    report.record["verdict"] = "error"
    report.record["circumstances"]["error"] = True


# --- what it is about ------------------------------------------------------------------------


@forgery("document")
def another_document(report):
    report.record["spec_sha256"] = "0" * 64


@forgery("catalogue")
def another_catalogue(report):
    report.record["catalogue_sha256"] = "0" * 64


@forgery("operation")
def another_operation(report):
    report.record["operation"] = "GET /api/v1/billing/transactions"


@forgery("requirements")
def requirement_left_out(report):
    report.record["requirements"] = [r for r in report.record["requirements"] if r["id"] != MUST]


@forgery("requirements")
def must_called_should(report):
    report.row(MUST)["level"] = "SHOULD"


@forgery("requirements")
def must_called_the_servers_choice(report):
    report.row(MUST)["server_dependent"] = True


@forgery("clauses")
def clause_left_out(report):
    del report.record["clauses"][0]


@forgery("target")
def loopback_called_staging(report):
    report.record["target"]["name"] = "staging"


@forgery("target")
def loopback_called_elsewhere(report):
    report.record["target"]["loopback"] = False


# --- when it was -----------------------------------------------------------------------------


@forgery("stale")
def run_of_last_week(report):
    report.record["started"] = "2020-01-01T00:00:00.000+00:00"


@forgery("future")
def run_of_next_century(report):
    report.record["finished"] = "2126-01-01T00:00:00.000+00:00"


@forgery("times")
def run_that_ended_before_it_began(report):
    started, finished = report.record["started"], report.record["finished"]
    report.record["started"], report.record["finished"] = finished, started


@forgery("schema")
def run_on_a_day_that_never_was(report):
    report.record["started"] = "2026-02-30T00:00:00.000+00:00"


# --- what it says of itself ------------------------------------------------------------------


@forgery("edited-verdict", of=BROKEN)
def verdict_of_a_failed_run_edited(report):
    report.record["verdict"] = "pass"


@forgery("edited-verdict", of=BROKEN)
def both_verdicts_edited(report):
    report.record["verdict"] = "pass"
    for row in report.record["requirements"]:
        row["verdict"] = "pass"


@forgery("edited-verdict")
def must_unobserved_but_called_pass(report):
    report.row(MUST)["observed"] = 0


@forgery("edited-verdict", of=REFUSED)
def refused_key_called_pass(report):
    report.record["verdict"] = "pass"
    report.record["complete"] = True


@forgery("edited-verdict", of=DOWN)
def stopped_run_called_complete(report):
    report.record["complete"] = True


@forgery("exit-status")
def process_said_otherwise(report):
    report.record["exit_status"] = 1


@forgery("findings")
def finding_without_a_count(report):
    report.record["findings"].append(
        Report.of(BROKEN).record["findings"][0] | {"requirement": "no-stack-trace"}
    )


@forgery("findings", of=BROKEN)
def counts_edited_but_findings_left(report):
    acquit(report)
    report.record["findings"] = Report.of(BROKEN).record["findings"]


# --- the evidence ----------------------------------------------------------------------------


@forgery("evidence")
def exchanges_that_are_no_base64(report):
    report.packed = "not base64!"


@forgery("evidence")
def exchanges_that_are_no_json(report):
    report.packed = base64.b64encode(zlib.compress(b"[" * 100_000)).decode()


@forgery("evidence")
def exchanges_that_are_a_bomb(report):
    bomb = zlib.compressobj(9)
    zeros = bytes(1 << 24)
    packed = b"".join(bomb.compress(zeros) for _ in range(40)) + bomb.flush()
    report.packed = base64.b64encode(packed).decode()


@forgery("evidence")
def exchanges_cut_short(report):
    octets = base64.b64decode(report.packed)
    report.packed = base64.b64encode(octets[:-100]).decode()


@forgery("evidence-digest")
def exchanges_of_another_run(report):
    report.packed = Report.of(BROKEN).packed


@forgery("evidence-count")
def exchange_left_out(report):
    requests = report.record["requests"]
    del report.exchanges[-1]
    report.repack()
    report.record["requests"] = requests


@forgery("counts")
def exchange_left_out_and_all_renumbered(report):
    del report.exchanges[3]
    report.exchanges = [replace(e, number=at) for at, e in enumerate(report.exchanges, 1)]
    report.repack()


@forgery("evidence-cut")
def exchanges_that_are_not_whole(report):
    report.record["evidence"]["cut"] = 1


@forgery("evidence-order")
def exchange_twice(report):
    report.exchanges[5] = report.exchanges[4]
    report.repack()


@forgery("evidence-times")
def exchanges_in_another_order(report):
    report.change(lambda e: e.number == 9, started=0.0)


@forgery("evidence-times")
def exchanges_after_the_end(report):
    report.change(lambda e: e.number == len(report.exchanges), started=7200.0)


@forgery("evidence-times")
def old_report_with_a_new_date(report):
    report.exchanges = [
        replace(e, received=e.received.replace(b" 2026 ", b" 2025 ")) for e in report.exchanges
    ]
    report.repack()


@forgery("evidence-requests")
def exchanges_with_another_host(report):
    old = report.record["target"]["url"].removeprefix("http://").encode()
    report.exchanges = [
        replace(e, sent=e.sent.replace(old, b"127.0.0.1:1")) for e in report.exchanges
    ]
    report.repack()


@forgery("evidence-requests")
def wrong_key_called_none(report):
    report.change(
        lambda e: e.probe.credential is Credential.WRONG and e.probe.plain,
        probe=lambda e: replace(e.probe, credential=Credential.ABSENT, recipe="absent"),
    )


@forgery("evidence-requests")
def request_without_its_field(report):
    report.change(
        lambda e: bool(e.probe.fields) and e.probe.wire is None,
        sent=lambda e: e.sent.replace(e.probe.fields[0][1] + b"\r\n", b"harmless\r\n", 1),
    )


@forgery("broken", of=BROKEN)
def failed_run_acquitted(report):
    acquit(report)


@forgery("broken")
def body_edited(report):
    report.change(
        lambda e: e.response.status == 200,
        received=lambda e: e.received.replace(b'"amountSubunits":', b'"AmountSubunits":'),
    )


@forgery("counts")
def must_said_to_be_observed_more_often(report):
    report.row(MUST)["observed"] += 1


@forgery("counts")
def clause_said_to_be_observed_more_often(report):
    report.record["clauses"][0]["observed"] += 1


@forgery("counts")
def answers_said_to_be_more(report):
    report.record["circumstances"]["answered"] += 1


@forgery("counts", of=DOWN)
def troubles_made_up(report):
    report.record["troubles"][0]["exchange"] = 100_000


@forgery("counts", of=REFUSED)
def key_not_refused_after_all(report):
    report.exchanges = [
        replace(e, received=e.received.replace(b"HTTP/1.1 401", b"HTTP/1.1 403"))
        if e.probe.recipe == "valid"
        else e
        for e in report.exchanges
    ]
    report.repack()


# --- pytest's part, and what a person reads --------------------------------------------------


@forgery("table")
def row_removed_from_the_table(report):
    report.table(lambda tests: tests.pop(next(iter(tests))))


@forgery("table")
def row_removed_from_the_record(report):
    del report.record["tests"][0]


@forgery("table")
def all_tests_removed(report):
    report.table(lambda tests: tests.clear())
    report.record["tests"] = []


@forgery("table")
def failed_row(report):
    report.table(lambda tests: next(iter(tests.values()))[0].update(result="Failed"))


@forgery("table")
def failed_row_in_both(report):
    report.table(lambda tests: tests[report.record["tests"][0]["id"]][0].update(result="Failed"))
    report.record["tests"][0]["outcome"] = "failed"


@forgery("page")
def failures_in_the_summary(report):
    report.text = report.text.replace("0 Failed,", "3 Failed,")


@forgery("table")
def table_taken_out(report):
    report.text = report.text.replace("data-jsonblob=", "data-nothing=")


@forgery("page")
def a_person_reads_something_else(report):
    report.text = report.text.replace('<span class="word">pass<', '<span class="word">fail<')


@forgery("page")
def heading_taken_out(report):
    report.text = report.text.replace('id="verdict"', 'id="title"')


@forgery("seal")
def one_word_changed_by_hand(report):
    return report.page().replace(b"observed and kept", b"observed and KEPT", 1)


@forgery("seal")
def page_never_sealed(report):
    return report.page(seal=False)


def acquit(report: Report) -> None:
    """Make a failing run's record say pass throughout, as a careful forger does."""
    for row in report.record["requirements"] + report.record["clauses"]:
        row["violated"] = 0
        if row.get("verdict") in {"fail", "warn"}:
            row["verdict"] = "pass"
    report.record.update(verdict="pass", exit_status=0, findings=[], complete=True)
