"""Checks that people read what the record says, by writing the page again and comparing.

The comparison is by octets, not by a parser: a page identical to what the suite writes has no
second verdict and nothing that hides the first, and every browser reads it in the same way.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from html import unescape
from typing import Any

from contracts.document.catalogue import Catalogue
from contracts.gate.judge_again import Account
from contracts.gate.page_reader import Page
from contracts.gate.pytest_page import PytestPage, PytestPageError, installed, read_pytest_page
from contracts.gate.reasons_to_hold.held import HeldError
from contracts.gate.reasons_to_hold.record import Demand, Record, times
from contracts.gate.told_run import ToldRun, told_facts
from contracts.http.exchange import Exchange
from contracts.http.target import reasons_for
from contracts.judging.judge import Judgement
from contracts.report.packing import Packed
from contracts.report.page.html import summary_html, title_of
from contracts.report.reader import read_json
from contracts.report.reason import reason_for
from contracts.report.record import build, spelled
from contracts.report.waived import waivers_of
from contracts.run.verdict import Verdict

_INDEX = b'<script type="application/json" id="exchange-index">'
_MOST_VALUES = 100_000
_SHOWN = 40
"""Octets of a difference that are reported."""


def check_page(
    page: Page, exchanges: tuple[Exchange, ...], account: Account, demand: Demand
) -> None:
    """Require a page that is what the suite writes from its record.

    Arguments:
        page: the report, whose record passed the other checks.
        exchanges: the recorded exchanges.
        account: what they show.
        demand: what the gate demands.

    Raises:
        HeldError: another version wrote it, or it shows something else.
    """
    record = page.record
    told = _read_table(page, record)
    _check_version(record)
    try:
        judgements = dict(_judgements(page, exchanges, account, demand.catalogue))
        waivers = waivers_of(record, demand.waivers)
        run = ToldRun(record, exchanges, judgements, demand.catalogue, demand.api, waivers)
        facts = told_facts(record, demand.catalogue, demand.api)
        if not told.is_of(times(record)[1]):
            raise HeldError("page", "The page was written on another day than the run ended.")
        _check_record(page, run, facts)
        title = title_of(run, facts)
        expected = told.written(title, summary_html(run, facts))
        if unescape(told.data["title"]) != title:
            raise HeldError("page", "The page has another name in its script than in its title.")
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise HeldError("page", "The page can't be rendered again from its record.") from error
    _compare(told.rest, expected)


def _read_table(page: Page, record: Record) -> PytestPage:
    """Require that pytest-html's part shows the same outcomes as the record."""
    try:
        told = read_pytest_page(page.seal.octets)
    except PytestPageError as error:
        raise HeldError("table", f"pytest's part of the page can't be trusted: {error}.") from error
    rows, stated = told.rows, sorted((test["id"], test["outcome"]) for test in record["tests"])
    if rows != stated:
        gone = [name for name, _ in stated if name not in dict(rows)]
        raise HeldError(
            "table",
            f"pytest's table lacks {len(gone)} tests of the record, {gone[0]} among them."
            if gone
            else "pytest's table has other outcomes than the record.",
        )
    outcomes = {outcome for _, outcome in rows}
    if not outcomes or (record["verdict"] == Verdict.PASS and outcomes & {"failed", "error"}):
        raise_for = "has failures" if outcomes else "is empty"
        raise HeldError("table", f"pytest's table {raise_for}, whatever the record says.")
    return told


def _check_version(record: Record) -> None:
    """Require the version that wrote the page, since only that can write it again."""
    wrote, own = record["versions"].get("pytest-html"), installed()
    if wrote != own:
        words = f"pytest-html {wrote} wrote the page, and the gate has {own or 'none'}"
        raise HeldError("version", f"{words}: only a signed one can be believed then.")


def _check_record(page: Page, run: ToldRun, facts: Any) -> None:
    """Require that the record's texts follow from its counts."""
    record = page.record
    if record["reason"] != reason_for(run, facts.verdict, None):
        raise HeldError("reason", "The record's reason is not that of its verdict.")
    if record["target"]["why"] not in reasons_for(record["target"]["name"], run.client.api):
        raise HeldError("target", "No run states such a reason for its target.")
    for finding in record["findings"]:
        words = shlex.split(finding["again"])
        own = ["python", "-m", "contracts", "probe", finding["id"], "--target"]
        if words[:7] != [*own, record["target"]["name"]] or shlex.join(words) != finding["again"]:
            raise HeldError("findings", f"The command that repeats {finding['id']} is wrong.")
    since, began = record["since"], facts.started.isoformat(timespec="seconds")
    if since is not None:
        last = since["runs"][-1]
        if (last["started"], last["verdict"]) != (began, record["verdict"]):
            raise HeldError("since", "The last run in the page's comparison is another.")
        if since["first"] != (len(since["runs"]) == 1):
            raise HeldError("since", "Whether there were earlier runs differs from the page.")
    stated = record["evidence"]
    packed = Packed(
        page.exchanges, stated["sha256"], stated["exchanges"], stated["cut"], stated["marked"]
    )
    tests = [(test["id"], test["outcome"]) for test in record["tests"]]
    again = build(run, facts, tests, packed)
    for name, value in again.items():
        if record[name] != value:
            raise HeldError("record", f"What the record says of its {name} contradicts the rest.")


def _judgements(
    page: Page, exchanges: tuple[Exchange, ...], account: Account, catalogue: Catalogue
) -> Iterator[tuple[int, Judgement]]:
    """Yield what each exchange tested, according to the page's list of exchanges."""
    text, end, _ = page.seal.octets.partition(_INDEX)[2].partition(b"</script>")
    if not end:
        return
    index = read_json(text, spelled, _MOST_VALUES)
    names = list(catalogue.requirements)
    sets = [frozenset(names[place] for place in each) for each in index["sets"]]
    for exchange, (_, tested, _) in zip(exchanges, index["rows"], strict=True):
        if exchange.number in account.judged:
            yield exchange.number, Judgement(exchange, (), sets[tested], frozenset())


def _compare(shown: bytes, expected: bytes) -> None:
    if shown == expected:
        return
    at = 0
    for power in reversed(range(len(shown).bit_length())):  # bisect for the first difference
        step = 1 << power
        at += step if shown[at : at + step] == expected[at : at + step] else 0
    here, there = (
        each[at : at + _SHOWN].decode("utf-8", "replace") or "nothing" for each in (shown, expected)
    )
    raise HeldError("page", f"The page reads “{here}” where the suite writes “{there}”.")
