"""Reports whose evidence contradicts itself, hashes and counts made to fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime

from contracts.http.exchange import Exchange, FaultKind, TransportFault
from contracts.http.probe import Credential, Probe
from tests.gate.forgeries import acquit, forgery
from tests.gate.forgery import Report

ACCEPTS_NEAR_KEYS = "middle-ignored"
WARNED = "401-without-challenge"
AUTHORIZATION = b"Authorization: Bearer "


def is_plain(recipe: str) -> Callable[[Exchange], bool]:
    return lambda e: e.probe.plain and e.probe.recipe == recipe


def first(report: Report, recipe: str) -> Exchange:
    return next(filter(is_plain(recipe), report.exchanges))


def without_credentials(sent: bytes) -> bytes:
    lines = sent.split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.lower().startswith(b"authorization:"))


# --- probes beside what was sent -------------------------------------------------------------


@forgery("evidence-requests")
def valid_key_never_sent(report):
    for at, exchange in enumerate(report.exchanges):
        if exchange.probe.credential is Credential.VALID:
            sent = without_credentials(exchange.sent)
            report.exchanges[at] = replace(exchange, sent=sent)
    report.restate()


@forgery("evidence-requests")
def wrong_key_never_sent(report):
    report.change(is_plain("random-key-2"), sent=lambda e: without_credentials(e.sent))


@forgery("evidence-requests")
def dressed_key_never_sent(report):
    report.change(is_plain("two-blanks"), sent=lambda e: without_credentials(e.sent))


@forgery("evidence-requests")
def key_never_sent_in_a_raw_request(report):
    report.change(
        lambda e: e.probe.wire is not None and e.probe.recipe == "valid",
        sent=lambda e: without_credentials(e.sent),
    )


@forgery("evidence-requests")
def raw_request_that_is_another(report):
    report.change(
        lambda e: e.probe.name == "control-in-value",
        sent=lambda e: e.sent.replace(b"a\x01\x7fb", b"a--b"),
    )


@forgery("evidence-requests")
def one_of_two_keys_never_sent(report):
    report.change(
        is_plain("right-then-wrong"),
        sent=lambda e: AUTHORIZATION.join(e.sent.split(AUTHORIZATION)[:2])[:-2] + b"\r\n\r\n",
    )


@forgery("evidence-requests")
def key_shorter_than_its_recipe_makes_it(report):
    report.change(is_plain("append-character"), sent=lambda e: e.sent.replace(b"*\r\n", b"\r\n", 1))


@forgery("evidence-requests")
def credentials_in_another_field(report):
    report.change(
        is_plain("junk-in-proxy-authorization"),
        sent=lambda e: e.sent.replace(b"Proxy-Authorization: ", b"Praxy-Authorization: "),
    )


@forgery("evidence-requests")
def another_content(report):
    report.change(
        lambda e: e.probe.body == b"no form, no JSON",
        sent=lambda e: e.sent.replace(b"no form, no JSON", b"no form no json!"),
    )


@forgery("evidence-requests")
def another_query(report):
    report.change(
        lambda e: bool(e.probe.query) and e.probe.wire is None,
        sent=lambda e: e.sent.replace(e.probe.query, b"", 1),
    )


@forgery("evidence-requests")
def another_method(report):
    report.change(is_plain("valid"), sent=lambda e: e.sent.replace(b"GET ", b"PUT ", 1))


@forgery("evidence-requests")
def wrong_key_called_the_right_one_presented_another_way(report):
    report.change(
        is_plain("random-key-2"), probe=lambda e: replace(e.probe, credential=Credential.DRESSED)
    )


@forgery("evidence-requests")
def recipe_that_there_is_not(report):
    report.change(is_plain("random-key-2"), probe=lambda e: replace(e.probe, recipe="my-own"))


@forgery("evidence-requests")
def attack_called_none(report):
    report.change(is_plain("sql-or"), probe=lambda e: replace(e.probe, attack=False))


def relabel(report: Report, recipe: str, probe: Probe) -> None:
    """Call what went wrong something that may be answered so, and state what is left."""
    for at, exchange in enumerate(report.exchanges):
        if exchange.probe.recipe == recipe:
            report.exchanges[at] = replace(exchange, probe=probe)


@forgery("evidence-requests", of=ACCEPTS_NEAR_KEYS)
def accepted_key_of_another_length_called_the_right_one(report):
    called_right(report)
    relabel(report, "append-character", first(report, "valid").probe)
    report.restate()


@forgery("coverage", of=ACCEPTS_NEAR_KEYS)
def accepted_keys_called_the_right_one(report):
    called_right(report)
    report.restate()


def called_right(report: Report) -> None:
    right = first(report, "valid").probe
    broken = {
        number
        for each in report.record["findings"]
        if each["level"] == "MUST"
        for number in each["exchanges"]
    }
    for number in broken:
        report.exchanges[number - 1] = replace(report.exchanges[number - 1], probe=right)
    length = len(next(e for e in report.exchanges if e.probe == right).sent)
    report.exchanges = [e for e in report.exchanges if e.probe != right or len(e.sent) == length]
    report.exchanges = [replace(e, number=at) for at, e in enumerate(report.exchanges, 1)]
    acquit(report)


# --- answers and verdicts --------------------------------------------------------------------


@forgery("evidence-connections")
def whole_answer_called_a_reset(report):
    fault = TransportFault(FaultKind.RESET, "the connection was reset")
    report.change(lambda e: e.response.status == 401 and not e.probe.plain, fault=fault)


@forgery("evidence-connections")
def whole_answer_called_a_connection_refused(report):
    fault = TransportFault(FaultKind.REFUSED, "nobody listens")
    report.change(is_plain("valid"), fault=fault)


@forgery("evidence-connections")
def whole_answer_called_too_large(report):
    fault = TransportFault(FaultKind.TOO_LARGE, "more than 2097152 bytes came back")
    report.change(is_plain("valid"), fault=fault)


@forgery("evidence-connections")
def nothing_called_a_cut_answer(report):
    fault = TransportFault(FaultKind.CUT, "the connection was closed after 0 bytes")
    report.change(is_plain("valid"), fault=fault, received=b"", closed=True)


@forgery("evidence-connections")
def broken_answer_called_a_time_out(report):
    fault = TransportFault(FaultKind.READ_TIMEOUT, "nothing moved for 10 s")
    broken = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Length: 7\r\n\r\n{"
    report.change(is_plain("valid"), fault=fault, received=broken)


@forgery("evidence-connections")
def another_attempt_at_what_was_answered(report):
    report.change(lambda e: e.number == 40, attempt=2)


@forgery("counts", of=WARNED)
def warning_taken_out(report):
    acquit(report)


@forgery("counts")
def warning_made_up(report):
    finding = Report.of(WARNED).record["findings"][0]
    report.record["findings"].append(finding)
    report.row(finding["requirement"]).update(violated=7, verdict="warn")


@forgery("findings", of=WARNED)
def warning_about_something_else(report):
    report.record["findings"][0]["id"] += "-elsewhere"


@forgery("counts")
def should_said_to_be_observed_more_often(report):
    report.row("message-lint")["observed"] += 1


# --- times -----------------------------------------------------------------------------------


def redate(report: Report, chosen: Callable[[int], bool], write: Callable[[datetime], str]) -> None:
    week = timedelta(days=7)
    began = datetime.fromisoformat(report.record["started"])
    for at, exchange in enumerate(report.exchanges):
        new = write(began - week).encode()
        for date in exchange.response.values("date") if chosen(at) else ():
            received = exchange.received.replace(date.encode(), new)
            report.exchanges[at] = replace(exchange, received=received)
    report.repack()


def imf(moment: datetime) -> str:
    return format_datetime(moment).replace("+0000", "GMT")


@forgery("evidence-times")
def half_of_the_evidence_of_last_week(report):
    redate(report, lambda at: at % 2 == 0, imf)


@forgery("evidence-times")
def one_answer_of_last_week(report):
    redate(report, lambda at: at == 17, imf)


@forgery("evidence-times")
def last_week_in_iso_8601(report):
    redate(report, lambda _: True, datetime.isoformat)


@forgery("evidence-times")
def last_week_as_mail_writes_it(report):
    redate(report, lambda _: True, format_datetime)


@forgery("evidence-times")
def last_week_in_a_form_of_its_own(report):
    redate(report, lambda _: True, lambda moment: moment.strftime("%d.%m.%Y, %H.%M"))


@forgery("evidence-connections")
def two_exchanges_at_one_time(report):
    before = report.exchanges[49]
    report.change(lambda e: e.number == 51, started=before.started)
    report.change(lambda e: e.number == 50, seconds=0.001)


@forgery("evidence-connections")
def exchange_on_a_connection_that_was_left(report):
    report.change(lambda e: e.number == len(report.exchanges), connection=1)


@forgery("evidence-connections")
def fresh_exchange_on_an_old_connection(report):
    before = {e.number + 1: e.connection for e in report.exchanges}
    report.change(lambda e: e.probe.fresh and e.number > 1, connection=lambda e: before[e.number])
