"""Reports whose record and page say of the run what no run says of itself."""

from __future__ import annotations

import re

from tests.gate.forgeries import Forge, forgery
from tests.gate.forgery import Report


@forgery("operation")
def another_folder_that_asks_the_same(report: Report) -> None:
    report.record["name"] = "receipts"


# --- the target's address ---------------------------------------------------------------------


def _address(name: str, change: str) -> None:
    """List a report whose target is spelled otherwise, and everything else is written to fit."""

    def forge(report: Report) -> None:
        scheme, _, authority = report.record["target"]["url"].partition("//")
        report.record["target"].update(
            name="sandbox", url=change.format(scheme=scheme, authority=authority)
        )
        report.rewrite()

    forge.__name__ = f"target_with_{name}"
    forgery("target")(forge)


_address("a_name_before_it", "{scheme}//staging.api.rye.com@{authority}")
_address("a_query", "{scheme}//{authority}?https://staging.api.rye.com")
_address("a_fragment", "{scheme}//{authority}#staging")
_address("a_slash_behind_it", "{scheme}//{authority}/")
_address("a_port_that_is_none", "{scheme}//{authority}\u2060")


def _reason(name: str, words: str) -> Forge:
    """List a report whose target was chosen for a reason that chooses another."""

    def forge(report: Report) -> None:
        report.record["target"]["why"] = words
        report.rewrite()

    forge.__name__ = name
    return forgery("target")(forge)


_reason("address_chosen_since_a_key_is_set", "since CHECKOUT_INTENTS_API_KEY is set")
_reason(
    "address_chosen_since_nothing_is_set",
    "since neither --target nor CHECKOUT_INTENTS_BASE_URL nor CHECKOUT_INTENTS_API_KEY is set",
)


# --- times ------------------------------------------------------------------------------------


@forgery("page")
def page_of_another_year(report):
    report.text = re.sub(r"(generated on \S+-)\d{4}", r"\g<1>2030", report.text)
    report.rewrite()


@forgery("page")
def page_of_another_month(report):
    month = "Jan" if "-Jul-" in report.text else "Jul"
    report.text = re.sub(r"(generated on \d\d-)\w+", rf"\g<1>{month}", report.text)
    report.rewrite()


@forgery("table")
def page_of_a_time_that_is_none(report):
    report.text = re.sub(r"(generated on \S+ at )\S+", r"\g<1>99:99:99", report.text)


@forgery("schema")
def run_in_another_zone(report):
    hour = int(report.record["started"][11:13])
    at = f"T{(hour + 12) % 24:02}"
    report.record["started"] = re.sub("T..", at, report.record["started"]).replace("+00", "+12")


# --- what it counts, and what it stands on ------------------------------------------------------


@forgery("schema")
def words_in_the_place_of_a_version(report):
    report.record["versions"]["pytest"] = "9.2.0, verdict: fail"
    report.rewrite()


@forgery("schema")
def version_of_something_else(report):
    report.record["versions"]["verdict-fail"] = "1"
    report.rewrite()


@forgery("counts")
def more_requests_than_were_allowed(report):
    report.record["allowance"] = report.record["requests"] - 1
    report.rewrite()


@forgery("counts")
def another_exchange_as_the_first(report):
    report.record["requirements"][0]["sample"] += 1
    report.rewrite()


# --- earlier runs -----------------------------------------------------------------------------


@forgery("since")
def another_run_in_the_place_of_this_one(report):
    report.record["since"]["runs"][-1]["started"] = "2020-01-01T00:00:00+00:00"
    report.rewrite()


@forgery("since")
def earlier_runs_called_none(report):
    earlier = {"started": "2020-01-01T00:00:00+00:00", "verdict": "fail", "broken": []}
    report.record["since"]["runs"].insert(0, earlier)
    report.rewrite()
