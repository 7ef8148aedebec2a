"""Runs without sockets: every probe is answered with the bytes that a function gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

from contracts.document.catalogue import Catalogue
from contracts.http.exchange import Exchange, TransportFault
from contracts.http.probe import Probe
from contracts.http.target import Target
from contracts.judging.judge import Judge
from contracts.redaction import Redactor
from contracts.report.facts import RunFacts
from contracts.report.page.html import summary_html
from contracts.run.asking import Asker
from contracts.run.pace import Pace
from contracts.run.run import Run
from contracts.rye import RYE
from tests.support import key_of

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Catalogue.load(ROOT / "contracts" / "billing" / "requirements.toml")
URL = "http://127.0.0.1:1/api/v1/billing/balance"
KEY = "RYE/staging-abcdefghijklmnopqrstuvwxyz"
STARTED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

Answer = Callable[[Probe], bytes | TransportFault]


def message(status: str, body: bytes | str = b"", *fields: str) -> bytes:
    """Write an answer in JSON."""
    octets = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(octets)}"]
    if not any(field.lower().startswith("content-type") for field in fields):
        lines.insert(1, "Content-Type: application/json")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + octets


GOOD = message(
    "200 OK", '{"drawdownEnabled":true,"balance":{"currencyCode":"USD","amountSubunits":5}}'
)
REFUSED = message(
    "401 Unauthorized", '{"name":"AuthenticationError","message":"no"}', "WWW-Authenticate: Bearer"
)


def conforming(probe: Probe) -> bytes:
    """The API as it should be."""
    return GOOD if probe.recipe == "valid" else REFUSED


def answering(body: bytes | str, *fields: str) -> Answer:
    """The API as it should be, but for the body of its 200."""
    broken = message("200 OK", body, *fields)
    return lambda probe: broken if probe.recipe == "valid" else REFUSED


class ScriptedClient:
    """Answers from a function, where the real client asks a socket."""

    def __init__(self, record: Callable[[Exchange], None], answer: Answer) -> None:
        self.sent = 0
        self.url = URL
        self.api = RYE
        self.pace = Pace(0.0, 0.0)
        self.redactor = Redactor(None)
        self._record = record
        self._answer = answer

    def send(self, probe: Probe, _attempts: int | None = None) -> Exchange:
        self.sent += 1
        answer = self._answer(probe)
        fault = answer if isinstance(answer, TransportFault) else None
        query = b"" if probe.query is None else b"?" + probe.query
        lines = [b"GET /api/v1/billing/balance%b HTTP/1.1" % query, b"Host: 127.0.0.1:1"]
        lines += [b"Accept: application/json", b"User-Agent: test"]
        lines += [b"Authorization: Bearer ****"] if probe.recipe == "valid" else []
        lines += [b"%b: %b" % field for field in probe.fields]
        exchange = Exchange(
            number=self.sent,
            probe=probe,
            sent=b"\r\n".join(lines) + b"\r\n\r\n" + (probe.body or b""),
            received=b"" if isinstance(answer, TransportFault) else answer,
            closed=False,
            started=self.sent / 100,
            seconds=0.001 * (1 + self.sent % 7),
            connection=1,
            fault=fault,
        )
        self._record(exchange)
        return exchange

    def finish(self) -> None:
        """There is nothing more to read."""


def run_with(answer: Answer, *, asked: int = 4) -> Run:
    """Ask a few plain questions, with the key and without."""
    run = Run(Judge(CATALOGUE), lambda record: ScriptedClient(record, answer))
    with_key, without = Asker(run, "plain reads"), Asker(run, "no usable credentials")
    for _ in range(asked // 2):
        with_key("valid")
        without("absent")
    return run


def facts_of(run: Run, *, target: str = "sandbox", minutes: int = 0) -> RunFacts:
    """Conclude a run."""
    started = STARTED + timedelta(minutes=minutes)
    facts = RunFacts(
        catalogue=CATALOGUE,
        target=Target(target, "http://127.0.0.1:1", key_of(KEY), "as a test says"),
        profile="default",
        allowance=300,
        seed=7,
        started=started,
        versions={"contracts": "0", "python": "3"},
    ).concluded(run, None)
    return replace(facts, finished=started + timedelta(seconds=2), exit_status=0)


def page_of(run: Run, facts: RunFacts | None = None) -> str:
    """Write the page's own part."""
    return summary_html(run, facts or facts_of(run))


class Elements(HTMLParser):
    """The elements of a page, checked for being closed in order."""

    VOID = frozenset({"meta", "br", "path", "hr", "img", "input"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.comments: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.found if "id" in attributes]
