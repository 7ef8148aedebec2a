"""Which exchanges the gate takes for a record's own: all of them, in order, to its target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from statistics import median
from urllib.parse import SplitResult, urlsplit

from contracts.document.operation import Operation
from contracts.gate.reasons_to_hold.held import HeldError
from contracts.gate.reasons_to_hold.record import Record, times
from contracts.http.allowed.dates import read_http_date
from contracts.http.endpoint import DEFAULT_PORTS
from contracts.http.exchange import Exchange
from contracts.http.probe import Probe
from contracts.report.exchanges import Evidence, EvidenceError, unpack

SLACK = 1.0
"""Seconds by which an exchange may end after the run: clocks are read one after the other."""

CLOCK_DIFFERENCE = timedelta(hours=1)
"""How far the target's clock may differ from the record's before one of them is not believed."""


def unpack_evidence(record: Record, packed: str) -> Evidence:
    """Demand the exchanges that belong to a record, all of them and in order.

    Arguments:
        record: as its schema says.
        packed: the exchanges beside it.

    Raises:
        HeldError: they are others, or not all.
    """
    try:
        evidence = unpack(packed)
    except EvidenceError as error:
        raise HeldError("evidence", f"The recorded exchanges can't be read: {error}.") from error
    stated = record["evidence"]
    if evidence.sha256 != stated["sha256"]:
        raise HeldError("evidence-digest", "The recorded exchanges are not this record's.")
    count = len(evidence.exchanges)
    if not count == stated["exchanges"] == record["requests"]:
        raise HeldError(
            "evidence-count",
            f"{record['requests']} requests were sent, but {count} exchanges are recorded.",
        )
    if evidence.cut or stated["cut"]:
        raise HeldError(
            "evidence-cut", "The recorded exchanges are not whole: the target sent too much."
        )
    if [exchange.number for exchange in evidence.exchanges] != list(range(1, count + 1)):
        raise HeldError("evidence-order", "The recorded exchanges are not numbered one by one.")
    return evidence


def check_times(record: Record, exchanges: Sequence[Exchange]) -> None:
    """Demand exchanges that follow one another within the run, by both sides' clocks.

    Arguments:
        record: as its schema says.
        exchanges: the recorded ones.

    Raises:
        HeldError: they were not exchanged when the record says.
    """
    began, ended = times(record)
    lasted = (ended - began).total_seconds() + SLACK
    before = 0.0
    for exchange in exchanges:
        if not (before <= exchange.started and exchange.seconds >= 0):
            raise HeldError("evidence-times", "The recorded exchanges do not follow one another.")
        if exchange.started + exchange.seconds > lasted:
            raise HeldError("evidence-times", "The recorded exchanges lasted longer than the run.")
        before = exchange.started
    step = max(1, len(exchanges) // 25)
    ages = [
        (date - began).total_seconds() - exchange.started
        for exchange in exchanges[::step]
        for value in exchange.response.values("date")
        if (date := read_http_date(value)) is not None
    ]
    if ages and abs(median(ages)) > CLOCK_DIFFERENCE.total_seconds():
        raise HeldError(
            "evidence-times", "The target's own Date fields do not agree with the record's times."
        )


def check_requests(record: Record, exchanges: Sequence[Exchange], operation: Operation) -> None:
    """Demand requests that went to the record's target, and are what their probes say.

    Arguments:
        record: as its schema says.
        exchanges: the recorded ones.
        operation: what they asked.

    Raises:
        HeldError: a request is another.
    """
    parts = urlsplit(record["target"]["url"])
    method, path, query = operation.method.upper(), operation.plain.path, operation.plain.query
    host = _authority(parts).encode("ascii", "replace")
    target = (parts.path.rstrip("/") + path).encode("ascii", "replace")
    lines = tuple(
        b"%b %b%b" % (method.encode(), prefix, target) for prefix in (b"", b"http://" + host)
    )
    keys = set()
    for exchange in exchanges:
        if exchange.probe.wire is None and not _is_its_probe(exchange, lines, host, query):
            raise HeldError(
                "evidence-requests",
                f"Exchange {exchange.number} did not send what its probe says, where it says.",
            )
        if exchange.probe.recipe == "valid" and exchange.probe.wire is None:
            keys.add(_credentials(exchange.sent.partition(b"\r\n\r\n")[0].split(b"\r\n")))
    if len(keys) > 1 or not all(len(each) == 1 for each in keys):
        raise HeldError("evidence-requests", "The valid key is not the same in all requests.")


def _is_its_probe(
    exchange: Exchange, lines: Iterable[bytes], host: bytes, plain_query: bytes | None
) -> bool:
    """Whether a request is what the client makes of the probe, as far as it is not masked."""
    probe = exchange.probe
    head, blank, content = exchange.sent.partition(b"\r\n\r\n")
    if not blank:
        return exchange.fault is not None  # it was not sent to its end
    request, *fields = head.split(b"\r\n")
    target, _, version = request.rpartition(b" ")
    query = plain_query if probe.query is None else probe.query
    query = b"" if query is None else b"?" + query
    if version != b"HTTP/1.1" or not any(_masks(target, line + query) for line in lines):
        return False
    given = {name.lower() for name, _ in probe.fields}
    first = [b"Host: " + host]
    if b"accept" not in given:
        first.append(b"Accept: application/json")
    if fields[: len(first)] != first or len(content) != len(probe.body or b""):
        return False
    rest = fields[len(first) :]
    if b"user-agent" not in given:
        if not rest or not rest[0].startswith(b"User-Agent: "):
            return False
        rest = rest[1:]
    proxied = bool(rest) and rest[0].startswith(b"Proxy-Authorization: ")
    return _ends_as_its_probe(rest, probe) or (proxied and _ends_as_its_probe(rest[1:], probe))


def _ends_as_its_probe(fields: Sequence[bytes], probe: Probe) -> bool:
    """Whether fields are the probe's own, its credentials and its content's length, so ordered."""
    own = [b"%b: %b" % field for field in probe.fields]
    last = [] if probe.body is None else [b"Content-Length: %d" % len(probe.body)]
    end = len(fields) - len(last)
    if len(own) > end or list(fields[end:]) != last:
        return False
    credentials = fields[len(own) : end]
    if credentials and probe.recipe == "absent":
        return False
    return all(map(_masks, fields, own))


def _masks(shown: bytes, value: bytes) -> bool:
    """Whether octets are a line, or masks of its length (see masking) cover parts of it."""
    if shown == value:
        return True
    pairs = zip(shown, value, strict=False)
    return len(shown) == len(value) and all(a in {b, 0x2A} for a, b in pairs)


def _credentials(fields: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(line for line in fields if line[:14].lower() == b"authorization:")


def _authority(parts: SplitResult) -> str:
    """Write host and port as a Host field does: the scheme's default port left out."""
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    default = DEFAULT_PORTS.get(parts.scheme)
    return host if parts.port in {None, default} else f"{host}:{parts.port}"
