"""The client: builds, paces, sends, retries and records requests, within the run's caps."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count

from tenacity import RetryCallState, Retrying, retry_if_result, wait_exponential, wait_random

from contracts.document.openapi.security import BEARER
from contracts.http.api_key import Key
from contracts.http.api_profile import ApiProfile
from contracts.http.envelope import EnvelopeError
from contracts.http.exchange import SLOW_FAULTS, Exchange
from contracts.http.probe import Credential, Field, Probe
from contracts.http.transport import Transport
from contracts.judging.environment import (
    is_down,
    is_meant_for_all,
    may_be_about_the_request,
    trouble,
)
from contracts.judging.troubles import is_plain_valid
from contracts.probes.credentials import RECIPES, applicable, build
from contracts.redaction import Redactor
from contracts.redaction.masking import without_credentials
from contracts.run.pace import REFUSALS, Pace, retry_after
from contracts.run.settings import Allowance
from contracts.run.verdict import RunStoppedError

HEALTH_PROBE = "is the target still there?"
"""Name of the probe that the client itself sends after another probe failed."""

PLAIN_FAILURES = 3
"""Consecutive failed attempts of the plain valid request that end the run."""

STALE_CONNECTIONS = 2
"""Idle connections found closed before every further request opens a new one: a server may close
them at any time, and each one found closed costs a request."""

LAST_PATIENCE = 0.05
"""Seconds to wait for late bytes on the run's last connection."""

RESTART_WAITS = (0.0, 1.0, 3.0)
"""Seconds before each health check: a process that died is restarted within seconds."""

OFTEN = 10
"""Most probes between two refusals for them to count as recurring: rate limiters refuse often,
overloaded servers rarely."""

UNSTATED_WAIT = 0.25
"""Seconds to wait after a first 429 or 503 without Retry-After; longer each time."""


class Client:
    """Sends probes to one target.

    Arguments:
        transport: sends and receives the bytes.
        key: the configured key.
        redactor: masks secrets in what is published.
        pace: decides when the next request may be sent.
        allowance: the run's limits.
        user_agent: the User-Agent value.
        record: called with every exchange, and again when late bytes amend it.
        query: the plain request's query component, or None.
        accept: the media type that the plain request accepts.
        fields: the plain request's header fields that are parameters.
    """

    def __init__(
        self,
        transport: Transport,
        key: Key,
        redactor: Redactor,
        pace: Pace,
        allowance: Allowance,
        user_agent: str,
        record: Callable[[Exchange], None],
        query: bytes | None = None,
        accept: bytes = b"application/json",
        fields: Sequence[Field] = (),
    ) -> None:
        self.sent = 0
        self.allowance = allowance
        self.pace = pace
        self.on_wait: Callable[[float], None] | None = None
        self._transport = transport
        self._key = key
        self.redactor = redactor
        self._record = record
        self._query = query
        self._fields = ((b"Accept", accept), (b"User-Agent", user_agent.encode("ascii")), *fields)
        self._began = time.monotonic()
        self._last: Exchange | None = None
        self._plain_failures = 0
        self._plain_answered = False
        self._stale = False
        self._stale_count = 0
        self._most: int | None = None
        self._probes = 0
        self._refused = -OFTEN
        self._recurring = False
        backoff = allowance.backoff
        self._backoff = wait_exponential(backoff, max=8.0) + wait_random(0, backoff)
        self._retrying = Retrying(
            retry=retry_if_result(lambda exchange: trouble(exchange) is not None),
            stop=self._give_up,
            wait=self._pause,
            sleep=self._rest,
            retry_error_callback=lambda state: state.outcome and state.outcome.result(),
        )

    def send(self, probe: Probe, attempts: int | None = None) -> Exchange:
        """Send a probe, retrying on trouble in the environment, and return the last attempt.

        Arguments:
            probe: what to send.
            attempts: the most attempts; None for the allowance's.

        Raises:
            EnvelopeError: the request is outside the envelope; nothing was sent.
            RunStoppedError: the target is down, or the run's requests or time are used up.
        """
        numbers = count(1)
        self._most = attempts
        last: Exchange = self._retrying(lambda: self._attempt(probe, next(numbers)))
        known = is_meant_for_all(last) and self._plain_answered
        if trouble(last) is not None and not known and not is_plain_valid(probe):
            self._check_health(probe)
        return last

    @property
    def url(self) -> str:
        """The operation's URL on the target."""
        endpoint = self._transport.endpoint
        return f"{endpoint.scheme}://{endpoint.authority}{endpoint.path}"

    @property
    def api(self) -> ApiProfile:
        """The API's profile."""
        return self._key.api

    @property
    def authority(self) -> str:
        """The target's host and port as in Host."""
        return self._transport.endpoint.authority

    @property
    def path(self) -> str:
        """The operation's path on the target."""
        return self._transport.endpoint.path

    def finish(self) -> None:
        """Read late bytes from the idle connection, and close it."""
        self._settle(LAST_PATIENCE)
        self._transport.close()

    def applicable(self, slugs: list[str]) -> list[str]:
        """Keep the recipes that can be built from the configured key, without duplicate results.

        Arguments:
            slugs: slugs of recipes.
        """
        return [recipe.slug for recipe in applicable(self._key, slugs)]

    def token(self, slug: str) -> bytes:
        """Return the token that a recipe sends, with a placeholder in place of the key.

        Arguments:
            slug: a recipe of one Authorization field.
        """
        key = replace(self._key, scheme=BEARER)
        value = b"".join(value for _, value in build(slug, key)).removeprefix(b"Bearer ")
        for spelled in (self._key.whole, self._key.secret):
            value = value.replace(spelled.encode("utf-8", "surrogateescape"), b"junk")
        return value

    def request_bytes(self, probe: Probe) -> bytes:
        """Build a probe's request, including its credentials.

        Arguments:
            probe: what to send.
        """
        endpoint = self._transport.endpoint
        target = endpoint.path_of(probe.path).encode("ascii")
        if self._transport.absolute_form:
            target = b"http://" + endpoint.authority.encode("ascii") + target
        query = self._query if probe.query is None else probe.query
        if query is not None:
            target += b"?" + query
        host = endpoint.authority.encode("ascii")
        built = build(probe.recipe, self._key) if probe.recipe in RECIPES else ()
        authorization = b"".join(b"%b: %b\r\n" % field for field in built)
        if probe.wire is not None:
            return (
                probe.wire.replace(b"{target}", target)
                .replace(b"{host}", host)
                .replace(b"{authorization}", authorization)
            )
        given = {name.lower() for name, _ in probe.fields}
        lines = [b"GET %b HTTP/1.1\r\nHost: %b\r\n" % (target, host)]
        lines.extend(b"%b: %b\r\n" % each for each in self._fields if each[0].lower() not in given)
        lines.append(self._transport.proxy_fields())
        # Last, to expose a server that stops reading after a certain number of fields.
        lines.extend(b"%b: %b\r\n" % field for field in probe.fields)
        lines.append(authorization)
        if probe.body is not None:
            lines.append(b"Content-Length: %d\r\n" % len(probe.body))
        return b"".join(lines) + b"\r\n" + (probe.body or b"")

    def _attempt(self, probe: Probe, attempt: int) -> Exchange:
        if self.sent >= self.allowance.requests:
            raise RunStoppedError(f"the cap of {self.allowance.requests} requests was reached")
        self._check_time()
        self._check_wait(self.pace.delay)
        self.pace.wait()
        self._settle()
        request = self.request_bytes(probe)
        self.sent += 1
        started = time.monotonic() - self._began
        fresh = probe.fresh or self._stale_count >= STALE_CONNECTIONS
        try:
            recording = self._transport.exchange(request, fresh=fresh)
        except EnvelopeError:
            self.sent -= 1
            raise
        exchange = Exchange(
            number=self.sent,
            probe=probe,
            sent=without_credentials(recording.sent, self._key.scheme),
            received=recording.received,
            closed=recording.closed,
            started=round(started, 6),
            seconds=round(recording.seconds, 6),
            connection=recording.connection,
            attempt=attempt,
            fault=recording.fault,
        )
        self._last = exchange
        self._stale = recording.reused and not recording.received
        self._stale_count += self._stale
        self.pace.heed(exchange.response)
        self._note_refusal(exchange)
        self._record(exchange)
        self._note_health(exchange)
        return exchange

    def _settle(self, patience: float = 0.0) -> None:
        late = self._transport.settle(patience)
        if late and self._last is not None:
            self._last = replace(self._last, received=self._last.received + late)
            self._record(self._last)

    def _note_refusal(self, exchange: Exchange) -> None:
        """Notice refusals that recur on first attempts."""
        if exchange.attempt > 1:
            return
        self._probes += 1
        if exchange.response.status in REFUSALS and not may_be_about_the_request(exchange):
            self._recurring = self._probes - self._refused <= OFTEN
            self._refused = self._probes

    def _note_health(self, exchange: Exchange) -> None:
        if not is_plain_valid(exchange.probe):
            return
        words = trouble(exchange)
        if words is None:
            self._plain_failures, self._plain_answered = 0, True
            return
        self._plain_failures += 1
        if self._plain_failures >= PLAIN_FAILURES:
            raise RunStoppedError(
                f"the plain valid request failed {self._plain_failures} times in a row: {words}"
            )

    def _check_health(self, probe: Probe) -> None:
        """Send the plain request, to tell trouble with this probe from a target that is down.

        A server that the probe crashed is given time to restart.
        """
        plain = Probe(HEALTH_PROBE, probe.family, "valid", Credential.VALID, fresh=True)
        for wait in RESTART_WAITS:
            self._rest(wait)
            if trouble(self.send(plain, 1)) is None:
                return

    def _check_time(self) -> None:
        elapsed = time.monotonic() - self._began
        if elapsed > self.allowance.seconds + self.pace.paced:
            raise RunStoppedError(
                f"the run lasted {elapsed:.0f} s, of which its pace took {self.pace.paced:.0f} s"
            )

    def _give_up(self, state: RetryCallState) -> bool:
        exchange: Exchange | None = state.outcome.result() if state.outcome else None
        if exchange is None:
            return False
        slow = exchange.fault is not None and exchange.fault.kind in SLOW_FAULTS
        limit = self.allowance.slow_attempts if slow else self.allowance.attempts
        limit = min(limit, self._most or limit)
        if is_meant_for_all(exchange):
            return True  # every client gets this answer, so a retry would too
        if self._is_about_pace(exchange):
            limit *= 2  # each refusal slows the run down, so the next attempt is likelier to pass
        return state.attempt_number >= limit

    def _pause(self, state: RetryCallState) -> float:
        exchange: Exchange | None = state.outcome.result() if state.outcome else None
        if exchange is None or self._stale:
            return 0.0  # a server may close an idle connection at any time
        if is_plain_valid(exchange.probe) and is_down(exchange):
            return RESTART_WAITS[min(state.attempt_number, len(RESTART_WAITS) - 1)]
        asked_to = retry_after(exchange.response)
        # A stated wait resolves a single refusal; recurring ones mean that the pace is too fast.
        if (
            self._is_about_pace(exchange)
            and state.attempt_number == 1
            and (not asked_to or self._recurring)
        ):
            self.pace.slow_down()
        if asked_to:
            return asked_to
        # No wait, or a past date: the limiter rounds down, or its clock is behind.
        if exchange.response.status in REFUSALS:
            return max(self._backoff(state), UNSTATED_WAIT * state.attempt_number)
        return self._backoff(state)

    def _is_about_pace(self, exchange: Exchange) -> bool:
        """Whether a rate limiter refused: always for 429, for 503 only if refusals recur."""
        status = exchange.response.status
        if status == 503 and self._recurring:
            return not may_be_about_the_request(exchange)
        return status == 429

    def _rest(self, seconds: float) -> None:
        self._check_wait(seconds)
        time.sleep(seconds)

    def _check_wait(self, seconds: float) -> None:
        left = self.allowance.seconds + self.pace.paced - (time.monotonic() - self._began)
        if seconds > max(left, self.pace.interval):
            raise RunStoppedError(
                f"the target asked to wait {seconds:.0f} s, which is more than the run may last"
            )
        if self.on_wait is not None:
            self.on_wait(seconds)
