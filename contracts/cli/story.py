"""Sending a recorded request again, with the earlier requests it needs to show its finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from contracts.cli.recorded import FAMILY, Request
from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Probe, is_http
from contracts.judging.environment import is_dropped, is_meant_for_all, trouble
from contracts.judging.firewall import may_be_blocked
from contracts.judging.troubles import is_plain_valid
from contracts.probes.wire import Wire
from contracts.run.asking import Asker
from contracts.run.client import HEALTH_PROBE
from contracts.run.doubts.dropped import confirm_dropped
from contracts.run.doubts.firewalls import doubt_a_firewall
from contracts.run.run import Run, Skipped

MOST = 12
"""Most requests taken from a report, the last being the finding's; more show nothing new."""

_RANDOM = "random-"


@dataclass
class Story:
    """Sends a request and, if it alone does not show its finding, the requests that led to it.

    Arguments:
        run: the run that sends it.
        request: what to send.
        recorded: every exchange of its report.
    """

    run: Run
    request: Request
    recorded: Sequence[Exchange] = ()
    told: list[int] = field(default_factory=list)
    """Numbers of this run's exchanges that make up the story, in order; empty for a lone one."""

    def send(self) -> Exchange | Skipped:
        """Send everything and judge it; return the last attempt of the request itself."""
        request, run = self.request, self.run
        if request.requirement in run.judge.spanning:
            asked = self._tell(self._spanning())
        else:
            asked = self._ask(request.probe)
            if request.exchange is not None and request.requirement is not None:
                asked = self._ask_further(asked, request.exchange)
        run.finish(FAMILY)
        return run.exchanges[asked.number] if isinstance(asked, Exchange) else asked

    def _ask(self, probe: Probe) -> Exchange | Skipped:
        asked = self.run.ask(probe)
        if isinstance(asked, Exchange):
            doubt_a_firewall(self.run, asked, FAMILY)
        return asked

    def _tell(self, probes: Iterator[Probe]) -> Exchange | Skipped:
        """Send requests in order and return the last one's exchange."""
        asked: Exchange | Skipped = Skipped("there is nothing to send")
        for probe in probes:
            asked = self._ask(probe)
            if isinstance(asked, Skipped):
                break
            self.told.append(asked.number)
        return asked

    def _ask_further(self, asked: Exchange | Skipped, exchange: Exchange) -> Exchange | Skipped:
        """Send what the finding needs besides its request: a plain one, repeats, or what led to it.

        Arguments:
            asked: the new exchange of its request.
            exchange: its exchange in the report.
        """
        run, probe = self.run, self.request.probe
        if any(d.finding.requirement == self.request.requirement for d in run.defects()):
            return asked
        if probe.wire is not None and not is_http(probe.wire):
            Asker(run, FAMILY).wire(Wire(probe.name.partition(",")[0], probe.recipe, probe.wire))
        elif isinstance(asked, Exchange) and is_dropped(asked) and is_dropped(exchange):
            confirm_dropped(run, FAMILY)
        elif isinstance(asked, Exchange) and is_meant_for_all(asked):
            run.ask(Probe("valid", FAMILY, "valid", Credential.VALID, fresh=True))
        elif isinstance(asked, Exchange) and _is_answered(asked):
            before = list(self._before(exchange))
            if before:
                return self._tell(self._in_order([*_latest(before, exchange), exchange]))
        return asked

    def _spanning(self) -> Iterator[Probe]:
        """Yield the request on a connection of its own, then the plain ones before it, then itself.

        It is sent twice at first, since earlier requests may still affect the next answer. A nearly
        right key is compared with random ones instead, so only those precede it.
        """
        probe, exchange = self.request.probe, self.request.exchange
        if exchange is None or not probe.plain:
            yield probe
            return
        before = [each for each in self._before(exchange) if each.probe.plain]
        if probe.near:
            recipes = {e.probe.recipe: e for e in before if e.probe.recipe.startswith(_RANDOM)}
            before = list(recipes.values())
        else:
            yield (alone := replace(probe, name=f"{probe.name}, before the others", fresh=True))
            yield replace(alone, name=f"{alone.name} #2", fresh=False)
        yield from self._in_order([*before[-MOST + 1 :], exchange])

    def _before(self, exchange: Exchange) -> Iterator[Exchange]:
        for each in self.recorded:
            own = each.attempt == 1 and each.probe.name != HEALTH_PROBE
            if own and each.number < exchange.number:
                yield each

    def _in_order(self, exchanges: Sequence[Exchange]) -> Iterator[Probe]:
        """Yield the probes of exchanges, each on a new connection if it had one in the report."""
        connection = None
        for each in exchanges:
            yield replace(each.probe, family=FAMILY, fresh=each.connection != connection)
            connection = each.connection


def _is_answered(exchange: Exchange) -> bool:
    """Whether the API answered; firewalls that are only suspected are judged at the end."""
    answered = exchange.fault is None and trouble(exchange) is None
    return answered and not may_be_blocked(exchange)


def _latest(before: Sequence[Exchange], exchange: Exchange) -> Sequence[Exchange]:
    """Return the last exchanges, and the last one with a valid key on the same connection."""
    latest = before[-MOST + 1 :]
    opened = (e for e in before if is_plain_valid(e.probe) and e.connection == exchange.connection)
    last = max(opened, key=lambda each: each.number, default=None)
    return latest if last is None or last in latest else [last, *latest[1:]]
