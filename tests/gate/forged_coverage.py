"""Reports whose evidence is not all that a complete run asks, hashes and counts made to fit."""

from __future__ import annotations

from dataclasses import replace

from contracts.http.exchange import FaultKind, TransportFault
from contracts.http.probe import RANDOM, Credential
from contracts.probes.generated import GENERATED_CASE
from tests.gate.forged_evidence import first
from tests.gate.forgeries import forgery
from tests.gate.forgery import Report


@forgery("coverage")
def twenty_exchanges_of_all(report):
    kept = [*dict.fromkeys((*samples(report), *range(1, 21)))][:20]
    report.keep(lambda e: e.number in kept)
    assert len(report.exchanges) == 20


def samples(report: Report) -> set[int]:
    """The first exchange that puts each requirement to the test."""
    return {row["sample"] for row in report.record["requirements"]} - {None}


@forgery("coverage")
def no_wrong_key(report):
    report.keep(lambda e: e.probe.credential is not Credential.WRONG)


@forgery("coverage")
def one_recipe_less(report):
    report.keep(lambda e: e.probe.recipe != "drop-last-character")


@forgery("coverage")
def one_pack_less(report):
    packs = [e.probe.name for e in report.exchanges if len(e.probe.fields) > 5]
    report.keep(lambda e: e.probe.name != packs[3])


@forgery("coverage")
def one_query_less(report):
    names = [e.probe.name for e in report.exchanges if e.probe.query is not None]
    report.keep(lambda e: e.probe.name != names[-1])


@forgery("coverage")
def no_content(report):
    report.keep(lambda e: e.probe.body is None)


@forgery("coverage")
def no_raw_requests(report):
    report.keep(lambda e: e.probe.wire is None)


@forgery("coverage")
def fields_at_random_left_out(report):
    report.keep(lambda e: not (e.probe.name.startswith(RANDOM) and e.probe.recipe == "absent"))


@forgery("coverage")
def generated_case_left_out(report):
    report.keep(lambda e: e.probe.name != GENERATED_CASE)


@forgery("coverage")
def a_right_key_less_between_wrong_ones(report):
    report.keep(lambda e: e.probe.name != "valid after a wrong key")


@forgery("coverage")
def the_same_few_exchanges_again_and_again(report):
    few = [e for e in report.exchanges if e.number in samples(report)]
    report.exchanges = [
        replace(few[at % len(few)], number=at + 1, started=e.started, seconds=0.0, connection=at)
        for at, e in enumerate(report.exchanges)
    ]
    report.restate()


@forgery("edited-verdict")
def the_same_exchange_again_and_again(report):
    one = first(report, "valid")
    report.exchanges = [replace(one, number=e.number, started=e.started) for e in report.exchanges]
    report.restate()


@forgery("coverage")
def plain_exchanges_under_every_name(report):
    """Each probe keeps its name and recipe, and none of what it was about."""
    served, refused = first(report, "valid"), first(report, "random-key-1")
    nothing = {"fields": (), "query": None, "body": None, "wire": None}
    for at, exchange in enumerate(report.exchanges):
        model = {"valid": served, "random-key-1": refused}.get(exchange.probe.recipe)
        if model is not None and not exchange.probe.plain:
            probe = replace(exchange.probe, **nothing)
            octets = {"sent": model.sent, "received": model.received}
            report.exchanges[at] = replace(exchange, probe=probe, **octets)
    report.restate()


@forgery("coverage")
def default_run_called_nightly(report):
    report.record["profile"] = "nightly"


@forgery("coverage")
def run_of_a_made_up_profile(report):
    report.record["profile"] = "quick"


@forgery("coverage")
def failed_attempts_for_first_ones(report):
    """Each probe is there, but only as another attempt at one that was left out."""
    wrong = [e for e in report.exchanges if e.probe.recipe == "drop-last-character"]
    before = report.exchanges[wrong[0].number - 2]
    fault = TransportFault(FaultKind.RESET, "as the forger says")
    failed = {"received": b"", "fault": fault, "attempt": 1}
    report.exchanges[before.number - 1] = replace(before, probe=wrong[0].probe, **failed)
    report.exchanges[before.number - 1] = replace(
        report.exchanges[before.number - 1], sent=wrong[0].sent
    )
    report.exchanges[wrong[0].number - 1] = replace(wrong[0], attempt=2)
    report.restate()


@forgery("suite-version")
def run_of_another_suite(report):
    report.record["versions"]["contracts"] = "0.0.1"


@forgery("suite-version")
def run_of_no_suite(report):
    report.record["versions"] = {}
