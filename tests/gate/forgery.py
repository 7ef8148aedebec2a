"""Real reports of real runs, and the tools to forge them."""

from __future__ import annotations

import copy
import html
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from contracts.document.catalogue import Catalogue
from contracts.gate.decide import Demand
from contracts.gate.judge_again import judge_again
from contracts.gate.page_reader import read_page
from contracts.gate.pytest_page import read_pytest_page
from contracts.gate.told_run import ToldRun, told_facts
from contracts.http.exchange import Exchange
from contracts.judging.judge import Judgement
from contracts.report.exchanges import unpack
from contracts.report.packing import pack
from contracts.report.page.html import summary_html, title_of
from contracts.report.reason import reason_for
from contracts.report.record import build
from contracts.report.sign import ELEMENT, SLOTS, sealed
from contracts.run.waivers import Waiver
from contracts.rye import RYE
from contracts.sandbox.server import Sandbox
from tests.support import run_warm

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Catalogue.load(ROOT / "contracts/billing/requirements.toml")
KEY = "RYE/staging-Kq7Zp2Lm9XvB4tRw8YdN3sHc6JfG1uEa"


def escaped(text: str) -> str:
    """Escape an attribute as pytest-html does."""
    return html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")


@cache
def files_of(fault: str | None = None, *options: str) -> dict[str, bytes]:
    """The artefacts of a run, made once."""
    options = ("--hypothesis-seed=1", *options)
    with TemporaryDirectory() as folder, Sandbox(fault, key=KEY) as sandbox:
        done = run_warm(Path(folder), "--target", sandbox.url, *options, key=KEY)
        files = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    assert "report.html" in files, done.output[-3000:]
    return files


class Report:
    """A report that can be taken apart and put together again.

    Arguments:
        octets: the page.
    """

    def __init__(self, octets: bytes) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder, "report.html")
            path.write_bytes(octets)
            page = read_page(path)
        self.text = octets.decode("utf-8", "surrogateescape")
        self.record: dict[str, Any] = copy.deepcopy(page.record)
        self.packed = page.exchanges
        self.exchanges = list(unpack(page.exchanges).exchanges)

    @classmethod
    def of(cls, fault: str | None = None, *options: str) -> Report:
        """The report of a run against a sandbox with a fault."""
        return cls(files_of(fault, *options)["report.html"])

    def demand(self, **others: Any) -> Demand:
        """What a gate demands that was asked about this very target a minute later."""
        target = self.record["target"]["url"]
        now = datetime.fromisoformat(self.record["finished"])
        return replace(Demand(CATALOGUE, now, target, api=RYE), **others)

    def row(self, name: str) -> dict[str, Any]:
        """A requirement's row of the record."""
        return next(row for row in self.record["requirements"] if row["id"] == name)

    def repack(self, *, digest: bool = True) -> None:
        """Pack the exchanges again and make the record say what they are."""
        packed = pack(self.exchanges)
        self.packed = packed.text
        if digest:
            evidence = {name: getattr(packed, name) for name in ("sha256", "cut", "marked")}
            self.record.update(
                evidence={"exchanges": packed.count, **evidence}, requests=packed.count
            )

    def keep(self, chosen: Callable[[Exchange], bool]) -> None:
        """Leave out all other exchanges, so that what is left contradicts nothing."""
        kept = filter(chosen, self.exchanges)
        self.exchanges = [replace(e, number=number) for number, e in enumerate(kept, start=1)]
        self.restate()

    def restate(self) -> None:
        """Pack the exchanges again, and state what they show, as a run would have."""
        self.repack()
        account = judge_again(self.exchanges, CATALOGUE)
        self.record["circumstances"]["answered"] = account.answered
        for row in self.record["requirements"]:
            row["observed"] = account.ledger.observed[row["id"]]
            row["sample"] = account.ledger.sample(row["id"])
            if row["verdict"] in {"pass", "not observed"}:
                row["verdict"] = "pass" if row["observed"] else "not observed"
        for row in self.record["clauses"]:
            row["observed"] = account.ledger.clauses_observed[row["id"]]

    def change(self, chosen: Callable[[Exchange], bool], **members: Any) -> None:
        """Replace members of one exchange, found by what it is."""
        at = next(at for at, exchange in enumerate(self.exchanges) if chosen(exchange))
        given = {
            name: value(self.exchanges[at]) if callable(value) else value
            for name, value in members.items()
        }
        self.exchanges[at] = replace(self.exchanges[at], **given)
        self.repack()

    def table(self, change: Callable[[dict[str, Any]], None], *, whole: bool = False) -> None:
        """Edit pytest-html's own data."""
        start = self.text.index('data-jsonblob="') + len('data-jsonblob="')
        end = self.text.index('"', start)
        data = json.loads(html.unescape(self.text[start:end]))
        change(data if whole else data["tests"])
        self.text = self.text[:start] + escaped(json.dumps(data)) + self.text[end:]

    def rewrite(self, waivers: Iterable[Waiver] = ()) -> None:
        """Write the page again from the record, as a forger does who has this suite too."""
        told = read_pytest_page(self.text.encode())
        self.record["since"]["runs"][-1]["verdict"] = self.record["verdict"]
        judged = judge_again(self.exchanges, CATALOGUE).judged
        judgements = {
            exchange.number: Judgement(exchange, (), frozenset(), frozenset())
            for exchange in self.exchanges
            if exchange.number in judged
        }
        run = ToldRun(self.record, self.exchanges, judgements, CATALOGUE, RYE, waivers)
        facts = told_facts(self.record, CATALOGUE, RYE)
        facts = replace(facts, reason=reason_for(run, facts.verdict, None))
        tests = [(test["id"], test["outcome"]) for test in self.record["tests"]]
        self.record = build(run, facts, tests, pack(self.exchanges))
        title = title_of(run, facts)
        data = json.dumps(told.data | {"title": title})
        page = told.written(title, summary_html(run, facts)).decode()
        blank, filled = (f'data-jsonblob="{escaped(each)}"' for each in ("{}", data))
        self.text = page.replace(blank, filled)

    def page(self, *, key: str | None = None, seal: bool = True) -> bytes:
        """Put the page together, sealed as the suite does it."""
        members = {"record": self.record, "exchanges": self.packed}
        text = json.dumps(members, separators=(",", ":"))[1:]
        for character in "<>&":
            text = text.replace(character, f"\\u{ord(character):04x}")
        start = self.text.index(ELEMENT)
        end = self.text.index("</script>", start)
        page = self.text[:start] + ELEMENT + SLOTS + text + self.text[end:]
        octets = page.encode("utf-8", "surrogateescape")
        return sealed(octets, key) if seal else octets
