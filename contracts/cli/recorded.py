"""Reading the report of an earlier run to find a request in it that can be sent again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contracts.gate.combined import reports_of
from contracts.gate.page_reader import LARGEST, MOST_VALUES, read_page
from contracts.gate.reasons_to_hold.held import HeldError
from contracts.gate.reasons_to_hold.record import check_form
from contracts.http.api_profile import ApiProfile
from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Probe
from contracts.http.target import is_loopback
from contracts.judging.troubles import request_key
from contracts.report.exchanges import EvidenceError, probe_from_json, unpack
from contracts.report.reader import parse, read_file
from contracts.report.text.printing import inline

FAMILY = "probe"
"""The family of probes sent by this command."""

PAGE, RECORD = "report.html", "verdict.json"

_NUMBER = re.compile(r"(?:exchange )?([1-9]\d{0,6})")


class UnreadableError(ValueError):
    """A report that no request can be read from; the message is one sentence."""


@dataclass(frozen=True)
class Request:
    """A request to send again, and what a report knows about it.

    Arguments:
        probe: what to send.
        requirement: id of the requirement it broke; None if it wasn't looked up by a finding.
        exchange: its exchange in the report.
        also: numbers of the report's other exchanges with the same name but another request.
    """

    probe: Probe
    requirement: str | None = None
    exchange: Exchange | None = None
    also: tuple[int, ...] = ()


@dataclass(frozen=True)
class Recorded:
    """A report.

    Arguments:
        file: the page, or the record if there is no page.
        record: the machine record, valid against its schema.
        exchanges: all exchanges in the order of sending; empty if there is only the record.
    """

    file: Path
    record: Mapping[str, Any]
    exchanges: tuple[Exchange, ...] = ()

    @property
    def operation(self) -> str:
        """The folder's name, with method and path."""
        return inline(f"{self.name} ({self.record['operation']})")

    @property
    def name(self) -> str:
        """The name of the operation's folder."""
        return str(self.record["name"])

    def target(self, api: ApiProfile) -> str:
        """Return the value for `--target`, if a report alone may decide that the key goes there.

        Arguments:
            api: the API that the report is about.

        Raises:
            UnreadableError: the host is unknown; the message says what to type.
        """
        name, url = self.record["target"]["name"], str(self.record["target"]["url"])
        if name == "sandbox":
            return "sandbox"
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            host = ""
        if not is_loopback(host) and not api.is_own_host(host):
            raise UnreadableError(
                f"{self.file} is about {inline(url)}, which is neither this machine nor a host of "
                f"{api.domain}: say --target {inline(url)} if the key may go there"
            )
        return url

    def find(self, name: str) -> Request | None:
        """Find the request that a name stands for: a finding, an exchange or a probe.

        If several requests share the name, the first one sent with the key wins, else the first.

        Arguments:
            name: id of a finding, number of an exchange, or name of a probe as the report shows it,
                with or without its family and a colon in front.

        Raises:
            UnreadableError: the finding's probe can't be read.
        """
        for finding in self.record["findings"]:
            if finding["id"] == name:
                return self._of_finding(finding)
        number = _NUMBER.fullmatch(name)
        found = [
            exchange
            for exchange in self.exchanges
            if name in _names(exchange.probe) or (number and exchange.number == int(number[1]))
        ]
        if not found:
            return None
        first = min(found, key=lambda exchange: exchange.probe.credential is not Credential.VALID)
        same = request_key(first.probe)
        also = tuple(each.number for each in found if request_key(each.probe) != same)
        return Request(replace(first.probe, family=FAMILY), exchange=first, also=also)

    def _of_finding(self, finding: Mapping[str, Any]) -> Request:
        numbered = {exchange.number: exchange for exchange in self.exchanges}
        exchange = numbered.get(finding["exchange"])
        try:
            probe = exchange.probe if exchange else probe_from_json(finding["probe"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UnreadableError(
                f"the probe of {finding['id']:.100} in {self.file} can't be read"
            ) from error
        return Request(replace(probe, family=FAMILY), finding["requirement"], exchange)


def _names(probe: Probe) -> tuple[str, str]:
    return inline(probe.name), inline(f"{probe.family}: {probe.name}")


def read_reports(place: Path) -> list[Recorded]:
    """Read a report, or those of a combined run: one for each operation that has one.

    Arguments:
        place: `report.html`, or its folder.

    Raises:
        UnreadableError: one is not a complete report of this version of the suite.
    """
    page = place if place.is_file() else place / PAGE
    try:
        places = reports_of(page) if page.suffix == ".html" else [place]
    except ValueError as error:
        raise UnreadableError(f"{page}: {error}") from error
    found = (read_recorded(place if each == page else each) for each in places)
    return [report for report in found if report is not None]


def read_recorded(place: Path) -> Recorded | None:
    """Read a report: the page if there is one, else the record; None if there is neither.

    Arguments:
        place: `report.html`, or its folder.

    Raises:
        UnreadableError: it is not a complete report of this version of the suite.
    """
    file = place
    if not place.is_file():
        files = (place / name for name in (PAGE, RECORD) if (place / name).is_file())
        file = next(files, place)
        if file is place:
            return None
    try:
        if file.suffix == ".json":
            record = parse(read_file(file, LARGEST).decode(), MOST_VALUES)
            check_form(record)
            return Recorded(file, record)
        page = read_page(file)
        check_form(page.record)
        return Recorded(file, page.record, unpack(page.exchanges).exchanges)
    except (HeldError, EvidenceError, RecursionError, ValueError, OSError) as error:
        words = (
            str(error).rstrip(".")
            if isinstance(error, HeldError)
            else "it is not a complete report"
        )
        raise UnreadableError(f"{file}: {words}") from error
